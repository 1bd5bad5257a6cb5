//! An organisation from one file: units, people, cases, visits by template, parts, posts, notes.
//!
//! Reading order: the file (`paper`), its times (`when`), what it comes to (`lay`, `shifts`, `casework`). It makes what is missing
//! and overwrites nothing: what people have changed since stands.

mod casework;
mod lay;
mod paper;
mod shifts;
mod when;

pub use lay::{Laid, TownError, apply};
pub use paper::Paper;
