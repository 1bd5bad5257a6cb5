//! Copies of a tablet's notebook and of the server's database, and what may be asked for after one was put back.
//!
//! What a copy lacks and nobody else holds is gone, and only that: what it is, is worked out here before it is put back.

use std::collections::{BTreeSet, HashMap};

use feltbog_ids::{CommandId, DocId};
use feltbog_tests::Copy;

use crate::day::Day;

/// A tablet as it was.
struct Old {
    /// How much had been kept by then, by everybody.
    kept: usize,
    /// Documents in it.
    held: BTreeSet<DocId>,
    /// Documents of which something waited.
    waiting: BTreeSet<DocId>,
    /// What was parked.
    parked: BTreeSet<CommandId>,
}

/// The copies there are.
#[derive(Default)]
pub struct Copies {
    tablets: HashMap<usize, Old>,
    server: Option<Copy>,
    /// The server was put back at least once.
    pub put_back: bool,
}

impl Day {
    /// A tablet is copied; the second time the copy is put back.
    pub fn a_copy_of_a_tablet_is_taken_or_put_back(&mut self, who: usize) {
        match self.copies.tablets.remove(&who) {
            None => {
                let tablet = &self.tablets[who];
                let parked = tablet.replica().parked_rows().unwrap();
                let old = Old {
                    kept: self.kept.len(),
                    held: tablet.file().held(),
                    waiting: tablet.file().unsent(),
                    parked: parked.iter().map(|row| row.id).collect(),
                };
                tablet.is_copied();
                self.copies.tablets.insert(who, old);
            }
            Some(old) => {
                self.is_not_asked_for_what_came_after(who, &old);
                self.tablets[who].is_put_back();
                self.forgets_what_is_lent(who);
                self.world.tally.count("fault: tablet put back");
            }
        }
    }

    fn is_not_asked_for_what_came_after(&mut self, who: usize, old: &Old) {
        self.parked.retain(|(by, id)| *by != who || old.parked.contains(id));
        for (number, kept) in self.kept.iter_mut().enumerate().filter(|(_, kept)| kept.by == who) {
            kept.may_be_lost |= number >= old.kept || !old.held.contains(&kept.doc);
            if number < old.kept && old.waiting.contains(&kept.doc) {
                kept.copies += 1;
                // What the copy has yet to send is written anew, though it was written anew and erased meanwhile.
                kept.may_be_lost |= std::mem::take(&mut kept.erased);
            }
        }
    }

    /// The server is copied; the second time the copy is put back. Once in a day is what befalls a town. `FELTBOG_RESTORES`
    /// lets it happen again and again: such a day may still lose a word.
    pub fn a_copy_of_the_server_is_taken_or_put_back(&mut self) {
        if self.erases {
            return;
        }
        if self.copies.put_back && std::env::var_os("FELTBOG_RESTORES").is_none() {
            return;
        }
        match self.copies.server.take() {
            None => self.copies.server = Some(self.world.server.is_copied()),
            Some(copy) => {
                self.is_not_asked_for_what_no_device_holds();
                self.world.server.is_put_back(&copy);
                self.versions.clear();
                self.copies.put_back = true;
                self.world.tally.count("fault: server put back");
            }
        }
    }

    /// What its writer's device holds no longer, or has handed over, lives nowhere else.
    fn is_not_asked_for_what_no_device_holds(&mut self) {
        let held: Vec<_> = self.tablets.iter().map(|tablet| tablet.file().held()).collect();
        let handed: String = self
            .world
            .town
            .loose_notes()
            .iter()
            .map(|note| note.words("words"))
            .collect();
        for kept in &mut self.kept {
            kept.may_be_lost |= !held[kept.by].contains(&kept.doc) || handed.contains(kept.sign);
            let book = self.world.town.book(kept.doc);
            kept.may_be_told_again |= book.is_some_and(|book| kept.times_in(&book) > 0);
        }
    }
}
