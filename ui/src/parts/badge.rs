//! A word in a frame: *Beskyttet adresse*, *Opdigtet*, *Driftsbesked*. Colour is never its only sign.
//!
//! It is not a button.

use yew::{AttrValue, Html, Properties, component, html};

use crate::icon::{Glyph, Icon};
use crate::words::Words;

/// How it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Plain.
    Plain,
    /// Worth seeing.
    Care,
    /// Late or wrong.
    Alarm,
    /// Good.
    Good,
}

impl Tone {
    /// The class of the style sheet.
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Care => "care",
            Self::Alarm => "alarm",
            Self::Good => "good",
        }
    }
}

/// What is asked of it.
#[derive(Properties, PartialEq)]
pub struct BadgeProps {
    /// The word.
    pub text: AttrValue,
    /// How it looks.
    pub tone: Tone,
    /// A drawing before the word.
    #[prop_or_default]
    pub glyph: Option<Glyph>,
}

/// The badge.
#[component]
pub fn Badge(props: &BadgeProps) -> Html {
    html! {
        <span class={yew::classes!("badge", props.tone.class())}>
            if let Some(glyph) = props.glyph { <Icon {glyph} /> }
            {&props.text}
        </span>
    }
}

/// The two badges that follow a person everywhere.
pub fn people_badges(words: &Words, protected: bool, invented: bool) -> Html {
    html! {
        <>
            if protected {
                <Badge text={words.say("protected")} tone={Tone::Care} glyph={Glyph::Protected} />
            }
            if invented { <Badge text={words.say("invented")} tone={Tone::Plain} /> }
        </>
    }
}
