//! Builds and opens the window over the page. It gives the window no server and no person to start with.

use anyhow::Result;

use crate::programs::{cargo, run};
use crate::{page, setup};

/// The crate and program of the window.
pub const PROGRAM: &str = "feltbog";

/// Opens the window and returns when it is closed.
pub fn open(arguments: &[String]) -> Result<()> {
    setup::prepare(setup::Reach::Window)?;
    page::build()?;
    run(cargo().args(["run", "--package", PROGRAM, "--"]).args(arguments))
}
