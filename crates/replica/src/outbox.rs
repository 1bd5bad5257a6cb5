//! What waits to be sent, and what the answers do to it.
//!
//! Only a receipt empties it. A refusal takes a change out as well, but never without its words: see `refused`.

use feltbog_casebook::caps;
use feltbog_ids::{ChangeHash, CommandId, DocId, Instant, Position};
use feltbog_protocol::{Answer, PushItem, PushReply, Reason};
use feltbog_views::{Changed, Refusal};
use rusqlite::params;

use crate::{Moment, Replica, ReplicaError, replica::Sheet, write::changed};

/// One change on its way.
#[derive(Clone, Debug)]
pub struct OutboxItem {
    /// The document.
    pub doc: DocId,
    /// The change.
    pub hash: ChangeHash,
    /// What travels.
    pub item: PushItem,
}

impl Replica {
    /// The oldest changes that wait, at most `limit`, in the order they were written.
    pub fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, ReplicaError> {
        self.sheet().outbox(limit)
    }

    /// Takes in the answers to a push, one per item sent, in one transaction.
    pub fn take_answers(
        &mut self,
        sent: &[OutboxItem],
        reply: &PushReply,
        moment: &Moment,
    ) -> Result<Changed, ReplicaError> {
        let done = self.transact(|sheet| {
            sheet.learn_clock(reply.server_time, moment)?;
            let another_life = match reply.generation {
                Some(generation) => sheet.is_another_life(generation)?,
                None => false,
            };
            for (item, answer) in sent.iter().zip(&reply.answers) {
                let receipt = matches!(answer, Answer::Stored(_) | Answer::Known(_));
                // A server that was put back refuses what builds on what it has lost: that is no answer yet.
                if receipt || !another_life {
                    sheet.take_answer(item, answer, moment)?;
                }
            }
            if another_life {
                sheet.begin_another_life()?;
            }
            sheet.erase_gone()?;
            Ok(changed(
                sent.iter()
                    .flat_map(|item| [Some(item.doc), item.item.parent])
                    .flatten(),
            ))
        })?;
        Ok(done)
    }

