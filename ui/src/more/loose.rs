//! *Notater uden plads*: what people wrote without a right to, for their leader to place.
//!
//! It files nothing by itself: a leader copies the words, or takes them into a draft of their own in the case.

use feltbog_ids::DocId;
use feltbog_views::{Command, LooseRow, Problem, Reply};
use wasm_bindgen_futures::spawn_local;
use yew::{Callback, Html, Properties, component, html, use_memo, use_state};

use crate::answer::use_answer;
use crate::around::{Around, Word, use_around};
use crate::calendar;
use crate::case::{back_link, go};
use crate::desk;
use crate::draw;
use crate::icon::{Glyph, icon};
use crate::parts::{Heading, Tone, badge, empty, problem_note};
use crate::route::{CasePlace, Route, Tab};

/// The screen.
#[component]
pub fn LooseScreen() -> Html {
    let around = use_around();
    let words = &around.words;
    let answer = use_answer(Command::LooseNotes {});
    html! {
        <div class="scroll">
            {back_link(&around)}
            <header class="case-head"><Heading text={words.say("loose-title")} /></header>
            {
                match answer.as_deref() {
                    Some(Reply::Loose(list)) if list.rows.is_empty() => {
                        empty(words.say("loose-empty"), words.say("loose-empty-hint"), Glyph::Tick)
                    }
                    Some(Reply::Loose(list)) => all(&around, &list.rows),
                    Some(Reply::Problem { problem }) => problem_note(words, problem),
                    _ => Html::default(),
                }
            }
        </div>
    }
}

/// The way to the list, with how many there are; nothing for those who have none.
pub fn loose_link(around: &Around, count: u32) -> Html {
    if count == 0 {
        return Html::default();
    }
    let words = &around.words;
    html! {
        <a class="row link" href={Route::Loose.href()} aria-current={(around.route == Route::Loose).then_some("true")} data-test="open-loose">
            {icon(Glyph::Warning)}
            <span class="row-title">{words.say("loose-title")}<span class="count">{calendar::count(words, count)}</span></span>
            {icon(Glyph::Onward)}
        </a>
    }
}

fn all(around: &Around, rows: &[LooseRow]) -> Html {
    html! {
        <section class="panel parked" aria-label={around.words.say("loose-title")} data-test="loose">
            <p>{around.words.say("loose-lead")}</p>
            { for rows.iter().map(|row| one(around, row)) }
        </section>
    }
}

fn one(around: &Around, row: &LooseRow) -> Html {
    let words = &around.words;
    let when = |when| calendar::moment(words, when, around.now());
    let line = words.say_with(
        "loose-by",
        &[("who", who(row).into()), ("when", when(&row.written).into())],
    );
    html! {
        <article key={row.id.to_string()} class="parked-row" data-test="loose-row">
            <p class="note-head">
                if !row.finished { {badge(words.say("note-draft"), Tone::Care, Some(Glyph::Write))} }
                <strong>{line}</strong>
            </p>
            <p>{about(around, row)}</p>
            <p class="quiet">{words.say_with("loose-received", &[("when", when(&row.received).into())])}</p>
            <p class="quiet" id={format!("words-{}", row.id)}>{words.say("loose-words")}</p>
            <textarea class="parked-words" readonly=true rows="4" lang="da" autocomplete="off" aria-labelledby={format!("words-{}", row.id)}
                value={row.words.clone()} data-test="loose-words" />
            if !row.is_whole { <p class="arriving" role="status">{icon(Glyph::Received)}{words.say("loose-arriving")}</p> }
            <Deeds row={row.clone()} />
        </article>
    }
}

fn who(row: &LooseRow) -> String {
    if row.title.is_empty() {
        row.by.clone()
    } else {
        format!("{}, {}", row.by, row.title)
    }
}

fn about(around: &Around, row: &LooseRow) -> Html {
    let words = &around.words;
    let Some(case) = row.case else {
        return html! { {words.say("loose-about-unknown")} };
    };
    let text = words.say_with("loose-about", &[("name", row.subject.clone().into())]);
    html! { <a href={Route::Case(place_of(case, None)).href()}>{text}</a> }
}

fn place_of(case: DocId, note: Option<DocId>) -> CasePlace {
    CasePlace {
        tab: Tab::Cases,
        case,
        visit: None,
        note,
    }
}

#[derive(Properties, PartialEq)]
struct DeedsProps {
    row: LooseRow,
}

/// What a leader can do with one. The ids are drawn once, so that a second press does nothing twice.
#[component]
fn Deeds(props: &DeedsProps) -> Html {
    let around = use_around();
    let words = around.words.clone();
    let problem = use_state(|| None::<Problem>);
    let drawn = use_memo(props.row.id, |_| {
        (draw::command_id(), draw::command_id(), draw::note_id())
    });
    let (kept, settled, note) = *drawn;
    let settle = Command::SettleLoose {
        id: settled,
        note: props.row.id,
    };
    let does = |commands: Vec<Command>, then: Option<Route>| {
        let (around, problem) = (around.clone(), problem.setter());
        Callback::from(move |_| {
            let (around, problem, commands) = (around.clone(), problem.clone(), commands.clone());
            spawn_local(async move {
                let stood = carry(&around, commands).await;
                let route = then.filter(|_| stood.is_none());
                problem.set(stood);
                around.tell.emit(Word::Changed);
                if let Some(route) = route {
                    go(route);
                }
            });
        })
    };
    let place = props.row.case.filter(|_| props.row.is_whole);
    let as_note = place.map(|case| {
        let keep = Command::KeepDraft {
            id: kept,
            note,
            case,
            visit: None,
            heads: Vec::new(),
            before: String::new(),
            after: as_note(&around, &props.row),
        };
        does(
            vec![keep, settle.clone()],
            Some(Route::Case(place_of(case, Some(note)))),
        )
    });
    html! {
        <div class="dismiss">
            if let Some(problem) = (*problem).clone() { {problem_note(&words, &problem)} }
            if let Some(onclick) = as_note {
                <button type="button" class="main-action" {onclick} data-test="loose-as-note">{icon(Glyph::Write)}{words.say("loose-as-note")}</button>
            }
            <button type="button" class="second-action" onclick={does(vec![settle], None)} data-test="loose-settle">{words.say("loose-settle")}</button>
        </div>
    }
}

/// The words as a draft says whose they are.
fn as_note(around: &Around, row: &LooseRow) -> String {
    let when = calendar::moment(&around.words, &row.written, around.now());
    let head = around
        .words
        .say_with("loose-note-head", &[("who", who(row).into()), ("when", when.into())]);
    format!("{head}\n{}", row.words)
}

/// One after the other, until one cannot be done: what stood in its way.
async fn carry(around: &Around, commands: Vec<Command>) -> Option<Problem> {
    for command in commands {
        match desk::ask(&command).await {
            Ok(Reply::Problem { problem }) => return Some(problem),
            Ok(_) => {}
            Err(desk::Unheard) => {
                around.tell.emit(Word::Unheard);
                return Some(Problem::Unexpected);
            }
        }
    }
    None
}
