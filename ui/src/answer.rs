//! Asks the desk what a screen shows, and asks again whenever something may have changed.
//!
//! It keeps the last answer on the screen meanwhile: no spinner stands between a person and their own data.

use std::cell::Cell;
use std::rc::Rc;

use feltbog_views::{Command, Reply};
use wasm_bindgen_futures::spawn_local;
use yew::{hook, use_effect_with, use_state};

use crate::around::{Word, use_around};
use crate::desk;

/// The latest answer; none before the first. It may be to the question before this one, for a moment.
#[hook]
pub fn use_answer(command: Command) -> Option<Rc<Reply>> {
    let around = use_around();
    let answer = use_state(|| None);
    let setter = answer.setter();
    use_effect_with((command, around.pulse), move |(command, _)| {
        let command = command.clone();
        let wanted = Rc::new(Cell::new(true));
        let still_wanted = wanted.clone();
        spawn_local(async move {
            let reply = desk::ask(&command).await;
            if !still_wanted.get() {
                return;
            }
            match reply {
                Ok(reply) => setter.set(Some(Rc::new(reply))),
                Err(desk::Unheard) => around.tell.emit(Word::Unheard),
            }
        });
        move || wanted.set(false)
    });
    (*answer).clone()
}
