//! What a person and the courier do to the notebook, on a disk that fails.
//!
//! What must hold is said in `trial`.

use std::path::Path;

use feltbog_casebook::Role;
use feltbog_ids::CommandId;
use feltbog_protocol::{Answer, Handed, PushReply, Reason};
use feltbog_replica::{FileKey, Replica, ReplicaError};
use feltbog_tests::Tablet;
use feltbog_views::FieldValue;

use crate::scene::{NOTEBOOK, Scene};
use crate::trial::{Again, Files, Told, Trial};

impl From<ReplicaError> for Told {
    fn from(error: ReplicaError) -> Self {
        match error {
            ReplicaError::DiskFull => Self::Full,
            other => Self::Other(format!("{other:?}")),
        }
    }
}

type Deed<'a, T> = &'a dyn Fn(&mut Replica) -> Result<T, ReplicaError>;

fn tries<T>(scene: &Scene, name: &str, (before, key): (Files, FileKey), does: Deed<'_, T>) {
    let moment = scene.moment();
    let opens = |folder: &Path| Replica::open(&folder.join(NOTEBOOK), &key, &moment).unwrap();
    let trial = Trial {
        name,
        before,
        database: NOTEBOOK,
        key: key.clone(),
        opens: &opens,
        does: &|replica| Ok(replica.step(does).map(drop)?),
        again: Again::Same,
        overlooks: &[],
    };
    trial.runs();
}

#[test]
fn what_is_written_on_a_failing_disk_is_kept_or_refused() {
    let scene = Scene::new(1);
    let moment = scene.moment();
    let keep = scene.keeping(1, "Spiste havregrød.");
    tries(&scene, "a new note is kept", scene.notebook(&scene.anna), &|replica| {
        replica.keep_draft(&keep, &moment)
    });
    let draft = scene.anna.replica().keep_draft(&keep, &moment).unwrap().0;
    let mut more = scene.keeping(2, "Spiste havregrød. Drak kaffe.");
    (more.note, more.heads, more.before) = (keep.note, draft.typed.clone(), keep.after.clone());
    tries(&scene, "a draft is kept", scene.notebook(&scene.anna), &|replica| {
        replica.keep_draft(&more, &moment)
    });
    let id = CommandId::from_bytes([3; 16]);
    tries(&scene, "a note is finished", scene.notebook(&scene.anna), &|replica| {
        replica.finish_note(id, keep.note, &draft.typed, &moment)
    });
    let stick = FieldValue::Text("Går med stok".to_owned());
    tries(&scene, "a field is set", scene.notebook(&scene.anna), &|replica| {
        replica.set_field(id, scene.case, "mobilitet", &[], Some(&stick), &moment)
    });
    tries(&scene, "a session is kept", scene.notebook(&scene.anna), &|replica| {
        replica.set_session(Some("et andet"))
    });
}

#[test]
fn what_arrives_on_a_failing_disk_is_taken_in_or_asked_for_again() {
    let scene = Scene::new(2);
    let moment = scene.moment();
    let bo = scene.world.tablet(scene.world.town.bo);
    bo.writes(scene.case, "Bo var her. ");
    bo.sets(scene.case, "mobilitet", "Går med stok").unwrap();
    bo.settles();
    let page = scene.page(&scene.anna);
    tries(&scene, "a page is taken in", scene.notebook(&scene.anna), &|replica| {
        replica.take_page(&page, &moment)
    });
    scene.anna.settles();
    let new = new_tablet(&scene);
    let page = scene.page(&new);
    tries(&scene, "the first page is taken in", scene.notebook(&new), &|replica| {
        replica.take_page(&page, &moment)
    });
    new.replica().take_page(&page, &moment).unwrap();
    assert!(page.closing.is_some(), "the town fits one page");
    let (wants, reply) = scene.bodies(&new);
    tries(&scene, "bodies are taken in", scene.notebook(&new), &|replica| {
        replica.take_bodies(&wants, &reply)
    });
    new.replica().take_bodies(&wants, &reply).unwrap();
    tries(&scene, "all is compared", scene.notebook(&new), &|replica| {
        replica.settle(&moment)
    });
    tries(&scene, "words are indexed", scene.notebook(&new), &|replica| {
        replica.index_some(50)
    });
}

