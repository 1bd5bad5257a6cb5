//! Carries the drafts between the editor and the desk: half a second after the last keystroke, one command at a time.
//!
//! It lives outside the screen, so that leaving a note, locking or changing tab in the middle of a word loses nothing.
//! It decides nothing: what comes next is the draft's to say.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use feltbog_ids::DocId;
use feltbog_views::{Changed, Command, Problem, Reply};
use gloo_timers::callback::Timeout;
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

use crate::desk;
use crate::draft::{Draft, Finishing};
use crate::draw;
use crate::leftover::Leftovers;

/// Rest after the last keystroke before what is typed is kept.
const REST_MS: u32 = 500;

/// Pause before something the desk could not do is tried again.
const RETRY_MS: u32 = 3_000;

/// Pause before a desk that did not answer is asked again.
const UNHEARD_MS: u32 = 700;

/// One draft, its timer and whoever shows it.
#[derive(Clone)]
pub struct Keeper(Rc<Hand>);

struct Hand {
    draft: RefCell<Draft>,
    timer: RefCell<Option<Timeout>>,
    busy: Cell<bool>,
    /// Asked to keep while a command was under way: go on at once after it.
    hurry: Cell<bool>,
    shown: RefCell<Option<Callback<()>>>,
}

impl PartialEq for Keeper {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Keeper {
    fn new(draft: Draft) -> Self {
        Self(Rc::new(Hand {
            draft: RefCell::new(draft),
            timer: RefCell::new(None),
            busy: Cell::new(false),
            hurry: Cell::new(false),
            shown: RefCell::new(None),
        }))
    }

    /// The draft as it now stands.
    pub fn draft(&self) -> Draft {
        self.0.draft.borrow().clone()
    }

    /// Tells `shown` whenever the draft changes; none when it is no longer on the screen.
    pub fn show(&self, shown: Option<Callback<()>>) {
        self.0.shown.replace(shown);
    }

    /// The person typed.
    pub fn type_text(&self, text: String) {
        self.0.draft.borrow_mut().type_text(text);
        self.push_after(REST_MS);
        self.redraw();
    }

    /// The person pressed *Gem og afslut*.
    pub fn finish(&self) {
        self.0.draft.borrow_mut().ask_to_finish();
        self.push();
        self.redraw();
    }

    /// The words have gone on in another note.
    pub fn give_up(&self) {
        self.0.timer.replace(None);
        self.0.draft.borrow_mut().give_up();
    }

    /// Keeps what is typed now, without waiting for a rest.
    pub fn push(&self) {
        self.0.timer.replace(None);
        if self.0.busy.get() {
            self.0.hurry.set(true);
            return;
        }
        self.0.busy.set(true);
        let keeper = self.clone();
        spawn_local(async move { keeper.work().await });
    }

    fn push_after(&self, pause: u32) {
        let keeper = self.clone();
        self.0.timer.replace(Some(Timeout::new(pause, move || keeper.push())));
    }

    fn redraw(&self) {
        let shown = self.0.shown.borrow().clone();
        if let Some(shown) = shown {
            shown.emit(());
        }
    }

    async fn work(&self) {
        loop {
            self.0.hurry.set(false);
            let command = self.0.draft.borrow_mut().next(draw::command_id());
            let Some(command) = command else { break };
            let went = self.carry(command).await;
            self.redraw();
            let finishing = self.0.draft.borrow().finishing() == Finishing::Asked;
            if !went || !(self.0.hurry.get() || finishing) {
                break;
            }
        }
        self.0.busy.set(false);
        if self.0.draft.borrow().wants_refresh() {
            self.refresh().await;
        }
    }

    /// Asks until the desk has answered. True when it was done.
    async fn carry(&self, command: Command) -> bool {
        let mut command = Some(command);
        while let Some(asked) = command {
            match desk::ask(&asked).await {
                Ok(Reply::Draft(reply)) => {
                    self.0.draft.borrow_mut().answered(&reply);
                    return true;
                }
                Ok(Reply::Problem { problem }) => {
                    self.refused(problem);
                    return false;
                }
                Ok(_) => {
                    self.refused(Problem::Unexpected);
                    return false;
                }
                Err(desk::Unheard) => TimeoutFuture::new(UNHEARD_MS).await,
            }
            command = self.0.draft.borrow().again();
        }
        false
    }

    fn refused(&self, problem: Problem) {
        let passing = matches!(
            problem,
            Problem::DiskFull | Problem::Damaged | Problem::Locked | Problem::Unexpected
        );
        self.0.draft.borrow_mut().refused(problem);
        if passing {
            self.push_after(RETRY_MS);
        }
    }

    /// Asks for the note anew and takes a colleague's words over, if nothing was typed meanwhile.
    async fn refresh(&self) {
        let (place, heads) = {
            let draft = self.0.draft.borrow();
            (draft.place(), draft.heads().to_vec())
        };
        let Ok(Reply::Case(case)) = desk::ask(&Command::Case { id: place.case }).await else {
            return;
        };
        if let Some(note) = case.notes.iter().find(|note| note.id == place.note) {
            self.0.draft.borrow_mut().refreshed(&heads, note);
            self.redraw();
        }
    }
}

/// All drafts that hold words the desk may not have yet, and the fields that were left with some.
#[derive(Clone, Default)]
pub struct Keepers(Rc<RefCell<BTreeMap<DocId, Keeper>>>, Leftovers);

impl PartialEq for Keepers {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Keepers {
    /// The keeper of that note: the one that still holds words, or one begun on `draft`.
    pub fn open(&self, draft: Draft) -> Keeper {
        let note = draft.place().note;
        let mut keepers = self.0.borrow_mut();
        keepers.retain(|id, keeper| *id == note || !keeper.draft().is_kept());
        match keepers.get(&note) {
            Some(keeper) if !keeper.draft().is_kept() => keeper.clone(),
            _ => {
                let keeper = Keeper::new(draft);
                keepers.insert(note, keeper.clone());
                keeper
            }
        }
    }

    /// The fields that were left before the desk had what was typed.
    pub fn fields(&self) -> &Leftovers {
        &self.1
    }

    /// Word of changed documents: a named note is looked up as soon as nothing unsaved is on the screen.
    /// Word that names none may be about any.
    pub fn hear(&self, changed: &Changed) {
        for (note, keeper) in self.0.borrow().iter() {
            if changed.docs.is_empty() || changed.docs.contains(note) {
                keeper.0.draft.borrow_mut().hear_of_change();
                if keeper.draft().wants_refresh() && !keeper.0.busy.get() {
                    let keeper = keeper.clone();
                    spawn_local(async move { keeper.refresh().await });
                }
            }
        }
    }

    /// Keeps everything now: the page may be gone in a moment, or the file has just been opened again.
    pub fn push_all(&self) {
        for keeper in self.0.borrow().values() {
            if !keeper.draft().is_kept() {
                keeper.push();
            }
        }
    }

    /// Waits until all is kept, a second at most: what is not kept by then stays here and is tried again.
    pub async fn settle(&self) {
        self.push_all();
        for _ in 0..20 {
            if self.0.borrow().values().all(|keeper| keeper.draft().is_kept()) && self.1.are_none() {
                return;
            }
            TimeoutFuture::new(50).await;
        }
    }
}
