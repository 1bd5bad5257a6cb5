//! The four tabs: a bar at the bottom of a phone, a rail at the side of anything wider.
//!
//! One badge counts what needs the person.

use yew::{Html, Properties, component, html};

use crate::around::use_around;
use crate::icon::{Glyph, Icon};
use crate::route::Tab;

/// All tabs.
#[component]
pub fn Tabs() -> Html {
    let around = use_around();
    let handling = around.status.chip.as_ref().map_or(0, |chip| chip.handling);
    html! {
        <nav class="tabs" aria-label={around.words.say("tabs")}>
            <TabLink tab={Tab::Today} glyph={Glyph::Today} name="today" />
            <TabLink tab={Tab::Cases} glyph={Glyph::Cases} name="cases" />
            <TabLink tab={Tab::News} glyph={Glyph::News} name="news" count={around.status.unread_news} />
            <TabLink tab={Tab::More} glyph={Glyph::More} name="more" count={handling} />
        </nav>
    }
}

#[derive(Properties, PartialEq)]
struct TabProps {
    tab: Tab,
    glyph: Glyph,
    name: &'static str,
    #[prop_or_default]
    count: u32,
}

#[component]
fn TabLink(props: &TabProps) -> Html {
    let around = use_around();
    let words = &around.words;
    let here = around.route.tab() == props.tab;
    let name = words.say(&format!("tab-{}", props.name));
    html! {
        <a class="tab" href={props.tab.first().href()} aria-current={here.then_some("page")}
            data-test={format!("tab-{}", props.name)}>
            <Icon glyph={props.glyph} />
            <span class="tab-name">{name}</span>
            if props.count > 0 {
                <span class="tab-count">
                    {props.count}
                    <span class="unseen">{format!(" {}", words.say_with("tab-count", &[("n", props.count.into())]))}</span>
                </span>
            }
        </a>
    }
}
