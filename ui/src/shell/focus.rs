//! Where the focus goes when something is left: to the row it was opened from, or to the heading that is shown again.
//!
//! What opens takes the focus itself, by its heading.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{hook, use_effect_with, use_mut_ref};

use crate::route::{CasePlace, Route};

/// Follows the places a person goes.
#[hook]
pub fn use_focus(route: Route) {
    let before = use_mut_ref(|| route);
    use_effect_with(route, move |now| {
        let left = before.replace(*now);
        let found = left_for(left, *now).into_iter().find_map(|selector| {
            let document = web_sys::window()?.document()?;
            document.query_selector(&selector).ok().flatten()
        });
        if let Some(found) = found {
            // What cannot take the focus is still on the screen; nothing else depends on it.
            found.unchecked_into::<HtmlElement>().focus().unwrap_or_default();
        }
    });
}

/// Selectors of what may take the focus, the best first; none when what opened takes it itself.
fn left_for(left: Route, now: Route) -> Vec<String> {
    match (left, now) {
        (Route::Case(left), Route::Case(now)) if left.case == now.case && left.note.is_some() && now.note.is_none() => {
            vec![".pane-detail h1".to_owned()]
        }
        (left, now) if left.has_detail() && !now.has_detail() && left.tab() == now.tab() => {
            let row = match left {
                Route::Case(place) => Route::Case(CasePlace { note: None, ..place }),
                other => other,
            };
            vec![
                format!(".pane-list a.row[href='{}']", row.href()),
                ".pane-list h1".to_owned(),
            ]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::left_for;
    use crate::route::{CasePlace, Route, Tab};
    use crate::samples::doc;

    #[test]
    fn back_from_a_case_leads_to_its_row() {
        let place = CasePlace {
            tab: Tab::Cases,
            case: doc(1),
            visit: None,
            note: Some(doc(2)),
        };
        let row = Route::Case(CasePlace { note: None, ..place }).href();
        assert_eq!(
            left_for(Route::Case(place), Route::Cases)[0],
            format!(".pane-list a.row[href='{row}']")
        );
    }

    #[test]
    fn a_finished_note_leads_to_the_case_it_is_in() {
        let place = CasePlace {
            tab: Tab::Cases,
            case: doc(1),
            visit: None,
            note: Some(doc(2)),
        };
        let case = Route::Case(CasePlace { note: None, ..place });
        assert_eq!(left_for(Route::Case(place), case), [".pane-detail h1"]);
    }

    #[test]
    fn what_opens_takes_the_focus_itself() {
        assert!(left_for(Route::Today, Route::Cases).is_empty());
        assert!(left_for(Route::News, Route::Post(doc(1))).is_empty());
    }
}
