//! One labelled input of a form, with its hint and its error beside it.
//!
//! It keeps no value: the form does.

use web_sys::HtmlInputElement;
use yew::{AttrValue, Callback, Html, InputEvent, Properties, TargetCast, component, html};

use crate::icon::{Glyph, icon};

/// What is asked of it.
#[derive(Properties, PartialEq)]
pub struct FieldProps {
    /// Its name in the form and for tests.
    pub name: &'static str,
    /// The label.
    pub label: AttrValue,
    /// A line below the label.
    #[prop_or_default]
    pub hint: AttrValue,
    /// What is wrong with it.
    #[prop_or_default]
    pub error: Option<AttrValue>,
    /// `text`, `password`, `url`.
    #[prop_or("text".into())]
    pub kind: AttrValue,
    /// `numeric` for a PIN.
    #[prop_or_default]
    pub mode: Option<AttrValue>,
    /// What a password store may fill in.
    #[prop_or("off".into())]
    pub autocomplete: AttrValue,
    /// What it holds.
    pub value: AttrValue,
    /// Called with each new value.
    pub typed: Callback<String>,
}

/// The field.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let typed = props.typed.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        typed.emit(event.target_unchecked_into::<HtmlInputElement>().value());
    });
    let (hint, error) = (format!("hint-{}", props.name), format!("error-{}", props.name));
    let described = match (&props.error, props.hint.is_empty()) {
        (Some(_), _) => Some(error.clone()),
        (None, false) => Some(hint.clone()),
        (None, true) => None,
    };
    html! {
        <div class={yew::classes!("field", props.error.is_some().then_some("wrong"))}>
            <label for={format!("input-{}", props.name)}>{&props.label}</label>
            if !props.hint.is_empty() { <p class="hint" id={hint}>{&props.hint}</p> }
            if let Some(words) = &props.error {
                <p class="field-error" id={error} role="alert" data-test="problem">{icon(Glyph::Warning)}{words}</p>
            }
            <input id={format!("input-{}", props.name)} name={props.name} type={&props.kind} value={&props.value}
                inputmode={props.mode.clone()} autocomplete={&props.autocomplete} autocapitalize="off" spellcheck="false"
                aria-invalid={props.error.is_some().then_some("true")} aria-describedby={described} {oninput}
                data-test={format!("input-{}", props.name)} />
        </div>
    }
}
