//! Who may know whom, over `cargo metadata`: the walls that ARCHITECTURE.md draws between the crates.
//! It does not judge how a crate uses what it may know.

use std::collections::BTreeMap;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use crate::tree::{expect_none, root};

/// Each crate of ours and whom of ours it may know besides `feltbog-ids`, which all may know.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("feltbog-ids", &[]),
    ("feltbog-views", &[]),
    ("feltbog-protocol", &[]),
    ("feltbog-casebook", &[]),
    (
        "feltbog-replica",
        &["feltbog-casebook", "feltbog-protocol", "feltbog-views"],
    ),
    (
        "feltbog-client",
        &[
            "feltbog-replica",
            "feltbog-protocol",
            "feltbog-views",
            "feltbog-casebook",
        ],
    ),
    ("feltbog-server", &["feltbog-casebook", "feltbog-protocol"]),
    ("feltbog-ui", &["feltbog-views"]),
    ("feltbog", &["feltbog-client", "feltbog-views"]),
    ("feltbog-preview", &["feltbog-client", "feltbog-views"]),
    // The page and the window are driven from outside, as a person would.
    (
        "feltbog-tests",
        &[
            "feltbog-casebook",
            "feltbog-client",
            "feltbog-preview",
            "feltbog-protocol",
            "feltbog-replica",
            "feltbog-server",
            "feltbog-views",
        ],
    ),
    ("xtask", &[]),
];

const SCREENS: &[&str] = &["tauri", "yew"];
const NETWORK: &[&str] = &["axum", "hyper", "reqwest", "tokio"];
const DATABASES: &[&str] = &["rusqlite", "tokio-postgres"];
const MERGING: &[&str] = &["automerge", "autosurgeon"];

/// What of the outside world a crate's shipped code may not know.
const MUST_NOT_KNOW: &[(&str, &[&[&str]])] = &[
    ("feltbog-ids", &[SCREENS, NETWORK, DATABASES, MERGING]),
    ("feltbog-views", &[SCREENS, NETWORK, DATABASES, MERGING]),
    ("feltbog-protocol", &[SCREENS, NETWORK, DATABASES, MERGING]),
    ("feltbog-casebook", &[SCREENS, NETWORK, DATABASES]),
    ("feltbog-replica", &[SCREENS, NETWORK]),
    ("feltbog-client", &[SCREENS, DATABASES]),
    ("feltbog-server", &[SCREENS]),
    ("feltbog-ui", &[NETWORK, DATABASES, MERGING]),
    ("feltbog", &[DATABASES, MERGING]),
    ("feltbog-preview", &[SCREENS, DATABASES, MERGING]),
];

#[test]
fn every_crate_knows_only_whom_it_may() {
    let metadata = metadata();
    let allowed: BTreeMap<_, _> = MAY_KNOW.iter().copied().collect();
    let mut faults = Vec::new();
    for package in &metadata.packages {
        match allowed.get(package.name.as_str()) {
            Some(may_know) => faults.extend(strangers(package, may_know)),
            None => faults.push(format!(
                "{} is not in the table: a new crate needs a decision first",
                package.name
            )),
        }
    }
    expect_none("these walls of ARCHITECTURE.md are broken", &faults);
}

#[test]
fn what_is_pure_stays_pure() {
    let metadata = metadata();
    let mut faults = Vec::new();
    for (name, groups) in MUST_NOT_KNOW {
        let package = metadata.packages.iter().find(|package| package.name.as_str() == *name);
        let package = package.unwrap_or_else(|| panic!("{name} is in the table but not in the workspace"));
        let shipped = package
            .dependencies
            .iter()
            .filter(|known| known.kind == DependencyKind::Normal);
        let forbidden = shipped.filter(|known| groups.iter().any(|group| group.contains(&known.name.as_str())));
        faults.extend(forbidden.map(|known| format!("{name} knows {}", known.name)));
    }
    expect_none("these crates know what they were made to be free of", &faults);
}

/// The crates of ours that a package knows without leave, also in its tests and its build script.
fn strangers(package: &Package, may_know: &[&str]) -> Vec<String> {
    let ours = package.dependencies.iter().filter(|known| known.path.is_some());
    let without_leave = ours.filter(|known| known.name != "feltbog-ids" && !may_know.contains(&known.name.as_str()));
    without_leave
        .map(|known| format!("{} knows {}", package.name, known.name))
        .collect()
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo describes the workspace it just built")
}

#[test]
fn a_broken_wall_is_seen() {
    let metadata = metadata();
    let client = metadata
        .packages
        .iter()
        .find(|package| package.name.as_str() == "feltbog-client");
    let client = client.expect("the client is in the workspace");
    assert!(strangers(client, &[]).contains(&"feltbog-client knows feltbog-replica".to_owned()));
}