    /// Notes and fields that have no receipt yet.
    pub fn waiting(&self) -> Result<u32, ReplicaError> {
        let sql = "select count(*) from \
                   (select distinct i.doc, i.what, i.key from outbox o join intent i on i.id = o.intent)";
        Ok(self.sheet().db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    /// When something of one's own was last receipted.
    pub fn sent(&self) -> Result<Option<Instant>, ReplicaError> {
        let sent: Option<i64> = self.sheet().meta("sent")?;
        Ok(sent.map(Instant))
    }
}

impl Sheet<'_> {
    fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, ReplicaError> {
        let sql = "select o.doc, o.hash, d.kind, d.parent, w.bytes, o.made_on from outbox o \
                   join own w on w.doc = o.doc and w.hash = o.hash join doc d on d.id = o.doc \
                   where o.kind in ('change', 'again') order by o.ord limit ?1";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
            let doc = DocId::from_bytes(row.get(0)?);
            let parent: Option<[u8; 16]> = row.get(3)?;
            let made_on: Option<String> = row.get(5)?;
            let item = PushItem {
                doc,
                kind: row.get(2)?,
                parent: parent.map(DocId::from_bytes),
                change: row.get(4)?,
                made_on: made_on.and_then(|word| word.parse().ok()),
            };
            Ok(OutboxItem {
                doc,
                hash: ChangeHash(row.get(1)?),
                item,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn take_answer(&self, sent: &OutboxItem, answer: &Answer, moment: &Moment) -> Result<(), ReplicaError> {
        if !self.is_own(sent.doc, sent.hash)? {
            return Ok(());
        }
        match answer {
            Answer::Stored(position) | Answer::Known(position) => self.receipt(sent, *position, moment),
            Answer::Needs(hashes) => {
                let mine = hashes
                    .iter()
                    .map(|hash| self.is_own(sent.doc, *hash))
                    .collect::<Result<Vec<_>, _>>()?;
                if mine.contains(&true) {
                    Ok(())
                } else {
                    self.refuse(sent, Refusal::Builds, moment)
                }
            }
            Answer::NeedsParent(parent) if self.has_own(*parent)? => Ok(()),
            Answer::NeedsParent(_) => self.refuse(sent, Refusal::NoRight, moment),
            Answer::Refused(reason) => self.refuse(sent, refusal(*reason), moment),
        }
    }

    /// A receipt: the change goes from own to base. Where the feed has brought it already, or the base was erased or is to
    /// be fetched anew and lacks what the change builds on, it is only taken out of own: the next body brings it.
    fn receipt(&self, sent: &OutboxItem, position: Position, moment: &Moment) -> Result<(), ReplicaError> {
        let Some(row) = self.doc_row(sent.doc)? else {
            return Ok(());
        };
        let brought = row.position >= position.0 && !row.missing();
        let holds_what_it_builds_on = !row.base_heads.is_empty() || self.begins(sent)?;
        let lies_there = (row.position == 0 || row.missing()) && self.is_offered_again(sent.doc, sent.hash)?;
        if !brought && !lies_there && !row.gone && holds_what_it_builds_on {
            let followed = !row.missing();
            self.append(sent.doc, &row, &sent.item.change, None)?;
            if followed {
                let sql = "update doc set announced_heads = base_heads where id = ?1";
                self.db.prepare_cached(sql)?.execute([sent.doc.as_bytes()])?;
            }
        }
        self.drop_own(sent.doc, sent.hash)?;
        let now = self.clock(moment)?;
        self.db.execute(
            "update doc set sent_at = ?2 where id = ?1",
            params![sent.doc.as_bytes(), now.0],
        )?;
        self.set_meta("sent", &now.0)?;
        let highest: i64 = self.meta("receipted")?.unwrap_or(0);
        self.set_meta("receipted", &highest.max(i64::try_from(position.0).unwrap_or(i64::MAX)))
    }

    /// Whether the change is a birth and nothing of the document lies here yet.
    fn begins(&self, sent: &OutboxItem) -> Result<bool, ReplicaError> {
        let born = caps::check_change(&sent.item.change).is_ok_and(|header| header.deps.is_empty());
        Ok(born && self.base_is_empty(sent.doc)?)
    }

    pub(crate) fn is_own(&self, doc: DocId, hash: ChangeHash) -> Result<bool, ReplicaError> {
        let sql = "select exists (select 1 from own where doc = ?1 and hash = ?2)";
        Ok(self
            .db
            .prepare_cached(sql)?
            .query_row(params![doc.as_bytes(), hash.0], |row| row.get(0))?)
    }

    pub(crate) fn drop_own(&self, doc: DocId, hash: ChangeHash) -> Result<(), ReplicaError> {
        for table in ["own", "outbox"] {
            let sql = format!("delete from {table} where doc = ?1 and hash = ?2");
            self.db.prepare_cached(&sql)?.execute(params![doc.as_bytes(), hash.0])?;
        }
        Ok(())
    }

    /// Documents that left while something waited go for good once nothing waits.
    fn erase_gone(&self) -> Result<(), ReplicaError> {
        let mut query = self
            .db
            .prepare("select id from doc where gone = 1 and id not in (select doc from own)")?;
        let gone = query
            .query_map([], |row| row.get(0).map(DocId::from_bytes))?
            .collect::<Result<Vec<_>, _>>()?;
        gone.into_iter().try_for_each(|doc| self.erase(doc))
    }

    /// The intents whose changes of a document wait, oldest first, each once.
    pub(crate) fn waiting_intents(&self, doc: DocId) -> Result<Vec<CommandId>, ReplicaError> {
        let sql = "select intent from own where doc = ?1 group by intent order by min(ord)";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([doc.as_bytes()], |row| row.get(0).map(CommandId::from_bytes))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn refusal(reason: Reason) -> Refusal {
    match reason {
        Reason::NoRight => Refusal::NoRight,
        Reason::MayNotCreate => Refusal::MayNotCreate,
        Reason::TooLarge => Refusal::TooLarge,
        Reason::Author => Refusal::Author,
        Reason::Unreadable => Refusal::Unreadable,
        Reason::Rule => Refusal::Rule,
        Reason::MayNotWrite => Refusal::MayNotWrite,
    }
}
