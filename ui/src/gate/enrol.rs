//! First sign-in on a device: the server's address, the token, the account, and a PIN twice.
//!
//! It judges only whether the two PINs are alike; the rest is the desk's to say, and each error leads to its field.

use feltbog_views::{Command, Problem};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;
use yew::{AttrValue, Callback, Html, SubmitEvent, component, html, use_effect_with, use_state};

use super::ask_gate;
use super::field::Field;
use crate::around::use_around;
use crate::parts::{Heading, problem_note, problem_words};

#[derive(Clone, Default, PartialEq)]
struct Form {
    address: String,
    token: String,
    user: String,
    password: String,
    pin: String,
    again: String,
}

#[derive(Clone, PartialEq)]
enum Fault {
    /// The two PINs differ.
    PinsDiffer,
    /// The desk said so.
    Said(Problem),
}

impl Fault {
    /// The field it belongs to; none when it belongs to none.
    fn field(&self) -> Option<&'static str> {
        match self {
            Self::PinsDiffer => Some("pin-again"),
            Self::Said(Problem::BadAddress | Problem::ServerUnreachable | Problem::NotOurServer) => Some("address"),
            Self::Said(Problem::BadToken) => Some("token"),
            Self::Said(Problem::WrongPassword) => Some("password"),
            Self::Said(Problem::WeakPin) => Some("pin"),
            Self::Said(_) => None,
        }
    }
}

/// The form.
#[component]
pub fn Enrol() -> Html {
    let around = use_around();
    let words = around.words.clone();
    let form = use_state(Form::default);
    let fault = use_state(|| None::<Fault>);
    let busy = use_state(|| false);
    use_effect_with((*fault).clone(), |fault| lead_to(fault.as_ref().and_then(Fault::field)));
    let submit = {
        let (around, form, fault, busy) = (around.clone(), form.clone(), fault.clone(), busy.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if *busy {
                return;
            }
            if form.pin != form.again {
                fault.set(Some(Fault::PinsDiffer));
                return;
            }
            let (around, command) = (around.clone(), command_of(&form));
            let (fault, busy) = (fault.clone(), busy.clone());
            busy.set(true);
            spawn_local(async move {
                fault.set(ask_gate(&around, &command).await.map(Fault::Said));
                busy.set(false);
            });
        })
    };
    let typed = |set: fn(&mut Form, String)| {
        let form = form.clone();
        Callback::from(move |value: String| {
            let mut next = (*form).clone();
            set(&mut next, value);
            form.set(next);
        })
    };
    let error = |name: &str| -> Option<AttrValue> {
        let fault = fault.as_ref().filter(|fault| fault.field() == Some(name))?;
        Some(match fault {
            Fault::PinsDiffer => words.say("enrol-pins-differ").into(),
            // Nothing has been written yet that could have been kept.
            Fault::Said(Problem::ServerUnreachable) => words.say("enrol-unreachable").into(),
            Fault::Said(problem) => problem_words(&words, problem).into(),
        })
    };
    let general = match fault.as_ref() {
        Some(Fault::Said(problem)) if fault.as_ref().and_then(Fault::field).is_none() => Some(problem.clone()),
        _ => None,
    };
    let label = |name: &str| AttrValue::from(words.say(&format!("enrol-{name}")));
    html! {
        <form class="card form" onsubmit={submit} novalidate=true>
            <Heading text={words.say("enrol-title")} />
            <p class="lead">{words.say("enrol-lead")}</p>
            if let Some(problem) = general { {problem_note(&around.words, &problem)} }
            <Field name="address" label={label("address")} hint={label("address-hint")} kind="url" value={form.address.clone()}
                error={error("address")} typed={typed(|form, value| form.address = value)} />
            <Field name="token" label={label("token")} hint={label("token-hint")} value={form.token.clone()}
                error={error("token")} typed={typed(|form, value| form.token = value)} />
            <Field name="user" label={label("user")} autocomplete="username" value={form.user.clone()}
                error={error("user")} typed={typed(|form, value| form.user = value)} />
            <Field name="password" label={label("password")} kind="password" autocomplete="current-password"
                value={form.password.clone()} error={error("password")} typed={typed(|form, value| form.password = value)} />
            <Field name="pin" label={label("pin")} hint={label("pin-hint")} kind="password" mode="numeric"
                value={form.pin.clone()} error={error("pin")} typed={typed(|form, value| form.pin = value)} />
            <Field name="pin-again" label={label("pin-again")} kind="password" mode="numeric"
                value={form.again.clone()} error={error("pin-again")} typed={typed(|form, value| form.again = value)} />
            <button class="main-action" type="submit" aria-busy={busy.to_string()} data-test="enrol-submit">
                {words.say(if *busy { "enrol-busy" } else { "enrol-submit" })}
            </button>
        </form>
    }
}

fn command_of(form: &Form) -> Command {
    Command::Enrol {
        address: form.address.trim().to_owned(),
        token: form.token.trim().to_owned(),
        user: form.user.trim().to_owned(),
        password: form.password.clone(),
        pin: form.pin.clone(),
    }
}

/// Puts the caret where the error is.
fn lead_to(name: Option<&'static str>) {
    let Some(name) = name else { return };
    let document = web_sys::window().and_then(|window| window.document());
    let input = document.and_then(|document| document.get_element_by_id(&format!("input-{name}")));
    if let Some(input) = input {
        wasm_bindgen::JsCast::unchecked_into::<HtmlElement>(input).focus().unwrap_or_default();
    }
}
