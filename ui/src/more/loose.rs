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
            {answered(&around, answer.as_deref())}
        </div>
    }
}

fn answered(around: &Around, answer: Option<&Reply>) -> Html {
    let words = &around.words;
    match answer {
        Some(Reply::Loose(list)) if list.rows.is_empty() => {
            empty(words.say("loose-empty"), words.say("loose-empty-hint"), Glyph::Tick)
        }
        Some(Reply::Loose(list)) => all(around, &list.rows),
        Some(Reply::Problem { problem }) => problem_note(words, problem),
        _ => Html::default(),
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

#[cfg(test)]
mod tests {
    use feltbog_views::{Language, LooseListView, LooseRow, Problem, Reply};

    use super::{answered, as_note, loose_link};
    use crate::samples::{at, calm, doc, inside, markup};
    use crate::words::Words;

    fn row() -> LooseRow {
        LooseRow {
            id: doc(7),
            by: "Oliver Purløg".into(),
            title: "vikar".into(),
            written: at(9, 40),
            received: at(13, 5),
            case: Some(doc(2)),
            subject: "Svend Isfugl".into(),
            words: "Ingen åbner. Naboen har nøgle.".into(),
            is_whole: true,
            finished: true,
        }
    }

    async fn drawn(rows: Vec<LooseRow>) -> String {
        let reply = Reply::Loose(LooseListView { rows });
        inside(calm(), answered(&calm(), Some(&reply))).await
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_leader_reads_who_wrote_what_when_and_about_whom_and_takes_it_into_the_case() {
        let drawn = drawn(vec![row()]).await;
        assert!(drawn.contains("Oliver Purløg, vikar · skrevet kl. 09.40"), "{drawn}");
        assert!(
            drawn.contains("Modtaget kl. 13.05") && drawn.contains("Om Svend Isfugl"),
            "{drawn}"
        );
        assert!(drawn.contains("Ingen åbner. Naboen har nøgle."), "{drawn}");
        assert!(drawn.contains("data-test=\"loose-as-note\""), "{drawn}");
        assert!(drawn.contains("data-test=\"loose-settle\""), "{drawn}");
        assert!(!drawn.contains("Kladde") && !drawn.contains("på vej"), "{drawn}");
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_draft_is_called_one() {
        let row = LooseRow {
            finished: false,
            ..row()
        };
        let drawn = drawn(vec![row]).await;
        assert!(drawn.contains("Kladde"), "{drawn}");
    }

    #[tokio::test(flavor = "current_thread")]
    async fn words_that_have_not_all_arrived_are_not_taken_into_the_case() {
        let row = LooseRow {
            is_whole: false,
            ..row()
        };
        let drawn = drawn(vec![row]).await;
        assert!(drawn.contains("Resten af ordene er på vej."), "{drawn}");
        assert!(
            !drawn.contains("loose-as-note") && drawn.contains("loose-settle"),
            "{drawn}"
        );
    }

    #[tokio::test(flavor = "current_thread")]
    async fn words_about_a_case_that_is_not_here_are_read_and_dealt_with_without_it() {
        let row = LooseRow {
            case: None,
            subject: String::new(),
            ..row()
        };
        let drawn = drawn(vec![row]).await;
        assert!(drawn.contains("Sagen kendes ikke her."), "{drawn}");
        assert!(
            !drawn.contains("loose-as-note") && drawn.contains("loose-settle"),
            "{drawn}"
        );
    }

    #[test]
    fn a_note_made_of_them_says_whose_words_they_are() {
        let note = as_note(&calm(), &row());
        let (head, words) = note.split_once('\n').unwrap_or_default();
        assert!(head.starts_with("Skrevet af Oliver Purløg, vikar kl. "), "{head}");
        assert!(head.ends_with("uden adgang til sagen:"), "{head}");
        assert_eq!(words, "Ingen åbner. Naboen har nøgle.");
        let nameless = LooseRow {
            title: String::new(),
            ..row()
        };
        assert!(as_note(&calm(), &nameless).starts_with("Skrevet af Oliver Purløg kl. "));
    }

    #[tokio::test(flavor = "current_thread")]
    async fn an_empty_list_and_what_stood_in_the_way_are_said_in_both_languages() {
        for language in [Language::Da, Language::En] {
            let mut around = calm();
            around.words = Words::of(language);
            let none = answered(&around, Some(&Reply::Loose(LooseListView::default())));
            let none = markup(none).await;
            assert!(none.contains(&around.words.say("loose-empty")), "{none}");
            let refused = Reply::Problem {
                problem: Problem::Locked,
            };
            let refused = markup(answered(&around, Some(&refused))).await;
            assert!(refused.contains(&around.words.say("problem-locked")), "{refused}");
        }
    }

    #[tokio::test(flavor = "current_thread")]
    async fn the_way_there_is_shown_to_those_alone_who_have_any() {
        let some = markup(loose_link(&calm(), 1_200)).await;
        assert!(some.contains("Notater uden plads") && some.contains("1.200"), "{some}");
        assert_eq!(markup(loose_link(&calm(), 0)).await, "");
    }
}
