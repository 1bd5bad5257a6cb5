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
use crate::around::use_around;
use crate::draw;
use crate::icon::{Glyph, Icon};
use crate::parts::{Age, Empty, Heading, people_badges, problem_words};
use crate::route::{CasePlace, Route};
use editor::Editor;
use facts::Facts;
use note::Notes;
use visits::Visits;

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
            <BackLink />
            {
                match answer.as_deref() {
                    Some(Reply::Case(case)) => html! { <Case case={Rc::new((**case).clone())} place={props.place} /> },
                    Some(Reply::Problem { problem }) => html! { <Closed problem={problem.clone()} /> },
                    _ => html! { <p class="unseen" role="status">{around.words.say("opening")}</p> },
                }
            }
        </div>
    }
}

/// The way back to the list, where the list is not beside it.
#[component]
pub fn BackLink() -> Html {
    let around = use_around();
    let Some(back) = around.route.back() else { return Html::default() };
    html! {
        <a class="back" href={back.href()} data-test="back"><Icon glyph={Glyph::Back} />{around.words.say("back")}</a>
    }
}

#[derive(Properties, PartialEq)]
struct ClosedProps {
    problem: Problem,
}

/// A case that cannot be shown, and why.
#[component]
fn Closed(props: &ClosedProps) -> Html {
    let words = use_around().words;
    html! {
        <div role="alert" data-test="problem">
            <Empty title={problem_words(&words, &props.problem)} glyph={Glyph::Lock} />
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct OpenProps {
    case: Rc<CaseView>,
    place: CasePlace,
}

#[component]
fn Case(props: &OpenProps) -> Html {
    let around = use_around();
    let words = &around.words;
    let case = &props.case;
    html! {
        <article class="case-page">
            <CaseHead case={case.clone()} />
            if case.arriving { <p class="arriving" role="status"><Icon glyph={Glyph::Received} />{words.say("case-arriving")}</p> }
            if let Some(note) = props.place.note {
                <Editor key={note.to_string()} {note} place={props.place} case={case.clone()} />
            } else if case.may_write {
                <WriteButton place={props.place} />
            }
            <Notes case={case.clone()} place={props.place} />
            <Facts case={case.clone()} />
            <Visits case={case.clone()} />
        </article>
    }
}

#[derive(Properties, PartialEq)]
struct HeadProps {
    case: Rc<CaseView>,
}

#[component]
fn CaseHead(props: &HeadProps) -> Html {
    let around = use_around();
    let words = &around.words;
    let case = &props.case;
    let subject = &case.subject;
    let name = if subject.name.is_empty() { case.row.title.clone() } else { subject.name.clone() };
    html! {
        <header class="case-head">
            <Heading text={name} test="case-title" />
            <p class="case-line">
                if !subject.name.is_empty() { <span>{&case.row.title}</span> }
                <span class="quiet">{&case.row.number}</span>
                if !subject.cpr.is_empty() { <span class="quiet">{format!("{} {}", words.say("cpr"), subject.cpr)}</span> }
            </p>
            if !case.row.address.is_empty() {
                <p class="case-address"><Icon glyph={Glyph::Place} />{&case.row.address}</p>
            }
            <p class="badges">
                {crate::cases::due_badge(words, &case.row, around.now())}
                {crate::cases::state_badge(words, &case.row)}
                {people_badges(words, subject.protected, subject.invented)}
            </p>
            <Age pulled={case.pulled} />
        </header>
    }
}

#[derive(Properties, PartialEq)]
struct WriteProps {
    place: CasePlace,
}

/// Begins a new note: its id is drawn here, so that return is to the same note.
#[component]
fn WriteButton(props: &WriteProps) -> Html {
    let words = use_around().words;
    let place = props.place;
    let onclick = Callback::from(move |_| go(Route::Case(CasePlace { note: Some(draw::note_id()), ..place })));
    html! {
        <button type="button" class="main-action" {onclick} data-test="write-note">
            <Icon glyph={Glyph::Write} />{words.say("note-write")}
        </button>
    }
}

/// Goes to a place.
fn go(route: Route) {
    if let Some(window) = web_sys::window() {
        window.location().set_hash(&route.to_string()).expect("a hash may always be set");
    }
}
