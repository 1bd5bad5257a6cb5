//! Language, appearance, and facts about this device.
//!
//! What is chosen holds for this device alone.

use feltbog_views::{Command, Language, Reply, SettingsView, Theme};
use wasm_bindgen_futures::spawn_local;
use yew::{AttrValue, Callback, Html, Properties, component, html};

use crate::answer::use_answer;
use crate::around::{Around, Word, use_around};
use crate::calendar;
use crate::desk;
use crate::icon::{Glyph, Icon};
use crate::parts::{Heading, ProblemNote};
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
                <Icon glyph={Glyph::Turning} /><span class="row-title">{words.say("sync-title")}</span><Icon glyph={Glyph::Onward} />
            </a>
            <Choices />
            {
                match answer.as_deref() {
                    Some(Reply::Settings(settings)) => html! { <Device settings={settings.clone()} /> },
                    Some(Reply::Problem { problem }) => html! { <ProblemNote problem={problem.clone()} /> },
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

#[component]
fn Choices() -> Html {
    let around = use_around();
    let words = &around.words;
    let status = &around.status;
    let theme = |theme: Theme, name: &'static str| {
        html! {
            <Choice text={words.say(&format!("theme-{name}"))} chosen={status.theme == theme}
                choose={choose(&around, status.language, theme)} test={format!("set-theme-{name}")} />
        }
    };
    let language = |language: Language, name: &'static str, tag: &'static str| {
        html! {
            <Choice text={name} chosen={status.language == language} choose={choose(&around, language, status.theme)}
                test={format!("set-language-{tag}")} lang={Some(AttrValue::from(tag))} />
        }
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

#[derive(Properties, PartialEq)]
struct ChoiceProps {
    text: AttrValue,
    chosen: bool,
    choose: Callback<yew::MouseEvent>,
    test: String,
    #[prop_or_default]
    lang: Option<AttrValue>,
}

#[component]
fn Choice(props: &ChoiceProps) -> Html {
    html! {
        <button type="button" class="choice" aria-pressed={props.chosen.to_string()} onclick={props.choose.clone()}
            lang={props.lang.clone()} data-test={props.test.clone()}>
            if props.chosen { <Icon glyph={Glyph::Tick} /> }
            {&props.text}
        </button>
    }
}

#[derive(Properties, PartialEq)]
struct DeviceProps {
    settings: SettingsView,
}

#[component]
fn Device(props: &DeviceProps) -> Html {
    let words = use_around().words;
    let settings = &props.settings;
    let kilobytes = u32::try_from(settings.bytes.div_ceil(1024)).unwrap_or(u32::MAX);
    let fact = |name: &str, value: Option<String>| {
        let value = value?;
        Some(html! { <div class="fact"><dt>{words.say(name)}</dt><dd>{value}</dd></div> })
    };
    html! {
        <section class="panel">
            <h2>{words.say("device")}</h2>
            <dl>
                {fact("settings-user", settings.user.clone())}
                {fact("settings-address", settings.address.clone())}
                {fact("settings-version", Some(settings.version.clone()))}
                {fact("settings-size", Some(words.say_with("kilobytes", &[("count", calendar::count(&words, kilobytes).into())])))}
            </dl>
            <p class="quiet">{words.say("settings-encrypted")}</p>
        </section>
    }
}
