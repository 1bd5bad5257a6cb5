//! What stands behind *Mere*: settings, and *Sendt og hentet*.
//!
//! Conversations have a tab of their own once they exist.

mod counts;
mod parked;
mod settings;
mod sync;

pub use settings::MoreScreen;
pub use sync::SyncScreen;
