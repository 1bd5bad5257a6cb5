//! First sign-in on a device: the server's address, the token, the account, and a PIN twice.
//!
//! It judges only whether the two PINs are alike; the rest is the desk's to say, and each error leads to its field.

use feltbog_views::{Command, Problem};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;
use yew::{AttrValue, Callback, Html, SubmitEvent, UseStateHandle, component, html, use_effect_with, use_state};

use super::ask_gate;
use super::field::Field;
use crate::around::{Around, use_around};
use crate::parts::{Heading, problem_note, problem_words};
use crate::words::Words;

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

/// How one field of the form is asked for.
struct Part {
    name: &'static str,
    kind: &'static str,
    mode: Option<&'static str>,
    autocomplete: &'static str,
    hint: Option<&'static str>,
    slot: fn(&mut Form) -> &mut String,
}

impl Part {
    const fn new(name: &'static str, kind: &'static str, slot: fn(&mut Form) -> &mut String) -> Self {
        Self {
            name,
            kind,
            mode: None,
            autocomplete: "off",
            hint: None,
            slot,
        }
    }
}

const PARTS: [Part; 6] = [
    Part {
        hint: Some("enrol-address-hint"),
        ..Part::new("address", "url", |form| &mut form.address)
    },
    Part {
        hint: Some("enrol-token-hint"),
        ..Part::new("token", "text", |form| &mut form.token)
    },
    Part {
        autocomplete: "username",
        ..Part::new("user", "text", |form| &mut form.user)
    },
    Part {
        autocomplete: "current-password",
        ..Part::new("password", "password", |form| &mut form.password)
    },
    Part {
        mode: Some("numeric"),
        hint: Some("enrol-pin-hint"),
        ..Part::new("pin", "password", |form| &mut form.pin)
    },
    Part {
        mode: Some("numeric"),
        ..Part::new("pin-again", "password", |form| &mut form.again)
    },
];

/// The form.
#[component]
pub fn Enrol() -> Html {
    let around = use_around();
    let words = &around.words;
    let form = use_state(Form::default);
    let fault = use_state(|| None::<Fault>);
    let busy = use_state(|| false);
    use_effect_with((*fault).clone(), |fault| lead_to(fault.as_ref().and_then(Fault::field)));
    let submit = submit(&around, &form, &fault, &busy);
    let general = match fault.as_ref() {
        Some(fault @ Fault::Said(problem)) if fault.field().is_none() => Some(problem),
        _ => None,
    };
    html! {
        <form class="card form" onsubmit={submit} novalidate=true>
            <Heading text={words.say("enrol-title")} />
            <p class="lead">{words.say("enrol-lead")}</p>
            if let Some(problem) = general { {problem_note(words, problem)} }
            { for PARTS.iter().map(|part| field(words, part, &form, fault.as_ref())) }
            <button class="main-action" type="submit" aria-busy={busy.to_string()} data-test="enrol-submit">
                {words.say(if *busy { "enrol-busy" } else { "enrol-submit" })}
            </button>
        </form>
    }
}

fn field(words: &Words, part: &Part, form: &UseStateHandle<Form>, fault: Option<&Fault>) -> Html {
    let slot = part.slot;
    let value = slot(&mut (**form).clone()).clone();
    let typed = {
        let form = form.clone();
        Callback::from(move |value: String| {
            let mut next = (*form).clone();
            *slot(&mut next) = value;
            form.set(next);
        })
    };
    let error = fault
        .filter(|fault| fault.field() == Some(part.name))
        .map(|fault| AttrValue::from(fault_words(words, fault)));
    html! {
        <Field name={part.name} label={words.say(&format!("enrol-{}", part.name))} kind={part.kind} mode={part.mode.map(AttrValue::from)}
            hint={part.hint.map(|hint| words.say(hint)).unwrap_or_default()} autocomplete={part.autocomplete} {value} {error} {typed} />
    }
}

fn fault_words(words: &Words, fault: &Fault) -> String {
    match fault {
        Fault::PinsDiffer => words.say("enrol-pins-differ"),
        // Nothing has been written yet that could have been kept.
        Fault::Said(Problem::ServerUnreachable) => words.say("enrol-unreachable"),
        Fault::Said(problem) => problem_words(words, problem),
    }
}

fn submit(
    around: &Around,
    form: &UseStateHandle<Form>,
    fault: &UseStateHandle<Option<Fault>>,
    busy: &UseStateHandle<bool>,
) -> Callback<SubmitEvent> {
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
        wasm_bindgen::JsCast::unchecked_into::<HtmlElement>(input)
            .focus()
            .unwrap_or_default();
    }
}
