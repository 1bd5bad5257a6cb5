//! Two people set the same field at once: both values with who and when, and one tap settles it.
//!
//! It chooses nothing: until somebody does, both stand.

use std::rc::Rc;

use feltbog_views::{CaseView, Command, ConcurrentValue, FieldView, Problem};
use wasm_bindgen_futures::spawn_local;
use yew::{Callback, Html, MouseEvent, Properties, component, html, use_state};

use super::facts::field_label;
use super::field::set_field;
use crate::around::{Around, use_around};
use crate::calendar;
use crate::draw;
use crate::icon::{Glyph, icon};
use crate::parts::problem_note;
use crate::words::Words;

/// What is asked of it.
#[derive(Properties, PartialEq)]
pub struct ConflictProps {
    /// The case, at the version on the screen.
    pub case: Rc<CaseView>,
    /// The field with several values.
    pub field: FieldView,
}

/// The question.
#[component]
pub fn Conflict(props: &ConflictProps) -> Html {
    let around = use_around();
    let words = &around.words;
    let field = &props.field;
    let problem = use_state(|| None::<Problem>);
    let me = around
        .status
        .person
        .as_ref()
        .map(|person| person.name.clone())
        .unwrap_or_default();
    let current = ConcurrentValue {
        value: field.value.clone(),
        by: field.by.clone(),
        at: field.at,
    };
    let values: Vec<_> = std::iter::once(&current).chain(&field.others).cloned().collect();
    let key = if values.iter().any(|value| value.by == me) {
        "conflict-both"
    } else {
        "conflict-others"
    };
    let choose = |value: &ConcurrentValue| {
        let (around, problem) = (around.clone(), problem.clone());
        let (case, heads) = (props.case.id, props.case.heads.clone());
        let (key, value) = (field.key.clone(), value.value.clone());
        let command = Command::SetField {
            id: draw::command_id(),
            case,
            key,
            heads,
            value,
        };
        Callback::from(move |_| {
            let (around, problem, command) = (around.clone(), problem.clone(), command.clone());
            spawn_local(async move { problem.set(set_field(&around, &command).await) });
        })
    };
    html! {
        <div class="conflict" role="group" aria-label={field_label(words, field)} data-test={format!("conflict-{}", field.key)}>
            <p class="conflict-title">{icon(Glyph::Together)}
                {words.say_with(key, &[("field", field_label(words, field).into())])}</p>
            <ul>
                { for values.iter().map(|value| html! {
                    <li>
                        <span class="conflict-value">{value_words(words, value)}</span>
                        <span class="quiet">{who_when(&around, value)}</span>
                        if field.settable { {button(words, &me, value, choose(value))} }
                    </li>
                }) }
            </ul>
            if let Some(problem) = (*problem).clone() { {problem_note(&around.words, &problem)} }
        </div>
    }
}

fn button(words: &Words, me: &str, value: &ConcurrentValue, choose: Callback<MouseEvent>) -> Html {
    let test = if value.by == me { "keep-mine" } else { "use-other" };
    html! { <button type="button" class="second-action" onclick={choose} data-test={test}>{button_words(words, me, value)}</button> }
}

fn value_words(words: &Words, value: &ConcurrentValue) -> String {
    value
        .value
        .as_ref()
        .map_or_else(|| words.say("conflict-cleared"), |value| calendar::value(words, value))
}

fn who_when(around: &Around, value: &ConcurrentValue) -> String {
    match &value.at {
        Some(at) => {
            let when = calendar::moment(&around.words, at, around.now());
            around
                .words
                .say_with("set-by", &[("who", value.by.clone().into()), ("when", when.into())])
        }
        None => value.by.clone(),
    }
}

fn button_words(words: &Words, me: &str, value: &ConcurrentValue) -> String {
    if value.by == me {
        return words.say("keep-mine");
    }
    let first = value.by.split_whitespace().next().unwrap_or(&value.by);
    // Danish puts an apostrophe alone after names on s, x and z.
    let ending = if first.ends_with(['s', 'x', 'z']) {
        "hiss"
    } else {
        "plain"
    };
    words.say_with(
        "use-other",
        &[("name", first.to_owned().into()), ("ending", ending.into())],
    )
}
