//! What the server refuses: its words are parked, and what came after is written anew on what stands.
//!
//! Nothing waits forever on a refused change, and nothing a person wrote goes without a word.

use feltbog_casebook::{Intent, caps};
use feltbog_ids::{ChangeHash, CommandId, DocId};
use feltbog_views::Refusal;
use rusqlite::{OptionalExtension, params};

use crate::{Moment, OutboxItem, ReplicaError, replica::Sheet, write::About};

/// An intent as it lies in the file.
pub(crate) struct Kept {
    id: CommandId,
    pub(crate) what: &'static str,
    pub(crate) key: Option<String>,
    pub(crate) body: Intent,
}

impl Sheet<'_> {
    /// Takes a refused change and what depends on it out of own, parks the intent, and replays the later ones.
    pub(crate) fn refuse(&self, sent: &OutboxItem, why: Refusal, moment: &Moment) -> Result<(), ReplicaError> {
        let hit = self.intent_of(sent.doc, sent.hash)?;
        // The server may store the refused change yet, if a copy of it is still on the way: nothing is written by the
        // same hand again.
        self.set_meta("salt", &moment.salt.as_slice())?;
        let whole = matches!(why, Refusal::NoRight | Refusal::MayNotCreate) || self.base_is_empty(sent.doc)?;
        if whole {
            return self.hand_back(sent.doc, why, moment);
        }
        let out = self.dependants(sent.doc, sent.hash)?;
        let mut replay: Vec<_> = Vec::new();
        for hash in out {
            replay.extend(self.intent_of(sent.doc, hash)?.filter(|intent| Some(*intent) != hit));
            self.drop_own(sent.doc, hash)?;
        }
        if let Some(hit) = hit {
            self.park(hit, sent.doc, why)?;
        }
        replay.dedup();
        self.replay(sent.doc, &replay, moment)?;
        self.show_what_stands(sent.doc)
    }

    /// Parks everything that waits in a document; nothing of it is written anew. Of a note one has no right to the words
    /// are the leader's to place.
    pub(crate) fn hand_back(&self, doc: DocId, why: Refusal, moment: &Moment) -> Result<(), ReplicaError> {
        let waiting = self.waiting_intents(doc)?;
        if why != Refusal::NoRight || !self.loosen_note(doc, &waiting, moment)? {
            waiting.into_iter().try_for_each(|intent| self.park(intent, doc, why))?;
        }
        self.drop_all_own(doc)?;
        self.show_what_stands(doc)
    }

    fn loosen_note(&self, doc: DocId, waiting: &[CommandId], moment: &Moment) -> Result<bool, ReplicaError> {
        let mut intents = Vec::new();
        for id in waiting {
            intents.extend(self.kept(*id)?.filter(|kept| kept.what == "note").map(|kept| kept.body));
        }
        self.loosen(doc, &intents, moment)
    }

    /// Writes the intents anew, in their order, on base and what is left of own. What no longer applies is parked.
    pub(crate) fn replay(&self, doc: DocId, intents: &[CommandId], moment: &Moment) -> Result<(), ReplicaError> {
        let owner = crate::replica::Owner {
            identity: self.owner.identity.clone(),
            calendar: self.owner.calendar.clone(),
            actor: feltbog_ids::ActorId::new(self.owner.identity.enrolment, moment.salt),
        };
        let fresh = Sheet {
            db: self.db,
            owner: &owner,
        };
        for id in intents {
            let Some(kept) = self.kept(*id)? else { continue };
            if kept.body.on.is_empty() {
                // No command of a person's, but all the words of what is offered again: they stand in the document.
                self.park(*id, doc, Refusal::Builds)?;
                continue;
            }
            let mut book = self.open_book(doc)?;
            let about = About {
                id: kept.id,
                doc,
                what: kept.what,
                key: kept.key.as_deref(),
            };
            let written = fresh.write(&about, &mut book, &[], kept.body.edits, moment);
            match written {
                Ok(_) => {}
                Err(error) if error.is_of_the_disk() => return Err(error),
                Err(_) => self.park(*id, doc, Refusal::Builds)?,
            }
        }
        Ok(())
    }

    /// The change and every own change that builds on it, in order.
    pub(crate) fn dependants(&self, doc: DocId, first: ChangeHash) -> Result<Vec<ChangeHash>, ReplicaError> {
        let mut out = vec![first];
        for bytes in self.own_bytes(doc)? {
            let Ok(header) = caps::check_change(&bytes) else {
                continue;
            };
            if header.deps.iter().any(|dep| out.contains(dep)) && !out.contains(&header.hash) {
                out.push(header.hash);
            }
        }
        Ok(out)
    }

    /// Projects what is left, or takes the document away when nothing is.
    pub(crate) fn show_what_stands(&self, doc: DocId) -> Result<(), ReplicaError> {
        match self.open_book(doc) {
            Ok(book) => self.project_open(doc, &book),
            // The feed has named it since: its body is on the way.
            Err(ReplicaError::NotHere) if self.is_announced(doc)? || self.has_own(doc)? => Ok(()),
            Err(ReplicaError::NotHere) => self.erase(doc),
            Err(ReplicaError::Unreadable(why)) => self.set_aside(doc, &[], &why),
            Err(other) => Err(other),
        }
    }

    fn is_announced(&self, doc: DocId) -> Result<bool, ReplicaError> {
        let row = self.doc_row(doc)?;
        Ok(row.is_some_and(|row| row.position > 0 && !row.gone))
    }

    pub(crate) fn base_is_empty(&self, doc: DocId) -> Result<bool, ReplicaError> {
        let sql = "select length(base) = 0 from doc where id = ?1";
        Ok(self
            .db
            .query_row(sql, [doc.as_bytes()], |row| row.get(0))
            .optional()?
            .unwrap_or(true))
    }

    fn drop_all_own(&self, doc: DocId) -> Result<(), ReplicaError> {
        for table in ["own", "outbox"] {
            self.db
                .execute(&format!("delete from {table} where doc = ?1"), [doc.as_bytes()])?;
        }
        Ok(())
    }

    pub(crate) fn intent_of(&self, doc: DocId, hash: ChangeHash) -> Result<Option<CommandId>, ReplicaError> {
        let sql = "select intent from own where doc = ?1 and hash = ?2";
        let intent = self
            .db
            .query_row(sql, params![doc.as_bytes(), hash.0], |row| row.get(0))
            .optional()?;
        Ok(intent.map(CommandId::from_bytes))
    }

    /// Keeps the words of an intent under *Kræver handling*. Of several keepings of one text the last holds all of it.
    fn park(&self, id: CommandId, doc: DocId, why: Refusal) -> Result<(), ReplicaError> {
        let Some(kept) = self.kept(id)? else { return Ok(()) };
        let reason = serde_json::to_string(&why).map_err(|_| ReplicaError::Stored("reason"))?;
        let mut words = kept.body.words();
        if kept.what == "note" && words.is_empty() && self.is_parked(doc)? {
            // A finish beside its refused text: one thing to a person, and its words stand there already.
            return Ok(());
        }
        if kept.what == "note" && words.is_empty() {
            words = match self.open_book(doc) {
                Ok(book) => book.text(),
                Err(error) if error.is_of_the_disk() => return Err(error),
                Err(_) => String::new(),
            };
        }
        let earlier =
            "delete from parked where doc = ?1 and what = ?2 and reason = ?3 and ?2 = 'note' and instr(?4, words) > 0";
        self.db
            .execute(earlier, params![doc.as_bytes(), kept.what, reason, words])?;
        let sql = "insert or replace into parked (id, doc, what, reason, words, at) values (?1, ?2, ?3, ?4, ?5, ?6)";
        let at = kept.body.at.0;
        self.db.execute(
            sql,
            params![id.as_bytes(), doc.as_bytes(), kept.what, reason, words, at],
        )?;
        Ok(())
    }

    pub(crate) fn is_parked(&self, doc: DocId) -> Result<bool, ReplicaError> {
        let sql = "select exists (select 1 from parked where doc = ?1)";
        Ok(self.db.query_row(sql, [doc.as_bytes()], |row| row.get(0))?)
    }

    pub(crate) fn kept(&self, id: CommandId) -> Result<Option<Kept>, ReplicaError> {
        let sql = "select what, key, body from intent where id = ?1";
        let row = self.db.query_row(sql, [id.as_bytes()], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, Option<String>>(1)?,
                row.get::<_, Vec<u8>>(2)?,
            ))
        });
        let Some((what, key, body)) = row.optional()? else {
            return Ok(None);
        };
        let what = match what.as_str() {
            "note" => "note",
            "field" => "field",
            _ => "other",
        };
        let body = minicbor::decode(&body).map_err(|_| ReplicaError::Stored("intent"))?;
        Ok(Some(Kept { id, what, key, body }))
    }
}
