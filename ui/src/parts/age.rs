//! *Senest hentet kl. 13.40*: how old what is shown is.
//!
//! It does not judge whether that is too old.

use feltbog_views::When;
use yew::{Html, html};

use crate::around::Around;
use crate::calendar;
use crate::icon::{Glyph, icon};

/// One line; `pulled` is when the last complete pull ended.
pub fn age(around: &Around, pulled: Option<&When>) -> Html {
    let words = &around.words;
    let line = match pulled {
        Some(when) => words.say_with("age", &[("when", calendar::moment(words, when, around.now()).into())]),
        None => words.say("age-never"),
    };
    html! { <p class="age" data-test="age">{icon(Glyph::Clock)}{line}</p> }
}
