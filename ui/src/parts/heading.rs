//! The heading of a screen, which takes the focus when the screen opens so that it is read aloud first.
//!
//! It does not take the focus again when its words change.

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
            if let Some(heading) = node.cast::<HtmlElement>() {
                // A heading that cannot take the focus is still read; nothing else depends on it.
                heading.focus().unwrap_or_default();
            }
        }
    });
    html! { <h1 ref={node} tabindex="-1" data-test={&props.test}>{&props.text}</h1> }
}
