//! The repository's own rules, as tests over its files: what a reviewer should never have to say twice.
//! It judges what can be seen in the text; what the compiler and clippy judge is left to them.

mod fluent;
mod imports;
mod knowing;
mod logs;
mod papers;
mod shape;
mod tree;
