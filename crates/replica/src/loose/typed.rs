//! Typing on in a note whose case left the device meanwhile: nothing typed is lost to that.
//!
//! What is kept here is sealed for the leader from the start. Whether the case may be written in again is not asked.

use feltbog_casebook::{Kind, merged};
use feltbog_ids::{ChangeHash, CommandId, DocId};
use feltbog_views::{Changed, DraftView, ItemState, NoteState, NoteView};

use super::{LooseNote, digest_of};
use crate::{KeepDraft, Moment, ReplicaError, base::DocRow, replica::Sheet, write::changed};

impl Sheet<'_> {
    /// Whether what is typed has no place on this device: the case left, and the note with it.
    pub(crate) fn has_no_place(&self, keep: &KeepDraft, known: Option<&DocRow>) -> Result<bool, ReplicaError> {
        match known {
            Some(row) => Ok(row.gone && row.kind == Kind::Note.word() && row.parent == Some(keep.case)),
            // Refused as a whole it is the leader's to place, and what is typed on goes the same way.
            None if self.is_loose(keep.note)? => Ok(true),
            None => Ok(self.doc_row(keep.case)?.is_none_or(|case| case.gone)),
        }
    }

    /// Keeps what is typed in such a note. Each keeping is another edition of the same, until it is handed over and after.
    pub(crate) fn keep_loose(&self, keep: &KeepDraft, moment: &Moment) -> Result<(DraftView, Changed), ReplicaError> {
        let known = self.loose_of(keep.note)?;
        if let Some(known) = known.as_ref().filter(|known| known.last == Some(keep.id)) {
            return self.loose_reply(known, &keep.after);
        }
        if known.as_ref().is_some_and(|known| known.finished) {
            return Err(ReplicaError::NoteFinished);
        }
        let now = self.clock(moment)?;
        let is_under_way = !self.waiting_intents(keep.note)?.is_empty();
        let begun = || if is_under_way { &keep.before } else { &keep.after }.clone();
        let kept = match known {
            Some(known) if known.words.is_some() => {
                let words = merged(&keep.before, &keep.after, known.words.as_deref().unwrap_or_default())?;
                let begun = if known.is_settled() {
                    words.clone()
                } else {
                    known.begun.clone()
                };
                LooseNote {
                    begun,
                    ..known.saying(words, now)
                }
            }
            Some(known) if known.digest == Some(digest_of(keep.note, &keep.before)) => LooseNote {
                begun: begun(),
                ..known.saying(keep.after.clone(), now)
            },
            _ if keep.after.trim().is_empty() => return Err(ReplicaError::EmptyNote),
            _ => LooseNote {
                begun: begun(),
                ..LooseNote::first(keep.id, (keep.note, Some(keep.case)), now, moment).saying(keep.after.clone(), now)
            },
        };
        let kept = LooseNote {
            last: Some(keep.id),
            ..kept
        };
        self.keep_loose_note(&kept)?;
        self.loose_reply(&kept, &keep.after)
    }

    /// Finishes such a note, where there is one: at the text its author has seen, as everywhere.
    pub(crate) fn finish_loose(
        &self,
        id: CommandId,
        note: DocId,
        heads: &[ChangeHash],
        moment: &Moment,
    ) -> Result<(DraftView, Changed), ReplicaError> {
        let known = self.loose_of(note)?.ok_or(ReplicaError::NotHere)?;
        let words = known.words.clone().unwrap_or_default();
        if known.last == Some(id) {
            return self.loose_reply(&known, &words);
        }
        if known.finished {
            return Err(ReplicaError::NoteFinished);
        }
        let seen = known.digest.is_some_and(|digest| heads == [digest]);
        match &known.words {
            Some(words) if words.trim().is_empty() => return Err(ReplicaError::EmptyNote),
            Some(words) if !seen => return self.loose_reply(&known, words),
            // The words have gone, so that they cannot be shown.
            None if !seen => return Err(ReplicaError::NotHere),
            _ => {}
        }
        let kept = LooseNote {
            edition: known.edition + 1,
            finished: true,
            last: Some(id),
            at: self.clock(moment)?,
            handed: None,
            ..known
        };
        self.keep_loose_note(&kept)?;
        self.loose_reply(&kept, &words)
    }

    /// The version a page types on is the digest of the text: there is no document that could have one.
    fn loose_reply(&self, kept: &LooseNote, typed: &str) -> Result<(DraftView, Changed), ReplicaError> {
        let (name, title) = self.person_name(self.owner.identity.person)?;
        let at = self.when(kept.at);
        let state = if kept.finished {
            NoteState::Finished {
                by: name.clone(),
                title,
                with: Vec::new(),
                at,
            }
        } else {
            NoteState::Draft
        };
        let item = kept
            .handed
            .map_or(ItemState::Kept, |at| ItemState::Handed { at: self.when(at) });
        let text = kept.words.clone().unwrap_or_else(|| typed.to_owned());
        let note = NoteView {
            id: kept.note,
            case: kept.about.unwrap_or(kept.note),
            visit: None,
            state,
            heads: kept.digest.into_iter().collect(),
            text,
            authors: vec![name],
            started: at,
            changed: at,
            late: None,
            item,
            may_write: !kept.finished,
            additions: Vec::new(),
        };
        let typed = vec![digest_of(kept.note, typed)];
        Ok((DraftView { note, typed }, changed([kept.note])))
    }
}
