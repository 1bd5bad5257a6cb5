//! The post office and the registry: what the server keeps, whom it lets in, and what it hands out.
//!
//! Reading order: what is kept (`store`), who may (`rights`), what is answered (`office`), how it is asked (`http`,
//! `bell`), how it is set up and looked after (`config`, `cli`, `admin`). It shows no page and holds no case type.

mod error;
mod world;

pub mod import;
pub mod rights;
pub mod store;

pub use error::StoreError;
pub use store::{Batch, Hand, Put, Settings, Store, Workspace};
pub use world::{Clock, Dice, system_clock};
