//! A note being typed: what is on the screen, what the desk has, and which command comes next.
//!
//! Pure: it sends nothing and knows no clock. The law it keeps: what a person has typed is on the screen until the desk
//! has answered that it is kept, and no text of the desk's replaces words the desk has not seen.

use feltbog_ids::{ChangeHash, CommandId, DocId};
use feltbog_views::{Command, DraftView, NoteState, NoteView, Problem};

/// Where the note belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The note, drawn by the page when it is new.
    pub note: DocId,
    /// Its case.
    pub case: DocId,
    /// The visit it is written at, when there is one.
    pub visit: Option<DocId>,
}

/// How far the wish to finish has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finishing {
    /// Still being written.
    No,
    /// The person has pressed *Gem og afslut*.
    Asked,
    /// A colleague's words came in between: they must be read before one's name is put to them.
    Held,
    /// The note is finished.
    Done,
}

/// A note in the editor.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    place: Place,
    /// The version of `base`.
    heads: Vec<ChangeHash>,
    /// The text the desk has at `heads`.
    base: String,
    /// The text on the screen.
    text: String,
    /// The command on its way, kept whole so that it can be asked again with the same id.
    under_way: Option<Command>,
    finishing: Finishing,
    /// A colleague's words are said to have arrived and are not on the screen yet.
    behind: bool,
    problem: Option<Problem>,
}

impl Draft {
    /// A new note without words.
    pub fn new(place: Place) -> Self {
        Self {
            place,
            heads: Vec::new(),
            base: String::new(),
            text: String::new(),
            under_way: None,
            finishing: Finishing::No,
            behind: false,
            problem: None,
        }
    }

    /// A draft that stands on this device already.
    pub fn of(note: &NoteView) -> Self {
        let place = Place {
            note: note.id,
            case: note.case,
            visit: note.visit,
        };
        Self {
            heads: note.heads.clone(),
            base: note.text.clone(),
            text: note.text.clone(),
            ..Self::new(place)
        }
    }

    /// Where the note belongs.
    pub fn place(&self) -> Place {
        self.place
    }

    /// The text on the screen.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How far finishing has come.
    pub fn finishing(&self) -> Finishing {
        self.finishing
    }

    /// What stands in the way, if anything does.
    pub fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    /// True when every word on the screen is kept by the desk.
    pub fn is_kept(&self) -> bool {
        self.text == self.base && self.under_way.is_none()
    }

    /// True when the desk knows the note at all.
    pub fn exists(&self) -> bool {
        !self.heads.is_empty()
    }

    /// The person typed: this is what the editor holds now.
    pub fn type_text(&mut self, text: String) {
        if matches!(self.finishing, Finishing::Asked | Finishing::Done) {
            return;
        }
        self.finishing = Finishing::No;
        self.text = text;
    }

    /// The person wants to finish. A note without words is not finished.
    pub fn ask_to_finish(&mut self) {
        if self.finishing == Finishing::Done {
            return;
        }
        if self.text.trim().is_empty() {
            self.problem = Some(Problem::EmptyNote);
            return;
        }
        self.problem = None;
        self.finishing = Finishing::Asked;
    }

    /// The next command, or none while one is under way or nothing is to be done. `id` is used only for a new command.
    pub fn next(&mut self, id: CommandId) -> Option<Command> {
        if self.under_way.is_some() {
            return None;
        }
        let command = if self.text != self.base {
            self.keep(id)
        } else if self.finishing == Finishing::Asked {
            Command::FinishNote {
                id,
                note: self.place.note,
                heads: self.heads.clone(),
            }
        } else {
            return None;
        };
        self.under_way = Some(command.clone());
        Some(command)
    }

    fn keep(&self, id: CommandId) -> Command {
        Command::KeepDraft {
            id,
            note: self.place.note,
            case: self.place.case,
            visit: self.place.visit,
            heads: self.heads.clone(),
            before: self.base.clone(),
            after: self.text.clone(),
        }
    }

    /// The command whose answer was lost on the way: asked again with its own id, it is not done twice.
    pub fn again(&self) -> Option<Command> {
        self.under_way.clone()
    }

    /// The desk answered with what now stands.
    pub fn answered(&mut self, reply: &DraftView) {
        let sent = match self.under_way.take() {
            Some(Command::KeepDraft { after, .. }) => after,
            Some(_) => return self.finished(&reply.note),
            None => return,
        };
        self.problem = None;
        if self.text == sent {
            self.take_over(&reply.note);
            if self.finishing == Finishing::Asked && self.text != sent {
                self.finishing = Finishing::Held;
            }
        } else {
            // Typed on meanwhile: the desk's text waits until these words are kept too.
            self.behind |= reply.note.text != sent;
            self.base = sent;
            self.heads = reply.typed.clone();
        }
    }

    fn finished(&mut self, note: &NoteView) {
        self.take_over(note);
        self.problem = None;
        let done = matches!(note.state, NoteState::Finished { .. });
        self.finishing = if done { Finishing::Done } else { Finishing::No };
    }

    fn take_over(&mut self, note: &NoteView) {
        self.behind = false;
        self.heads = note.heads.clone();
        self.base = note.text.clone();
        self.text = note.text.clone();
    }

    /// The desk refused. The words stay on the screen; the next keystroke or the next try asks anew.
    pub fn refused(&mut self, problem: Problem) {
        self.under_way = None;
        if self.finishing == Finishing::Asked {
            self.finishing = Finishing::No;
        }
        self.problem = Some(problem);
    }

    /// Word has come that the note changed behind the screen.
    pub fn hear_of_change(&mut self) {
        self.behind = true;
    }

    /// True when the note should be asked for anew: it changed, and nothing unsaved is on the screen.
    pub fn wants_refresh(&self) -> bool {
        self.behind && self.is_kept() && self.exists() && self.finishing != Finishing::Done
    }

    /// The note was asked for anew. Taken over only if nothing was typed and nothing kept since `asked_on`.
    pub fn refreshed(&mut self, asked_on: &[ChangeHash], note: &NoteView) {
        if !self.is_kept() || self.heads != asked_on {
            return;
        }
        if matches!(note.state, NoteState::Finished { .. }) {
            return self.finished(note);
        }
        self.take_over(note);
    }

    /// The version the desk has of what is on the screen.
    pub fn heads(&self) -> &[ChangeHash] {
        &self.heads
    }

    /// The words have gone on elsewhere: nothing more is kept here.
    pub fn give_up(&mut self) {
        self.text = self.base.clone();
        self.problem = None;
    }

    /// The same words as a new note: the old one was finished by someone meanwhile and takes no more.
    pub fn as_new_note(&self, note: DocId) -> Self {
        Self {
            text: self.text.clone(),
            ..Self::new(Place { note, ..self.place })
        }
    }
}

#[cfg(test)]
mod tests;
