//! Documents of a newer version: kept and shown, and not written in by what does not know what they mean.

mod town;

use feltbog_casebook::{Edit, Kind, SCHEMA, Scalar};
use feltbog_replica::ReplicaError;
use feltbog_views::{FieldValue, Problem};
use town::{Office, Tablet, case, doc};

fn newer() -> [Edit; 2] {
    [
        Edit::root("schema", Scalar::Int(SCHEMA + 1)),
        Edit::root("hologram", "ukendt her"),
    ]
}

#[test]
fn a_note_of_a_newer_version_is_shown_and_not_written_in() {
    let mut office = Office::new();
    let text = Edit::Type {
        before: String::new(),
        after: "Sov godt.".to_owned(),
    };
    office.put(Kind::Note, doc(41), Some(case()), &[&newer()[..], &[text]].concat());
    let mut tablet = Tablet::synced(1, &mut office);
    let note = tablet.notebook.note(doc(41)).unwrap();
    assert_eq!(note.text, "Sov godt.");
    assert!(!note.may_write);
    let refused = tablet.tries_to_type(doc(41), &note.heads, "Sov godt.", "Sov godt. Spiste.");
    assert!(matches!(refused, Err(ReplicaError::NewerDocument)));
    let (id, moment) = (tablet.command(), tablet.moment());
    let refused = tablet.notebook.finish_note(id, doc(41), &note.heads, &moment);
    assert_eq!(refused.unwrap_err().problem(), Problem::NewerFile);
    assert_eq!(tablet.notebook.waiting().unwrap(), 0);
    assert_eq!(tablet.notebook.note(doc(41)).unwrap().text, "Sov godt.");
}

#[test]
fn a_case_that_a_newer_version_wrote_in_keeps_its_fields_as_they_are() {
    let mut office = Office::new();
    office.put(Kind::Case, case(), None, &newer());
    let mut tablet = Tablet::synced(1, &mut office);
    let view = tablet.notebook.case(case(), town::NOON).unwrap();
    assert!(!view.may_write && !view.row.number.is_empty());
    let (id, moment) = (tablet.command(), tablet.moment());
    let value = FieldValue::Text("Går med stok".to_owned());
    let refused = tablet
        .notebook
        .set_field(id, case(), "mobilitet", &view.heads, Some(&value), &moment);
    assert!(matches!(refused, Err(ReplicaError::NewerDocument)));
}
