//! A row of the list of cases.
//!
//! It cuts long words off rather than grow: every row is as high as the next, so that the list knows where it is.

use feltbog_views::{CaseRow, CaseState};
use yew::{Html, Properties, component, html};

use crate::around::use_around;
use crate::calendar;
use crate::parts::{Badge, Item, Tone, people_badges};
use crate::route::{CasePlace, Route, Tab};
use crate::words::Words;

/// What is asked of it.
#[derive(Properties, PartialEq)]
pub struct RowProps {
    /// The facts.
    pub row: CaseRow,
    /// Its place in the whole list, from one.
    pub place: u32,
    /// How many there are in all.
    pub total: u32,
}

/// The row.
#[component]
pub fn Row(props: &RowProps) -> Html {
    let around = use_around();
    let words = &around.words;
    let row = &props.row;
    let place = CasePlace { tab: Tab::Cases, case: row.id, visit: None, note: None };
    let here = matches!(around.route, Route::Case(open) if open.case == row.id);
    let title = if row.subject.is_empty() { &row.title } else { &row.subject };
    let line = if row.subject.is_empty() { words.named("type", &row.case_type) } else { row.title.clone() };
    html! {
        <li class="case-item" aria-posinset={props.place.to_string()} aria-setsize={props.total.to_string()}>
            <a class="row case" href={Route::Case(place).href()} aria-current={here.then_some("true")}
                data-test="case" data-id={row.id.to_string()}>
                <span class="case-top">
                    <span class="row-title">{title}</span>
                    <span class="row-number">{&row.number}</span>
                </span>
                <span class="row-line quiet">{if row.address.is_empty() { line } else { format!("{line} · {}", row.address) }}</span>
                <span class="badges">
                    {due_badge(words, row, around.now())}
                    {state_badge(words, row)}
                    {people_badges(words, row.protected, row.invented)}
                    <Item state={row.item} />
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
    let text = if row.step.is_empty() { words.say(state) } else { words.named("step", &row.step) };
    html! { <Badge {text} {tone} /> }
}

/// The deadline, and whether it has passed.
pub fn due_badge(words: &Words, row: &CaseRow, now: &feltbog_views::When) -> Html {
    let Some(due) = &row.due else { return Html::default() };
    let day = calendar::day(words, due, now);
    let (key, tone) = if row.overdue { ("case-overdue", Tone::Alarm) } else { ("case-due", Tone::Plain) };
    html! { <Badge text={words.say_with(key, &[("day", day.into())])} {tone} /> }
}
