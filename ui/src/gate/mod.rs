//! What stands before the notebook: first sign-in, and the PIN. The language can be switched here too.
//!
//! It keeps nothing that was typed once the gate is passed.

mod enrol;
mod field;
mod language;
mod pin;
mod signin;

use feltbog_views::{Command, Gate as GateState, Problem, Reply};
use yew::{Html, component, html};

use crate::around::{Around, Word, use_around};
use crate::desk;
use enrol::Enrol;
use language::language_switch;
use pin::Pin;

pub use signin::SignIn;

/// The gate.
#[component]
pub fn Gate() -> Html {
    let around = use_around();
    let enrol = around.status.gate == GateState::Enrol;
    let name = if enrol { "enrol" } else { "locked" };
    html! {
        <div class="gate" data-test="gate" data-gate={name}>
            <header class="gate-bar">
                <span class="brand">{around.words.say("app-name")}</span>
                {language_switch(&around)}
            </header>
            <main class="gate-main" id="main">
                if enrol { <Enrol /> } else { <Pin /> }
            </main>
        </div>
    }
}

/// Asks something that opens or closes the gate: tells the page the new status, or returns what stood in the way.
async fn ask_gate(around: &Around, command: &Command) -> Option<Problem> {
    match desk::ask(command).await {
        Ok(Reply::Status(status)) => {
            around.tell.emit(Word::Status(status));
            None
        }
        Ok(Reply::Problem { problem }) => Some(problem),
        Ok(_) => Some(Problem::Unexpected),
        Err(desk::Unheard) => {
            around.tell.emit(Word::Unheard);
            Some(Problem::Unexpected)
        }
    }
}
