//! The four tabs: a bar at the bottom of a phone, a rail at the side of anything wider.
//!
//! One badge counts what needs the person.

use yew::{Html, html};

use crate::around::Around;
use crate::icon::{Glyph, icon};
use crate::route::Tab;

/// All tabs.
pub fn tabs(around: &Around) -> Html {
    let handling = around.status.chip.as_ref().map_or(0, |chip| chip.handling);
    html! {
        <nav class="tabs" aria-label={around.words.say("tabs")}>
            {tab(around, Tab::Today, Glyph::Today, 0)}
            {tab(around, Tab::Cases, Glyph::Cases, 0)}
            {tab(around, Tab::News, Glyph::News, around.status.unread_news)}
            {tab(around, Tab::More, Glyph::More, handling)}
        </nav>
    }
}

fn tab(around: &Around, tab: Tab, glyph: Glyph, count: u32) -> Html {
    let words = &around.words;
    let here = around.route.tab() == tab;
    let (name, test) = match tab {
        Tab::Today => (words.say("tab-today"), "tab-today"),
        Tab::Cases => (words.say("tab-cases"), "tab-cases"),
        Tab::News => (words.say("tab-news"), "tab-news"),
        Tab::More => (words.say("tab-more"), "tab-more"),
    };
    html! {
        <a class="tab" href={tab.first().href()} aria-current={here.then_some("page")} data-test={test}>
            {icon(glyph)}
            <span class="tab-name">{name}</span>
            if count > 0 {
                <span class="tab-count">
                    {count}
                    <span class="unseen">{format!(" {}", words.say_with("tab-count", &[("n", count.into())]))}</span>
                </span>
            }
        </a>
    }
}
