//! A word in a frame: *Beskyttet adresse*, *Opdigtet*, *Driftsbesked*. Colour is never its only sign.
//!
//! It is not a button.

use yew::{Html, html};

use crate::icon::{Glyph, icon};
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

/// The badge, with a drawing before the word or none.
pub fn badge(text: String, tone: Tone, glyph: Option<Glyph>) -> Html {
    html! {
        <span class={yew::classes!("badge", tone.class())}>
            if let Some(glyph) = glyph { {icon(glyph)} }
            {text}
        </span>
    }
}

/// The two badges that follow a person everywhere.
pub fn people_badges(words: &Words, protected: bool, invented: bool) -> Html {
    html! {
        <>
            if protected { {badge(words.say("protected"), Tone::Care, Some(Glyph::Protected))} }
            if invented { {badge(words.say("invented"), Tone::Plain, None)} }
        </>
    }
}
