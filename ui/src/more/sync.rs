//! *Sendt og hentet*: what waits, what failed and why, what is here, and send now.
//!
//! It counts notes and fields; what a change is, is not for people.

use feltbog_views::{ChipState, Command, Reply, SyncView, WaitingKind, WaitingRow};
use wasm_bindgen_futures::spawn_local;
use yew::{Callback, Html, component, html};

use super::counts::counts;
use super::handed::handed;
use super::parked::parked;
use crate::answer::use_answer;
use crate::around::{Around, Word, use_around};
use crate::calendar;
use crate::case::back_link;
use crate::desk;
use crate::gate::SignIn;
use crate::icon::{Glyph, icon};
use crate::parts::{Heading, problem_note};
use crate::route::{CasePlace, Route, Tab};
use crate::shell::{chip_line, time_left};

/// The screen.
#[component]
pub fn SyncScreen() -> Html {
    let around = use_around();
    let answer = use_answer(Command::SyncPage {});
    html! {
        <div class="scroll">
            {back_link(&around)}
            <header class="case-head"><Heading text={around.words.say("sync-title")} /></header>
            {
                match answer.as_deref() {
                    Some(Reply::Sync(sync)) => all(&around, sync),
                    Some(Reply::Problem { problem }) => problem_note(&around.words, problem),
                    _ => Html::default(),
                }
            }
        </div>
    }
}

fn all(around: &Around, sync: &SyncView) -> Html {
    let words = &around.words;
    let signed_out = matches!(sync.chip.state, ChipState::SignIn { .. });
    let closed = matches!(sync.chip.state, ChipState::Closed { .. });
    let when = |key: &str, none: &str, when: &Option<feltbog_views::When>| match when {
        Some(when) => words.say_with(key, &[("when", calendar::moment(words, when, around.now()).into())]),
        None => words.say(none),
    };
    html! {
        <>
            if signed_out || closed { <SignIn /> }
            <section class="panel">
                <p class="sync-line">{chip_line(around, &sync.chip)}</p>
                if let Some(left) = time_left(around, &sync.chip) { <p class="quiet">{left}</p> }
                if let Some(problem) = &sync.problem { {problem_note(words, problem)} }
                <p class="quiet">{when("sync-sent", "sync-sent-never", &sync.sent)}</p>
                <p class="quiet">{when("age", "age-never", &sync.pulled)}</p>
                if !signed_out && !closed { {send_now(around)} }
            </section>
            if !sync.parked.is_empty() { {parked(around, &sync.parked)} }
            if !sync.handed.is_empty() { {handed(around, &sync.handed)} }
            <section class="panel" aria-labelledby="waiting-title">
                <h2 id="waiting-title">{words.say("sync-waiting")}</h2>
                if sync.waiting.is_empty() {
                    <p class="quiet">{words.say("sync-waiting-none")}</p>
                } else {
                    <ul class="waiting" data-test="waiting">
                        { for sync.waiting.iter().map(|row| waiting(around, row)) }
                    </ul>
                }
            </section>
            {counts(around, &sync.counts)}
        </>
    }
}

fn waiting(around: &Around, row: &WaitingRow) -> Html {
    let words = &around.words;
    let what = kind_words(around, row.kind, row.key.as_deref());
    let since = words.say_with(
        "sync-since",
        &[("when", calendar::moment(words, &row.since, around.now()).into())],
    );
    let subject = match row.case {
        Some(case) => {
            let place = CasePlace {
                tab: Tab::Cases,
                case,
                visit: None,
                note: None,
            };
            html! { <a href={Route::Case(place).href()}>{&row.subject}</a> }
        }
        None => html! { {&row.subject} },
    };
    html! {
        <li>{icon(Glyph::Device)}<span><strong>{what}</strong>{" · "}{subject}<br /><span class="quiet">{since}</span></span></li>
    }
}

/// *Notat*, or the field's own name.
pub fn kind_words(around: &Around, kind: WaitingKind, key: Option<&str>) -> String {
    match (kind, key) {
        (WaitingKind::Field, Some(key)) => around.words.named("field", key),
        (WaitingKind::Field, None) => around.words.say("kind-field"),
        (WaitingKind::Note, _) => around.words.say("kind-note"),
        (WaitingKind::Other, _) => around.words.say("kind-other"),
    }
}

fn send_now(around: &Around) -> Html {
    let around = around.clone();
    let label = around.words.say("send-now");
    let onclick = Callback::from(move |_| {
        let around = around.clone();
        spawn_local(async move {
            around.keepers.settle().await;
            match desk::ask(&Command::SendNow {}).await {
                Ok(Reply::Status(status)) => around.tell.emit(Word::Status(status)),
                Ok(_) => {}
                Err(desk::Unheard) => around.tell.emit(Word::Unheard),
            }
            around.tell.emit(Word::Changed);
        });
    });
    html! {
        <button type="button" class="main-action" {onclick} data-test="send-now">{icon(Glyph::Turning)}{label}</button>
    }
}
