//! What is known of a case: people, unit, dates, and the fields of its type.
//!
//! A field nobody filled in is left out, unless it can be filled in here.

use std::rc::Rc;

use feltbog_views::{CaseView, FieldView};
use yew::{AttrValue, Html, Properties, component, html};

use super::conflict::Conflict;
use super::field::FieldEditor;
use crate::around::use_around;
use crate::calendar;
use crate::words::Words;

/// What is asked of it.
#[derive(Properties, PartialEq)]
pub struct FactsProps {
    /// The case.
    pub case: Rc<CaseView>,
}

/// The facts.
#[component]
pub fn Facts(props: &FactsProps) -> Html {
    let around = use_around();
    let words = &around.words;
    let case = &props.case;
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
                <Fact name={words.say("fact-type")} value={words.named("type", &case.row.case_type)} />
                if let Some(birthday) = &case.subject.birthday {
                    <Fact name={words.say("fact-birthday")} value={calendar::civil_date(words, birthday)} />
                }
                if !case.people.is_empty() { <Fact name={words.say("fact-people")} value={case.people.join(", ")} /> }
                if !case.row.unit.is_empty() { <Fact name={words.say("fact-unit")} value={case.row.unit.clone()} /> }
                if let Some(opened) = &case.opened {
                    <Fact name={words.say("fact-opened")} value={calendar::day(words, opened, around.now())} />
                }
                { for fixed.into_iter().filter_map(|field| {
                    let value = field.value.as_ref()?;
                    Some(html! { <Fact name={field_label(words, field)} value={calendar::value(words, value)} /> })
                }) }
            </dl>
        </section>
    }
}

/// The label of a field: the page's own for fixed fields, the import's for others.
pub fn field_label(words: &Words, field: &FieldView) -> String {
    if field.label.is_empty() { words.named("field", &field.key) } else { field.label.clone() }
}

#[derive(Properties, PartialEq)]
struct FactProps {
    name: AttrValue,
    value: AttrValue,
}

#[component]
fn Fact(props: &FactProps) -> Html {
    html! { <div class="fact"><dt>{&props.name}</dt><dd>{&props.value}</dd></div> }
}
