//! What is served when a page of the database cannot be read: everything that lies elsewhere.
//!
//! Whoever met such a page has lost all they read, and asks here once more, document by document, each time through a
//! connection that is of use. It mends nothing; `admin check` lists what there is to mend.

use std::collections::BTreeMap;

use feltbog_ids::{DocId, Instant, Position};
use feltbog_protocol::{Answer, BodiesReply, FeedPage, FeedRequest, Handed, PushRequest, Want};

use super::{PostOffice, Session, Trouble, bodies, feed::Sweep, loose, push};
use crate::{
    Batch, StoreError,
    store::{
        documents,
        outline::{Outline, outline},
    },
};

/// Documents that cannot be read whole, and what is left of each.
pub(super) type Spoilt = BTreeMap<DocId, Left>;

/// What is left of a document.
#[derive(Clone, Debug)]
pub(super) enum Left {
    /// Its row; its changes are not.
    Row,
    /// The beginning of its row.
    Outline(Outline),
    /// Nothing: not even its version is known.
    Nothing,
}

impl PostOffice {
    /// A page without what cannot be read. Where that is in the feed's own tables there is none.
    pub(super) fn feed_carefully(
        &self,
        session: &Session,
        request: &FeedRequest,
        now: Instant,
    ) -> Result<FeedPage, StoreError> {
        let asked = (request, self.page);
        let named = self
            .store
            .view(now, |view| Sweep::begin(view, session, asked, &Spoilt::new())?.named())?;
        let mut spoilt = Spoilt::new();
        for doc in named {
            if let Some(left) = self.left_of(doc, now)? {
                tracing::error!(%doc, "a document cannot be read: see `admin check`");
                spoilt.insert(doc, left);
            }
        }
        self.store
            .view(now, |view| Sweep::begin(view, session, asked, &spoilt)?.next())
    }

    /// Bodies one by one. Where nobody's rights can be read there are none.
    pub(super) fn bodies_carefully(
        &self,
        session: &Session,
        wants: &[Want],
        now: Instant,
    ) -> Result<BodiesReply, StoreError> {
        self.store.view(now, |view| view.standing(session.person).map(drop))?;
        let mut reply = BodiesReply {
            bodies: Vec::new(),
            absent: Vec::new(),
            unread: None,
        };
        for want in wants {
            let bytes: usize = reply.bodies.iter().map(|body| body.bytes.len()).sum();
            if bytes >= bodies::ANSWER_BYTES {
                break;
            }
            let one = self.if_readable(now, |view| bodies::answer(view, session, std::slice::from_ref(want)))?;
            match one {
                Some(one) => {
                    reply.bodies.extend(one.bodies);
                    reply.absent.extend(one.absent);
                }
                None => {
                    tracing::error!(doc = %want.doc, "a body cannot be read: see `admin check`");
                    reply.unread.get_or_insert_default().push(want.doc);
                }
            }
        }
        Ok(reply)
    }

    /// Changes one by one, each in a transaction of its own: one whose document cannot be read holds up none.
    pub(super) fn push_carefully(
        &self,
        session: &Session,
        request: &PushRequest,
        now: Instant,
    ) -> Result<(Vec<Answer>, Vec<Handed>), Trouble> {
        let mut answers = Vec::new();
        for item in &request.items {
            let one = self
                .store
                .batch(now, |batch| push::take_all(batch, session, std::slice::from_ref(item)));
            match one {
                Ok(one) => answers.extend(one),
                Err(Trouble::Here(error)) if error.is_unreadable() => {
                    tracing::error!(doc = %item.doc, "a document cannot be read: see `admin check`");
                    answers.push(Answer::Later);
                }
                Err(other) => return Err(other),
            }
        }
        let mut handed = Vec::new();
        for words in &request.loose {
            let one = self.store.batch(now, |batch| {
                push::take_all(batch, session, &[])?;
                loose::take_all(batch, session, &self.dice, std::slice::from_ref(words))
            });
            match one {
                Ok(one) => handed.extend(one),
                Err(Trouble::Here(error)) if error.is_unreadable() => handed.push(Handed::Later),
                Err(other) => return Err(other),
            }
        }
        Ok((answers, handed))
    }

    /// What is left of a document; none when it is whole.
    fn left_of(&self, doc: DocId, now: Instant) -> Result<Option<Left>, StoreError> {
        let row = self.store.view(now, |view| {
            let (sql, workspace) = (view.sql, view.workspace.id);
            let row = documents::find(sql, workspace, doc)?;
            row.map(|row| documents::projection(sql, workspace, &row)).transpose()
        });
        match row {
            // Erased after this copy of the database was made: what devices have of it is of a later epoch, and what the row
            // says of it here is true of none of them.
            Err(StoreError::Erased) => return Ok(Some(Left::Nothing)),
            Ok(Some(_)) => {
                let changes = self.if_readable(now, |view| {
                    documents::changes_after(view.sql, view.workspace.id, doc, Position::ZERO, usize::MAX)
                })?;
                return Ok(changes.is_none().then_some(Left::Row));
            }
            Ok(None) | Err(StoreError::Damaged) => {}
            Err(error) => return Err(error),
        }
        let outline = self.if_readable(now, |view| outline(view.sql, view.workspace.id, doc))?;
        Ok(Some(outline.flatten().map_or(Left::Nothing, Left::Outline)))
    }

    fn if_readable<T>(
        &self,
        now: Instant,
        look: impl FnOnce(&Batch<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        match self.store.view(now, look) {
            Ok(seen) => Ok(Some(seen)),
            Err(error) if error.is_unreadable() => Ok(None),
            Err(other) => Err(other),
        }
    }
}
