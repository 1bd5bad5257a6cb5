//! *Kræver handling*: what the server did not take, why, and the words, which can be marked and copied.
//!
//! Nothing is taken off the list without being asked twice: the words are kept nowhere else.

use feltbog_ids::CommandId;
use feltbog_views::{Command, ParkedRow, Refusal, Reply};
use wasm_bindgen_futures::spawn_local;
use yew::{Callback, Html, Properties, component, html, use_state};

use super::sync::kind_words;
use crate::around::{Around, Word, use_around};
use crate::calendar;
use crate::desk;
use crate::icon::{Glyph, icon};

/// The list.
pub fn parked(around: &Around, rows: &[ParkedRow]) -> Html {
    let words = &around.words;
    html! {
        <section class="panel parked" aria-labelledby="parked-title" data-test="parked">
            <h2 id="parked-title">{icon(Glyph::Warning)}{words.say("item-handling")}</h2>
            { for rows.iter().map(|row| one(around, row)) }
        </section>
    }
}

fn one(around: &Around, row: &ParkedRow) -> Html {
    let words = &around.words;
    let when = calendar::moment(words, &row.at, around.now());
    // What it was about may have left the device with the right to it.
    let about = match row.subject.as_str() {
        "" => format!(" · {when}"),
        subject => format!(" · {subject} · {when}"),
    };
    html! {
        <article key={row.id.to_string()} class="parked-row">
            <p><strong>{kind_words(around, row.kind, None)}</strong>{about}</p>
            <p>{words.say(refusal_key(row.reason))}</p>
            if !row.words.is_empty() {
                <p class="quiet" id={format!("words-{}", row.id)}>{words.say("parked-words")}</p>
                <textarea class="parked-words" readonly=true rows="4" lang="da" autocomplete="off" aria-labelledby={format!("words-{}", row.id)}
                    defaultvalue={row.words.clone()} data-test="parked-words" />
            }
            if !row.reason.lasts() {
                <Dismiss id={row.id} asks={if row.words.is_empty() { "dismiss-ask-seen" } else { "dismiss-ask" }} />
            }
        </article>
    }
}

/// What it says: first what happened, then what to do.
pub fn refusal_key(reason: Refusal) -> &'static str {
    match reason {
        Refusal::NoRight => "refusal-no-right",
        Refusal::MayNotCreate => "refusal-may-not-create",
        Refusal::TooLarge => "refusal-too-large",
        Refusal::Author => "refusal-author",
        Refusal::Unreadable => "refusal-unreadable",
        Refusal::Rule => "refusal-rule",
        Refusal::MayNotWrite => "refusal-may-not-write",
        Refusal::Builds => "refusal-builds",
        Refusal::OnlyHere => "refusal-only-here",
        Refusal::SetAside => "refusal-set-aside",
        Refusal::ServerUnread => "refusal-server-unread",
        Refusal::MayBeMissing => "refusal-may-be-missing",
        Refusal::LeftBehind => "refusal-left-behind",
    }
}

#[derive(Properties, PartialEq)]
struct DismissProps {
    id: CommandId,
    /// What is asked before it goes.
    asks: &'static str,
}

#[component]
fn Dismiss(props: &DismissProps) -> Html {
    let around = use_around();
    let words = around.words.clone();
    let asked = use_state(|| false);
    let ask = |to: bool| {
        let asked = asked.clone();
        Callback::from(move |_| asked.set(to))
    };
    if !*asked {
        return html! {
            <button type="button" class="second-action" onclick={ask(true)} data-test="dismiss">{words.say("dismiss")}</button>
        };
    }
    let sure = {
        let id = props.id;
        Callback::from(move |_| {
            let around = around.clone();
            spawn_local(async move {
                match desk::ask(&Command::DismissParked { id }).await {
                    Ok(Reply::Status(status)) => around.tell.emit(Word::Status(status)),
                    Ok(_) => {}
                    Err(desk::Unheard) => around.tell.emit(Word::Unheard),
                }
                around.tell.emit(Word::Changed);
            });
        })
    };
    html! {
        <div class="dismiss" role="group" aria-label={words.say(props.asks)}>
            <p>{words.say(props.asks)}</p>
            <button type="button" class="second-action danger" onclick={sure} data-test="dismiss-sure">{words.say("dismiss-sure")}</button>
            <button type="button" class="second-action" onclick={ask(false)} data-test="dismiss-keep">{words.say("dismiss-keep")}</button>
        </div>
    }
}
