//! What is known of a case: people, unit, dates, and the fields of its type.
//!
//! A field nobody filled in is left out, unless it can be filled in here.

use std::rc::Rc;

use feltbog_views::{CaseView, FieldView};
use yew::{Html, html};

use super::conflict::Conflict;
use super::field::FieldEditor;
use crate::around::Around;
use crate::calendar;
use crate::words::Words;

/// The facts.
pub fn facts(around: &Around, case: &Rc<CaseView>) -> Html {
    let words = &around.words;
    let (settable, fixed): (Vec<_>, Vec<_>) = case.fields.iter().partition(|field| field.settable);
    html! {
        <section class="facts" aria-labelledby="facts-title">
            <h2 id="facts-title">{words.say("facts")}</h2>
            { for case.fields.iter().filter(|field| !field.others.is_empty()).map(|field| html! {
                <Conflict key={field.key.clone()} case={case.clone()} field={field.clone()} />
            }) }
            { for settable.into_iter().map(|field| html! {
                <FieldEditor key={field.key.clone()} case={case.clone()} field={field.clone()} />
            }) }
            <dl>
                {fact(words.say("fact-type"), words.named("type", &case.row.case_type))}
                if let Some(birthday) = &case.subject.birthday {
                    {fact(words.say("fact-birthday"), calendar::civil_date(words, birthday))}
                }
                if !case.people.is_empty() { {fact(words.say("fact-people"), case.people.join(", "))} }
                if !case.row.unit.is_empty() { {fact(words.say("fact-unit"), case.row.unit.clone())} }
                if let Some(opened) = &case.opened {
                    {fact(words.say("fact-opened"), calendar::day(words, opened, around.now()))}
                }
                { for fixed.into_iter().filter_map(|field| {
                    let value = field.value.as_ref()?;
                    Some(fact(field_label(words, field), calendar::value(words, value)))
                }) }
            </dl>
        </section>
    }
}

/// The label of a field: the page's own word where it has one, else the one an import brought along.
pub fn field_label(words: &Words, field: &FieldView) -> String {
    let known = words.try_say(&format!("field-{}", field.key));
    known.unwrap_or_else(|| {
        if field.label.is_empty() {
            words.named("field", &field.key)
        } else {
            field.label.clone()
        }
    })
}

/// One fact with its name.
pub fn fact(name: String, value: String) -> Html {
    html! { <div class="fact"><dt>{name}</dt><dd>{value}</dd></div> }
}
