//! The visits of a case, newest first.
//!
//! They are not links: a visit's notes stand among the notes.

use std::rc::Rc;

use feltbog_views::CaseView;
use yew::{Html, Properties, component, html};

use crate::around::use_around;
use crate::calendar;
use crate::today::visit_badge;

/// What is asked of it.
#[derive(Properties, PartialEq)]
pub struct VisitsProps {
    /// The case.
    pub case: Rc<CaseView>,
}

/// The visits; nothing where there are none.
#[component]
pub fn Visits(props: &VisitsProps) -> Html {
    let around = use_around();
    let words = &around.words;
    if props.case.visits.is_empty() {
        return Html::default();
    }
    html! {
        <section class="visits" aria-labelledby="visits-title">
            <h2 id="visits-title">{words.say("visits")}</h2>
            <ul>
                { for props.case.visits.iter().map(|visit| html! {
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
