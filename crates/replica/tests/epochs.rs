//! A body that crosses an erasure on its way.
//!
//! What a device does after one has its stories in the world in miniature.

mod town;

use feltbog_ids::Instant;
use town::{NOON, Office, Tablet};

#[test]
fn a_body_of_another_epoch_is_not_laid_on_the_row_of_this_one() {
    let mut office = Office::new();
    office.inline = false;
    let mut tablet = Tablet::new(1);
    tablet.fetches_pages(&mut office);
    let wants = tablet.notebook.wants(1, NOON).unwrap();
    let here = office.bodies(&wants);
    let mut crossed = here.clone();
    crossed.bodies[0].epoch = Some(Instant(5));
    tablet.notebook.take_bodies(&wants, &crossed).unwrap();
    assert_eq!(tablet.notebook.wants(1, NOON).unwrap(), wants, "nothing came of it");
    assert_eq!(tablet.notebook.handling().unwrap(), 0);
    tablet.notebook.take_bodies(&wants, &here).unwrap();
    assert_ne!(tablet.notebook.wants(1, NOON).unwrap(), wants);
}
