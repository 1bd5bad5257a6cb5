//! The notes of a case, newest first: their words, whose they are, and where they are.
//!
//! A finished note has no button: a correction is a new note.

use std::rc::Rc;

use feltbog_views::{CaseView, ItemState, NoteState, NoteView};
use yew::{Html, Properties, component, html};

use crate::around::{Around, use_around};
use crate::calendar;
use crate::icon::{Glyph, Icon};
use crate::parts::{Badge, Item, Tone};
use crate::route::{CasePlace, Route};

/// What is asked of it.
#[derive(Properties, PartialEq)]
pub struct NotesProps {
    /// The case.
    pub case: Rc<CaseView>,
    /// What of it is open.
    pub place: CasePlace,
}

/// All notes but the one in the editor.
#[component]
pub fn Notes(props: &NotesProps) -> Html {
    let words = use_around().words;
    let case = &props.case;
    let shown = case.notes.iter().filter(|note| Some(note.id) != props.place.note);
    let held = u32::try_from(case.notes.len()).unwrap_or(u32::MAX);
    html! {
        <section class="notes" aria-labelledby="notes-title">
            <h2 id="notes-title">{words.say("notes")}
                if case.notes_total > 0 { <span class="count">{calendar::count(&words, case.notes_total)}</span> }
            </h2>
            if case.notes.is_empty() && props.place.note.is_none() { <p class="quiet">{words.say("notes-empty")}</p> }
            { for shown.map(|note| html! { <Note key={note.id.to_string()} note={note.clone()} place={props.place} /> }) }
            if case.notes_total > held {
                <p class="quiet">{words.say_with("notes-older", &[("count", calendar::count(&words, case.notes_total - held).into())])}</p>
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct NoteProps {
    note: NoteView,
    place: CasePlace,
}

#[component]
fn Note(props: &NoteProps) -> Html {
    let around = use_around();
    let words = &around.words;
    let note = &props.note;
    let draft = note.state == NoteState::Draft;
    let state = if draft { "draft" } else { "finished" };
    let open = Route::Case(CasePlace { note: Some(note.id), ..props.place });
    html! {
        <article class={yew::classes!("note", state)} data-test="note" data-id={note.id.to_string()} data-state={state}
            data-item={item_name(&note.item)}>
            <p class="note-head">
                if draft { <Badge text={words.say("note-draft")} tone={Tone::Care} glyph={Glyph::Write} /> }
                <span class="note-by">{headline(&around, note)}</span>
                <Item state={note.item} />
            </p>
            <p class="note-words" lang="da">{&note.text}</p>
            { for note.additions.iter().map(|more| html! {
                <p class="note-addition"><strong>{words.say("note-addition")}</strong>{" "}{more}</p>
            }) }
            if let Some(late) = &note.late {
                <p class="quiet">{words.say_with("note-late", &[("when", calendar::moment(words, late, around.now()).into())])}</p>
            }
            if draft && note.may_write {
                <a class="second-action" href={open.href()} data-test="note-continue"><Icon glyph={Glyph::Write} />{words.say("note-continue")}</a>
            }
        </article>
    }
}

fn headline(around: &Around, note: &NoteView) -> String {
    let words = &around.words;
    match &note.state {
        NoteState::Draft => {
            let when = calendar::moment(words, &note.changed, around.now());
            words.say_with("note-draft-by", &[("names", note.authors.join(", ").into()), ("when", when.into())])
        }
        NoteState::Finished { by, title, with, at } => {
            let who = if title.is_empty() { by.clone() } else { format!("{by}, {title}") };
            let when = calendar::moment(words, at, around.now());
            let line = words.say_with("note-finished-by", &[("who", who.into()), ("when", when.into())]);
            if with.is_empty() {
                return line;
            }
            format!("{line} · {}", words.say_with("note-with", &[("names", with.join(", ").into())]))
        }
    }
}

fn item_name(item: &ItemState) -> &'static str {
    match item {
        ItemState::Received => "received",
        ItemState::Kept => "kept",
        ItemState::Sent { .. } => "sent",
        ItemState::NeedsHandling => "needs_handling",
    }
}
