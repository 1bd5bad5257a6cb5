//! Screens with nothing to show: empty, on its way, and an app that has stopped behind the page.
//!
//! It offers nothing that does not work.

use yew::{AttrValue, Html, Properties, component, html};

use crate::icon::{Glyph, Icon};
use crate::words::Words;

/// What is asked of an empty place.
#[derive(Properties, PartialEq)]
pub struct EmptyProps {
    /// What is so.
    pub title: AttrValue,
    /// What that means or what to do.
    #[prop_or_default]
    pub hint: AttrValue,
    /// A drawing above.
    pub glyph: Glyph,
}

/// A calm place with nothing in it.
#[component]
pub fn Empty(props: &EmptyProps) -> Html {
    html! {
        <div class="empty" data-test="empty">
            <Icon glyph={props.glyph} />
            <p class="empty-title">{&props.title}</p>
            if !props.hint.is_empty() { <p class="empty-hint">{&props.hint}</p> }
        </div>
    }
}

/// What is asked of the stopped page.
#[derive(Properties, PartialEq)]
pub struct StoppedProps {
    /// The language is not known without the desk.
    pub words: Words,
}

/// The app behind the page does not answer from the start.
#[component]
pub fn Stopped(props: &StoppedProps) -> Html {
    html! {
        <main class="stopped" role="alert">
            <Empty title={props.words.say("stopped-title")} hint={props.words.say("stopped-hint")} glyph={Glyph::Warning} />
        </main>
    }
}
