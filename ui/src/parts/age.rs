//! *Senest hentet kl. 13.40*: how old what is shown is.
//!
//! It does not judge whether that is too old.

use feltbog_views::When;
use yew::{Html, Properties, component, html};

use crate::around::use_around;
use crate::calendar;
use crate::icon::{Glyph, Icon};

/// What is asked of it.
#[derive(Properties, PartialEq)]
pub struct AgeProps {
    /// When the last complete pull ended.
    pub pulled: Option<When>,
}

/// One line.
#[component]
pub fn Age(props: &AgeProps) -> Html {
    let around = use_around();
    let words = &around.words;
    let line = match &props.pulled {
        Some(when) => words.say_with("age", &[("when", calendar::moment(words, when, around.now()).into())]),
        None => words.say("age-never"),
    };
    html! { <p class="age" data-test="age"><Icon glyph={Glyph::Clock} />{line}</p> }
}
