//! Imports beside people: what somebody wrote on a case meanwhile, and what the source says of it the next time.
//! How a device shows two values that stand beside each other is tested there.

use feltbog_casebook::{Book, Edit, Kind, Projection, Role, Scalar};
use feltbog_ids::UnitId;
use feltbog_server::import::{Mode, Source, Tally, import};

use crate::story::{Town, Worker, stored};

const PERMITS: &str = r#"
name = "tilladelser"
into_unit = "Importprøve"
case_type = "tilsyn_i_byrum"

[case]
id = ["Nr"]
type = "Emne"
opened = "Fra"
due = "Frist"
address = ["Vej"]
position = ["Punkt"]

[[field]]
column = "Tilladelse"
label = "tilladelse_nr"

[[field]]
column = "Areal"
type = "number"
"#;

/// The register's one row, and the people who work on its case.
struct Register {
    town: Town,
    soeren: Worker,
}

impl Register {
    fn new() -> Self {
        let town = Town::new();
        let unit = town.unit("Importprøve", None);
        let soeren = town.worker("søren", Role::Worker, unit);
        Self { town, soeren }
    }

    fn import(&self, permit: &str, due: &str) -> Tally {
        self.import_row(&format!("7,GRAV,2026-06-01,{due},Torvet 1,55.4 10.4,{permit},12"))
    }

    fn import_row(&self, row: &str) -> Tally {
        let file = format!("Nr,Emne,Fra,Frist,Vej,Punkt,Tilladelse,Areal\n{row}\n");
        let source = Source {
            bytes: file.as_bytes(),
            mapping: PERMITS,
        };
        let Town { store, dice, now, .. } = &self.town;
        import(store, dice, *now, source, Mode::Write, &mut |_| {}).expect("mapping and file fit")
    }

    fn book(&self) -> Book {
        let cases = self
            .town
            .store
            .view(self.town.now, |view| view.documents_of(Kind::Case));
        self.town.book(cases.expect("a look")[0].doc)
    }

    fn soeren_sets(&self, key: &str, value: &str) {
        let case = self.book().birth().id;
        let item = self
            .town
            .edit(&self.soeren, case, &[Edit::within("fields", key, value)]);
        assert!(stored(&[self.town.one(&self.soeren, item)]));
    }

    /// Every value that stands at a field, in order.
    fn values(&self, key: &str) -> Vec<String> {
        let said = self.book().all_said("fields", key).into_iter();
        let mut values: Vec<_> = said.map(|said| format!("{:?}", said.value)).collect();
        values.sort();
        values
    }
}

fn standing(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| format!("{:?}", Scalar::from(*word))).collect()
}

fn tally(imported: u64, unchanged: u64) -> Tally {
    Tally {
        read: 1,
        imported,
        unchanged,
        refused: 0,
    }
}

#[test]
fn what_a_person_set_stands_beside_what_the_source_says_now() {
    let register = Register::new();
    register.import("P1", "2026-07-01");
    register.soeren_sets("tilladelse_nr", "SØREN");
    assert_eq!(register.import("P3", "2026-07-01"), tally(1, 0));
    assert_eq!(register.values("tilladelse_nr"), standing(&["P3", "SØREN"]));

    let before = register.book().heads();
    assert_eq!(register.import("P3", "2026-07-01"), tally(0, 1));
    assert_eq!(register.book().heads(), before, "twice makes nothing twice");
}

#[test]
fn a_value_a_person_settled_is_not_asked_about_again_until_its_cell_changes() {
    let register = Register::new();
    register.import("P1", "2026-07-01");
    register.soeren_sets("tilladelse_nr", "SØREN");
    register.import("P3", "2026-07-01");
    register.soeren_sets("tilladelse_nr", "P3, set på skiltet");
    assert_eq!(register.import("P3", "2026-08-01"), tally(1, 0));
    assert_eq!(register.values("tilladelse_nr"), standing(&["P3, set på skiltet"]));
    register.import("P4", "2026-08-01");
    assert_eq!(
        register.values("tilladelse_nr"),
        standing(&["P3, set på skiltet", "P4"])
    );
}

