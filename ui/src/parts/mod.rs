//! Small parts that several screens share. No part asks the desk for anything.

mod age;
mod badge;
mod heading;
mod item;
mod notice;
mod problem;
mod shift;

pub use age::age;
pub use badge::{Tone, badge, people_badges};
pub use heading::Heading;
pub use item::item;
pub use notice::{empty, stopped};
pub use problem::{problem_note, problem_words};
pub use shift::shift_ended;
