//! What devices, importers and operators have the store do, on a disk that fails.
//!
//! What must hold is said in `trial`.

use std::path::Path;
use std::sync::Arc;

use feltbog_casebook::{Edit, Kind, Role, Scalar};
use feltbog_ids::{DocId, UnitId};
use feltbog_protocol::{Answer, EnrolRequest, ServerProblem, SignInRequest};
use feltbog_replica::FileKey;
use feltbog_server::import::{ImportError, Mode, Source, import};
use feltbog_server::store::NewGrant;
use feltbog_server::{Batch, Store, StoreError};
use feltbog_tests::{Opened, lies_in, pages};

use crate::scene::{STORE, Scene, dice, office, opened};
use crate::trial::{Again, Files, Told, Trial};

/// Three rows for Team Kløver.
const ROWS: &str = "Nr;Emne;Fra\n1;GRAV;2026-06-01 10:00\n2;STIL;2026-06-01 11:00\n3;GRAV;2026-06-02 10:00\n";

const MAPPING: &str = r#"
name = "prøve"
into_unit = "Team Kløver"
case_type = "tilsyn_i_byrum"

[file]
delimiter = ";"

[case]
id = ["Nr"]
type = "Emne"
opened = "Fra"
"#;

type Deed<'a> = &'a dyn Fn(&Arc<Store>) -> Result<(), Told>;

fn tries(name: &str, (before, key): (Files, FileKey), again: Again, does: Deed<'_>) {
    let trial = Trial {
        name,
        before,
        database: STORE,
        key,
        opens: &opened,
        does: &|store| does(store),
        again,
        overlooks: &[],
    };
    trial.runs();
}

