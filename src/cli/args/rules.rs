//! What can be said of rule packs.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Rules {
    /// Loads packs, runs all their examples, and lists everything that is wrong. Exit code 1: something is.
    Test {
        /// Built-in packs or directories.
        #[arg(default_values = ["core", "en", "hk"])]
        packs: Vec<String>,
    },
    /// Shows which rules speak for what in a text. Roster names are not searched for.
    #[command(after_help = EXPLAIN_HELP)]
    Explain {
        /// The text; `-` reads it from the standard input, so that it stays out of the shell's history.
        text: String,
        /// Built-in packs or directories.
        #[arg(long, value_delimiter = ',', default_values = ["core", "en", "hk"])]
        packs: Vec<String>,
    },
    /// Compares two sets of packs: rules key by key, lists term by term; and what else they find in texts.
    #[command(after_help = RULES_DIFF_HELP)]
    Diff(RulesDiff),
    /// Makes a pack for a study's own rules and lists: one of each to begin with, in a new directory.
    New {
        /// The directory; its name is the pack's.
        pack: PathBuf,
    },
    /// Prints the table of digests for a pack's PACK.toml.
    Digests {
        /// The pack's directory.
        pack: PathBuf,
        /// Writes it into PACK.toml.
        #[arg(long)]
        write: bool,
    },
}

/// Two sets of packs, and texts to compare them over.
#[derive(Debug, Args)]
pub(in crate::cli) struct RulesDiff {
    /// Built-in packs or directories, with commas between them.
    pub(in crate::cli) old: String,
    /// The same.
    pub(in crate::cli) new: String,
    /// Texts in which both are let search: transcripts, or annotated texts (.jsonl).
    #[arg(long, num_args = 1.., value_name = "FILE")]
    pub(in crate::cli) over: Vec<PathBuf>,
    /// Shows so many findings of each kind of change with the words around. PRINTS WHAT WAS SAID.
    #[arg(long, default_value_t = 0, value_name = "N", requires = "over")]
    pub(in crate::cli) show: usize,
    /// Names at most so many terms of each list.
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub(in crate::cli) terms: usize,
}

const RULES_DIFF_HELP: &str = "\
Examples:
  vouchsafe rules diff hk ./hk-2027
  vouchsafe rules diff core,en,hk core,en,./hk-2027 --over dev.jsonl --show 10
  vouchsafe rules diff core,en,hk core,en,./hk-2027 --over W1/*.txt
The texts are searched without a roster. Comments, order, cases and versions make no difference.
Exit code 0: no difference. 1: there are some. 2: a pack or a text can't be used.";

const EXPLAIN_HELP: &str = "\
Examples:
  vouchsafe rules explain 'Call me on 9123 4567 after six'
  vouchsafe rules explain --packs core,./site - < excerpt.txt
certain and probable findings are taken out; possible ones stay until a steward decides.";
