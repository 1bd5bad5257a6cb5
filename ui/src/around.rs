//! What every screen stands in: the status, the words, the way to say that something changed.
//!
//! It holds no screen's own data.

use feltbog_views::{StatusView, When};
use yew::{Callback, hook, use_context};

use crate::keeper::Keepers;
use crate::route::Route;
use crate::words::Words;

/// What a screen tells the page around it.
#[derive(Clone, Debug, PartialEq)]
pub enum Word {
    /// A command answered with the status.
    Status(Box<StatusView>),
    /// The status may have changed: ask for it.
    Look,
    /// Something changed: ask for the status and for what is shown.
    Changed,
    /// The desk did not answer.
    Unheard,
}

/// What is around a screen.
#[derive(Clone, PartialEq)]
pub struct Around {
    /// The status as last answered.
    pub status: StatusView,
    /// The words in the person's language.
    pub words: Words,
    /// Where the person is.
    pub route: Route,
    /// Grows whenever something may have changed: ask again for what is shown.
    pub pulse: u32,
    /// True when the desk did not answer the last question.
    pub unheard: bool,
    /// Drafts being typed.
    pub keepers: Keepers,
    /// Tells the page.
    pub tell: Callback<Word>,
}

impl Around {
    /// Now, by the workspace's clock, as of the last status.
    pub fn now(&self) -> &When {
        &self.status.now
    }
}

/// What is around this component.
#[hook]
pub fn use_around() -> Around {
    use_context::<Around>().expect("every screen is drawn inside the page, which provides this")
}
