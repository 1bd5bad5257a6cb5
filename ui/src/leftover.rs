//! Values of fields on their way to the desk: tried again until they stand, also when their screen was left meanwhile, and
//! shown again when the field is opened.
//!
//! Notes have their keepers; this is for the values of a case.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use feltbog_ids::DocId;
use feltbog_views::{Command, Problem, Reply};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::spawn_local;

use crate::desk;

/// Pause before something the desk could not do is tried again.
const RETRY_MS: u32 = 3_000;

/// The case and the field's key.
pub type Place = (DocId, String);

/// What was typed in one field, and what stands in its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Leftover {
    /// The words.
    pub words: String,
    /// Why the desk has not taken them; none while it is being asked.
    pub problem: Option<Problem>,
}

/// How setting a field goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// The value stands.
    Stands,
    /// Something is in the way that may pass by itself: it is tried again.
    Waits(Problem),
    /// It is tried no more: the value does not fit, or something newer was typed.
    Stopped(Problem),
}

/// All of them.
#[derive(Clone, Default)]
pub struct Leftovers(Rc<RefCell<BTreeMap<Place, Leftover>>>);

impl Leftovers {
    /// Sets the field, however often it has to be asked; `told` hears how each asking went.
    pub fn set(&self, place: Place, words: String, command: Command, told: impl Fn(Heard) + 'static) {
        let all = self.clone();
        all.put(&place, words.clone(), None);
        spawn_local(async move {
            loop {
                let problem = match desk::ask(&command).await {
                    Ok(Reply::Field(_)) => {
                        if all.holds(&place, &words) {
                            all.take(&place);
                        }
                        return told(Heard::Stands);
                    }
                    Ok(Reply::Problem { problem }) => problem,
                    Ok(_) | Err(desk::Unheard) => Problem::Unexpected,
                };
                if !all.holds(&place, &words) {
                    return told(Heard::Stopped(problem));
                }
                all.put(&place, words.clone(), Some(problem.clone()));
                if !passes(&problem) {
                    return told(Heard::Stopped(problem));
                }
                told(Heard::Waits(problem));
                TimeoutFuture::new(RETRY_MS).await;
            }
        });
    }

    /// What was left in a field, which is on the screen from now on.
    pub fn take(&self, place: &Place) -> Option<Leftover> {
        self.0.borrow_mut().remove(place)
    }

    /// True when the desk has everything.
    pub fn are_none(&self) -> bool {
        self.0.borrow().is_empty()
    }

    fn put(&self, place: &Place, words: String, problem: Option<Problem>) {
        self.0.borrow_mut().insert(place.clone(), Leftover { words, problem });
    }

    fn holds(&self, place: &Place, words: &str) -> bool {
        self.0.borrow().get(place).is_some_and(|left| left.words == words)
    }
}

/// Whether it may pass by itself.
fn passes(problem: &Problem) -> bool {
    matches!(
        problem,
        Problem::DiskFull | Problem::Damaged | Problem::Locked | Problem::Unexpected
    )
}

#[cfg(test)]
mod tests {
    use super::{Leftovers, passes};
    use feltbog_ids::DocId;
    use feltbog_views::Problem;

    #[test]
    fn what_was_left_in_a_field_is_there_when_it_is_opened_and_only_once() {
        let all = Leftovers::default();
        let place = (DocId::from_bytes([1; 16]), "mobilitet".to_owned());
        all.put(&place, "Går med stok".to_owned(), Some(Problem::DiskFull));
        assert!(!all.are_none() && all.holds(&place, "Går med stok"));
        assert_eq!(all.take(&place).map(|left| left.words), Some("Går med stok".to_owned()));
        assert_eq!(all.take(&place), None);
    }

    #[test]
    fn a_full_disk_may_pass_and_a_value_that_does_not_fit_does_not() {
        assert!(passes(&Problem::DiskFull));
        assert!(!passes(&Problem::BadValue));
    }
}
