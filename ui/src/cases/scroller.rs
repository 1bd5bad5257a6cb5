//! A native scrolling list that holds sixty rows at most: spacers stand for the rest.
//!
//! Heights are set on the elements themselves, since the content security policy forbids style attributes.

use feltbog_views::CaseListView;
use web_sys::HtmlElement;
use yew::{Callback, Html, NodeRef, Properties, component, hook, html, use_callback, use_effect, use_node_ref};

use super::row::row;
use crate::around::use_around;
use crate::stretch;

/// Height of a row before the first one could be measured, in CSS pixels.
const ROW_GUESS: f64 = 104.0;

/// What is asked of it.
#[derive(Properties, PartialEq)]
pub struct ScrollerProps {
    /// The stretch at hand.
    pub list: CaseListView,
    /// Called with the first row of the stretch needed next.
    pub ask_from: Callback<u32>,
}

/// The list.
#[component]
pub fn Scroller(props: &ScrollerProps) -> Html {
    let (scroller, above, below) = (use_node_ref(), use_node_ref(), use_node_ref());
    let around = use_around();
    let list = &props.list;
    let held = u32::try_from(list.rows.len()).unwrap_or(u32::MAX);
    use_spacers(&scroller, &above, &below, list);
    let onscroll = use_callback(
        (list.offset, held, list.total, scroller.clone(), props.ask_from.clone()),
        |_, (offset, held, total, scroller, ask_from)| {
            let Some(element) = scroller.cast::<HtmlElement>() else {
                return;
            };
            let row = row_height(&element);
            let first = rows_in(f64::from(element.scroll_top()), row);
            let shown = rows_in(f64::from(element.client_height()), row) + 1;
            if stretch::runs_out(first, shown, *offset, *held, *total) {
                ask_from.emit(stretch::first_to_ask(first, *total));
            }
        },
    );
    html! {
        <div class="case-scroller" ref={scroller} {onscroll} data-test="case-scroller">
            <div ref={above} aria-hidden="true" />
            <ul class="rows">
                { for list.rows.iter().zip(list.offset + 1..).map(|(facts, place)| row(&around, facts, place, list.total)) }
            </ul>
            <div ref={below} aria-hidden="true" />
        </div>
    }
}

/// Gives the spacers the height of the rows that are not in the document.
#[hook]
fn use_spacers(scroller: &NodeRef, above: &NodeRef, below: &NodeRef, list: &CaseListView) {
    let (scroller, above, below) = (scroller.clone(), above.clone(), below.clone());
    let held = u32::try_from(list.rows.len()).unwrap_or(u32::MAX);
    let (before, after) = (list.offset, list.total.saturating_sub(list.offset + held));
    use_effect(move || {
        let Some(element) = scroller.cast::<HtmlElement>() else {
            return;
        };
        let row = row_height(&element);
        for (spacer, rows) in [(above, before), (below, after)] {
            if let Some(spacer) = spacer.cast::<HtmlElement>() {
                let height = format!("{}px", f64::from(rows) * row);
                spacer
                    .style()
                    .set_property("height", &height)
                    .expect("a height in pixels is a valid value");
            }
        }
    });
}

/// Height of a row as it is on this screen, at this size of text.
fn row_height(scroller: &HtmlElement) -> f64 {
    let row = scroller.query_selector(".case-item").ok().flatten();
    row.map(|row| row.get_bounding_client_rect().height())
        .filter(|height| *height > 1.0)
        .unwrap_or(ROW_GUESS)
}

fn rows_in(height: f64, row: f64) -> u32 {
    (height / row).floor() as u32
}
