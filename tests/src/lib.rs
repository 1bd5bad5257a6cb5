//! The world in miniature: a real server, real notebooks and the real courier, with a clock, dice and a road of its own.
//!
//! Reading order: the clock and the dice (`chance`), what happened how often (`tally`), the server (`server`), the road to
//! it (`road`), a device (`tablet`), its file with the key (`opened`), to the last byte (`pages`) and altered as no app
//! would (`astray`), the town (`town`) and a large one (`city`), all of it together (`world`). There is no HTTP there. With it: the server behind an address
//! (`served`), a device that goes by itself (`device`), a proxy between them (`proxy`). Nothing waits for real time. What
//! is held of any bytes from outside stands in `decoders`.

mod astray;
mod chance;
mod city;
pub mod decoders;
mod device;
mod opened;
pub mod pages;
mod proxy;
mod road;
mod served;
mod server;
mod tablet;
mod tally;
mod town;
mod world;

pub use astray::Astray;
pub use chance::{Chance, Clock};
pub use city::{COMMON, City, RARE};
pub use device::Device;
pub use opened::{Opened, says};
pub use pages::lies_in;
pub use proxy::{Habit, Proxy};
pub use road::{Fate, Road, SimRemote, word_of};
pub use served::Served;
pub use server::{Copy, Server};
pub use tablet::{Ended, Page, Tablet};
pub use tally::Tally;
pub use town::{PASSWORD, Town, Worker};
pub use world::World;
