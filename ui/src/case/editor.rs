//! The note editor: a text area whose words are kept as they are typed, and *Gem og afslut*.
//!
//! The text area belongs to the person: it is written to only when a colleague's words are taken over.

use std::rc::Rc;

use feltbog_ids::DocId;
use feltbog_views::{CaseView, Problem};
use web_sys::HtmlTextAreaElement;
use yew::{
    Callback, Html, InputEvent, NodeRef, Properties, TargetCast, component, hook, html, use_effect_with,
    use_force_update, use_memo, use_node_ref,
};

use super::go;
use crate::around::{Around, use_around};
use crate::caret::carry_caret;
use crate::draft::{Draft, Finishing, Place};
use crate::draw;
use crate::icon::{Glyph, icon};
use crate::keeper::Keeper;
use crate::parts::problem_note;
use crate::route::{CasePlace, Route};

/// What is asked of it.
#[derive(Properties, PartialEq)]
pub struct EditorProps {
    /// The note, which may not exist yet.
    pub note: DocId,
    /// Where it is being written.
    pub place: CasePlace,
    /// The case.
    pub case: Rc<CaseView>,
}

/// The editor.
#[component]
pub fn Editor(props: &EditorProps) -> Html {
    let around = use_around();
    let words = around.words.clone();
    let keeper = use_keeper(props);
    let area = use_node_ref();
    let draft = keeper.draft();
    use_caret(&area, &draft);
    use_end(&draft, props.place);
    let oninput = {
        let keeper = keeper.clone();
        Callback::from(move |event: InputEvent| {
            keeper.type_text(event.target_unchecked_into::<HtmlTextAreaElement>().value())
        })
    };
    let onblur = {
        let keeper = keeper.clone();
        Callback::from(move |_| keeper.push())
    };
    let finish = keeper.clone();
    let finish = Callback::from(move |_| finish.finish());
    let finishing = draft.finishing() == Finishing::Asked;
    // Without `autocomplete="off"` a browser writes what stands in a text area into its own session files, in clear.
    let label = words.say_with("note-label", &[("name", name(&props.case).into())]);
    html! {
        <section class="editor" aria-labelledby="note-label">
            <label id="note-label" for="note-text">{label}</label>
            <textarea id="note-text" ref={area} rows="7" readonly={finishing} lang="da" autocomplete="off" {oninput} {onblur} data-test="note-text" />
            if draft.finishing() == Finishing::Held {
                <p class="held" role="alert">{icon(Glyph::Together)}{words.say("note-held")}</p>
            }
            if let Some(problem) = draft.problem().cloned() {
                {problem_note(&around.words, &problem)}
                if problem == Problem::NoteFinished { {move_on(&around, &keeper, props.place)} }
            }
            <div class="editor-foot">
                {kept(&around, &draft)}
                <button type="button" class="main-action" onclick={finish} aria-busy={finishing.to_string()} data-test="note-finish">
                    {icon(Glyph::Tick)}{words.say("note-finish")}
                </button>
            </div>
        </section>
    }
}

/// Whom or what the note is about.
fn name(case: &CaseView) -> String {
    if case.subject.name.is_empty() {
        case.row.title.clone()
    } else {
        case.subject.name.clone()
    }
}

/// The keeper of this note, redrawn with every change and told to keep when the screen is left.
#[hook]
fn use_keeper(props: &EditorProps) -> Keeper {
    let around = use_around();
    let redraw = use_force_update();
    let keeper = use_memo(props.note, |note| {
        let place = Place {
            note: *note,
            case: props.place.case,
            visit: props.place.visit,
        };
        let known = props.case.notes.iter().find(|known| known.id == *note);
        around.keepers.open(known.map_or_else(|| Draft::new(place), Draft::of))
    });
    let keeper = (*keeper).clone();
    use_effect_with(keeper.clone(), move |keeper| {
        let keeper = keeper.clone();
        keeper.show(Some(Callback::from(move |()| redraw.force_update())));
        move || {
            keeper.show(None);
            keeper.push();
        }
    });
    keeper
}

/// Writes to the text area only when its words are not the draft's, and keeps the caret at its place.
#[hook]
fn use_caret(area: &NodeRef, draft: &Draft) {
    use_effect_with(draft.text().to_owned(), {
        let area = area.clone();
        move |text| {
            let Some(area) = area.cast::<HtmlTextAreaElement>() else {
                return;
            };
            let shown = area.value();
            if shown == *text {
                return;
            }
            let start = area.selection_start().ok().flatten().unwrap_or(0);
            let end = area.selection_end().ok().flatten().unwrap_or(start);
            area.set_value(text);
            let (start, end) = (carry_caret(&shown, text, start), carry_caret(&shown, text, end));
            area.set_selection_range(start, end).expect("a text area has a caret");
        }
    });
    use_effect_with((), {
        let area = area.clone();
        move |()| {
            let Some(area) = area.cast::<HtmlTextAreaElement>() else {
                return;
            };
            area.focus().unwrap_or_default();
            let end = u32::try_from(area.value().encode_utf16().count()).unwrap_or(u32::MAX);
            area.set_selection_range(end, end).expect("a text area has a caret");
        }
    });
}

/// A finished note leaves the editor.
#[hook]
fn use_end(draft: &Draft, place: CasePlace) {
    use_effect_with(draft.finishing() == Finishing::Done, move |done| {
        if *done {
            go(Route::Case(CasePlace { note: None, ..place }));
        }
    });
}

/// Whether what is typed is kept. Said only when it is so.
fn kept(around: &Around, draft: &Draft) -> Html {
    let (state, glyph, text) = if around.unheard || draft.problem().is_some() {
        ("unkept", Glyph::Warning, around.words.say("note-unkept"))
    } else if !draft.is_kept() {
        ("keeping", Glyph::Turning, around.words.say("note-keeping"))
    } else if draft.exists() {
        ("kept", Glyph::Device, around.words.say("note-kept"))
    } else {
        ("new", Glyph::Write, around.words.say("note-new"))
    };
    html! { <p class={yew::classes!("kept-line", state)} role="status" data-test="note-kept" data-state={state}>{icon(glyph)}{text}</p> }
}

/// The note was finished by someone else meanwhile: the words go on in a note of their own.
fn move_on(around: &Around, keeper: &Keeper, place: CasePlace) -> Html {
    let label = around.words.say("note-move-on");
    let (keepers, keeper) = (around.keepers.clone(), keeper.clone());
    let onclick = Callback::from(move |_| {
        let note = draw::note_id();
        let moved = keepers.open(keeper.draft().as_new_note(note));
        keeper.give_up();
        moved.push();
        go(Route::Case(CasePlace {
            note: Some(note),
            ..place
        }));
    });
    html! { <button type="button" class="second-action" {onclick} data-test="note-move-on">{label}</button> }
}
