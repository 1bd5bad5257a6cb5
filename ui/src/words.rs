//! The words of the screen, Danish and English, from the Fluent files compiled into the page.
//!
//! It does not choose the language: that is the person's, kept by the desk.

use std::rc::Rc;

use feltbog_views::{Language, Shape};
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use unic_langid::langid;

const DANISH: &str = include_str!("../i18n/da.ftl");
const ENGLISH: &str = include_str!("../i18n/en.ftl");

/// All words in one language.
#[derive(Clone)]
pub struct Words {
    language: Language,
    shape: Shape,
    bundle: Rc<FluentBundle<FluentResource>>,
}

impl PartialEq for Words {
    fn eq(&self, other: &Self) -> bool {
        (self.language, self.shape) == (other.language, other.shape)
    }
}

impl Words {
    /// The words of that language.
    pub fn of(language: Language) -> Self {
        let (tag, source) = match language {
            Language::Da => (langid!("da-DK"), DANISH),
            Language::En => (langid!("en-GB"), ENGLISH),
        };
        // A faulty line costs that line alone; a test sees to it that there is none.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(readable, _)| readable);
        let mut bundle = FluentBundle::new(vec![tag]);
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        Self {
            language,
            shape: Shape::default(),
            bundle: Rc::new(bundle),
        }
    }

    /// The same words on that kind of device, which they call by its name.
    pub fn on(mut self, shape: Shape) -> Self {
        self.shape = shape;
        self
    }

    /// Which language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The sentence under `key`.
    pub fn say(&self, key: &str) -> String {
        self.say_with(key, &[])
    }

    /// The sentence under `key` with what varies in it.
    pub fn say_with(&self, key: &str, facts: &[(&str, FluentValue<'_>)]) -> String {
        self.find(key, facts).unwrap_or_else(|| key.to_owned())
    }

    /// The sentence under `key`, if there is one: for keys that come from outside.
    pub fn try_say(&self, key: &str) -> Option<String> {
        self.find(key, &[])
    }

    /// The word under `kind-key` for a key from outside; the key itself, made readable, when there is none.
    pub fn named(&self, kind: &str, key: &str) -> String {
        self.try_say(&format!("{kind}-{key}")).unwrap_or_else(|| readable(key))
    }

    fn find(&self, key: &str, facts: &[(&str, FluentValue<'_>)]) -> Option<String> {
        let mut facts: FluentArgs = facts.iter().cloned().collect();
        facts.set("shape", shape_word(self.shape));
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut faults = Vec::new();
        Some(
            self.bundle
                .format_pattern(pattern, Some(&facts), &mut faults)
                .into_owned(),
        )
    }
}

/// As the language files select by it.
fn shape_word(shape: Shape) -> &'static str {
    match shape {
        Shape::Phone => "phone",
        Shape::Tablet => "tablet",
        Shape::Computer => "computer",
    }
}

/// `tilladelse_nr` as `Tilladelse nr`.
fn readable(key: &str) -> String {
    let spaced = key.replace('_', " ");
    let mut letters = spaced.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests;
