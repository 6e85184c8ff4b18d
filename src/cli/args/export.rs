//! What `vouchsafe export` takes.

use std::path::PathBuf;

use clap::Args;

use crate::export::Kind;

#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    /// The directory with the copies and index.csv: `release/<STUDY>/<profile>`, or a copy of it.
    pub(in crate::cli) releases: PathBuf,
    /// Where the files go; made if it is missing.
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) to: PathBuf,
    /// As what: txt, docx, csv, vtt, qdpx.
    #[arg(long = "as", required = true, value_delimiter = ',', value_name = "FORMATS")]
    pub(in crate::cli) kinds: Vec<Kind>,
    /// Only copies whose names fit: `*` is anything, `?` one character.
    #[arg(long, value_name = "GLOB")]
    pub(in crate::cli) only: Option<String>,
    /// Replaces files that are there already.
    #[arg(long)]
    pub(in crate::cli) force: bool,
}

pub(in crate::cli) const EXPORT_HELP: &str = "\
Examples:
  vouchsafe export release/HARBOUR/team --to harbour --as txt,docx,csv,vtt,qdpx
  vouchsafe export release/HARBOUR/team --to harbour --as qdpx --only '*_W2_*'
Needs no key and no station. A copy that is not as index.csv says stops it: nothing is written then. docs/export.md says what
each format holds.";
