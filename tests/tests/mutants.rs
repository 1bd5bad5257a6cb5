//! Each mutant still fits the code it breaks. Whether it is caught is seen by `cargo xtask mutants`, which takes minutes.
//!
//! It changes no file.

use std::path::Path;

#[test]
fn every_mutant_finds_its_line_exactly_once() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = std::fs::read_dir(root.join("tests/mutants")).unwrap();
    let mutants: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    assert!(mutants.len() >= 12, "there are mutants: {mutants:?}");
    let listed = std::fs::read_to_string(root.join("docs/decisions/0009-mutants.md")).unwrap();
    for path in mutants {
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(listed.contains(&format!("`{name}`")), "the decision lists {name}");
        let mutant: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        let word = |key: &str| mutant[key].as_str().unwrap_or_else(|| panic!("{path:?} says no {key}"));
        let code = std::fs::read_to_string(root.join(word("file"))).unwrap();
        assert_eq!(
            code.matches(word("find")).count(),
            1,
            "{path:?} finds its line in {}",
            word("file")
        );
        assert_ne!(word("find"), word("replace"), "{path:?} changes something");
        assert!(!word("why").is_empty());
    }
}
