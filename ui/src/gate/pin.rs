//! The PIN: keys of 72 px, and the keyboard. The sixth digit opens.
//!
//! It shows how many digits there are, never which.

use feltbog_views::{Command, Problem};
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::KeyboardEvent;
use yew::{Callback, Html, UseStateHandle, component, hook, html, use_effect_with, use_state_eq};

use super::ask_gate;
use crate::around::{Around, use_around};
use crate::icon::{Glyph, icon};
use crate::parts::{Heading, problem_note};

/// Digits of a PIN.
const LENGTH: usize = 6;

#[derive(Clone, Copy, PartialEq)]
enum Key {
    Digit(char),
    Erase,
}

/// The keypad.
#[component]
pub fn Pin() -> Html {
    let around = use_around();
    let (digits, problem, busy) = (
        use_state_eq(String::new),
        use_state_eq(|| None::<Problem>),
        use_state_eq(|| false),
    );
    let press = pressing(&around, &digits, &problem, &busy);
    use_keyboard(press.clone(), (digits.len(), *busy));
    let words = &around.words;
    let user = around.status.user.clone().unwrap_or_default();
    html! {
        <div class="card pin">
            <Heading text={words.say("pin-title")} />
            if !user.is_empty() { <p class="lead">{words.say_with("pin-lead", &[("user", user.into())])}</p> }
            <p class="pin-dots" role="status" data-test="pin-dots"
                aria-label={words.say_with("pin-typed", &[("n", digits.len().into())])}>
                { for (0..LENGTH).map(|at| html! { <span class={yew::classes!("dot", (at < digits.len()).then_some("full"))} /> }) }
            </p>
            if let Some(problem) = (*problem).clone() { {problem_note(&around.words, &problem)} }
            <div class="keypad" role="group" aria-label={words.say("pin-keys")}>
                { for "123456789".chars().map(|digit| digit_key(digit, &press)) }
                <span class="keypad-gap" />
                {digit_key('0', &press)}
                <button type="button" class="pin-key" aria-label={words.say("pin-erase")} data-test="pin-erase"
                    onclick={press.reform(|_| Key::Erase)}>{icon(Glyph::Erase)}</button>
            </div>
        </div>
    }
}

/// What a key does: the sixth digit asks.
fn pressing(
    around: &Around,
    digits: &UseStateHandle<String>,
    problem: &UseStateHandle<Option<Problem>>,
    busy: &UseStateHandle<bool>,
) -> Callback<Key> {
    let (around, digits, problem, busy) = (around.clone(), digits.clone(), problem.clone(), busy.clone());
    Callback::from(move |key: Key| {
        if *busy {
            return;
        }
        let pin = after(&digits, key);
        digits.set(pin.clone());
        if pin.len() < LENGTH {
            return;
        }
        let (around, digits, problem, busy) = (around.clone(), digits.clone(), problem.clone(), busy.clone());
        busy.set(true);
        spawn_local(async move {
            let stood = ask_gate(&around, &Command::Unlock { pin }).await;
            problem.set(stood);
            digits.set(String::new());
            busy.set(false);
        });
    })
}

fn after(digits: &str, key: Key) -> String {
    let mut next = digits.to_owned();
    match key {
        Key::Digit(digit) if next.len() < LENGTH => next.push(digit),
        Key::Digit(_) => {}
        Key::Erase => drop(next.pop()),
    }
    next
}

fn digit_key(digit: char, press: &Callback<Key>) -> Html {
    html! {
        <button type="button" class="pin-key" data-test={format!("pin-key-{digit}")}
            onclick={press.reform(move |_| Key::Digit(digit))}>{digit}</button>
    }
}

/// Digits and Backspace on the keyboard do what the keys on the screen do.
#[hook]
fn use_keyboard(press: Callback<Key>, state: (usize, bool)) {
    use_effect_with(state, move |_| {
        let closure = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| {
            let key = event.key();
            let digit = key
                .chars()
                .next()
                .filter(|first| key.len() == 1 && first.is_ascii_digit());
            match digit {
                Some(digit) => press.emit(Key::Digit(digit)),
                None if key == "Backspace" => press.emit(Key::Erase),
                None => {}
            }
        });
        let window = web_sys::window();
        if let Some(window) = &window {
            window.set_onkeydown(Some(closure.as_ref().unchecked_ref()));
        }
        move || {
            if let Some(window) = &window {
                window.set_onkeydown(None);
            }
            drop(closure);
        }
    });
}
