//! What stands behind *Mere*: settings, *Sendt og hentet*, and *Notater uden plads* for leaders.
//!
//! Conversations have a tab of their own once they exist.

mod counts;
mod handed;
mod loose;
mod parked;
mod settings;
mod sync;

pub use loose::{LooseScreen, loose_link};
#[cfg(test)]
pub use parked::refusal_key;
pub use settings::MoreScreen;
pub use sync::SyncScreen;
