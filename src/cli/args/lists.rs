//! What can be said to `vouchsafe lists`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Lists {
    /// Makes a list for a pack's `lists/` of a table.
    Import {
        /// The kind of table.
        #[command(subcommand)]
        what: Import,
    },
    /// Prints a list's terms with their weights or rungs. Exit code 1: none fits.
    Show {
        /// The list: .fst, .txt or .csv.
        file: PathBuf,
        /// Only terms that have this in them.
        #[arg(long, value_name = "TEXT")]
        grep: Option<String>,
        /// Only terms of this weight or more.
        #[arg(long, default_value_t = 0, value_name = "WEIGHT")]
        min: u64,
    },
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Import {
    /// From CSV: one term a line, and its weight or its rungs.
    #[command(after_help = LISTS_HELP)]
    Csv(ImportCsv),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ImportCsv {
    /// The table, in UTF-8: `term` or `term,weight` a line; with --ladder `term,rung1,rung2`.
    pub(in crate::cli) table: PathBuf,
    /// The list to write, in place of what bears its name: .fst, with --ladder .csv.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: PathBuf,
    /// Where the terms come from.
    #[arg(long)]
    pub(in crate::cli) source: String,
    /// Who may share them.
    #[arg(long)]
    pub(in crate::cli) licence: String,
    /// The columns after the term are what it is generalized to, nearest first.
    #[arg(long)]
    pub(in crate::cli) ladder: bool,
}

const LISTS_HELP: &str = "\
Examples:
  vouchsafe lists import csv clinics.csv --ladder --out ourpack/lists/clinics.csv \\
      --source 'the Trust, list of 2026-09' --licence 'for this study only'
  vouchsafe lists import csv staff.csv --out ourpack/lists/staff.fst --source … --licence …
A .fst list is looked up by `require` and `forbid`, with `min` by weight; a rule that searches has `list = \"clinics\"`.";
