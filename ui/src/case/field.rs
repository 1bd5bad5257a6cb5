//! A field of a case that can be set here: kept when one leaves it or presses Enter. It grows with what stands in it.
//!
//! One setting at a time: the next waits for the version that the last one made, so that one's own values never collide.

use std::cell::RefCell;
use std::rc::Rc;

use feltbog_ids::{ChangeHash, DocId};
use feltbog_views::{CaseView, Command, FieldValue, FieldView, Problem, Reply};
use web_sys::{HtmlTextAreaElement, KeyboardEvent};
use yew::{
    Callback, Html, InputEvent, Properties, TargetCast, UseStateHandle, component, hook, html, use_effect_with,
    use_memo, use_mut_ref, use_state, use_state_eq,
};

use super::facts::field_label;
use crate::around::{Around, Word, use_around};
use crate::calendar;
use crate::desk;
use crate::draw;
use crate::leftover::Heard;
use crate::parts::{item, problem_note};

/// What is asked of it.
#[derive(Properties, PartialEq)]
pub struct FieldProps {
    /// The case, at the version on the screen.
    pub case: Rc<CaseView>,
    /// The field.
    pub field: FieldView,
}

/// What is being entered.
#[derive(Clone)]
struct Entry {
    /// What is in the field, while it is not what the case has.
    typed: UseStateHandle<Option<String>>,
    /// What should be set as soon as the version is newer than `set_on`.
    wanted: UseStateHandle<Option<String>>,
    set_on: UseStateHandle<Vec<ChangeHash>>,
    /// The words last sent: leaving the screen does not send them twice.
    sent: Rc<RefCell<Option<String>>>,
    problem: UseStateHandle<Option<Problem>>,
}

/// The field with its label and where it is.
#[component]
pub fn FieldEditor(props: &FieldProps) -> Html {
    let around = use_around();
    let words = &around.words;
    let field = &props.field;
    let shown = field
        .value
        .as_ref()
        .map(|value| calendar::value(words, value))
        .unwrap_or_default();
    let entry = use_entry(props, &around, &shown);
    let leave = {
        let (entry, shown) = (entry.clone(), shown.clone());
        Callback::from(move |()| {
            if let Some(text) = (*entry.typed).clone().filter(|text| text.trim() != shown) {
                entry.wanted.set(Some(text));
            }
        })
    };
    let onblur = leave.reform(|_| ());
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.shift_key() {
            event.prevent_default();
            leave.emit(());
        }
    });
    let oninput = {
        let (typed, fields) = (entry.typed.clone(), around.keepers.fields().clone());
        let place = (props.case.id, field.key.clone());
        Callback::from(move |event: InputEvent| {
            fields.take(&place);
            typed.set(Some(event.target_unchecked_into::<HtmlTextAreaElement>().value()))
        })
    };
    let id = format!("field-{}", field.key);
    html! {
        <div class="field settable">
            <label for={id.clone()}>{field_label(words, field)}</label>
            <textarea id={id.clone()} rows="1" autocomplete="off" lang="da" value={(*entry.typed).clone().unwrap_or(shown)}
                {oninput} {onblur} {onkeydown} data-test={id} />
            if let Some(problem) = entry.problem.as_ref() { {problem_note(words, problem)} }
            {foot(&around, field)}
        </div>
    }
}

fn foot(around: &Around, field: &FieldView) -> Html {
    let by = field.at.as_ref().map(|at| {
        let when = calendar::moment(&around.words, at, around.now());
        around
            .words
            .say_with("set-by", &[("who", field.by.clone().into()), ("when", when.into())])
    });
    html! {
        <p class="field-foot">
            if let Some(by) = by { <span class="quiet">{by}</span> }
            {item(around, &field.item)}
        </p>
    }
}

/// Sets what is wanted on the version on the screen, and shows the case's value again once it is what was typed.
#[hook]
fn use_entry(props: &FieldProps, around: &Around, shown: &str) -> Entry {
    let left = use_memo((props.case.id, props.field.key.clone()), |place| {
        around.keepers.fields().take(place)
    });
    let (words, why) = (*left)
        .clone()
        .map_or((None, None), |left| (Some(left.words), left.problem));
    let entry = Entry {
        typed: use_state_eq(|| words),
        wanted: use_state_eq(|| None),
        set_on: use_state_eq(Vec::new),
        sent: use_mut_ref(|| None),
        problem: use_state(|| why),
    };
    use_effect_with((props.case.heads.clone(), (*entry.wanted).clone()), {
        let (around, entry) = (around.clone(), entry.clone());
        let (case, key) = (props.case.id, props.field.key.clone());
        move |(heads, wish)| {
            if let Some(wish) = wish.as_ref().filter(|_| *heads != *entry.set_on) {
                entry.set_on.set(heads.clone());
                entry.sent.replace(Some(wish.clone()));
                entry.wanted.set(None);
                let command = setting(case, key.clone(), heads.clone(), wish);
                let fields = around.keepers.fields().clone();
                fields.set((case, key), wish.clone(), command, move |heard| match heard {
                    Heard::Stands => {
                        entry.problem.set(None);
                        around.tell.emit(Word::Changed);
                    }
                    Heard::Waits(problem) => entry.problem.set(Some(problem)),
                    Heard::Stopped(problem) => {
                        entry.set_on.set(Vec::new());
                        entry.sent.replace(None);
                        entry.problem.set(Some(problem));
                    }
                });
            }
        }
    });
    use_effect_with(shown.to_owned(), {
        let typed = entry.typed.clone();
        move |shown| {
            if typed.as_ref().is_some_and(|typed| typed.trim() == shown) {
                typed.set(None);
            }
        }
    });
    use_last_words(props, around, &entry, shown);
    entry
}

fn setting(case: DocId, key: String, heads: Vec<ChangeHash>, words: &str) -> Command {
    let words = words.trim();
    let value = (!words.is_empty()).then(|| FieldValue::Text(words.to_owned()));
    Command::SetField {
        id: draw::command_id(),
        case,
        key,
        heads,
        value,
    }
}

/// Sets what was typed and not set yet when the field leaves the screen.
#[hook]
fn use_last_words(props: &FieldProps, around: &Around, entry: &Entry, shown: &str) {
    let last = use_mut_ref(|| None::<(String, Vec<ChangeHash>)>);
    let unset = (*entry.typed).clone().filter(|typed| typed.trim() != shown);
    last.replace(unset.map(|typed| (typed, props.case.heads.clone())));
    let (around, sent) = (around.clone(), entry.sent.clone());
    use_effect_with((props.case.id, props.field.key.clone()), move |(case, key)| {
        let (case, key) = (*case, key.clone());
        move || {
            let Some((words, heads)) = last.take().filter(|(words, _)| sent.borrow().as_ref() != Some(words)) else {
                return;
            };
            let command = setting(case, key.clone(), heads, &words);
            let tell = around.tell.clone();
            around.keepers.fields().set((case, key), words, command, move |heard| {
                if heard == Heard::Stands {
                    tell.emit(Word::Changed);
                }
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
