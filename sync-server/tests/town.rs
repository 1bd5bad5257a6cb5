//! The demo town through the front door: everything of it is made once, each day brings its visits and nothing else.
//! How a device gets it is tested elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use feltbog_casebook::{Birth, Book, Edit, Kind, Projection, Role};
use feltbog_ids::{DocId, Instant, PersonId, Span};
use feltbog_server::{Dice, Hand, Settings, Store, StoreError, town};
use tempfile::TempDir;

const FELTBY: &str = include_str!("../../demo/feltby.toml");

/// 24 November 2026, a quarter past six in Copenhagen.
const MORNING: Instant = Instant(1_795_497_300_000_000);

struct Hall {
    store: Store,
    dice: Dice,
    _folder: TempDir,
}

impl Hall {
    fn new(invented_people: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let dice = Dice::from_seed([3; 32]);
        let settings = Settings {
            time_zone: "Europe/Copenhagen".to_owned(),
            invented_people: Some(invented_people),
        };
        let store = Store::migrate(folder.path(), &settings, &dice).expect("a new database");
        Self {
            store,
            dice,
            _folder: folder,
        }
    }

    fn apply(&self, now: Instant) -> town::Laid {
        town::apply(&self.store, &self.dice, now, FELTBY, 2).expect("the town")
    }

    fn refusal(&self, text: &str) -> String {
        town::apply(&self.store, &self.dice, MORNING, text, 2)
            .expect_err("a wrong file")
            .to_string()
    }

    fn books(&self, kind: Kind) -> BTreeMap<DocId, Book> {
        let read: Result<_, StoreError> = self.store.view(MORNING, |batch| {
            let rows = batch.documents_of(kind)?;
            rows.iter().map(|row| Ok((row.doc, batch.book(row.doc)?))).collect()
        });
        read.expect("documents that open")
    }

    fn everything(&self) -> BTreeMap<DocId, Vec<feltbog_ids::ChangeHash>> {
        let all = Kind::ALL.into_iter().flat_map(|kind| self.books(kind));
        all.map(|(id, book)| (id, book.heads())).collect()
    }

    fn case(&self, subject: &str) -> Birth {
        let cases = self.books(Kind::Case);
        let found = cases.values().find(|book| book.words("subject") == subject);
        *found.expect("a case of that citizen").birth()
    }

    fn person(&self, user: &str) -> PersonId {
        let account: Result<_, StoreError> = self.store.view(MORNING, |batch| batch.account(user));
        account.expect("a look").expect("an account").person
    }

    fn may_see(&self, user: &str) -> BTreeSet<DocId> {
        let person = self.person(user);
        let seen: Result<Vec<_>, StoreError> = self.store.view(MORNING, |batch| batch.may_see(person));
        seen.expect("a look").into_iter().collect()
    }

    /// Titles of a person's visits on the day of an instant, by time.
    fn day(&self, user: &str, now: Instant) -> Vec<String> {
        let person = self.person(user);
        let visits = self
            .books(Kind::Visit)
            .into_values()
            .filter_map(|book| match book.project() {
                Projection::Visit(visit) if visit.people.contains(&person) => Some(visit),
                _ => None,
            });
        let mut today: Vec<_> = visits
            .filter(|visit| visit.start > now && visit.start < now + Span::seconds(64_000))
            .collect();
        today.sort_by_key(|visit| visit.start);
        today.into_iter().map(|visit| visit.title).collect()
    }
}

#[test]
fn the_town_is_made_once_however_often_it_is_applied() {
    let hall = Hall::new(true);
    let first = hall.apply(MORNING);
    let (units, people, cases) = (hall.books(Kind::Unit), hall.books(Kind::Person), hall.books(Kind::Case));
    assert_eq!((units.len(), people.len(), cases.len()), (21, 12, 17));
    assert_eq!((hall.books(Kind::Post).len(), hall.books(Kind::Part).len()), (6, 1));
    assert_eq!(
        (hall.books(Kind::Visit).len(), first.visits),
        (32, 32),
        "sixteen visits today, sixteen tomorrow"
    );
    assert!(people.values().chain(cases.values()).all(|book| book.flag("invented")));
    assert!(
        hall.books(Kind::Note)
            .values()
            .all(|note| note.finished_heads().is_some() && !note.text().is_empty())
    );

    let before = hall.everything();
    let second = hall.apply(MORNING + Span::seconds(3600));
    assert_eq!(second, town::Laid::default(), "twice makes nothing twice");
    assert_eq!(hall.everything(), before);
}

