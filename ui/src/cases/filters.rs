//! Which cases, and in which order. Plain selects and switches, for keyboard and readers alike.
//!
//! It filters nothing itself.

use feltbog_views::{CaseFilter, CaseSort, Show, TypeCount};
use web_sys::{Event, HtmlInputElement};
use yew::{Callback, Html, Properties, TargetCast, component, html};

use super::Wanted;
use crate::around::use_around;
use crate::calendar;

/// What is asked of it.
#[derive(Properties, PartialEq)]
pub struct FilterProps {
    /// What is looked for now.
    pub wanted: Wanted,
    /// Types on this device.
    pub types: Vec<TypeCount>,
    /// Called with what is looked for next.
    pub change: Callback<Wanted>,
}

/// The row of filters.
#[component]
pub fn Filters(props: &FilterProps) -> Html {
    let words = use_around().words;
    let filter = &props.wanted.filter;
    let toggle = |set: fn(&mut CaseFilter)| {
        let (wanted, change) = (props.wanted.clone(), props.change.clone());
        Callback::from(move |_| {
            let mut next = wanted.clone();
            set(&mut next.filter);
            change.emit(next);
        })
    };
    let mine = toggle(|filter| filter.mine = !filter.mine);
    let overdue = toggle(|filter| filter.overdue = !filter.overdue);
    html! {
        <div class="filters">
            <button type="button" class="toggle" aria-pressed={filter.mine.to_string()} onclick={mine} data-test="filter-mine">
                {words.say("filter-mine")}</button>
            <button type="button" class="toggle" aria-pressed={filter.overdue.to_string()} onclick={overdue} data-test="filter-overdue">
                {words.say("filter-overdue")}</button>
            <ShowSelect ..choice(props) />
            <TypeSelect ..choice(props) />
            <SortSelect ..choice(props) />
        </div>
    }
}

fn choice(props: &FilterProps) -> FilterProps {
    FilterProps { wanted: props.wanted.clone(), types: props.types.clone(), change: props.change.clone() }
}

/// Calls `change` with what `set` makes of the chosen value.
fn chosen(props: &FilterProps, set: fn(&mut Wanted, String)) -> Callback<Event> {
    let (wanted, change) = (props.wanted.clone(), props.change.clone());
    Callback::from(move |event: Event| {
        let mut next = wanted.clone();
        // A select and an input carry their value alike.
        set(&mut next, event.target_unchecked_into::<HtmlInputElement>().value());
        change.emit(next);
    })
}

#[component]
fn ShowSelect(props: &FilterProps) -> Html {
    let words = use_around().words;
    let now = props.wanted.filter.show;
    let onchange = chosen(props, |wanted, value| {
        wanted.filter.show = match value.as_str() {
            "closed" => Show::Closed,
            "all" => Show::All,
            _ => Show::Open,
        };
    });
    html! {
        <select aria-label={words.say("filter-show")} {onchange} data-test="filter-show">
            <option value="open" selected={now == Show::Open}>{words.say("show-open")}</option>
            <option value="closed" selected={now == Show::Closed}>{words.say("show-closed")}</option>
            <option value="all" selected={now == Show::All}>{words.say("show-all")}</option>
        </select>
    }
}

#[component]
fn TypeSelect(props: &FilterProps) -> Html {
    let words = use_around().words;
    let now = props.wanted.filter.case_type.clone();
    let onchange = chosen(props, |wanted, value| {
        wanted.filter.case_type = Some(value).filter(|value| !value.is_empty());
    });
    html! {
        <select aria-label={words.say("filter-type")} {onchange} data-test="filter-type">
            <option value="" selected={now.is_none()}>{words.say("filter-all-types")}</option>
            { for props.types.iter().map(|row| html! {
                <option value={row.case_type.clone()} selected={now.as_ref() == Some(&row.case_type)}>
                    {format!("{} ({})", words.named("type", &row.case_type), calendar::count(&words, row.count))}
                </option>
            }) }
        </select>
    }
}

#[component]
fn SortSelect(props: &FilterProps) -> Html {
    let words = use_around().words;
    let now = props.wanted.sort;
    let onchange = chosen(props, |wanted, value| {
        wanted.sort = match value.as_str() {
            "subject" => CaseSort::Subject,
            "number" => CaseSort::Number,
            "changed" => CaseSort::Changed,
            _ => CaseSort::Deadline,
        };
    });
    html! {
        <select aria-label={words.say("sort")} {onchange} data-test="sort">
            <option value="deadline" selected={now == CaseSort::Deadline}>{words.say("sort-deadline")}</option>
            <option value="subject" selected={now == CaseSort::Subject}>{words.say("sort-subject")}</option>
            <option value="number" selected={now == CaseSort::Number}>{words.say("sort-number")}</option>
            <option value="changed" selected={now == CaseSort::Changed}>{words.say("sort-changed")}</option>
        </select>
    }
}
