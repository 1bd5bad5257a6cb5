//! Dansk or English, before sign-in too. Each language is named in itself.
//!
//! The appearance stays as it was.

use feltbog_views::{Command, Language, Reply};
use wasm_bindgen_futures::spawn_local;
use yew::{Callback, Html, html};

use crate::around::{Around, Word};
use crate::desk;

/// Two buttons.
pub fn language_switch(around: &Around) -> Html {
    let choose = |language: Language| {
        let around = around.clone();
        Callback::from(move |_| {
            let around = around.clone();
            let command = Command::SetSettings {
                language,
                theme: around.status.theme,
            };
            spawn_local(async move {
                if let Ok(Reply::Settings(_)) = desk::ask(&command).await {
                    around.tell.emit(Word::Look);
                }
            });
        })
    };
    let pressed = |language: Language| (around.status.language == language).to_string();
    html! {
        <div class="languages" role="group" aria-label={around.words.say("language")}>
            <button type="button" lang="da" aria-pressed={pressed(Language::Da)} onclick={choose(Language::Da)}
                data-test="language-da">{"Dansk"}</button>
            <button type="button" lang="en" aria-pressed={pressed(Language::En)} onclick={choose(Language::En)}
                data-test="language-en">{"English"}</button>
        </div>
    }
}
