//! Language, appearance, and facts about this device.
//!
//! What is chosen holds for this device alone.

use feltbog_views::{Command, Language, Reply, SettingsView, Theme};
use wasm_bindgen_futures::spawn_local;
use yew::{Callback, Html, component, html};

use super::loose::loose_link;
use crate::answer::use_answer;
use crate::around::{Around, Word, use_around};
use crate::calendar;
use crate::case::fact;
use crate::desk;
use crate::icon::{Glyph, icon};
use crate::parts::{Heading, problem_note};
use crate::route::Route;

/// The screen.
#[component]
pub fn MoreScreen() -> Html {
    let around = use_around();
    let words = &around.words;
    let answer = use_answer(Command::Settings {});
    html! {
        <div class="scroll settings">
            <header class="pane-head"><Heading text={words.say("tab-more")} /></header>
            <a class="row link" href={Route::Sync.href()} aria-current={(around.route == Route::Sync).then_some("true")} data-test="open-sync">
                {icon(Glyph::Turning)}<span class="row-title">{words.say("sync-title")}</span>{icon(Glyph::Onward)}
            </a>
            {loose_link(&around, around.status.loose)}
            {choices(&around)}
            {
                match answer.as_deref() {
                    Some(Reply::Settings(settings)) => device(&around, settings),
                    Some(Reply::Problem { problem }) => problem_note(&around.words, problem),
                    _ => Html::default(),
                }
            }
        </div>
    }
}

fn choose(around: &Around, language: Language, theme: Theme) -> Callback<yew::MouseEvent> {
    let around = around.clone();
    Callback::from(move |_| {
        let around = around.clone();
        spawn_local(async move {
            if let Ok(Reply::Settings(_)) = desk::ask(&Command::SetSettings { language, theme }).await {
                around.tell.emit(Word::Look);
            }
        });
    })
}

fn choices(around: &Around) -> Html {
    let words = &around.words;
    let status = &around.status;
    let theme = |theme: Theme, name: &str| {
        let text = words.say(&format!("theme-{name}"));
        choice(
            text,
            status.theme == theme,
            choose(around, status.language, theme),
            format!("set-theme-{name}"),
        )
    };
    let language = |language: Language, name: &str, tag: &str| {
        let chosen = status.language == language;
        choice(
            name.to_owned(),
            chosen,
            choose(around, language, status.theme),
            format!("set-language-{tag}"),
        )
    };
    html! {
        <section class="panel">
            <h2 id="language-title">{words.say("language")}</h2>
            <div class="choices" role="group" aria-labelledby="language-title">
                {language(Language::Da, "Dansk", "da")}
                {language(Language::En, "English", "en")}
            </div>
            <h2 id="theme-title">{words.say("theme")}</h2>
            <div class="choices" role="group" aria-labelledby="theme-title">
                {theme(Theme::Auto, "auto")}
                {theme(Theme::Light, "light")}
                {theme(Theme::Dark, "dark")}
            </div>
        </section>
    }
}

fn choice(text: String, chosen: bool, choose: Callback<yew::MouseEvent>, test: String) -> Html {
    html! {
        <button type="button" class="choice" aria-pressed={chosen.to_string()} onclick={choose} data-test={test}>
            if chosen { {icon(Glyph::Tick)} }
            {text}
        </button>
    }
}

fn device(around: &Around, settings: &SettingsView) -> Html {
    let words = &around.words;
    let kilobytes = u32::try_from(settings.bytes.div_ceil(1024)).unwrap_or(u32::MAX);
    let fact = |name: &str, value: Option<String>| Some(fact(words.say(name), value?));
    html! {
        <section class="panel">
            <h2>{words.say("device")}</h2>
            <dl>
                {fact("settings-user", settings.user.clone())}
                {fact("settings-address", settings.address.clone())}
                {fact("settings-version", Some(settings.version.clone()))}
                {fact("settings-size", Some(words.say_with("kilobytes", &[("count", calendar::count(words, kilobytes).into())])))}
            </dl>
            <p class="quiet">{words.say("settings-encrypted")}</p>
        </section>
    }
}
