//! What waits to be sent, and what the answers do to it.
//!
//! Only a receipt empties it. A refusal takes a change out as well, but never without its words: see `refused`.

use feltbog_casebook::caps;
use feltbog_ids::{ChangeHash, CommandId, DocId, Instant, Position};
use feltbog_protocol::{Answer, PushItem, PushReply, Reason};
use feltbog_views::{Changed, Refusal};
use rusqlite::params;

use crate::{Moment, Replica, ReplicaError, replica::Sheet, stored::builds_on, write::changed};

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
            let another_life = sheet.hears(reply, moment)?;
            for (item, answer) in sent.iter().zip(&reply.answers) {
                let receipt = matches!(answer, Answer::Stored(_) | Answer::Known(_));
                // A server that was put back refuses what builds on what it has lost: that is no answer yet.
                if receipt || !another_life {
                    sheet.take_answer(item, answer, moment)?;
                }
            }
            sheet.erase_gone(moment)?;
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
        let sql = "select (select count(*) from \
                   (select distinct i.doc, i.what, i.key from outbox o join intent i on i.id = o.intent)) \
                   + (select count(*) from loose where handed_at is null and note not in (select doc from outbox))";
        Ok(self.sheet().db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    /// When something of one's own was last receipted.
    pub fn sent(&self) -> Result<Option<Instant>, ReplicaError> {
        let sent: Option<i64> = self.sheet().meta("sent")?;
        Ok(sent.map(Instant))
    }
}

