//! What surrounds the screens: status and chip, one post, the sync page, the settings.
//!
//! It writes nothing a person wrote; reading a post marks it read, and choosing a language is kept on this device.

use feltbog_ids::DocId;
use feltbog_replica::{Replica, ReplicaError};
use feltbog_views::{
    Changed, ChipView, Gate, Language, PersonView, Problem, Reply, SettingsView, ShiftEndedView, StatusView, SyncView,
    Theme,
};

use super::notebook::Notebook;
use super::{Answer, Desk, from_disk, hold};
use crate::chip::{Holdings, chip, when};
use crate::courier::Pace;
use crate::planner::Event;
use crate::remote::Remote;

/// Rows of what waits that the sync page shows.
const WAITING: usize = 60;

/// What only an open notebook knows of the status.
struct Inside {
    chip: ChipView,
    person: PersonView,
    user: String,
    unread_news: u32,
    loose: u32,
    problem: Option<Problem>,
    shift_ended: Option<ShiftEndedView>,
}

impl<R: Remote> Desk<R> {
    /// Everything around the screen, before sign-in too.
    pub(super) fn status(&self) -> Answer {
        let (gate, inside) = match self.notebook() {
            Ok(notebook) => (Gate::Open, Some(self.inside(&notebook)?)),
            Err(Problem::Locked) => (Gate::Locked, None),
            Err(_) => (Gate::Enrol, None),
        };
        let settings = hold(&self.settings).clone();
        let mut view = StatusView {
            gate,
            chip: None,
            person: None,
            language: settings.language,
            theme: settings.theme,
            shape: self.setup.shape,
            now: when(&settings.calendar(), self.setup.world.now()),
            user: None,
            unread_news: 0,
            loose: 0,
            problem: None,
            shift_ended: None,
        };
        if let Some(inside) = inside {
            view.chip = Some(inside.chip);
            view.person = Some(inside.person);
            view.user = Some(inside.user);
            view.unread_news = inside.unread_news;
            view.loose = inside.loose;
            view.problem = inside.problem;
            view.shift_ended = inside.shift_ended;
        }
        Ok(Reply::Status(Box::new(view)))
    }

    /// One post, which counts as read from now on.
    pub(super) fn post(&self, notebook: &Notebook<R>, id: DocId) -> Answer {
        let (post, changed) = notebook.look(|replica| replica.post(id))?;
        if !changed.docs.is_empty() {
            self.tell(Changed {
                status: true,
                ..changed
            });
        }
        Ok(Reply::Post(Box::new(post)))
    }

    /// What waits, what failed and why.
    pub(super) fn sync_page(&self, notebook: &Notebook<R>) -> Answer {
        let now = self.setup.world.now();
        let (standing, pace) = (notebook.courier.standing(), notebook.courier.pace());
        let problem = standing.problem.clone();
        let view = notebook.look(|replica| {
            let mut parked = replica.parked_rows()?;
            parked.extend(replica.unshown_rows()?);
            Ok(SyncView {
                chip: chip(&standing, holdings(replica, pace)?, &notebook.calendar, now),
                waiting: replica.waiting_rows(WAITING)?,
                parked,
                handed: replica.handed_rows()?,
                sent: replica.sent()?.map(|at| when(&notebook.calendar, at)),
                pulled: replica.pulled()?.map(|at| when(&notebook.calendar, at)),
                counts: replica.counts()?,
                problem,
            })
        })?;
        Ok(Reply::Sync(Box::new(view)))
    }

    /// Sends the courier now.
    pub(super) fn send_now(&self, notebook: &Notebook<R>) -> Answer {
        notebook.courier.hear(Event::Asked);
        self.status()
    }

    /// The settings page.
    pub(super) fn show_settings(&self) -> Answer {
        let settings = hold(&self.settings).clone();
        let open = match self.notebook() {
            Ok(notebook) => Some(notebook.look(|replica| Ok((replica.identity().clone(), replica.bytes())))?),
            Err(_) => None,
        };
        let (identity, bytes) = open.map_or((None, 0), |(identity, bytes)| (Some(identity), bytes));
        let (address, user) = identity.map_or((None, None), |known| (Some(known.address), Some(known.user)));
        Ok(Reply::Settings(SettingsView {
            language: settings.language,
            theme: settings.theme,
            address,
            user,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            bytes,
        }))
    }

    /// Chooses language and appearance.
    pub(super) fn set_settings(&self, language: Language, theme: Theme) -> Answer {
        {
            let mut settings = hold(&self.settings);
            settings.language = language;
            settings.theme = theme;
            settings.write(&self.setup.folder).map_err(from_disk)?;
        }
        self.tell(Changed {
            docs: Vec::new(),
            status: true,
        });
        self.show_settings()
    }

    fn inside(&self, notebook: &Notebook<R>) -> Result<Inside, Problem> {
        let moment = self.setup.world.moment();
        let now = moment.now;
        let (standing, pace) = (notebook.courier.standing(), notebook.courier.pace());
        notebook.look(|replica| {
            Ok(Inside {
                chip: chip(&standing, holdings(replica, pace)?, &notebook.calendar, now),
                person: replica.person()?,
                user: replica.identity().user.clone(),
                unread_news: replica.unread_news(now)?,
                loose: replica.loose_count()?,
                problem: standing.problem,
                shift_ended: match replica.shift_ended(&moment)? {
                    Some(at) => Some(ShiftEndedView {
                        at: when(&notebook.calendar, at),
                        waiting: replica.waiting()?,
                    }),
                    None => None,
                },
            })
        })
    }
}

fn holdings(replica: &Replica, pace: Pace) -> Result<Holdings, ReplicaError> {
    Ok(Holdings {
        waiting: replica.waiting()?,
        handling: replica.handling()?,
        pulled: replica.pulled()?,
        progress: replica.progress()?,
        pace,
    })
}
