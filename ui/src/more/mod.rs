//! What stands behind *Mere*: settings, and *Sendt og hentet*.
//!
//! Conversations have a tab of their own once they exist.

mod counts;
mod parked;
mod settings;
mod sync;

#[cfg(test)]
pub use parked::refusal_key;
pub use settings::MoreScreen;
pub use sync::SyncScreen;
