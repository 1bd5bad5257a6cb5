//! The keyboard over the whole app: `/` to search, arrows in a list, Esc back.
//!
//! It takes no key from a field someone types in, but Esc.

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Document, Element, HtmlElement, KeyboardEvent};
use yew::{hook, use_effect_with};

use crate::route::Route;

/// Listens while the app is open.
#[hook]
pub fn use_keys(route: &Route) {
    use_effect_with(*route, |route| {
        let route = *route;
        let closure = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| press(&event, route));
        let body = document().and_then(|document| document.body());
        if let Some(body) = &body {
            body.set_onkeydown(Some(closure.as_ref().unchecked_ref()));
        }
        move || {
            if let Some(body) = &body {
                body.set_onkeydown(None);
            }
            drop(closure);
        }
    });
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

fn press(event: &KeyboardEvent, route: Route) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let key = event.key();
    let typing = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    let took = match key.as_str() {
        "Escape" => go_back(route),
        "/" if !typing => focus("[data-test='search']"),
        "ArrowDown" if !typing => step(1),
        "ArrowUp" if !typing => step(-1),
        _ => Ok(false),
    };
    if took == Ok(true) {
        event.prevent_default();
    }
}

fn go_back(route: Route) -> Result<bool, JsValue> {
    let (Some(back), Some(window)) = (route.back(), web_sys::window()) else {
        return Ok(false);
    };
    window.location().set_hash(&back.to_string())?;
    Ok(true)
}

fn focus(selector: &str) -> Result<bool, JsValue> {
    let Some(found) = document().and_then(|document| document.query_selector(selector).ok().flatten()) else {
        return Ok(false);
    };
    found.unchecked_into::<HtmlElement>().focus()?;
    Ok(true)
}

/// Moves the focus one row on or back in the list it is in; from outside, into the list.
fn step(by: i32) -> Result<bool, JsValue> {
    let Some(document) = document() else { return Ok(false) };
    let rows = document.query_selector_all(".pane-list a.row")?;
    let at = document.active_element();
    let place = (0..rows.length()).find(|index| {
        rows.item(*index)
            .is_some_and(|row| at.as_ref().is_some_and(|at| row.is_same_node(Some(at))))
    });
    let next = place.map_or(0, |place| place.saturating_add_signed(by));
    let Some(row) = rows.item(next) else { return Ok(false) };
    row.unchecked_into::<HtmlElement>().focus()?;
    Ok(true)
}