fn batch(scene: &Scene, name: &str, again: Again, does: &dyn Fn(&Batch<'_>) -> Result<(), StoreError>) {
    let now = scene.now();
    tries(name, scene.store(), again, &|store| {
        store.batch(now, does).map_err(told)
    });
}

/// What an operator is told.
pub fn told(error: StoreError) -> Told {
    match error {
        StoreError::DiskFull => Told::Full,
        other => Told::Other(format!("{other:?}")),
    }
}

/// A device is told one thing, full or broken: later. Then it keeps what it has.
fn later(problem: ServerProblem) -> Told {
    if problem == ServerProblem::Unavailable {
        Told::Full
    } else {
        Told::Other(format!("{problem:?}"))
    }
}

#[test]
fn a_push_on_a_failing_disk_is_receipted_only_when_it_is_kept() {
    let scene = Scene::new(11);
    let note = scene.anna.writes(scene.case, "Først. ");
    scene.anna.types(note, "Så. ");
    scene.anna.sets(scene.case, "mobilitet", "Går med stok").unwrap();
    let (session, at) = scene.session(&scene.anna);
    let (_, request) = scene.push(&scene.anna);
    let now = scene.now();
    tries("a push is taken", scene.store(), Again::Same, &|store| {
        let reply = office(store).push(&session, at, &request, now).map_err(later)?;
        let receipt = |answer: &Answer| matches!(answer, Answer::Stored(_) | Answer::Known(_));
        assert!(reply.answers.iter().all(receipt), "{:?}", reply.answers);
        Ok(())
    });
    let town = &scene.world.town;
    town.move_case(scene.case, town.anemone);
    town.end(town.anna.person, Role::Worker, town.kloever);
    let late = feltbog_protocol::PushRequest {
        items: request
            .items
            .iter()
            .cloned()
            .map(|mut item| {
                item.made_on = None;
                item
            })
            .collect(),
        loose: Vec::new(),
    };
    tries("a push is refused", scene.store(), Again::Same, &|store| {
        let reply = office(store).push(&session, at, &late, now).map_err(later)?;
        let refused = |answer: &Answer| matches!(answer, Answer::Refused(_) | Answer::NeedsParent(_));
        assert!(reply.answers.iter().all(refused), "{:?}", reply.answers);
        Ok(())
    });
}

#[test]
fn coming_in_on_a_failing_disk_spends_a_token_only_when_it_lets_in() {
    let scene = Scene::new(12);
    let token = scene.world.town.token(scene.world.town.bo.person);
    let password = "blød regn på bakken".to_owned();
    let now = scene.now();
    let enrols = EnrolRequest {
        token,
        user: "bo".to_owned(),
        password: password.clone(),
    };
    tries("a device is enrolled", scene.store(), Again::Refused, &|store| {
        office(store).enrol(&enrols, "tablet", now).map(drop).map_err(later)
    });
    let enrolment = scene.anna.replica().identity().enrolment;
    let signs_in = SignInRequest {
        enrolment,
        user: "anna".to_owned(),
        password,
    };
    tries("a person signs in", scene.store(), Again::Refused, &|store| {
        office(store).sign_in(&signs_in, "tablet", now).map(drop).map_err(later)
    });
}

#[test]
fn what_an_operator_does_on_a_failing_disk_is_done_or_refused() {
    let scene = Scene::new(13);
    let town = &scene.world.town;
    let new = NewGrant {
        person: town.carl.person,
        unit: town.kloever,
        role: Role::Worker,
        case_types: None,
    };
    batch(&scene, "a role is given", Again::Same, &|batch| batch.grant(&new));
    let (anna, kloever) = (town.anna.person, town.kloever);
    batch(&scene, "a role is ended", Again::Refused, &|batch| {
        batch.end_grant(anna, kloever, Role::Worker)
    });
    for _ in 0..2 {
        scene.anna.writes(scene.case, "Følger sagen. ");
    }
    scene.anna.settles();
    let (case, anemone) = (scene.case, town.anemone);
    batch(&scene, "a case moves with its children", Again::Same, &|batch| {
        moves(batch, case, anemone)
    });
    batch(&scene, "an account is closed", Again::Same, &|batch| {
        batch.close_account("bo")
    });
    let now = scene.now();
    let source = Source {
        bytes: ROWS.as_bytes(),
        mapping: MAPPING,
    };
    tries("rows are imported", scene.store(), Again::InSteps, &|store| {
        let tally = import(store, &dice(), now, source, Mode::Write, &mut |_| ());
        let tally = tally.map_err(|error| match error {
            ImportError::Store(error) => told(error),
            other => Told::Other(format!("{other:?}")),
        })?;
        assert_eq!((tally.read, tally.refused), (3, 0));
        Ok(())
    });
}

#[test]
fn an_erasure_cut_off_on_a_failing_disk_is_made_good_and_its_key_destroyed() {
    let scene = Scene::new(14);
    let note = scene.anna.writes(scene.case, "Bor på Violstien. ");
    scene.anna.settles();
    let now = scene.now();
    let store = scene.world.server.store();
    store
        .batch(now, |batch| batch.erase_history(note, "§", &dice()))
        .unwrap();
    drop(store);
    let (before, key) = scene.store();
    let of = format!(
        "select bytes from document_key where doc = x'{}' and epoch = 0",
        hex(note)
    );
    let old = Opened::keys(scene.world.server.folder()).rows(&of).unwrap().remove(0);
    let old: Vec<u8> = (0..32)
        .map(|at| u8::from_str_radix(&old[2 * at..][..2], 16).unwrap())
        .collect();
    let holds_it = |folder: &Path| {
        let bytes = pages::decrypted(&folder.join("feltbog-keys.db"), &key);
        lies_in(&bytes, &old)
    };
    assert!(holds_it(scene.world.server.folder()), "it is looked for where it was");
    let trial = Trial {
        name: "an erasure is swept",
        before,
        database: STORE,
        key: key.clone(),
        opens: &|folder| (folder.to_owned(), opened(folder)),
        does: &|(folder, store)| {
            store.sweep().map_err(told)?;
            assert!(!holds_it(folder), "not in the gaps of the file nor in its log");
            Ok(())
        },
        again: Again::Same,
        // The mark that it is to be done, and how far the keys are.
        overlooks: &["workspace"],
    };
    trial.runs();
}

fn hex(doc: DocId) -> String {
    doc.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn moves(batch: &Batch<'_>, case: DocId, unit: UnitId) -> Result<(), StoreError> {
    let to = Edit::root("unit", Scalar::Bytes(unit.as_bytes().to_vec()));
    batch
        .put(&batch.server_hand(&dice()), &batch.birth(Kind::Case, case, None), &[to])
        .map(drop)
}
