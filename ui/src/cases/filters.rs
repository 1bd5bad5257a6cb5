//! Which cases, and in which order. Plain selects and switches, for keyboard and readers alike.
//!
//! It filters nothing itself.

use feltbog_views::{CaseFilter, CaseSort, Show, TypeCount};
use web_sys::{Event, HtmlInputElement};
use yew::{Callback, Html, TargetCast, html};

use super::Wanted;
use crate::calendar;
use crate::words::Words;

/// The filters, from what is looked for now; `change` is called with what is looked for next.
pub fn filters(words: &Words, wanted: &Wanted, types: &[TypeCount], change: &Callback<Wanted>) -> Html {
    let toggle = |test: &'static str, on: bool, set: fn(&mut CaseFilter)| {
        let (wanted, change) = (wanted.clone(), change.clone());
        let onclick = Callback::from(move |_| {
            let mut next = wanted.clone();
            set(&mut next.filter);
            change.emit(next);
        });
        html! {
            <button type="button" class="toggle" aria-pressed={on.to_string()} {onclick} data-test={test}>{words.say(test)}</button>
        }
    };
    html! {
        <div class="filters">
            {toggle("filter-mine", wanted.filter.mine, |filter| filter.mine = !filter.mine)}
            {toggle("filter-overdue", wanted.filter.overdue, |filter| filter.overdue = !filter.overdue)}
            {show_select(words, wanted, change)}
            {type_select(words, wanted, types, change)}
            {sort_select(words, wanted, change)}
        </div>
    }
}

/// One choice of a select.
struct Choice {
    value: String,
    words: String,
    chosen: bool,
}

/// A select that calls `change` with what `set` makes of the chosen value.
fn select(
    words: &Words,
    test: &'static str,
    choices: Vec<Choice>,
    now: (&Wanted, &Callback<Wanted>),
    set: fn(&mut Wanted, String),
) -> Html {
    let (wanted, change) = (now.0.clone(), now.1.clone());
    let onchange = Callback::from(move |event: Event| {
        let mut next = wanted.clone();
        // A select and an input carry their value alike.
        set(&mut next, event.target_unchecked_into::<HtmlInputElement>().value());
        change.emit(next);
    });
    html! {
        <select aria-label={words.say(test)} {onchange} data-test={test}>
            { for choices.into_iter().map(|choice| html! {
                <option value={choice.value} selected={choice.chosen}>{choice.words}</option>
            }) }
        </select>
    }
}

fn show_select(words: &Words, wanted: &Wanted, change: &Callback<Wanted>) -> Html {
    let choice = |value: &str, key: &str, show: Show| Choice {
        value: value.to_owned(),
        words: words.say(key),
        chosen: wanted.filter.show == show,
    };
    let choices = vec![
        choice("open", "show-open", Show::Open),
        choice("closed", "show-closed", Show::Closed),
        choice("all", "show-all", Show::All),
    ];
    select(words, "filter-show", choices, (wanted, change), |wanted, value| {
        wanted.filter.show = match value.as_str() {
            "closed" => Show::Closed,
            "all" => Show::All,
            _ => Show::Open,
        };
    })
}

fn type_select(words: &Words, wanted: &Wanted, types: &[TypeCount], change: &Callback<Wanted>) -> Html {
    let now = wanted.filter.case_type.as_ref();
    let mut choices = vec![Choice {
        value: String::new(),
        words: words.say("filter-all-types"),
        chosen: now.is_none(),
    }];
    choices.extend(types.iter().map(|row| Choice {
        value: row.case_type.clone(),
        words: format!(
            "{} ({})",
            words.named("type", &row.case_type),
            calendar::count(words, row.count)
        ),
        chosen: now == Some(&row.case_type),
    }));
    select(words, "filter-type", choices, (wanted, change), |wanted, value| {
        wanted.filter.case_type = Some(value).filter(|value| !value.is_empty());
    })
}

fn sort_select(words: &Words, wanted: &Wanted, change: &Callback<Wanted>) -> Html {
    let choice = |value: &str, key: &str, sort: CaseSort| Choice {
        value: value.to_owned(),
        words: words.say(key),
        chosen: wanted.sort == sort,
    };
    let choices = vec![
        choice("deadline", "sort-deadline", CaseSort::Deadline),
        choice("subject", "sort-subject", CaseSort::Subject),
        choice("number", "sort-number", CaseSort::Number),
        choice("changed", "sort-changed", CaseSort::Changed),
    ];
    select(words, "sort", choices, (wanted, change), |wanted, value| {
        wanted.sort = match value.as_str() {
            "subject" => CaseSort::Subject,
            "number" => CaseSort::Number,
            "changed" => CaseSort::Changed,
            _ => CaseSort::Deadline,
        };
    })
}
