//! What stands around every screen once the file is open: bar, chip, tabs, and the panes for list and detail.
//!
//! It shows no data of a case.

mod chip;
mod focus;
mod keys;
mod tabs;

use feltbog_views::Command;
use wasm_bindgen_futures::spawn_local;
use yew::{Callback, Html, component, html};

use crate::around::{Around, Word, use_around};
use crate::case::CaseScreen;
use crate::cases::CasesScreen;
use crate::desk;
use crate::icon::{Glyph, icon};
use crate::more::{LooseScreen, MoreScreen, SyncScreen};
use crate::news::{NewsScreen, PostScreen};
use crate::parts::empty;
use crate::route::{Route, Tab};
use crate::today::TodayScreen;

pub use chip::{chip_line, time_left};

/// The app.
#[component]
pub fn Shell() -> Html {
    let around = use_around();
    keys::use_keys(&around.route);
    focus::use_focus(around.route);
    let detail = around.route.has_detail();
    let alone = around.route == Route::More;
    let panes = yew::classes!("panes", detail.then_some("has-detail"), alone.then_some("alone"));
    html! {
        <div class="app">
            {bar(&around)}
            {tabs::tabs(&around)}
            <main id="main" class={panes}>
                <section class="pane pane-list" aria-label={around.words.say("pane-list")}>{list_pane(&around)}</section>
                if !alone {
                    <section class="pane pane-detail" aria-label={around.words.say("pane-detail")}>{detail_pane(&around)}</section>
                }
            </main>
        </div>
    }
}

fn bar(around: &Around) -> Html {
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
            {chip::chip(around)}
            <button class="bar-lock" type="button" onclick={lock} data-test="lock">
                {icon(Glyph::Lock)}<span>{words.say("lock")}</span>
            </button>
        </header>
    }
}

fn list_pane(around: &Around) -> Html {
    match around.route.tab() {
        Tab::Today => html! { <TodayScreen /> },
        Tab::Cases => html! { <CasesScreen /> },
        Tab::News => html! { <NewsScreen /> },
        Tab::More => html! { <MoreScreen /> },
    }
}

fn detail_pane(around: &Around) -> Html {
    let words = &around.words;
    match around.route {
        Route::Case(place) => html! { <CaseScreen key={place.case.to_string()} {place} /> },
        Route::Post(id) => html! { <PostScreen key={id.to_string()} {id} /> },
        Route::Sync => html! { <SyncScreen /> },
        Route::Loose => html! { <LooseScreen /> },
        Route::Today | Route::More => html! { {empty(words.say("pick-visit"), String::new(), Glyph::Today)} },
        Route::Cases => html! { {empty(words.say("pick-case"), String::new(), Glyph::Cases)} },
        Route::News => html! { {empty(words.say("pick-post"), String::new(), Glyph::News)} },
    }
}
