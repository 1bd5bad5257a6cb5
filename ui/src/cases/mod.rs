//! The list of cases: search, filters, order, and a stretch of at most sixty rows of however many there are.
//!
//! It opens no case: a row is a link.

mod filters;
mod row;
mod scroller;

use feltbog_views::{CaseFilter, CaseListView, CaseSort, Command, Reply};
use gloo_timers::callback::Timeout;
use web_sys::HtmlInputElement;
use yew::{Callback, Html, InputEvent, TargetCast, component, html, use_mut_ref, use_state_eq};

use crate::answer::use_answer;
use crate::around::{Around, use_around};
use crate::calendar;
use crate::icon::{Glyph, icon};
use crate::parts::{Heading, age, empty, problem_note, shift_ended};
use crate::stretch;
pub use row::{due_badge, state_badge};
use scroller::Scroller;

/// Rest after the last keystroke before a search is made.
const REST_MS: u32 = 150;

/// What is looked for.
#[derive(Clone, Default, PartialEq)]
pub struct Wanted {
    query: String,
    filter: CaseFilter,
    sort: CaseSort,
}

/// The screen.
#[component]
pub fn CasesScreen() -> Html {
    let around = use_around();
    let words = &around.words;
    let wanted = use_state_eq(Wanted::default);
    let offset = use_state_eq(|| 0_u32);
    let answer = use_answer(Command::Cases {
        query: wanted.query.clone(),
        filter: wanted.filter.clone(),
        sort: wanted.sort,
        offset: *offset,
        limit: stretch::MOST,
    });
    let change = {
        let (wanted, offset) = (wanted.clone(), offset.clone());
        Callback::from(move |next: Wanted| {
            offset.set(0);
            wanted.set(next);
        })
    };
    let ask_from = Callback::from(move |from| offset.set(from));
    let list = match answer.as_deref() {
        Some(Reply::Cases(list)) => Some(list),
        _ => None,
    };
    let types = list.map_or(&[][..], |list| &list.types);
    html! {
        <div class="cases">
            <header class="pane-head">
                <Heading text={words.say(noun(list, &wanted))} />
                <SearchField wanted={(*wanted).clone()} change={change.clone()} />
                {filters::filters(words, &wanted, types, &change)}
                if let Some(list) = list { {total(&around, list)} }
            </header>
            if let Some(Reply::Problem { problem }) = answer.as_deref() { {problem_note(words, problem)} }
            if let Some(list) = list { {rows(&around, &wanted, list, ask_from)} }
        </div>
    }
}

fn rows(around: &Around, wanted: &Wanted, list: &CaseListView, ask_from: Callback<u32>) -> Html {
    if list.total == 0 {
        return nothing(around, wanted);
    }
    // Another search begins at the top, so it is another list.
    let key = format!("{:?}", (&wanted.query, &wanted.filter, wanted.sort));
    html! { <Scroller {key} list={list.clone()} {ask_from} /> }
}

/// The noun of the tab: that of the type when all are of one type, else *Sager*.
fn noun(list: Option<&CaseListView>, wanted: &Wanted) -> &'static str {
    let only = list.and_then(|list| match &list.types[..] {
        [only] => Some(only.case_type.as_str()),
        _ => None,
    });
    match wanted.filter.case_type.as_deref().or(only) {
        Some("helhedspleje") => "noun-citizens",
        _ => "noun-cases",
    }
}

fn nothing(around: &Around, wanted: &Wanted) -> Html {
    let words = &around.words;
    let narrowed = !wanted.query.is_empty() || wanted.filter != CaseFilter::default();
    let (title, hint) = if narrowed {
        ("cases-none-found", "cases-none-found-hint")
    } else {
        ("cases-empty", "cases-empty-hint")
    };
    html! { <>{shift_ended(around)}{empty(words.say(title), words.say(hint), Glyph::Cases)}</> }
}

/// How many there are, and how old that is.
fn total(around: &Around, list: &CaseListView) -> Html {
    let words = &around.words;
    let count = calendar::count(words, list.total);
    html! {
        <div class="total-line">
            <p class="total" role="status" data-test="total" data-total={list.total.to_string()}>
                {words.say_with("cases-total", &[("n", list.total.into()), ("count", count.into())])}
            </p>
            {age(around, list.pulled.as_ref())}
            if list.unindexed > 0 {
                <p class="age">{words.say_with("cases-unindexed", &[("count", calendar::count(words, list.unindexed).into())])}</p>
            }
        </div>
    }
}

#[derive(yew::Properties, PartialEq)]
struct SearchProps {
    wanted: Wanted,
    change: Callback<Wanted>,
}

#[component]
fn SearchField(props: &SearchProps) -> Html {
    let words = use_around().words;
    let text = use_state_eq(|| props.wanted.query.clone());
    let rest = use_mut_ref(|| None::<Timeout>);
    let oninput = {
        let (wanted, change, text) = (props.wanted.clone(), props.change.clone(), text.clone());
        Callback::from(move |event: InputEvent| {
            let query = event.target_unchecked_into::<HtmlInputElement>().value();
            text.set(query.clone());
            let (next, change) = (
                Wanted {
                    query,
                    ..wanted.clone()
                },
                change.clone(),
            );
            rest.replace(Some(Timeout::new(REST_MS, move || change.emit(next))));
        })
    };
    html! {
        <div class="search">
            {icon(Glyph::Search)}
            <input type="search" aria-label={words.say("cases-search")} placeholder={words.say("cases-search")}
                autocomplete="off" spellcheck="false" value={(*text).clone()} {oninput} data-test="search" />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use feltbog_views::ShiftEndedView;

    use super::{Wanted, nothing};
    use crate::samples::{at, calm, markup};

    #[tokio::test]
    async fn an_empty_list_after_a_shift_says_why_it_is_empty() {
        let mut around = calm();
        around.status.shift_ended = Some(ShiftEndedView {
            at: at(23, 0),
            waiting: 0,
        });
        let markup = markup(nothing(&around, &Wanted::default())).await;
        assert!(markup.contains("Din vagt sluttede kl. 23.00."), "{markup}");
    }
}
