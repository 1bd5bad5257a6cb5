//! `import csv` as people meet it: the progress bar, the refused rows, the warnings, the last line, the exit code.
//!
//! It decides nothing about a row.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, anyhow};
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
    /// The mapping: what its columns mean (see docs/importing.md)
    #[arg(long)]
    pub mapping: PathBuf,
    /// Read and report everything, write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Which warnings to list one by one
    #[arg(long, value_enum, default_value_t)]
    pub warnings: Listed,
}

/// Why an import ended without its last line.
#[derive(Debug, thiserror::Error)]
pub enum CsvFault {
    /// It was asked wrongly: mend the file, the mapping or the command. Nothing was written.
    #[error(transparent)]
    Usage(anyhow::Error),
    /// The database or the output refused: rows that were written stay, and it can be run again.
    #[error(transparent)]
    Halt(anyhow::Error),
}

impl CsvFault {
    /// None of the codes that speak of rows.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Halt(_) => 4,
        }
    }
}

/// Imports into the database in `folder` and reports on `out`. Exit code 0, 1 or 3: no row, some rows, only refused rows.
pub fn import_csv(
    folder: &Path,
    dice: &Dice,
    now: Instant,
    args: &CsvArgs,
    out: &mut dyn Write,
) -> Result<ExitCode, CsvFault> {
    let (bytes, mapping) = read(args).map_err(CsvFault::Usage)?;
    let store = Store::open(folder).map_err(|error| CsvFault::Halt(error.into()))?;
    let mode = if args.dry_run { Mode::DryRun } else { Mode::Write };
    let mut report = Report::new(bytes.len() as u64, args.warnings, out);
    let source = Source {
        bytes: &bytes,
        mapping: &mapping,
    };
    let tally = import(&store, dice, now, source, mode, &mut |event| report.take(event));
    match tally {
        Ok(tally) => {
            let written = report.finish(tally, mode).context("the report could not be written");
            written.map_err(CsvFault::Halt)?;
            Ok(ExitCode::from(tally.exit_code()))
        }
        Err(error) => {
            report.bar.finish_and_clear();
            Err(fault(error, args))
        }
    }
}

fn read(args: &CsvArgs) -> anyhow::Result<(Vec<u8>, String)> {
    let CsvArgs { file, mapping, .. } = args;
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let text = std::fs::read(mapping).with_context(|| format!("cannot read the mapping {}", mapping.display()))?;
    let text = String::from_utf8(text);
    let text = text.map_err(|_| anyhow!("the mapping {} is not UTF-8; save it as UTF-8", mapping.display()))?;
    Ok((bytes, text))
}

/// The fault under the name of the file that has to be mended.
fn fault(error: ImportError, args: &CsvArgs) -> CsvFault {
    let of = |file: &Path, error: &dyn std::error::Error| CsvFault::Usage(anyhow!("{}: {error}", file.display()));
    match error {
        ImportError::Mapping(error) => of(&args.mapping, &error),
        ImportError::Sheet(error) => of(&args.file, &error),
        ImportError::Store(error) => {
            CsvFault::Halt(anyhow::Error::from(error).context("not all rows were imported; run it again"))
        }
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
        match self.warned {
            0 => {}
            1 => writeln!(self.out, "1 warning; this row is imported all the same:")?,
            many => writeln!(self.out, "{many} warnings; these rows are imported all the same:")?,
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
