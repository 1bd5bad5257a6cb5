//! What befalls letters, devices, the server, clocks and the town.
//!
//! None of it is anybody's fault, and none of it may lose a word.

use feltbog_casebook::Role;
use feltbog_client::courier::CourierError;
use feltbog_ids::{DocId, PersonId, Span, UnitId};
use feltbog_replica::Agreement;
use feltbog_tests::{Astray, Ended, Fate, World};

use crate::day::{Day, Kept};
use crate::epochs::hex;
use crate::shifts::Loan;

/// Waits of a round, roughly.
const WAITS: usize = 12;

/// A change of the town.
enum Change {
    Moves(DocId, UnitId),
    Shared(DocId, UnitId, bool),
    Given(PersonId, Role, UnitId),
    Ended(PersonId, Role, UnitId),
    Lent(Loan),
}

impl Change {
    fn happens(&self, world: &World) {
        let town = &world.town;
        match self {
            Self::Moves(case, unit) => town.move_case(*case, *unit),
            Self::Shared(case, unit, shared) => town.share(*case, *unit, *shared),
            Self::Given(person, role, unit) => town.grant(*person, *role, *unit),
            Self::Ended(person, role, unit) => town.end(*person, *role, *unit),
            Self::Lent(loan) => loan.happens(town),
        }
        world.tally.count(match self {
            Self::Moves(..) => "town: case moved",
            Self::Shared(..) => "town: case shared",
            Self::Given(..) => "town: role given",
            Self::Ended(..) => "town: role ended",
            Self::Lent(_) => "town: role given for a while",
        });
    }
}

impl Day {
    /// A round on a road where a letter or two meet their fate.
    pub fn somebody_goes(&mut self, who: usize) {
        let fates: Vec<_> = (0..self.chance.below(3)).filter_map(|_| self.a_fate()).collect();
        let tablet = &self.tablets[who];
        tablet.road.open();
        tablet.road.befalls(fates);
        self.goes_and_fetches_all(who);
    }

    /// A round on the road as it is. Answers whether it fetched everything.
    pub fn goes_and_fetches_all(&mut self, who: usize) -> bool {
        let round = self.tablets[who].round();
        assert!(
            matches!(round, Ok(_) | Err(CourierError::Remote(_))),
            "the notebook failed in a round: {round:?}"
        );
        self.remembers_what_is_parked(who);
        self.forgets_what_is_lent(who);
        let all = matches!(round, Ok(Agreement::Equal));
        if all {
            self.remembers_what_is_lent(who);
        }
        all
    }

    fn a_fate(&mut self) -> Option<Fate> {
        Some(match self.chance.below(9) {
            0 => Fate::LostRequest,
            1 => Fate::LostReply,
            2 => Fate::Doubled,
            3 | 4 => Fate::Delayed,
            5 => Fate::Cut(self.chance.below(100)),
            _ => return None,
        })
    }

    /// The app is killed somewhere in a round, and half the time the battery goes with it.
    pub fn the_app_dies_on_the_way(&mut self, who: usize) {
        let waits = 1 + self.chance.below(WAITS);
        self.forgets_what_is_lent(who);
        self.tablets[who].road.open();
        if !matches!(self.tablets[who].round_for(waits), Ended::Crashed) {
            return self.world.tally.count("round: over before the crash");
        }
        self.world.tally.count("fault: crash in a round");
        if self.chance.percent(50) {
            self.the_battery_dies(who);
        } else {
            self.tablets[who].restarts();
        }
    }

    /// A power cut.
    pub fn the_battery_dies(&mut self, who: usize) {
        self.tablets[who].loses_power();
        self.world.tally.count("fault: power loss");
    }

    /// The server is stopped and started.
    pub fn the_server_restarts(&mut self) {
        self.world.server.restarts();
        self.world.tally.count("fault: server restart");
    }

    /// A case moves or is shared, a role is given or ends.
    pub fn the_town_changes(&mut self) {
        let change = self.a_change();
        change.happens(&self.world);
    }

