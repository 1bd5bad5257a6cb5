//! Import of cases from files: a mapping says what the columns mean, each row becomes a case or one clear reason why not.
//!
//! Reading order: the mapping, the file cut into rows (`cutter`, `sheet`), both set against each other (`plan`), a row as
//! a case (`identity`, `draft`), all of them into the store (`run`), what people are told (`report`). It never stops at a bad row.

mod coordinates;
mod cutter;
mod draft;
mod identity;
mod mapping;
mod moment;
mod plan;
mod refusal;
mod report;
mod run;
mod sheet;

pub use mapping::{Encoding, Mapping, MappingError};
pub use refusal::{Refusal, Warning};
pub use report::{CsvArgs, CsvFault, Listed, import_csv};
pub use run::{Event, ImportError, Mode, Place, Source, Tally, import};
pub use sheet::{Row, Sheet, SheetError};
