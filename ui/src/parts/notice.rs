//! Screens with nothing to show: empty, on its way, and an app that has stopped behind the page.
//!
//! It offers nothing that does not work.

use yew::{Html, html};

use crate::icon::{Glyph, icon};
use crate::words::Words;

/// A calm place with nothing in it: what is so, and what that means, if it needs saying.
pub fn empty(title: String, hint: String, glyph: Glyph) -> Html {
    html! {
        <div class="empty" data-test="empty">
            {icon(glyph)}
            <p class="empty-title">{title}</p>
            if !hint.is_empty() { <p class="empty-hint">{hint}</p> }
        </div>
    }
}

/// The app behind the page does not answer from the start.
pub fn stopped(words: &Words) -> Html {
    html! {
        <main class="stopped" role="alert">{empty(words.say("stopped-title"), words.say("stopped-hint"), Glyph::Warning)}</main>
    }
}
