//! The town and its server in a process of their own, told over their standard input what to do.
//!
//! Nothing of it is measured, so that the figures are the device's alone.

use std::io::{BufRead, BufReader, Lines, Write, stdin};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use feltbog_tests::{City, Served, World};

/// Makes the town, serves it, and does what is asked: `token`, `change NUMBER`.
pub fn serve(documents: usize) {
    let world = World::new(50);
    let city = City::grows(&world, documents);
    let held = world.town.may_see(world.town.anna.person).len();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let served = runtime.block_on(Served::of(&world)).unwrap();
    println!("{} {held}", served.address);
    for (round, line) in stdin().lock().lines().enumerate() {
        match line.unwrap().split_once(' ') {
            Some(("change", many)) => {
                city.changes(&world, many.parse().unwrap(), round);
                println!("changed");
            }
            _ => println!("{}", world.town.token(world.town.anna.person)),
        }
    }
}

/// The process.
pub struct Host {
    child: Child,
    asks: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    /// Where it listens.
    pub address: String,
    /// How many documents the measured person may see.
    pub documents: String,
}

impl Host {
    /// Starts it; the town takes a while to be made.
    pub fn start(documents: usize) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["host", &documents.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = answers.next().unwrap().unwrap();
        let (address, held) = first.split_once(' ').unwrap();
        Self {
            asks: child.stdin.take().unwrap(),
            address: format!("http://{address}"),
            documents: held.to_owned(),
            answers,
            child,
        }
    }

    /// Its answer to a line.
    pub fn answers(&mut self, line: &str) -> String {
        writeln!(self.asks, "{line}").unwrap();
        self.answers.next().unwrap().unwrap()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
