//! `import csv` as people meet it: the progress bar, the refused rows, the warnings, the last line, the exit code.
//!
//! It decides nothing about a row.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context;
use clap::ValueEnum;
use feltbog_ids::Instant;
use indicatif::{ProgressBar, ProgressStyle};

use super::{
    refusal::Warning,
    run::{Event, ImportError, Mode, Place, Source, Tally, import},
};
use crate::{Dice, Store};

/// Warnings listed one by one when nobody asks for all.
const FIRST: usize = 20;

/// Which warnings are listed one by one; all of them are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Listed {
    /// The first twenty.
    #[default]
    First,
    /// Every one.
    All,
}

/// Import cases from a delimited file
#[derive(Debug, clap::Args)]
pub struct CsvArgs {
    /// The file
    pub file: PathBuf,
    /// The mapping: what its columns mean (see docs/import/README.md)
    #[arg(long)]
    pub mapping: PathBuf,
    /// Read and report everything, write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Which warnings to list one by one
    #[arg(long, value_enum, default_value_t)]
    pub warnings: Listed,
}

/// Imports and reports on `out`. Exit code 0, 1 or 3: no row, some rows, only refused rows; 2 where file and mapping do
/// not fit each other, and nothing was imported.
pub fn import_csv(
    store: &Store,
    dice: &Dice,
    now: Instant,
    args: &CsvArgs,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let bytes = std::fs::read(&args.file).with_context(|| format!("cannot read {}", args.file.display()))?;
    let mapping = std::fs::read_to_string(&args.mapping)
        .with_context(|| format!("cannot read the mapping {}", args.mapping.display()))?;
    let mode = if args.dry_run { Mode::DryRun } else { Mode::Write };
    let mut report = Report::new(bytes.len() as u64, args.warnings, out);
    let source = Source {
        bytes: &bytes,
        mapping: &mapping,
    };
    let tally = import(store, dice, now, source, mode, &mut |event| report.take(event));
    match tally {
        Ok(tally) => {
            report.finish(tally, mode)?;
            Ok(ExitCode::from(tally.exit_code()))
        }
        Err(error @ (ImportError::Mapping(_) | ImportError::Sheet(_))) => {
            report.bar.finish_and_clear();
            writeln!(io::stderr(), "{}: {error}", args.mapping.display())?;
            Ok(ExitCode::from(2))
        }
        Err(ImportError::Store(error)) => Err(error).context("not all rows were imported; run it again"),
    }
}

impl Tally {
    /// 0 where no row was refused, 3 where every row was, 1 in between.
    pub fn exit_code(&self) -> u8 {
        match self.refused {
            0 => 0,
            refused if refused == self.read => 3,
            _ => 1,
        }
    }
}

struct Report<'a> {
    bar: ProgressBar,
    listed: Listed,
    warned: usize,
    list: Vec<String>,
    groups: BTreeMap<String, u64>,
    out: &'a mut dyn Write,
    fault: io::Result<()>,
}

impl<'a> Report<'a> {
    /// The bar draws on a terminal only.
    fn new(bytes: u64, listed: Listed, out: &'a mut dyn Write) -> Self {
        let bar = ProgressBar::new(bytes);
        let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self {
            bar,
            listed,
            warned: 0,
            list: Vec::new(),
            groups: BTreeMap::new(),
            out,
            fault: Ok(()),
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Read(bytes) => self.bar.set_position(bytes),
            Event::Refused(place, reason) => self.refused(place, &reason),
            Event::Warned(place, warning) => self.warned(place, &warning),
        }
    }

    /// A line of its own as soon as it is known; the first fault of the output is told at the end.
    fn refused(&mut self, place: Place, reason: &str) {
        let (bar, out) = (&self.bar, &mut self.out);
        let written = bar.suspend(|| writeln!(out, "row {} (line {}): {reason}", place.row, place.line));
        if self.fault.is_ok() {
            self.fault = written;
        }
    }

    fn warned(&mut self, place: Place, warning: &Warning) {
        self.warned += 1;
        *self.groups.entry(warning.group()).or_default() += 1;
        if self.listed == Listed::All || self.list.len() < FIRST {
            self.list
                .push(format!("row {} (line {}): {warning}", place.row, place.line));
        }
    }

    fn finish(self, tally: Tally, mode: Mode) -> io::Result<()> {
        self.bar.finish_and_clear();
        self.fault?;
        if self.warned > 0 {
            writeln!(
                self.out,
                "{} warnings; these rows are imported all the same:",
                self.warned
            )?;
        }
        for line in &self.list {
            writeln!(self.out, "  {line}")?;
        }
        if self.list.len() < self.warned {
            let rest = self.warned - self.list.len();
            writeln!(self.out, "  … and {rest} more; `--warnings all` lists them")?;
        }
        for (group, count) in &self.groups {
            writeln!(self.out, "  {count} × {group}")?;
        }
        if mode == Mode::DryRun {
            writeln!(self.out, "dry run: nothing was written")?;
        }
        let Tally {
            read,
            imported,
            unchanged,
            refused,
        } = tally;
        writeln!(
            self.out,
            "read {read} = imported {imported} + unchanged {unchanged} + refused {refused}"
        )
    }
}
