//! The demo town, from a bare machine to an open app: set up, build, start, fill, open.
//! It owns the order of the steps; what a town holds is the server's, what a person sees is the page's.

pub mod device;
pub mod door;
pub mod folder;
pub mod office;
pub mod people;
mod port;
pub mod processes;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};
use clap::Args;

use crate::programs::{cargo, run as run_program, say};
use crate::{page, setup, tree, window};
use device::{Device, Running};
use folder::Folder;
use office::Office;
use people::{People, Person};
use processes::{End, Processes};

/// What a person may ask of the demo.
#[derive(Args)]
pub struct Wishes {
    /// Starts the server and three preview clients, and never compiles the window.
    #[arg(long)]
    headless: bool,
    /// Opens the window as this person of the town.
    #[arg(long = "as", value_name = "USER")]
    user: Option<String>,
    /// Forgets what an earlier demo kept.
    #[arg(long)]
    reset: bool,
    /// Keeps server, clients and PINs here instead of in demo-data.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// Does all of it, and returns when the person has had enough.
pub fn run(wishes: &Wishes) -> Result<()> {
    if wishes.headless && wishes.user.is_some() {
        bail!("--as chooses who opens the window, and --headless opens none: leave one of them out");
    }
    let people = People::read()?;
    let opens = match &wishes.user {
        Some(user) => people.named(user)?,
        None => people.home_care_worker(0)?,
    };
    prepare(wishes)?;
    let folder = Folder::open(wishes)?;
    let mut signals = processes::told_to_end()?;
    let mut town = Town::start(&folder)?;
    if wishes.headless {
        town.serves_three(&people)?;
    } else {
        town.opens_the_window(opens, people.colleague_of(opens)?)?;
    }
    town.processes.wait(&mut signals)
}

/// Everything that needs no running server: the machine, the page, the programs.
fn prepare(wishes: &Wishes) -> Result<()> {
    say("making the demo ready; the first time takes ten to twenty minutes, later a few seconds");
    setup::prepare(if wishes.headless {
        setup::Reach::Headless
    } else {
        setup::Reach::Window
    })?;
    page::build()?;
    let mut build = cargo();
    build.args(["build", "--package", "feltbog-server", "--package", "feltbog-preview"]);
    if !wishes.headless {
        build.args(["--package", window::PROGRAM]);
    }
    run_program(&mut build)
}

/// A town whose server runs.
struct Town<'f> {
    folder: &'f Folder,
    office: Office,
    server: String,
    processes: Processes,
}

impl<'f> Town<'f> {
    fn start(folder: &'f Folder) -> Result<Self> {
        let office = Office::set_up(folder)?;
        let mut processes = Processes::default();
        let server = office.start(folder, &mut processes)?;
        Ok(Self {
            folder,
            office,
            server,
            processes,
        })
    }

    /// Three clients, and the line that tells a program where they are.
    fn serves_three(&mut self, people: &People) -> Result<()> {
        say("starting three clients and waiting until each has fetched its cases");
        let a = self.client(people.home_care_worker(0)?, "a", "tablet")?;
        let b = self.client(people.home_care_worker(1)?, "b", "tablet")?;
        let c = self.client(people.inspector()?, "c", "phone")?;
        println!(
            "ready server={} server_data={} {} {} {}",
            self.server,
            self.office.data().display(),
            a.words(),
            b.words(),
            c.words()
        );
        say("open a=, b= and c= in a browser; Ctrl-C ends all of it");
        Ok(())
    }

    /// The window as this person, on a device that was signed in by commands; and a colleague's page beside it.
    fn opens_the_window(&mut self, person: &Person, colleague: &Person) -> Result<()> {
        let signed_in = self.client(person, &format!("window-{}", person.user), "computer")?;
        let pid = signed_in.pid();
        let device = signed_in.into_device();
        self.processes.end(pid);
        say(&format!(
            "opening Feltbog as {}; the PIN is {} (invented, like everybody in the town)",
            person.user,
            device.pin()
        ));
        let other = self.client(colleague, &format!("page-{}", colleague.user), "tablet")?;
        say(&format!(
            "what is written there arrives at {}'s: {}",
            colleague.user,
            other.address()
        ));
        say("closing the window or Ctrl-C ends all of it");
        let mut program = Command::new(tree::program(window::PROGRAM));
        program.arg("--data").arg(device.data());
        self.processes.show("the window", &mut program, End::Enough)
    }

    fn client(&mut self, person: &Person, name: &str, shape: &str) -> Result<Running> {
        let device = Device::of(person, name, self.folder)?;
        let running = device.start(shape, self.folder, &mut self.processes)?;
        running.open(&self.office, &self.server)?;
        Ok(running)
    }
}
