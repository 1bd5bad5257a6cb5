//! What this device holds, in numbers.
//!
//! It counts what is here, not what exists.

use feltbog_views::CountsView;
use yew::{Html, Properties, component, html};

use crate::around::use_around;
use crate::calendar;

/// What is asked of it.
#[derive(Properties, PartialEq)]
pub struct CountsProps {
    /// The numbers.
    pub counts: CountsView,
}

/// Four numbers with their words.
#[component]
pub fn Counts(props: &CountsProps) -> Html {
    let around = use_around();
    let words = &around.words;
    let counts = &props.counts;
    let rows = [
        ("noun-cases", counts.cases),
        ("visits", counts.visits),
        ("notes", counts.notes),
        ("tab-news", counts.posts),
    ];
    html! {
        <section class="panel" aria-labelledby="counts-title">
            <h2 id="counts-title">{words.say_with("sync-counts", &[("shape", around.shape().into())])}</h2>
            <dl class="counts">
                { for rows.iter().map(|(name, count)| html! {
                    <div class="fact"><dt>{words.say(name)}</dt><dd>{calendar::count(words, *count)}</dd></div>
                }) }
            </dl>
        </section>
    }
}
