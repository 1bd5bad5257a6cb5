//! The visits of a case, newest first.
//!
//! They are not links: a visit's notes stand among the notes.

use feltbog_views::CaseView;
use yew::{Html, html};

use crate::around::Around;
use crate::calendar;
use crate::today::visit_badge;

/// The visits; nothing where there are none.
pub fn visits(around: &Around, case: &CaseView) -> Html {
    let words = &around.words;
    if case.visits.is_empty() {
        return Html::default();
    }
    html! {
        <section class="visits" aria-labelledby="visits-title">
            <h2 id="visits-title">{words.say("visits")}</h2>
            <ul>
                { for case.visits.iter().map(|visit| html! {
                    <li key={visit.id.to_string()} class="visit-line">
                        <span class="visit-when">{calendar::moment(words, &visit.start, around.now())}</span>
                        <span>{&visit.title}</span>
                        {visit_badge(words, visit.state)}
                    </li>
                }) }
            </ul>
        </section>
    }
}
