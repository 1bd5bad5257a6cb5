//! The post office and the registry: what the server keeps, whom it lets in, and what it hands out.
//!
//! Reading order: what is kept (`store`), who may (`rights`), what is answered (`office`), how it is asked (`http`,
//! `bell`), how it is set up and looked after (`config`, `cli`, `admin`, `house`). It shows no page and holds no case type.

mod bell;
mod cli;
mod config;
mod door;
mod error;
mod house;
mod world;

pub mod admin;
pub mod http;
pub mod import;
pub mod office;
pub mod password;
pub mod rights;
pub mod store;
pub mod town;

pub use cli::{Cli, run};
pub use config::Config;
pub use error::StoreError;
pub use http::serve;
pub use office::{PostOffice, Session};
pub use store::{Batch, Hand, Put, Settings, Store, Workspace};
pub use world::{Clock, Dice, system_clock};
