//! Where an item is, in word and icon: *Gemt på tabletten*, *Sendt kl. 14.02*, *Kræver handling*.
//!
//! What holds nothing of the reader's own says nothing.

use feltbog_views::ItemState;
use yew::{Html, Properties, component, html};

use crate::around::use_around;
use crate::calendar;
use crate::icon::{Glyph, Icon};

/// What is asked of it.
#[derive(Properties, PartialEq)]
pub struct ItemProps {
    /// Where it is.
    pub state: ItemState,
}

/// A few words, or nothing.
#[component]
pub fn Item(props: &ItemProps) -> Html {
    let around = use_around();
    let words = &around.words;
    let (glyph, class, text) = match &props.state {
        ItemState::Received => return Html::default(),
        ItemState::Kept => (Glyph::Device, "kept", words.say_with("item-kept", &[("shape", around.shape().into())])),
        ItemState::Sent { at } => {
            let when = calendar::moment(words, at, around.now());
            (Glyph::Tick, "sent", words.say_with("item-sent", &[("when", when.into())]))
        }
        ItemState::NeedsHandling => (Glyph::Warning, "handling", words.say("item-handling")),
    };
    html! { <span class={yew::classes!("item", class)}><Icon {glyph} />{text}</span> }
}