#[test]
fn the_next_day_brings_its_visits_and_nothing_else() {
    let hall = Hall::new(true);
    hall.apply(MORNING);
    let before = hall.everything();
    let next = hall.apply(MORNING + Span::days(1));
    assert_eq!(
        next,
        town::Laid {
            documents: 0,
            visits: 16
        }
    );
    let after = hall.everything();
    assert!(
        before.iter().all(|(id, heads)| after.get(id) == Some(heads)),
        "what was there stands as it was"
    );
    assert_eq!(hall.day("maja", MORNING + Span::days(1)), hall.day("maja", MORNING));
}

#[test]
fn maja_yusuf_and_soeren_have_a_day_to_work_through() {
    let hall = Hall::new(true);
    hall.apply(MORNING);
    let maja = [
        "Morgenpleje",
        "Bad og sengetøj",
        "Lift",
        "Sårpleje",
        "Væske og toilet",
        "Frokost",
        "Vejning",
    ];
    assert_eq!(
        hall.day("maja", MORNING),
        [&maja[..], &["Medicin og støvsugning"]].concat()
    );
    assert_eq!(
        hall.day("yusuf", MORNING),
        ["Morgenpleje", "Morgenpleje", "Lift", "Frokost"]
    );
    assert_eq!(hall.day("soeren", MORNING).len(), 3);
}

#[test]
fn what_a_person_changed_is_never_put_back() {
    let hall = Hall::new(true);
    hall.apply(MORNING);
    let case = hall.case("Inger Rødhals");
    let hand = Hand::new(
        hall.store.workspace().expect("a workspace").server,
        Role::Admin,
        &hall.dice,
    );
    let edit = [Edit::within("fields", "mobilitet", "Går uden hjælp")];
    hall.store.put(&hand, &case, &edit, MORNING).expect("a change");
    let before = hall.everything();
    hall.apply(MORNING);
    assert_eq!(hall.everything(), before);
}

#[test]
fn the_part_reaches_nobody_who_visits() {
    let hall = Hall::new(true);
    hall.apply(MORNING);
    let part = hall.books(Kind::Part).into_values().next().expect("a part");
    assert!(part.text().contains("kvartsugle"));
    let ellen = hall.case("Ellen Gærdesmutte").id;
    for user in ["maja", "yusuf", "hanne", "peter"] {
        let seen = hall.may_see(user);
        assert!(seen.contains(&ellen) && !seen.contains(&part.birth().id), "{user}");
    }
}

#[test]
fn a_wrong_file_says_where_and_what_to_write() {
    let real = Hall::new(false);
    let said = real.refusal(FELTBY);
    assert!(
        said.contains("148339-1028") && said.contains("invented_people = true"),
        "{said}"
    );
    assert!(real.everything().is_empty(), "nothing of a refused file is laid");

    let hall = Hall::new(true);
    for (from, to, words) in [
        ("148339-1028", "140339-1028", "could be a real person's number"),
        (
            "unit = \"kloever\"",
            "unit = \"kløver\"",
            "no [[unit]] has the key \"kløver\"",
        ),
        ("at = \"07:15\"", "at = \"kvart over syv\"", "is no time of day"),
        ("opened = \"-210 09:00\"", "opened = \"i maj\"", "is no time; write"),
        ("worker@kloever", "boss@kloever", "is no role in a unit"),
        ("title = \"SSH\"", "titel = \"SSH\"", "unknown field `titel`"),
    ] {
        let text = FELTBY.replacen(from, to, 1);
        let line = text
            .lines()
            .position(|line| line.contains(to))
            .expect("the line just spoiled")
            + 1;
        let said = hall.refusal(&text);
        assert!(
            said.starts_with(&format!("line {line}: ")) && said.contains(words),
            "{said}"
        );
    }
}

#[test]
fn each_day_plans_its_shifts_once_and_one_called_off_stays_so() {
    let hall = Hall::new(true);
    let planned = |now| {
        let shifts: Result<_, StoreError> = hall.store.view(now, |view| view.shifts());
        shifts.expect("a look")
    };
    hall.apply(MORNING);
    hall.apply(MORNING);
    let first = planned(MORNING);
    assert!(first.iter().all(|row| row.shift.person == hall.person("oliver")));
    let hours: Vec<_> = first.iter().map(|row| (row.shift.ends - row.shift.begins).0).collect();
    assert_eq!(hours, [Span::seconds(8 * 3_600).0; 2], "this evening and tomorrow's");
    let off = first[1].shift.id;
    hall.store
        .batch(MORNING, |batch| batch.end_shift(off))
        .expect("a shift ahead");
    hall.apply(MORNING + Span::days(1));
    let next = planned(MORNING + Span::days(1));
    assert_eq!(next.len(), 1, "that of the day after tomorrow alone");
    assert_eq!(next[0].shift.begins, first[0].shift.begins + Span::days(2));
}
