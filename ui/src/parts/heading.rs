//! The heading of a screen, which takes the focus when the screen opens so that it is read aloud first.
//!
//! It does not take the focus again when its words change, nor from a field someone types in, nor for a list that stands
//! beside what was opened.

use web_sys::HtmlElement;
use yew::{AttrValue, Html, Properties, component, html, use_effect_with, use_node_ref};

/// What is asked of it.
#[derive(Properties, PartialEq)]
pub struct HeadingProps {
    /// The words.
    pub text: AttrValue,
    /// The name tests know it by.
    #[prop_or("heading".into())]
    pub test: AttrValue,
}

/// A first-level heading.
#[component]
pub fn Heading(props: &HeadingProps) -> Html {
    let node = use_node_ref();
    use_effect_with((), {
        let node = node.clone();
        move |()| {
            if let Some(heading) = node.cast::<HtmlElement>().filter(may_take) {
                // A heading that cannot take the focus is still read; nothing else depends on it.
                heading.focus().unwrap_or_default();
            }
        }
    });
    html! { <h1 ref={node} tabindex="-1" data-test={&props.test}>{&props.text}</h1> }
}

fn may_take(heading: &HtmlElement) -> bool {
    let active = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.active_element());
    let typing = active.is_some_and(|active| matches!(active.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    let beside = heading.closest(".has-detail .pane-list").ok().flatten().is_some();
    !typing && !beside
}
