//! One case: whom it is about, its facts and fields, its visits and its notes.
//!
//! It changes nothing itself: fields and notes each have their own file.

mod conflict;
mod editor;
mod facts;
mod field;
mod note;
mod visits;

use std::rc::Rc;

use feltbog_views::{CaseView, Command, Problem, Reply};
use yew::{Callback, Html, Properties, component, html};

use crate::answer::use_answer;
use crate::around::{Around, use_around};
use crate::draw;
use crate::icon::{Glyph, icon};
use crate::more::loose_link;
use crate::parts::{Heading, age, people_badges, problem_words};
use crate::route::{CasePlace, Route};
use crate::words::Words;
use editor::Editor;
pub use facts::fact;

/// What is asked of it.
#[derive(Properties, PartialEq)]
pub struct CaseProps {
    /// Which case, and what of it is open.
    pub place: CasePlace,
}

/// The screen.
#[component]
pub fn CaseScreen(props: &CaseProps) -> Html {
    let around = use_around();
    let answer = use_answer(Command::Case { id: props.place.case });
    html! {
        <div class="scroll">
            {back_link(&around)}
            {
                match answer.as_deref() {
                    Some(Reply::Case(case)) => open(&around, &Rc::new((**case).clone()), props.place),
                    Some(Reply::Problem { problem }) => closed(&around, problem),
                    _ => html! { <p class="unseen" role="status">{around.words.say("opening")}</p> },
                }
            }
        </div>
    }
}

/// The way back to the list, where the list is not beside it.
pub fn back_link(around: &Around) -> Html {
    let Some(back) = around.route.back() else {
        return Html::default();
    };
    html! {
        <a class="back" href={back.href()} data-test="back">{icon(Glyph::Back)}{around.words.say("back")}</a>
    }
}

/// A case or a post that cannot be shown, and why.
pub fn closed(around: &Around, problem: &Problem) -> Html {
    html! {
        <div class="empty" role="alert" data-test="problem">
            {icon(if *problem == Problem::NotHere { Glyph::Received } else { Glyph::Lock })}
            <Heading text={problem_words(&around.words, problem)} />
            if *problem == Problem::NotHere {
                <a class="second-action" href={Route::Sync.href()}>{around.words.say("sync-title")}</a>
            }
        </div>
    }
}

fn open(around: &Around, case: &Rc<CaseView>, place: CasePlace) -> Html {
    let words = &around.words;
    html! {
        <article class="case-page">
            {head(around, case)}
            if case.arriving { <p class="arriving" role="status">{icon(Glyph::Received)}{words.say("case-arriving")}</p> }
            if let Some(note) = place.note {
                <Editor key={note.to_string()} {note} {place} case={case.clone()} />
            } else if case.may_write {
                {write_button(words, place)}
            }
            {loose_link(around, case.loose)}
            {note::notes(around, case, place)}
            {facts::facts(around, case)}
            {visits::visits(around, case)}
        </article>
    }
}

fn head(around: &Around, case: &CaseView) -> Html {
    let words = &around.words;
    let subject = &case.subject;
    let name = if subject.name.is_empty() {
        case.row.title.clone()
    } else {
        subject.name.clone()
    };
    html! {
        <header class="case-head">
            <Heading text={name} test="case-title" />
            <p class="case-line">
                if !subject.name.is_empty() { <span>{&case.row.title}</span> }
                <span class="quiet">{&case.row.number}</span>
                if !subject.cpr.is_empty() { <span class="quiet">{format!("{} {}", words.say("cpr"), subject.cpr)}</span> }
            </p>
            if !case.row.address.is_empty() {
                <p class="case-address">{icon(Glyph::Place)}{&case.row.address}</p>
            }
            <p class="badges">
                {crate::cases::due_badge(words, &case.row, around.now())}
                {crate::cases::state_badge(words, &case.row)}
                {people_badges(words, subject.protected, subject.invented)}
            </p>
            {age(around, case.pulled.as_ref())}
        </header>
    }
}

/// Begins a new note: its id is drawn here, so that return is to the same note.
fn write_button(words: &Words, place: CasePlace) -> Html {
    let onclick = Callback::from(move |_| {
        go(Route::Case(CasePlace {
            note: Some(draw::note_id()),
            ..place
        }))
    });
    html! {
        <button type="button" class="main-action" {onclick} data-test="write-note">
            {icon(Glyph::Write)}{words.say("note-write")}
        </button>
    }
}

/// Goes to a place.
pub fn go(route: Route) {
    if let Some(window) = web_sys::window() {
        window
            .location()
            .set_hash(&route.to_string())
            .expect("a hash may always be set");
    }
}
