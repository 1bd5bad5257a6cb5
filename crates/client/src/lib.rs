//! The app without a window: a vault, a courier and a desk.
//!
//! Reading order: what is passed in (`world`), who gets in (`vault`), what a device chose (`settings`), the road to the
//! server (`address`, `road`, `remote`), when to go (`planner`), going (`courier`), what the chip may say (`chip`), what
//! the page asks (`desk`), all of it together (`app`). It draws nothing and stores no document: the replica does.

mod address;
mod app;
mod chip;
pub mod courier;
mod desk;
mod disk;
pub mod planner;
mod remote;
mod road;
mod settings;
pub mod vault;
mod world;

pub use address::Address;
pub use app::{App, OpenError, Setup};
pub use remote::{BellLines, HttpRemote, Remote, RemoteError, Roots};
pub use road::{OnRoad, Road};
pub use world::World;
