//! The notes of a case, newest first: their words, whose they are, and where they are.
//!
//! A finished note has no button: a correction is a new note.

use feltbog_views::{CaseView, ItemState, NoteState, NoteView};
use yew::{Html, html};

use crate::around::Around;
use crate::calendar;
use crate::icon::{Glyph, icon};
use crate::parts::{Tone, badge, item};
use crate::route::{CasePlace, Route};

/// All notes but the one in the editor.
pub fn notes(around: &Around, case: &CaseView, place: CasePlace) -> Html {
    let words = &around.words;
    let shown = case.notes.iter().filter(|note| Some(note.id) != place.note);
    let held = u32::try_from(case.notes.len()).unwrap_or(u32::MAX);
    html! {
        <section class="notes" aria-labelledby="notes-title">
            <h2 id="notes-title">{words.say("notes")}
                if case.notes_total > 0 { <span class="count">{calendar::count(words, case.notes_total)}</span> }
            </h2>
            if case.notes.is_empty() && place.note.is_none() { <p class="quiet">{words.say("notes-empty")}</p> }
            { for shown.map(|note| one_note(around, note, place)) }
            if case.notes_total > held {
                <p class="quiet">{words.say_with("notes-older", &[("count", calendar::count(words, case.notes_total - held).into())])}</p>
            }
        </section>
    }
}

fn one_note(around: &Around, note: &NoteView, place: CasePlace) -> Html {
    let words = &around.words;
    let draft = note.state == NoteState::Draft;
    let state = if draft { "draft" } else { "finished" };
    let open = Route::Case(CasePlace {
        note: Some(note.id),
        ..place
    });
    html! {
        <article key={note.id.to_string()} class={yew::classes!("note", state)} data-test="note" data-id={note.id.to_string()} data-state={state}
            data-item={item_name(&note.item)}>
            <p class="note-head">
                if draft { {badge(words.say("note-draft"), Tone::Care, Some(Glyph::Write))} }
                <span class="note-by">{headline(around, note)}</span>
                {item(around, &note.item)}
            </p>
            <p class="note-words" lang="da">{&note.text}</p>
            { for note.additions.iter().map(|more| html! {
                <p class="note-addition"><strong>{words.say("note-addition")}</strong>{" "}{more}</p>
            }) }
            if let Some(late) = &note.late {
                <p class="quiet">{words.say_with("note-late", &[("when", calendar::moment(words, late, around.now()).into())])}</p>
            }
            if draft && note.may_write {
                <a class="second-action" href={open.href()} data-test="note-continue">{icon(Glyph::Write)}{words.say("note-continue")}</a>
            }
        </article>
    }
}

fn headline(around: &Around, note: &NoteView) -> String {
    let words = &around.words;
    match &note.state {
        NoteState::Draft => {
            let when = calendar::moment(words, &note.changed, around.now());
            words.say_with(
                "note-draft-by",
                &[("names", note.authors.join(", ").into()), ("when", when.into())],
            )
        }
        NoteState::Finished { by, title, with, at } => {
            let who = if title.is_empty() {
                by.clone()
            } else {
                format!("{by}, {title}")
            };
            let when = calendar::moment(words, at, around.now());
            let line = words.say_with("note-finished-by", &[("who", who.into()), ("when", when.into())]);
            if with.is_empty() {
                return line;
            }
            format!(
                "{line} · {}",
                words.say_with("note-with", &[("names", with.join(", ").into())])
            )
        }
    }
}

fn item_name(item: &ItemState) -> &'static str {
    match item {
        ItemState::Received => "received",
        ItemState::Kept => "kept",
        ItemState::Sent { .. } => "sent",
        ItemState::Handed { .. } => "handed",
        ItemState::NeedsHandling => "needs_handling",
    }
}
