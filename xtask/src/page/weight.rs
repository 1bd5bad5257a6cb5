//! What the page weighs on the wire, and the wall it must stay under. It makes nothing lighter.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use flate2::{Compression, write::GzEncoder};
use walkdir::WalkDir;

use crate::programs::say;

/// Bytes: what a slow mobile network brings in a few seconds.
const WALL: usize = 400_000;

/// Prints the weight, the sum of `gzip -9` over every file, and fails when it is over the wall.
pub fn report(page: &Path) -> Result<()> {
    let weights = weigh(page)?;
    let sum: usize = weights.iter().map(|(_, weight)| weight).sum();
    say(&format!(
        "the page weighs {} KB of {} KB (gzip -9 over {} files)",
        kilobytes(sum),
        kilobytes(WALL),
        weights.len()
    ));
    if sum > WALL {
        let list: Vec<_> = weights
            .iter()
            .take(5)
            .map(|(name, weight)| format!("{name} {} KB", kilobytes(*weight)))
            .collect();
        bail!("the page is too heavy; the heaviest files: {}", list.join(", "));
    }
    Ok(())
}

/// Every file with its weight in bytes, the heaviest first.
fn weigh(page: &Path) -> Result<Vec<(String, usize)>> {
    let mut weights = Vec::new();
    for file in WalkDir::new(page) {
        let file = file?;
        if file.file_type().is_file() {
            let content = fs::read(file.path()).with_context(|| format!("cannot read {}", file.path().display()))?;
            let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
            gzip.write_all(&content)?;
            let name = file.path().strip_prefix(page)?.to_string_lossy().into_owned();
            weights.push((name, gzip.finish()?.len()));
        }
    }
    weights.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    Ok(weights)
}

fn kilobytes(bytes: usize) -> usize {
    bytes.div_ceil(1000)
}

#[cfg(test)]
mod tests {
    use super::{WALL, report};
    use std::fs;

    /// Bytes that no gzip makes smaller: a counter, mixed.
    fn noise(length: usize) -> Vec<u8> {
        let mut state: u64 = 1;
        let next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        std::iter::repeat_with(next).take(length).collect()
    }

    #[test]
    fn a_page_over_the_wall_fails_and_names_the_heaviest_file() -> anyhow::Result<()> {
        let page = tempfile::tempdir()?;
        fs::create_dir(page.path().join("assets"))?;
        fs::write(page.path().join("index.html"), "<p>".repeat(500_000))?;
        report(page.path())?;
        fs::write(page.path().join("assets/map.png"), noise(WALL))?;
        let failure = report(page.path()).expect_err("the page is over the wall");
        assert!(failure.to_string().contains("assets/map.png"), "{failure}");
        Ok(())
    }
}
