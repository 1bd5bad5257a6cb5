//! Where an item is, in word and icon: *Gemt på tabletten*, *Sendt kl. 14.02*, *Kræver handling*.
//!
//! What holds nothing of the reader's own says nothing.

use feltbog_views::ItemState;
use yew::{Html, html};

use crate::around::Around;
use crate::calendar;
use crate::icon::{Glyph, icon};

/// A few words, or nothing.
pub fn item(around: &Around, state: &ItemState) -> Html {
    let words = &around.words;
    let (glyph, class, text) = match state {
        ItemState::Received => return Html::default(),
        ItemState::Kept => (Glyph::Device, "kept", words.say("item-kept")),
        ItemState::Sent { at } => {
            let when = calendar::moment(words, at, around.now());
            (
                Glyph::Tick,
                "sent",
                words.say_with("item-sent", &[("when", when.into())]),
            )
        }
        ItemState::Handed { at } => {
            let when = calendar::moment(words, at, around.now());
            (
                Glyph::Tick,
                "handed",
                words.say_with("item-handed", &[("when", when.into())]),
            )
        }
        ItemState::NeedsHandling => (Glyph::Warning, "handling", words.say("item-handling")),
    };
    html! { <span class={yew::classes!("item", class)}>{icon(glyph)}{text}</span> }
}
