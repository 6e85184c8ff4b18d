//! What `vouchsafe sample` takes.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::{
    id::StudyId,
    item::Profile,
    residual::draw::{Allocation, By},
};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Sample {
    /// Draws turns and writes a sheet for the readers. THE SHEET HOLDS WHAT WAS SAID.
    #[command(after_help = SAMPLE_HELP)]
    Draw(DrawTurns),
    /// Records filled sheets: what is left in 10,000 words. Keeps numbers alone.
    #[command(after_help = SAMPLE_HELP)]
    Record(RecordSheets),
    /// Prints what a reading came to, for the ethics committee. Names nobody.
    #[command(after_help = SAMPLE_HELP)]
    Report(ReportReading),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct DrawTurns {
    /// The study.
    pub(in crate::cli) study: StudyId,
    /// So many words, about.
    #[arg(long, default_value_t = 10_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(in crate::cli) words: u32,
    /// So many turns, in place of words.
    #[arg(long, value_name = "N", conflicts_with = "words", value_parser = clap::value_parser!(u32).range(1..))]
    pub(in crate::cli) turns: Option<u32>,
    /// What turns are parted by before they are drawn: kind, language, or both. Language is the script: latin, han, mixed.
    #[arg(long, value_delimiter = ',', default_value = "kind,language", value_parser = by)]
    pub(in crate::cli) by: Vec<Option<By>>,
    /// As many turns from each part, so that small ones are known as well as large ones.
    #[arg(long)]
    pub(in crate::cli) equal: bool,
    /// Draws the same turns again from the same copies; by default any.
    #[arg(long)]
    pub(in crate::cli) seed: Option<u64>,
    /// Whose copies: team or external.
    #[arg(long, default_value = "team", value_parser = profile)]
    pub(in crate::cli) profile: Profile,
    /// The sheet; must not exist. By default `reading-<draw>.csv` in this directory.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) out: Option<PathBuf>,
}

impl DrawTurns {
    /// How many from each part.
    pub(in crate::cli) const fn allocation(&self) -> Allocation {
        if self.equal { Allocation::Equal } else { Allocation::Proportional }
    }
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RecordSheets {
    /// The filled sheets of one draw, one a reader.
    #[arg(required = true, value_name = "SHEET")]
    pub(in crate::cli) sheets: Vec<PathBuf>,
    /// Records a draw anew that is recorded already.
    #[arg(long)]
    pub(in crate::cli) replace: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ReportReading {
    /// The study.
    pub(in crate::cli) study: StudyId,
    /// The draw; by default the one that was recorded last.
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) draw: Option<String>,
}

const SAMPLE_HELP: &str = "\
In this order:
  vouchsafe sample draw HARBOUR --words 10000 --out reading.csv
  each reader fills in a copy of the sheet, without seeing the other's:
    read_1           x for each turn that was read, also where nothing was found (reader 2: read_2)
    direct_1         words that name somebody, as they stand in the turn, parted by ;
    quasi_1          words that do so together with others
  vouchsafe sample record reading-ada.csv reading-ben.csv
  vouchsafe sample report HARBOUR
Then delete the sheets.";

fn by(text: &str) -> Result<Option<By>, &'static str> {
    match text {
        "kind" => Ok(Some(By::Kind)),
        "language" => Ok(Some(By::Language)),
        "none" => Ok(None),
        _ => Err("kind, language, both with a comma between them, or none"),
    }
}

fn profile(text: &str) -> Result<Profile, &'static str> {
    Profile::from_name(text).ok_or("team, external or insider-safe")
}
