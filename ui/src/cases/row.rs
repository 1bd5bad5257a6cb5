//! A row of the list of cases.
//!
//! It cuts long words off rather than grow: every row is as high as the next, so that the list knows where it is.

use feltbog_views::{CaseRow, CaseState};
use yew::{Html, html};

use crate::around::Around;
use crate::calendar;
use crate::parts::{Tone, badge, item, people_badges};
use crate::route::{CasePlace, Route, Tab};
use crate::words::Words;

/// The row, with its place in the whole list counted from one.
pub fn row(around: &Around, row: &CaseRow, place: u32, total: u32) -> Html {
    let words = &around.words;
    let open = CasePlace {
        tab: Tab::Cases,
        case: row.id,
        visit: None,
        note: None,
    };
    let here = matches!(around.route, Route::Case(open) if open.case == row.id);
    let title = if row.subject.is_empty() {
        &row.title
    } else {
        &row.subject
    };
    let kind = if row.subject.is_empty() {
        words.named("type", &row.case_type)
    } else {
        row.title.clone()
    };
    let facts = [row.address.as_str(), kind.as_str(), row.number.as_str()];
    let line = facts
        .iter()
        .filter(|fact| !fact.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join(" · ");
    html! {
        <li key={row.id.to_string()} class="case-item" aria-posinset={place.to_string()} aria-setsize={total.to_string()}>
            <a class="row case" href={Route::Case(open).href()} aria-current={here.then_some("true")}
                data-test="case" data-id={row.id.to_string()}>
                <span class="case-top">
                    <span class="row-title">{title}</span>
                    {people_badges(words, false, row.invented)}
                </span>
                <span class="row-line quiet">{line}</span>
                <span class="badges">
                    {people_badges(words, row.protected, false)}
                    {item(around, &row.item)}
                    {due_badge(words, row, around.now())}
                    {state_badge(words, row)}
                </span>
            </a>
        </li>
    }
}

/// The step of the case in its type's own words.
pub fn state_badge(words: &Words, row: &CaseRow) -> Html {
    let tone = match row.state {
        CaseState::Open => Tone::Plain,
        CaseState::Paused => Tone::Care,
        CaseState::Closed => Tone::Good,
    };
    let state = match row.state {
        CaseState::Open => "state-open",
        CaseState::Paused => "state-paused",
        CaseState::Closed => "state-closed",
    };
    let text = if row.step.is_empty() {
        words.say(state)
    } else {
        words.named("step", &row.step)
    };
    html! { {badge(text, tone, None)} }
}

/// The deadline, and whether it has passed.
pub fn due_badge(words: &Words, row: &CaseRow, now: &feltbog_views::When) -> Html {
    let Some(due) = &row.due else { return Html::default() };
    let day = calendar::day(words, due, now);
    let (key, tone) = if row.overdue {
        ("case-overdue", Tone::Alarm)
    } else {
        ("case-due", Tone::Plain)
    };
    html! { {badge(words.say_with(key, &[("day", day.into())]), tone, None)} }
}
