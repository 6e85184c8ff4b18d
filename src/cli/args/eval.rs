//! What can be said to `vouchsafe eval` and `vouchsafe explain`.

use std::path::PathBuf;

use clap::Args;

use crate::config::Bars;

#[derive(Debug, Args)]
pub(in crate::cli) struct Eval {
    /// The annotated texts.
    pub(in crate::cli) gold: PathBuf,
    /// How they are written.
    #[arg(long, value_enum, default_value = "jsonl")]
    pub(in crate::cli) format: GoldFormat,
    /// Writes what would be taken out, one JSON object a text.
    #[arg(long, value_name = "FILE", conflicts_with = "score")]
    pub(in crate::cli) predictions: Option<PathBuf>,
    /// Scores these predictions, whoever made them, in place of ours.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) score: Option<PathBuf>,
    /// Rules and lists alone, without the statistical name finder.
    #[arg(long)]
    pub(in crate::cli) fast: bool,
    /// A name finder of your own in place of the one that is part of the program: its folder, with model.toml.
    #[arg(long, value_name = "FOLDER", conflicts_with = "fast")]
    pub(in crate::cli) model: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) sureness: Sureness,
    /// Only texts of this language, as the gold names it.
    #[arg(long)]
    pub(in crate::cli) lang: Option<String>,
    /// Shows so many misses, and so many strings that are masked for nothing.
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(in crate::cli) errors: usize,
    /// Built-in packs or directories.
    #[arg(long, value_delimiter = ',', default_values = ["core", "en", "hk"])]
    pub(in crate::cli) packs: Vec<String>,
}

/// How sure a finding must be, in place of the values that a study begins with.
#[derive(Clone, Copy, Debug, Args)]
pub(in crate::cli) struct Sureness {
    /// From which likelihood on a name is taken out, in percent.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(in crate::cli) probable: Option<u8>,
    /// The same for places, organisations and occupations.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(in crate::cli) quasi: Option<u8>,
}

impl Sureness {
    pub(in crate::cli) fn bars(self) -> Bars {
        let Bars { certain, probable, quasi, possible } = Bars::default();
        let (probable, quasi) = (self.probable.unwrap_or(probable), self.quasi.unwrap_or(quasi));
        let (low, high) = (probable.min(quasi), probable.max(quasi));
        Bars { certain: certain.max(high), probable, quasi, possible: possible.min(low) }
    }
}

/// Files to look into.
#[derive(Debug, Args)]
pub(in crate::cli) struct Explain {
    /// Transcripts, or annotated texts (.jsonl).
    #[arg(required = true, value_name = "FILE")]
    pub(in crate::cli) files: Vec<PathBuf>,
    /// Rules and lists alone, without the statistical name finder.
    #[arg(long)]
    pub(in crate::cli) fast: bool,
    /// A name finder of your own in place of the one that is part of the program: its folder, with model.toml.
    #[arg(long, value_name = "FOLDER", conflicts_with = "fast")]
    pub(in crate::cli) model: Option<PathBuf>,
    /// Built-in packs or directories.
    #[arg(long, value_delimiter = ',', default_values = ["core", "en", "hk"])]
    pub(in crate::cli) packs: Vec<String>,
}

pub(super) const EXPLAIN_HELP: &str = "\
Examples:
  vouchsafe explain interview.txt
  vouchsafe --json explain interview.vtt --fast
Certain and probable findings are taken out. A name that is missing here belongs on the roster, or wants a rule.";

/// How gold is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(in crate::cli) enum GoldFormat {
    /// One text a line: `{"id", "lang", "style", "text", "spans", "hard_negatives"}`.
    Jsonl,
    /// A list of judgments of the Text Anonymization Benchmark.
    Tab,
}

pub(super) const EVAL_HELP: &str = "\
Examples:
  vouchsafe eval gold.jsonl --errors 20
  vouchsafe eval gold.jsonl --lang zh --predictions ours.jsonl
  vouchsafe eval judgments.json --format tab
What counts as taken out is what goes without a reviewer: certain and probable findings.";
