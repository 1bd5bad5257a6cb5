//! Commands that write: into the notebook, and then a word to the courier.
//!
//! It waits for no network: what the notebook says is kept is kept.

use feltbog_replica::KeepDraft;
use feltbog_views::{Changed, Command, Problem, Reply};

use super::notebook::Notebook;
use super::{Answer, Desk};
use crate::planner::Event;
use crate::remote::Remote;

impl<R: Remote> Desk<R> {
    /// Writes, tells the page what changed, and sends the courier.
    pub(super) fn write(&self, notebook: &Notebook<R>, command: Command) -> Answer {
        let moment = self.setup.world.moment();
        let (reply, changed) = match command {
            Command::KeepDraft {
                id,
                note,
                case,
                visit,
                heads,
                before,
                after,
            } => {
                let keep = KeepDraft {
                    id,
                    note,
                    case,
                    visit,
                    heads,
                    before,
                    after,
                };
                let (draft, changed) = notebook.look(|replica| replica.keep_draft(&keep, &moment))?;
                (Reply::Draft(Box::new(draft)), changed)
            }
            Command::FinishNote { id, note, heads } => {
                let (draft, changed) = notebook.look(|replica| replica.finish_note(id, note, &heads, &moment))?;
                (Reply::Draft(Box::new(draft)), changed)
            }
            Command::SetField {
                id,
                case,
                key,
                heads,
                value,
            } => {
                let (field, changed) =
                    notebook.look(|replica| replica.set_field(id, case, &key, &heads, value.as_ref(), &moment))?;
                (Reply::Field(field), changed)
            }
            Command::DismissParked { id } => {
                let changed = notebook.look(|replica| replica.dismiss_parked(id))?;
                (self.status()?, changed)
            }
            Command::SettleLoose { id, note } => {
                let changed = notebook.look(|replica| replica.settle_loose(id, note, &moment))?;
                (Reply::Loose(notebook.look(|replica| replica.loose_notes())?), changed)
            }
            // Every other command is answered before it comes here.
            _ => return Err(Problem::Unexpected),
        };
        notebook.courier.hear(Event::Wrote);
        self.tell(Changed {
            status: true,
            ..changed
        });
        Ok(reply)
    }
}
