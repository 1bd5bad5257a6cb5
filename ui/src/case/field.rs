//! A field of a case that can be set here: kept when one leaves it or presses Enter.
//!
//! One setting at a time: the next waits for the version that the last one made, so that one's own values never collide.

use std::cell::RefCell;
use std::rc::Rc;

use feltbog_ids::{ChangeHash, DocId};
use feltbog_views::{CaseView, Command, FieldValue, FieldView, Problem, Reply};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::{
    Callback, Html, InputEvent, Properties, TargetCast, UseStateHandle, component, hook, html, use_effect_with, use_mut_ref,
    use_state, use_state_eq,
};

use super::facts::field_label;
use crate::around::{Around, Word, use_around};
use crate::calendar;
use crate::desk;
use crate::draw;
use crate::parts::{item, problem_note};

/// What is asked of it.
#[derive(Properties, PartialEq)]
pub struct FieldProps {
    /// The case, at the version on the screen.
    pub case: Rc<CaseView>,
    /// The field.
    pub field: FieldView,
}

/// The field with its label and where it is.
#[component]
pub fn FieldEditor(props: &FieldProps) -> Html {
    let around = use_around();
    let words = around.words.clone();
    let field = &props.field;
    let typed = use_state_eq(|| None::<String>);
    let wanted = use_state_eq(|| None::<String>);
    let set_on = use_state_eq(Vec::<ChangeHash>::new);
    let problem = use_state(|| None::<Problem>);
    // The words last sent: leaving the screen does not send them twice.
    let sent = use_mut_ref(|| None::<String>);
    let shown = field.value.as_ref().map(|value| calendar::value(&words, value)).unwrap_or_default();
    use_effect_with((props.case.heads.clone(), (*wanted).clone()), {
        let (around, wanted, set_on, problem) = (around.clone(), wanted.clone(), set_on.clone(), problem.clone());
        let (case, key, sent) = (props.case.id, field.key.clone(), sent.clone());
        move |(heads, wish)| {
            let Some(wish) = wish.clone().filter(|_| *heads != *set_on) else { return };
            set_on.set(heads.clone());
            sent.replace(Some(wish.clone()));
            wanted.set(None);
            let command = setting(case, key, heads.clone(), &wish);
            spawn_local(async move {
                let stood = set_field(&around, &command).await;
                if stood.is_some() {
                    set_on.set(Vec::new());
                    sent.replace(None);
                }
                problem.set(stood);
            });
        }
    });
    use_effect_with(shown.clone(), {
        let typed = typed.clone();
        // What was typed now stands; later values by others show again.
        move |shown| {
            if typed.as_ref().is_some_and(|typed| typed.trim() == shown) {
                typed.set(None);
            }
        }
    });
    use_last_words(props, &around, &typed, &shown, &sent);
    let leave = {
        let (typed, wanted, shown) = (typed.clone(), wanted.clone(), shown.clone());
        Callback::from(move |()| {
            if let Some(text) = (*typed).clone().filter(|text| text.trim() != shown) {
                wanted.set(Some(text));
            }
        })
    };
    let onblur = leave.reform(|_| ());
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" {
            leave.emit(());
        }
    });
    let oninput = {
        let typed = typed.clone();
        Callback::from(move |event: InputEvent| typed.set(Some(event.target_unchecked_into::<HtmlInputElement>().value())))
    };
    let id = format!("field-{}", field.key);
    html! {
        <div class="field settable">
            <label for={id.clone()}>{field_label(&words, field)}</label>
            <input id={id.clone()} type="text" autocomplete="off" lang="da" value={(*typed).clone().unwrap_or(shown)}
                {oninput} {onblur} {onkeydown} data-test={id} />
            if let Some(problem) = (*problem).clone() { {problem_note(&around.words, &problem)} }
            <p class="field-foot">
                if let Some(at) = &field.at {
                    <span class="quiet">{words.say_with("field-by", &[
                        ("who", field.by.clone().into()), ("when", calendar::moment(&words, at, around.now()).into())])}</span>
                }
                {item(&around, &field.item)}
            </p>
        </div>
    }
}

fn setting(case: DocId, key: String, heads: Vec<ChangeHash>, words: &str) -> Command {
    let words = words.trim();
    let value = (!words.is_empty()).then(|| FieldValue::Text(words.to_owned()));
    Command::SetField { id: draw::command_id(), case, key, heads, value }
}

/// Sets what was typed and not set yet when the field leaves the screen.
#[hook]
fn use_last_words(
    props: &FieldProps,
    around: &Around,
    typed: &UseStateHandle<Option<String>>,
    shown: &str,
    sent: &Rc<RefCell<Option<String>>>,
) {
    let last = use_mut_ref(|| None::<(String, Vec<ChangeHash>)>);
    let unset = (**typed).clone().filter(|typed| typed.trim() != shown);
    last.replace(unset.map(|typed| (typed, props.case.heads.clone())));
    let (around, sent) = (around.clone(), sent.clone());
    use_effect_with((props.case.id, props.field.key.clone()), move |(case, key)| {
        let (case, key) = (*case, key.clone());
        move || {
            let Some((words, heads)) = last.take().filter(|(words, _)| sent.borrow().as_ref() != Some(words)) else { return };
            spawn_local(async move {
                set_field(&around, &setting(case, key, heads, &words)).await;
            });
        }
    });
}

/// Sets the field and has the page look again; returns what stood in the way.
pub async fn set_field(around: &Around, command: &Command) -> Option<Problem> {
    match desk::ask(command).await {
        Ok(Reply::Field(_)) => {
            around.tell.emit(Word::Changed);
            None
        }
        Ok(Reply::Problem { problem }) => Some(problem),
        Ok(_) => Some(Problem::Unexpected),
        Err(desk::Unheard) => {
            around.tell.emit(Word::Unheard);
            Some(Problem::Unexpected)
        }
    }
}
