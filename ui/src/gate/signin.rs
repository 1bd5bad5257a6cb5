//! Signing in again when the session has ended: the password alone. What waited goes out after.
//!
//! It does not close the notebook: one can write on without it.

use feltbog_views::{Command, Problem};
use wasm_bindgen_futures::spawn_local;
use yew::{AttrValue, Callback, Html, SubmitEvent, component, html, use_state};

use super::ask_gate;
use super::field::Field;
use crate::around::use_around;
use crate::parts::problem_words;

/// The form.
#[component]
pub fn SignIn() -> Html {
    let around = use_around();
    let words = around.words.clone();
    let password = use_state(String::new);
    let problem = use_state(|| None::<Problem>);
    let busy = use_state(|| false);
    let submit = {
        let (around, password, problem, busy) = (around.clone(), password.clone(), problem.clone(), busy.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if *busy {
                return;
            }
            let (around, problem, busy) = (around.clone(), problem.clone(), busy.clone());
            let command = Command::SignIn {
                password: (*password).clone(),
            };
            busy.set(true);
            spawn_local(async move {
                problem.set(ask_gate(&around, &command).await);
                busy.set(false);
            });
        })
    };
    let typed = {
        let password = password.clone();
        Callback::from(move |value| password.set(value))
    };
    let error = problem
        .as_ref()
        .map(|problem| AttrValue::from(problem_words(&words, problem)));
    let user = around.status.user.clone().unwrap_or_else(|| "none".to_owned());
    html! {
        <form class="panel form" onsubmit={submit} novalidate=true>
            <h2>{words.say("signin-title")}</h2>
            <p class="lead">{words.say_with("signin-lead", &[("user", user.into())])}</p>
            <Field name="password" label={words.say("enrol-password")} kind="password" autocomplete="current-password"
                value={(*password).clone()} {error} {typed} />
            <button class="main-action" type="submit" aria-busy={busy.to_string()} data-test="signin-submit">
                {words.say("signin-submit")}
            </button>
        </form>
    }
}