#[test]
fn what_is_answered_on_a_failing_disk_is_taken_in_or_sent_again() {
    let scene = Scene::new(3);
    let moment = scene.moment();
    let note = scene.anna.writes(scene.case, "Først. ");
    scene.anna.types(note, "Så. ");
    scene.anna.sets(scene.case, "mobilitet", "Går med stok").unwrap();
    let before = scene.notebook(&scene.anna);
    let (sent, reply) = scene.pushed(&scene.anna);
    assert!(reply.answers.iter().all(|answer| matches!(answer, Answer::Stored(_))));
    tries(&scene, "receipts are taken in", before, &|replica| {
        replica.take_answers(&sent, &reply, &moment)
    });
    scene.anna.settles();
    scene.anna.types(note, "Til sidst. ");
    scene.anna.types(note, "Og lidt til. ");
    let (sent, _) = scene.push(&scene.anna);
    let refused = |reason| PushReply {
        answers: sent.iter().map(|_| Answer::Refused(reason)).take(1).collect(),
        ..reply.clone()
    };
    let (rule, right) = (refused(Reason::Rule), refused(Reason::NoRight));
    tries(
        &scene,
        "one is refused, the next is written anew",
        scene.notebook(&scene.anna),
        &|replica| replica.take_answers(&sent, &rule, &moment),
    );
    tries(&scene, "all is refused", scene.notebook(&scene.anna), &|replica| {
        replica.take_answers(&sent, &right, &moment)
    });
    scene.anna.replica().take_answers(&sent, &right, &moment).unwrap();
    let loose = scene.anna.replica().loose_waiting(10, &moment).unwrap();
    assert_eq!(loose.len(), 1);
    let taken = PushReply {
        handed: vec![Handed::Taken],
        ..reply.clone()
    };
    tries(
        &scene,
        "words are handed over",
        scene.notebook(&scene.anna),
        &|replica| replica.take_handed(&loose, &taken, &moment),
    );
    let refused = PushReply {
        handed: vec![Handed::Refused(Reason::TooLarge)],
        ..reply.clone()
    };
    scene.anna.replica().take_handed(&loose, &refused, &moment).unwrap();
    let id = scene.anna.replica().parked_rows().unwrap()[0].id;
    tries(
        &scene,
        "parked words are taken off",
        scene.notebook(&scene.anna),
        &|replica| {
            match replica.dismiss_parked(id) {
                // It is off already.
                Err(ReplicaError::NotHere) => Ok(()),
                other => other.map(drop),
            }
        },
    );
}

#[test]
fn what_must_go_on_a_failing_disk_goes_whole_or_stays() {
    let scene = Scene::new(4);
    let moment = scene.moment();
    let town = &scene.world.town;
    scene.anna.writes(scene.case, "Om det, der går. ");
    scene.anna.settles();
    town.end(town.anna.person, Role::Worker, town.kloever);
    let page = scene.page(&scene.anna);
    assert!(!page.lost.is_empty(), "a scope is lost");
    tries(&scene, "a scope is lost", scene.notebook(&scene.anna), &|replica| {
        replica.take_page(&page, &moment)
    });
    scene.anna.settles();
    let (before, key) = scene.notebook(&scene.anna);
    let opens = |folder: &Path| Replica::open(&folder.join(NOTEBOOK), &key, &moment).ok();
    let trial = Trial {
        name: "the app is closed",
        before,
        database: NOTEBOOK,
        key: key.clone(),
        opens: &opens,
        does: &|replica| {
            drop(replica.take());
            Ok(())
        },
        again: Again::Same,
        overlooks: &[],
    };
    trial.runs();
}

/// Bo's new tablet, which has fetched nothing.
fn new_tablet(scene: &Scene) -> Tablet {
    let folder = scene.anna.file_and_key().0.with_file_name("new");
    Tablet::enrol(&scene.world, scene.world.town.bo, folder, 77)
}
