//! *I dag*: the day's visits in order of time, how old the plan is, and the news that need reading.
//!
//! It starts and ends no visit: that is not in this version.

use feltbog_views::{Command, NewsRow, Reply, TaskRow, TodayView, VisitRow, VisitState};
use yew::{Html, component, html};

use crate::answer::use_answer;
use crate::around::{Around, use_around};
use crate::calendar;
use crate::icon::{Glyph, icon};
use crate::parts::{Heading, Tone, age, badge, empty, item, people_badges, problem_note, shift_ended};
use crate::route::{CasePlace, Route, Tab};
use crate::words::Words;

/// The screen.
#[component]
pub fn TodayScreen() -> Html {
    let around = use_around();
    let answer = use_answer(Command::Today { day: None });
    match answer.as_deref() {
        Some(Reply::Today(today)) => day(&around, today),
        Some(Reply::Problem { problem }) => problem_note(&around.words, problem),
        _ => html! { <Heading text={around.words.say("tab-today")} /> },
    }
}

fn day(around: &Around, today: &TodayView) -> Html {
    let words = &around.words;
    html! {
        <div class="scroll">
            <header class="pane-head">
                <Heading text={words.say("tab-today")} />
                <p class="pane-day">{calendar::long_day(words, &today.day)}</p>
                {age(around, today.pulled.as_ref())}
            </header>
            {shift_ended(around)}
            { for today.news.iter().map(|row| strip(words, row)) }
            if today.visits.is_empty() {
                {empty(words.say("today-empty"), words.say("today-empty-hint"), Glyph::Today)}
            } else {
                <ul class="rows" aria-label={words.say("today-visits")}>
                    { for today.visits.iter().map(|visit| visit_row(around, visit)) }
                </ul>
            }
        </div>
    }
}

/// A title that leads to its post.
fn strip(words: &Words, row: &NewsRow) -> Html {
    html! {
        <a class={yew::classes!("strip", row.urgent.then_some("urgent"))} href={Route::Post(row.id).href()} data-test="news-strip">
            {icon(if row.urgent { Glyph::Warning } else { Glyph::News })}
            <span class="strip-words">
                <span class="strip-kind">{words.say(if row.urgent { "news-urgent" } else { "news-unread" })}</span>
                <span class="strip-title">{&row.title}</span>
            </span>
            {icon(Glyph::Onward)}
        </a>
    }
}

fn visit_row(around: &Around, visit: &VisitRow) -> Html {
    let words = &around.words;
    let place = CasePlace {
        tab: Tab::Today,
        case: visit.case,
        visit: Some(visit.id),
        note: None,
    };
    let here = matches!(around.route, Route::Case(open) if open.visit == Some(visit.id));
    let over = !matches!(visit.state, VisitState::Planned | VisitState::Unknown);
    html! {
        <li key={visit.id.to_string()}>
            <a class={yew::classes!("row", "visit", over.then_some("over"))} href={Route::Case(place).href()}
                aria-current={here.then_some("true")} data-test="visit" data-id={visit.id.to_string()}>
                <span class="visit-time">
                    <span class="visit-start">{calendar::clock(words, &visit.start)}</span>
                    <span class="visit-length">{words.say_with("minutes", &[("n", visit.minutes.into())])}</span>
                </span>
                <span class="visit-body">
                    <span class="row-title">{&visit.subject}</span>
                    <span class="row-line">{&visit.title}</span>
                    if !visit.address.is_empty() { <span class="row-line quiet">{icon(Glyph::Place)}{&visit.address}</span> }
                    if !visit.with.is_empty() {
                        <span class="row-line">{icon(Glyph::Together)}
                            {words.say_with("visit-with", &[("names", visit.with.join(", ").into())])}</span>
                    }
                    { for visit.tasks.iter().map(|row| task(words, row)) }
                    <span class="badges">
                        {visit_badge(words, visit.state)}
                        {people_badges(words, visit.protected, visit.invented)}
                        if visit.notes > 0 {
                            {badge(words.say_with("visit-notes", &[("n", visit.notes.into())]), Tone::Plain, Some(Glyph::Write))}
                        }
                        {item(around, &visit.item)}
                    </span>
                </span>
            </a>
        </li>
    }
}

fn task(words: &Words, task: &TaskRow) -> Html {
    html! {
        <span class={yew::classes!("task", task.done.then_some("done"))}>
            {icon(if task.done { Glyph::Done } else { Glyph::Open })}
            <span>{&task.title}</span>
            if task.done { <span class="unseen">{words.say("task-done")}</span> }
        </span>
    }
}

/// The word for how a visit stands; none while it is only planned.
pub fn visit_badge(words: &Words, state: VisitState) -> Html {
    let (key, tone) = match state {
        VisitState::Planned => return Html::default(),
        VisitState::Done => ("visit-done", Tone::Good),
        VisitState::Partly => ("visit-partly", Tone::Care),
        VisitState::CancelledByCitizen => ("visit-cancelled-by-citizen", Tone::Plain),
        VisitState::CancelledByUs => ("visit-cancelled-by-us", Tone::Plain),
        VisitState::Moved => ("visit-moved", Tone::Care),
        VisitState::NoAnswer => ("visit-no-answer", Tone::Alarm),
        VisitState::Unknown => ("visit-unknown", Tone::Plain),
    };
    html! { {badge(words.say(key), tone, None)} }
}

#[cfg(test)]
mod tests {
    use feltbog_views::{ShiftEndedView, TodayView};

    use super::day;
    use crate::samples::{at, calm, markup, visit};

    #[tokio::test]
    async fn a_visit_shows_who_where_with_whom_and_where_the_words_are() {
        let today = TodayView {
            day: at(0, 0),
            pulled: Some(at(13, 40)),
            visits: vec![visit()],
            news: Vec::new(),
        };
        let markup = markup(day(&calm(), &today)).await;
        for words in [
            "09.40",
            "Ellen Gærdesmutte",
            "Beskyttet adresse",
            "Opdigtet",
            "Sammen med Yusuf Løvstikke",
            "Delvist udført",
            "2 notater",
            "Gemt på tabletten",
            "Senest hentet kl. 13.40",
        ] {
            assert!(markup.contains(words), "{words} is missing in {markup}");
        }
    }

    #[tokio::test]
    async fn an_empty_day_after_a_shift_says_why_it_is_empty() {
        let today = TodayView {
            day: at(0, 0),
            pulled: Some(at(13, 40)),
            visits: Vec::new(),
            news: Vec::new(),
        };
        let mut around = calm();
        around.status.shift_ended = Some(ShiftEndedView {
            at: at(13, 45),
            waiting: 0,
        });
        let markup = markup(day(&around, &today)).await;
        assert!(markup.contains("Din vagt sluttede kl. 13.45."), "{markup}");
    }

    #[tokio::test]
    async fn an_empty_day_says_so_and_still_how_old_it_is() {
        let today = TodayView {
            day: at(0, 0),
            pulled: None,
            visits: Vec::new(),
            news: Vec::new(),
        };
        let markup = markup(day(&calm(), &today)).await;
        assert!(
            markup.contains("Ingen flere besøg i dag.") && markup.contains("Ikke hentet endnu"),
            "{markup}"
        );
    }
}
