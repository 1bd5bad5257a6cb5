//! News: the list and one post.
//!
//! Nothing is acknowledged here yet: a post that asks for it says so, and there is no button.

mod list;
mod markdown;
mod post;

pub use list::NewsScreen;
pub use post::PostScreen;
