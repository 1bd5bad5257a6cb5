//! The page as a whole: asks who is here, hears of changes, and shows the gate or the app.
//!
//! It draws no screen itself.

use std::rc::Rc;

use feltbog_views::{Changed, Command, Gate as GateState, Language, Reply, StatusView, Theme};
use gloo_timers::callback::{Interval, Timeout};
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::Event;
use yew::{
    Callback, ContextProvider, Html, Reducible, UseReducerHandle, component, hook, html, use_callback, use_effect_with,
    use_mut_ref, use_reducer, use_state,
};

use crate::around::{Around, Word};
use crate::desk;
use crate::gate::Gate;
use crate::keeper::Keepers;
use crate::parts::stopped;
use crate::route::Route;
use crate::shell::Shell;
use crate::words::Words;

/// How often the status is asked for without cause: the ages of data on the screen grow by themselves.
const STATUS_MS: u32 = 20_000;

/// Changes closer together than this are asked for together.
const TOGETHER_MS: u32 = 60;

/// Pause before a desk that did not answer is asked again.
const UNHEARD_MS: u32 = 1_500;

#[derive(Clone, Default, PartialEq)]
struct State {
    status: Option<StatusView>,
    pulse: u32,
    unheard: bool,
}

enum Deed {
    Status(Box<StatusView>),
    Pulse,
    Unheard,
}

impl Reducible for State {
    type Action = Deed;

    fn reduce(self: Rc<Self>, deed: Deed) -> Rc<Self> {
        let mut next = (*self).clone();
        match deed {
            Deed::Status(status) => {
                // Back after silence, or through the gate: what is shown may be old.
                let other_gate = next.status.as_ref().map(|old| old.gate) != Some(status.gate);
                next.pulse += u32::from(next.unheard || other_gate);
                next.unheard = false;
                next.status = Some(*status);
            }
            Deed::Pulse => next.pulse += 1,
            Deed::Unheard => next.unheard = true,
        }
        Rc::new(next)
    }
}

/// The page.
#[component]
pub fn Page() -> Html {
    let state = use_reducer(State::default);
    let keepers = use_state(Keepers::default);
    let route = use_route();
    let tell = use_tell(&state);
    use_hearing(&tell, &keepers);
    use_last_moment(&keepers);
    use_document(state.status.as_ref());
    let gate = state.status.as_ref().map(|status| status.gate);
    use_effect_with(gate, {
        let keepers = (*keepers).clone();
        move |gate| {
            if *gate == Some(GateState::Open) {
                keepers.push_all();
            }
        }
    });
    let Some(status) = state.status.clone() else {
        return html! { if state.unheard { {stopped(&Words::of(Language::default()))} } };
    };
    let words = Words::of(status.language).on(status.shape);
    let around = Around {
        words,
        route,
        pulse: state.pulse,
        unheard: state.unheard,
        keepers: (*keepers).clone(),
        tell,
        status,
    };
    let open = gate == Some(GateState::Open);
    html! {
        <ContextProvider<Around> context={around}>
            if open { <Shell /> } else { <Gate /> }
        </ContextProvider<Around>>
    }
}

/// What screens call to tell the page something.
#[hook]
fn use_tell(state: &UseReducerHandle<State>) -> Callback<Word> {
    let dispatcher = state.dispatcher();
    let soon = use_mut_ref(|| None::<Timeout>);
    use_callback((), move |word: Word, ()| {
        let dispatcher = dispatcher.clone();
        match word {
            Word::Status(status) => dispatcher.dispatch(Deed::Status(status)),
            Word::Look => look(dispatcher),
            Word::Changed => {
                if soon.borrow().is_some() {
                    return;
                }
                let done = soon.clone();
                soon.replace(Some(Timeout::new(TOGETHER_MS, move || {
                    done.replace(None);
                    dispatcher.dispatch(Deed::Pulse);
                    look(dispatcher);
                })));
            }
            Word::Unheard => {
                dispatcher.dispatch(Deed::Unheard);
                Timeout::new(UNHEARD_MS, move || look(dispatcher)).forget();
            }
        }
    })
}

fn look(dispatcher: yew::UseReducerDispatcher<State>) {
    spawn_local(async move {
        match desk::ask(&Command::Status {}).await {
            Ok(Reply::Status(status)) => dispatcher.dispatch(Deed::Status(status)),
            Ok(_) | Err(desk::Unheard) => {
                dispatcher.dispatch(Deed::Unheard);
                Timeout::new(UNHEARD_MS, move || look(dispatcher)).forget();
            }
        }
    });
}

/// Asks at the start, listens for changes, and asks for the status now and then.
#[hook]
fn use_hearing(tell: &Callback<Word>, keepers: &Keepers) {
    let (tell, keepers) = (tell.clone(), keepers.clone());
    use_effect_with((), move |()| {
        tell.emit(Word::Look);
        let heard = {
            let tell = tell.clone();
            Callback::from(move |changed: Changed| {
                keepers.hear(&changed);
                tell.emit(Word::Changed);
            })
        };
        if desk::listen(heard).is_err() {
            tell.emit(Word::Unheard);
        }
        let now_and_then = Interval::new(STATUS_MS, move || tell.emit(Word::Look));
        move || drop(now_and_then)
    });
}

/// When the page is put away or closed, what is typed is kept at once.
#[hook]
fn use_last_moment(keepers: &Keepers) {
    let keepers = keepers.clone();
    use_effect_with((), move |()| {
        let keep = Closure::<dyn Fn(Event)>::new(move |_| keepers.push_all());
        let keep = keep.into_js_value();
        if let Some(window) = web_sys::window() {
            for name in ["pagehide", "blur", "visibilitychange"] {
                window
                    .add_event_listener_with_callback(name, keep.unchecked_ref())
                    .expect("a window takes listeners");
            }
        }
    });
}

/// The place named by the address, followed as it changes.
#[hook]
fn use_route() -> Route {
    let route = use_state(here);
    let setter = route.setter();
    use_effect_with((), move |()| {
        let moved = Closure::<dyn Fn(Event)>::new(move |_| setter.set(here()));
        if let Some(window) = web_sys::window() {
            window.set_onhashchange(Some(moved.into_js_value().unchecked_ref()));
        }
    });
    *route
}

fn here() -> Route {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok());
    hash.and_then(|hash| hash.parse().ok()).unwrap_or_default()
}

/// Language and appearance belong to the document, not to a part of it.
#[hook]
fn use_document(status: Option<&StatusView>) {
    let chosen = status.map(|status| (status.language, status.theme));
    use_effect_with(chosen, |chosen| {
        let root = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.document_element());
        let (Some((language, theme)), Some(root)) = (*chosen, root) else {
            return;
        };
        let tag = match language {
            Language::Da => "da",
            Language::En => "en",
        };
        let theme = match theme {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        for (name, value) in [("lang", tag), ("data-theme", theme)] {
            root.set_attribute(name, value)
                .expect("both names are valid attribute names");
        }
    });
}
