//! What this device holds, in numbers.
//!
//! It counts what is here, not what exists.

use feltbog_views::CountsView;
use yew::{Html, html};

use crate::around::Around;
use crate::calendar;
use crate::case::fact;

/// Four numbers with their words.
pub fn counts(around: &Around, counts: &CountsView) -> Html {
    let words = &around.words;
    let rows = [
        ("noun-cases", counts.cases),
        ("visits", counts.visits),
        ("notes", counts.notes),
        ("tab-news", counts.posts),
    ];
    html! {
        <section class="panel" aria-labelledby="counts-title">
            <h2 id="counts-title">{words.say("sync-counts")}</h2>
            <dl class="counts">
                { for rows.iter().map(|(name, count)| fact(words.say(name), calendar::count(words, *count))) }
            </dl>
        </section>
    }
}