#[test]
fn another_cell_of_the_row_leaves_a_persons_value_alone() {
    let register = Register::new();
    register.import("P1", "2026-07-01");
    register.soeren_sets("tilladelse_nr", "SØREN");
    assert_eq!(register.import("P1", "2026-08-01"), tally(1, 0));
    assert_eq!(register.values("tilladelse_nr"), standing(&["SØREN"]));
}

#[test]
fn a_row_that_did_not_change_is_unchanged_although_a_person_wrote_on_its_case() {
    let register = Register::new();
    register.import("P1", "2026-07-01");
    register.soeren_sets("tilladelse_nr", "SØREN");
    assert_eq!(register.import("P1", "2026-07-01"), tally(0, 1));
    assert_eq!(register.values("tilladelse_nr"), standing(&["SØREN"]));
}

#[test]
fn a_case_that_was_moved_by_hand_stays_where_it_is() {
    let register = Register::new();
    register.import("P1", "2026-07-01");
    let unit: UnitId = register.town.unit("Tilsyn Øst", None);
    register.town.move_case(register.book().birth().id, unit);
    register.import("P3", "2026-07-01");
    assert_eq!(register.book().id_at("unit").map(UnitId::from), Some(unit));
}

#[test]
fn a_cell_emptied_at_the_source_empties_what_it_said() {
    let register = Register::new();
    register.import("P1", "2026-07-01");
    assert_eq!(register.import_row("7,GRAV,2026-06-01,,,,,"), tally(1, 0));
    let book = register.book();
    let Projection::Case(facts) = book.project() else {
        panic!("it is a case");
    };
    assert_eq!((facts.due, facts.address.as_str()), (None, ""));
    assert_eq!((facts.lat, facts.lon), (None, None));
    assert_eq!(book.keys("fields"), Vec::<String>::new());
    assert_eq!(register.import_row("7,GRAV,2026-06-01,,,,,"), tally(0, 1));
}

#[test]
fn words_that_can_be_read_now_no_longer_stand_as_written() {
    let register = Register::new();
    register.import_row("7,GRAV,2026-06-01,snart,Torvet 1,ved åen,P1,stort");
    let kept = ["Areal (som skrevet)", "Frist (som skrevet)", "Punkt (som skrevet)"];
    assert!(kept.iter().all(|key| register.book().within("fields", key).is_some()));
    register.import("P1", "2026-07-01");
    assert_eq!(register.book().keys("fields"), ["Areal", "tilladelse_nr"]);
    assert!(register.book().instant("due").is_some());
}

#[test]
fn a_deadline_that_can_no_longer_be_read_is_not_shown_as_if_it_still_stood() {
    let register = Register::new();
    register.import("P1", "2026-07-01");
    register.import("P1", "snart");
    let book = register.book();
    assert_eq!(book.instant("due"), None);
    assert_eq!(
        book.within("fields", "Frist (som skrevet)"),
        Some(Scalar::from("snart"))
    );
}

#[test]
fn a_persons_value_stands_beside_a_cell_that_was_emptied() {
    let register = Register::new();
    register.import("P1", "2026-07-01");
    register.soeren_sets("tilladelse_nr", "SØREN");
    register.import("", "2026-07-01");
    let mut wanted = standing(&["SØREN"]);
    wanted.insert(0, format!("{:?}", Scalar::Null));
    assert_eq!(register.values("tilladelse_nr"), wanted);
}

#[test]
fn a_cell_that_was_always_empty_takes_nothing_a_person_wrote() {
    let register = Register::new();
    register.import("", "2026-07-01");
    register.soeren_sets("tilladelse_nr", "SØREN");
    register.import("", "2026-08-01");
    assert_eq!(register.values("tilladelse_nr"), standing(&["SØREN"]));
}