    /// The same, while somebody's round is under way.
    pub fn the_town_changes_amid_a_round(&mut self, who: usize) {
        let change = self.a_change();
        let waits = 1 + self.chance.below(WAITS);
        self.forgets_what_is_lent(who);
        self.tablets[who].road.open();
        let ended = self.tablets[who].round_amid(waits, || {
            change.happens(&self.world);
            self.world.tally.count("town: changed amid a round");
            true
        });
        match ended {
            Ended::Round(Ok(_) | Err(CourierError::Remote(_))) => self.remembers_what_is_parked(who),
            other => panic!("the notebook failed in a round: {other:?}"),
        }
    }

    fn a_change(&mut self) -> Change {
        let town = &self.world.town;
        let case = *self.chance.one(&town.cases);
        let unit = *self.chance.one(&[town.kloever, town.anemone]);
        let person = self.chance.one(&[town.anna, town.bo, town.carl]).person;
        let role = *self.chance.one(&[Role::Worker, Role::Worker, Role::Authority]);
        match self.chance.below(12) {
            10 | 11 => Change::Lent(self.a_loan(person, unit)),
            0..3 => Change::Moves(case, unit),
            3..5 => Change::Shared(case, unit, self.chance.percent(50)),
            5..8 => Change::Given(person, role, unit),
            _ => Change::Ended(person, role, unit),
        }
    }

    /// A device's clock is set wrong; now and then more than a week goes by for all.
    pub fn a_clock_jumps(&mut self, who: usize) {
        if self.chance.percent(50) {
            self.world.clock.advance(Span::days(8));
            // No request is on its way for so long.
            self.tablets.iter().for_each(|tablet| tablet.road.forgets_late());
            self.world.tally.count("fault: eight days went by");
        } else {
            let days = i64::try_from(self.chance.below(800)).unwrap() - 400;
            self.tablets[who].clock.set_wrong_by(Span::days(days));
            self.forgets_what_is_lent(who);
            self.world.tally.count("fault: device clock jumped");
        }
    }

    /// Something in a tablet's file is altered while the app is off.
    pub fn a_base_goes_astray(&mut self, who: usize) {
        let how = *self.chance.one(&Astray::ALL);
        let under_repair = "select id from scope where repaired is not null";
        let amid = self.tablets[who].file().rows(under_repair).unwrap();
        if let Some(doc) = self.tablets[who].goes_astray(how, &mut self.chance) {
            self.astray.insert(who);
            self.forgets_what_is_lent(who);
            if !amid.is_empty() {
                self.astray_amid_repair.insert(who);
            }
            self.world.tally.count("fault: a base went astray");
            if how == Astray::RowLost {
                self.is_not_asked_for_what_the_server_lacks(who, doc);
            }
        }
    }

    /// Where the server was put back meanwhile, that row may have been the only copy of all that did not wait to be sent.
    pub fn is_not_asked_for_what_the_server_lacks(&mut self, who: usize, doc: DocId) {
        let (book, file) = (self.world.town.book(doc), self.tablets[who].file());
        let waits = |kept: &Kept| {
            let (id, sign) = (hex(doc.as_bytes()), hex(kept.sign.to_string().as_bytes()));
            let unsent = format!(
                "select w.hash from own w join outbox o on o.doc = w.doc and o.hash = w.hash \
                 where w.doc = x'{id}' and instr(w.bytes, x'{sign}') > 0"
            );
            !file.rows(&unsent).unwrap().is_empty()
        };
        for kept in self.kept.iter_mut().filter(|kept| kept.by == who && kept.doc == doc) {
            kept.may_be_lost |= book.as_ref().is_none_or(|book| kept.times_in(book) == 0) && !waits(kept);
        }
    }

    /// What its sender gave up long ago arrives.
    pub fn something_arrives_late(&mut self, who: usize) {
        self.tablets[who].remote.delivers_late();
    }
}
