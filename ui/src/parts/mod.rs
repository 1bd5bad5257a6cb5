//! Small parts that several screens share. No part asks the desk for anything.

mod age;
mod badge;
mod heading;
mod item;
mod notice;
mod problem;

pub use age::Age;
pub use badge::{Badge, Tone, people_badges};
pub use heading::Heading;
pub use item::Item;
pub use notice::{Empty, Stopped};
pub use problem::{ProblemNote, problem_words};