impl Sheet<'_> {
    /// What every answer to a push says, whatever it answers: the server's clock and its life. Answers whether that is
    /// another one than was known.
    pub(crate) fn hears(&self, reply: &PushReply, moment: &Moment) -> Result<bool, ReplicaError> {
        self.learn_clock(reply.server_time, moment)?;
        let another_life = match reply.generation {
            Some(generation) => self.meets_another_life(generation)?,
            None => false,
        };
        if another_life {
            // First of all: receipts tell positions of this life, and none of the one before.
            self.begin_another_life(moment)?;
        }
        Ok(another_life)
    }

    fn outbox(&self, limit: usize) -> Result<Vec<OutboxItem>, ReplicaError> {
        let sql = "select o.doc, o.hash, d.kind, d.parent, w.bytes, o.made_on from outbox o \
                   join own w on w.doc = o.doc and w.hash = o.hash join doc d on d.id = o.doc \
                   where o.kind in ('change', 'again') and o.awake = 1 order by o.ord limit ?1";
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
        if !self.waits(sent.doc, sent.hash)? {
            return Ok(());
        }
        match answer {
            Answer::Stored(position) | Answer::Known(position) => {
                self.is_read_there(sent.doc)?;
                self.receipt(sent, *position, moment)
            }
            Answer::Needs(hashes) => self.needs(sent, hashes, moment),
            Answer::NeedsParent(parent) if self.has_waiting(*parent)? => Ok(()),
            Answer::NeedsParent(_) => self.refuse(sent, Refusal::NoRight, moment),
            Answer::Later => self.goes_later(sent),
            Answer::Refused(reason) => self.refuse(sent, refusal(*reason), moment),
        }
    }

    /// It builds on what the server lacks. One's own goes before it in the next push. What is a colleague's and lies here
    /// was lost when the server was put back: theirs to offer again, and worth waiting for. Anything else never comes.
    fn needs(&self, sent: &OutboxItem, lacking: &[ChangeHash], moment: &Moment) -> Result<(), ReplicaError> {
        let is_gone = self.doc_row(sent.doc)?.is_none_or(|row| row.gone);
        if !is_gone && self.is_of_another_epoch(sent.doc, sent.hash)? {
            return self.move_to_new_epoch(sent, moment);
        }
        let mut mine = Vec::new();
        for hash in lacking {
            if self.waits(sent.doc, *hash)? {
                mine.push(*hash);
            }
        }
        if mine.len() == lacking.len() && !self.any_sleeps(sent.doc, &mine)? {
            return Ok(());
        }
        match self.book_if_readable(sent.doc)? {
            Some(book) if book.has(lacking) => self.sleep(sent, moment),
            _ => self.refuse(sent, Refusal::Builds, moment),
        }
    }

    /// A receipt: the change leaves the outbox and goes from own to base. Where the base lacks what it builds on, it stays
    /// among one's own until the base was fetched past it: laid on a gap it would lead to the right version all the same.
    fn receipt(&self, sent: &OutboxItem, position: Position, moment: &Moment) -> Result<(), ReplicaError> {
        let Some(row) = self.doc_row(sent.doc)? else {
            return Ok(());
        };
        let is_birth = caps::check_change(&sent.item.change).is_ok_and(|header| header.deps.is_empty());
        let brought = row.position >= position.0 && !row.missing();
        let lies_there = (row.position == 0 || row.missing()) && self.is_offered_again(sent.doc, sent.hash)?;
        let begun = is_birth && !row.base_heads.is_empty();
        let of_before = self.is_of_another_epoch(sent.doc, sent.hash)?;
        let intent = self.intent_of(sent.doc, sent.hash)?;
        if row.gone || brought || lies_there || begun {
            self.drop_own(sent.doc, sent.hash)?;
            if of_before && !row.gone {
                // Its words are in the base, or were what had to go: they stood here twice, or where they should not.
                self.project_if_open(sent.doc)?;
            }
        } else if is_birth || builds_on(&row.base_heads, &sent.item.change) {
            self.append(sent.doc, &row, &sent.item.change, None)?;
            if !row.missing() {
                let sql = "update doc set announced_heads = base_heads where id = ?1";
                self.db.prepare_cached(sql)?.execute([sent.doc.as_bytes()])?;
            }
            self.drop_own(sent.doc, sent.hash)?;
        } else {
            self.keep_own_until(sent, position)?;
        }
        if of_before {
            self.forget_answered(intent)?;
        }
        let now = self.clock(moment)?;
        self.db.execute(
            "update doc set sent_at = ?2 where id = ?1",
            params![sent.doc.as_bytes(), now.0],
        )?;
        self.set_meta("sent", &now.0)?;
        let highest: i64 = self.meta("receipted")?.unwrap_or(0);
        self.set_meta("receipted", &highest.max(i64::try_from(position.0).unwrap_or(i64::MAX)))
    }

    fn keep_own_until(&self, sent: &OutboxItem, position: Position) -> Result<(), ReplicaError> {
        let (doc, hash) = (sent.doc.as_bytes(), sent.hash.0);
        let position = i64::try_from(position.0).unwrap_or(i64::MAX);
        let sql = "update own set receipted = ?3 where doc = ?1 and hash = ?2";
        self.db.prepare_cached(sql)?.execute(params![doc, hash, position])?;
        let sql = "delete from outbox where doc = ?1 and hash = ?2";
        self.db.prepare_cached(sql)?.execute(params![doc, hash])?;
        Ok(())
    }

    /// The base was fetched: what it now holds is no longer one's own.
    pub(crate) fn let_go_of_fetched(&self, doc: DocId) -> Result<(), ReplicaError> {
        if self.has_own_of_another_epoch(doc)? {
            self.mark_unswept()?;
        }
        let sql = "delete from own where doc = ?1 and receipted <= \
                   (select announced_position from doc where id = ?1 and base_heads = announced_heads)";
        self.db.prepare_cached(sql)?.execute([doc.as_bytes()])?;
        let sql = "update doc set former = 0 where id = ?1 and former = 1 and base_heads = announced_heads";
        self.db.prepare_cached(sql)?.execute([doc.as_bytes()])?;
        self.let_go_of_returned(doc)
    }

    /// True while this change is not in the base, as far as is known.
    pub(crate) fn is_own(&self, doc: DocId, hash: ChangeHash) -> Result<bool, ReplicaError> {
        let sql = "select exists (select 1 from own where doc = ?1 and hash = ?2)";
        let mut query = self.db.prepare_cached(sql)?;
        Ok(query.query_row(params![doc.as_bytes(), hash.0], |row| row.get(0))?)
    }

    /// True while this change has no receipt.
    pub(crate) fn waits(&self, doc: DocId, hash: ChangeHash) -> Result<bool, ReplicaError> {
        let sql = "select exists (select 1 from outbox where doc = ?1 and hash = ?2)";
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
    fn erase_gone(&self, moment: &Moment) -> Result<(), ReplicaError> {
        let mut query = self
            .db
            .prepare("select id from doc indexed by doc_gone where gone = 1 and id not in (select doc from outbox)")?;
        let gone = query
            .query_map([], |row| row.get(0).map(DocId::from_bytes))?
            .collect::<Result<Vec<_>, _>>()?;
        self.erase_all(&gone, moment)
    }

    /// The intents whose changes of a document wait, oldest first, each once.
    pub(crate) fn waiting_intents(&self, doc: DocId) -> Result<Vec<CommandId>, ReplicaError> {
        let sql = "select intent from outbox where doc = ?1 group by intent order by min(ord)";
        let mut query = self.db.prepare_cached(sql)?;
        let rows = query.query_map([doc.as_bytes()], |row| row.get(0).map(CommandId::from_bytes))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

pub(crate) fn refusal(reason: Reason) -> Refusal {
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
