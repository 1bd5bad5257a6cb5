//! What stands around every screen once the file is open: bar, chip, tabs, and the panes for list and detail.
//!
//! It shows no data of a case.

mod chip;
mod keys;
mod tabs;

use feltbog_views::Command;
use wasm_bindgen_futures::spawn_local;
use yew::{Callback, Html, component, html};

use crate::around::{Word, use_around};
use crate::case::CaseScreen;
use crate::cases::CasesScreen;
use crate::desk;
use crate::icon::{Glyph, Icon};
use crate::more::{MoreScreen, SyncScreen};
use crate::news::{NewsScreen, PostScreen};
use crate::parts::Empty;
use crate::route::{Route, Tab};
use crate::today::TodayScreen;

pub use chip::chip_line;
use chip::Chip;
use tabs::Tabs;

/// The app.
#[component]
pub fn Shell() -> Html {
    let around = use_around();
    keys::use_keys(&around.route);
    let detail = around.route.has_detail();
    let alone = around.route == Route::More;
    let panes = yew::classes!("panes", detail.then_some("has-detail"), alone.then_some("alone"));
    html! {
        <div class="app">
            <Bar />
            <Tabs />
            <main id="main" class={panes}>
                <section class="pane pane-list" aria-label={around.words.say("pane-list")}><ListPane /></section>
                if !alone {
                    <section class="pane pane-detail" aria-label={around.words.say("pane-detail")}><DetailPane /></section>
                }
            </main>
        </div>
    }
}

#[component]
fn Bar() -> Html {
    let around = use_around();
    let words = &around.words;
    let lock = {
        let around = around.clone();
        Callback::from(move |_| {
            let around = around.clone();
            spawn_local(async move {
                around.keepers.settle().await;
                match desk::ask(&Command::Lock {}).await {
                    Ok(feltbog_views::Reply::Status(status)) => around.tell.emit(Word::Status(status)),
                    Ok(_) => around.tell.emit(Word::Look),
                    Err(desk::Unheard) => around.tell.emit(Word::Unheard),
                }
            });
        })
    };
    let person = around.status.person.as_ref();
    html! {
        <header class="bar">
            <span class="brand">{words.say("app-name")}</span>
            if let Some(person) = person {
                <span class="bar-person">
                    <span class="bar-name">{format!("{} {}", person.name, person.title)}</span>
                    if let Some(unit) = person.units.first() { <span class="bar-unit">{unit}</span> }
                </span>
            }
            <Chip />
            <button class="bar-lock" type="button" onclick={lock} data-test="lock">
                <Icon glyph={Glyph::Lock} /><span>{words.say("lock")}</span>
            </button>
        </header>
    }
}

#[component]
fn ListPane() -> Html {
    match use_around().route.tab() {
        Tab::Today => html! { <TodayScreen /> },
        Tab::Cases => html! { <CasesScreen /> },
        Tab::News => html! { <NewsScreen /> },
        Tab::More => html! { <MoreScreen /> },
    }
}

#[component]
fn DetailPane() -> Html {
    let around = use_around();
    let words = &around.words;
    match around.route {
        Route::Case(place) => html! { <CaseScreen key={place.case.to_string()} {place} /> },
        Route::Post(id) => html! { <PostScreen key={id.to_string()} {id} /> },
        Route::Sync => html! { <SyncScreen /> },
        Route::Today | Route::More => html! { <Empty title={words.say("pick-visit")} glyph={Glyph::Today} /> },
        Route::Cases => html! { <Empty title={words.say("pick-case")} glyph={Glyph::Cases} /> },
        Route::News => html! { <Empty title={words.say("pick-post")} glyph={Glyph::News} /> },
    }
}
