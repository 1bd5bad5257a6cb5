//! How a device fares with few documents and with many: first sync, memory, every command, measured on the real client
//! against the real server over HTTP, each in a process of its own. `cargo xtask bench` builds it optimised and runs it.
//!
//! Reading order: the town and its server (`host`), a device that is measured (`device`), its commands (`desk`) and its
//! notebook (`notebook`), the figures (`figures`). It judges nothing.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on has no result")]

mod desk;
mod device;
mod figures;
mod host;
mod notebook;

use figures::Figures;

const USAGE: &str = "usage: bench SIZES RUNS, such as: bench 1000,10000,50000 3";

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["host", documents] => host::serve(documents.parse().unwrap()),
        ["device", address, documents] => device::measure(address, documents.parse().unwrap()),
        [sizes, runs] => {
            let sizes: Vec<usize> = sizes.split(',').map(|size| size.parse().expect(USAGE)).collect();
            compare(&sizes, runs.parse().expect(USAGE));
        }
        _ => eprintln!("{USAGE}"),
    }
}

fn compare(sizes: &[usize], runs: usize) {
    let mut columns = Vec::new();
    for size in sizes {
        eprintln!("bench: a town of {size} documents");
        let mut host = host::Host::start(*size);
        let mut figures = Figures::default();
        for run in 1..=runs {
            eprintln!("bench: device {run} of {runs}");
            device::run(&mut host, &mut figures);
        }
        columns.push((*size, figures));
        figures::print(&columns);
    }
}
