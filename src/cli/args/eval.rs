//! What `vouchsafe eval` takes.

use std::path::PathBuf;

use clap::Args;

use crate::config::Bars;

#[derive(Debug, Args)]
pub(in crate::cli) struct Eval {
    /// The annotated texts: a file, or with `--format brat` a folder or one .ann.
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
    /// Compares two files of predictions for this gold: what differs, and whether that could be chance.
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with_all = ["score", "predictions", "html"])]
    pub(in crate::cli) compare: Vec<PathBuf>,
    /// Writes one HTML page with the figures and every text, what was missed marked. HOLDS WHAT WAS SAID.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) html: Option<PathBuf>,
    /// Rules and lists alone, without the statistical name finder.
    #[arg(long)]
    pub(in crate::cli) fast: bool,
    /// The study's roster. Without it people are found as strangers are.
    #[arg(long, value_name = "CSV")]
    pub(in crate::cli) roster: Option<PathBuf>,
    /// A name finder of your own in place of the one that is part of the program: its folder, with model.toml.
    #[arg(long, value_name = "FOLDER", conflicts_with = "fast")]
    pub(in crate::cli) model: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) sureness: Sureness,
    /// Only texts of this language, as the gold names it; of brat and CoNLL: latin, han or mixed.
    #[arg(long)]
    pub(in crate::cli) lang: Option<String>,
    /// Shows so many misses, and so many strings that are masked for nothing. PRINTS WHAT WAS SAID.
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(in crate::cli) errors: usize,
    /// Built-in packs or directories.
    #[arg(long, value_delimiter = ',', default_values = ["core", "en", "hk"])]
    pub(in crate::cli) packs: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) types: Types,
}

/// How sure a finding must be, in place of the values that a study begins with.
#[derive(Clone, Copy, Debug, Args)]
pub(in crate::cli) struct Sureness {
    /// From which likelihood on a name is taken out, in percent.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(in crate::cli) probable: Option<u8>,
    /// The same for places, organisations and occupations.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(in crate::cli) probable_quasi: Option<u8>,
    /// How many strings that are only possible a reviewer is asked about, in percent of the usual 15 (English) or 25
    /// (Cantonese) in an hour of talk.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u16).range(0..=1000))]
    pub(in crate::cli) asked: Option<u16>,
}

impl Sureness {
    pub(in crate::cli) fn bars(self) -> Bars {
        let Bars { certain, probable, quasi, possible, asked } = Bars::default();
        let (probable, quasi) = (self.probable.unwrap_or(probable), self.probable_quasi.unwrap_or(quasi));
        let (low, high) = (probable.min(quasi), probable.max(quasi));
        Bars {
            certain: certain.max(high),
            probable,
            quasi,
            possible: possible.min(low),
            asked: self.asked.unwrap_or(asked),
        }
    }
}

/// What the types of brat's and CoNLL's annotations are taken for, besides the table in docs/evaluation.md.
#[derive(Debug, Args)]
pub(in crate::cli) struct Types {
    /// Types of brat and CoNLL that name one person alone, such as PERSON,PHONE.
    #[arg(long, value_delimiter = ',', value_name = "TYPES")]
    pub(in crate::cli) direct: Vec<String>,
    /// Types that do so together with others, such as LOC,DATE.
    #[arg(long, value_delimiter = ',', value_name = "TYPES")]
    pub(in crate::cli) quasi: Vec<String>,
    /// Types that are not looked at.
    #[arg(long, value_delimiter = ',', value_name = "TYPES")]
    pub(in crate::cli) ignore: Vec<String>,
}

/// How gold is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(in crate::cli) enum GoldFormat {
    /// One text a line: `{"id", "lang", "style", "text", "spans", "hard_negatives"}`.
    Jsonl,
    /// A list of judgments of the Text Anonymization Benchmark.
    Tab,
    /// Standoff: .ann files with a .txt beside each.
    Brat,
    /// A token a line, its IOB, BIO or BIOES tag in the last column.
    Conll,
}

pub(in crate::cli) const EVAL_HELP: &str = "\
Examples:
  vouchsafe eval gold.jsonl --errors 20
  vouchsafe eval gold.jsonl --lang zh --predictions ours.jsonl
  vouchsafe eval gold.jsonl --html report.html
  vouchsafe eval gold.jsonl --compare before.jsonl after.jsonl
  vouchsafe eval annotated/ --format brat --direct NICKNAME --ignore MISC
  vouchsafe eval talk.conll --format conll
  vouchsafe eval judgments.json --format tab
What counts as taken out is what goes without a reviewer: certain and probable findings.";
