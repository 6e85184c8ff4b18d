//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::{
    clock::Date,
    config::{Language, StaffId},
    id::{JobId, ObjectId, StudyId, Wave},
};

/// Collects what people confide to researchers, and shares only what is safe.
#[derive(Debug, Parser)]
#[command(name = "vouchsafe", version, propagate_version = true, arg_required_else_help = true)]
pub(super) struct Arguments {
    /// The station's directory, or its vouchsafe.toml.
    #[arg(long, short = 's', global = true, default_value = ".", value_name = "PATH")]
    pub(super) station: PathBuf,
    /// Prints one JSON value instead of text.
    #[arg(long, global = true)]
    pub(super) json: bool,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Makes a station, its first study, and the folders for fieldworkers.
    Init(Init),
    /// Runs the daemon.
    Run(Run),
    /// Shows how many items are in which state.
    Status(Status),
    /// Checks rights, disks and keys, and says what weakens the station.
    Doctor,
    /// Checks the settings.
    #[command(subcommand)]
    Config(Config),
    /// Makes keys.
    #[command(subcommand)]
    Keys(Keys),
    /// Checks a roster and shows what is searched for. For stewards only.
    #[command(subcommand)]
    Roster(Roster),
    /// Tests and explains rule packs.
    #[command(subcommand)]
    Rules(Rules),
    /// Decides about what waits for a steward.
    #[command(subcommand)]
    Review(Review),
    /// Lists, checks and opens sealed objects.
    #[command(subcommand)]
    Archive(Archive),
    /// Checks, shows and proves what the log says.
    #[command(subcommand)]
    Audit(Audit),
    /// Runs a whole sample study in a new directory and shows what became of each file.
    Demo(Demo),
    /// Reads texts for the daemon. Not for people.
    #[command(hide = true)]
    Worker,
}

#[derive(Debug, Args)]
pub(super) struct Init {
    /// Where the station goes; made if it is missing.
    pub(super) dir: PathBuf,
    /// The study's id: capital letters, digits and hyphens.
    #[arg(long)]
    pub(super) study: StudyId,
    /// The station's name in the log: lower-case letters, digits, hyphens and dots.
    #[arg(long, default_value = "station")]
    pub(super) station_id: String,
    /// The ethics committee's approval number.
    #[arg(long, value_name = "NUMBER")]
    pub(super) ethics_approval: String,
    /// The last day of the approval.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub(super) approval_until: Date,
    /// What is spoken.
    #[arg(long, value_delimiter = ',', default_value = "en,yue", value_parser = language)]
    pub(super) languages: Vec<Language>,
    /// The public files of the stewards; two or more, so that a lost key does not lose the archive.
    #[arg(long, required = true, value_name = "FILE")]
    pub(super) steward: Vec<PathBuf>,
    /// The roster, as CSV; its folders are made and its bytes sealed into the station.
    #[arg(long, value_name = "FILE")]
    pub(super) from_roster: PathBuf,
    /// The sessions.
    #[arg(long, value_delimiter = ',', default_value = "W1")]
    pub(super) waves: Vec<Wave>,
}

#[derive(Debug, Args)]
pub(super) struct Run {
    /// Works off what lies in the intake folder and the review folder, then ends.
    #[arg(long)]
    pub(super) once: bool,
    /// Whether to log as JSON; the default where no terminal is.
    #[arg(long)]
    pub(super) log_json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Status {
    /// One line an item.
    #[arg(long)]
    pub(super) items: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Config {
    /// Reads the station's and its studies' settings and says what is wrong.
    Check,
}

#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Makes a steward's keys: a secret file to keep offline and a public file for the station.
    Steward {
        /// The only thing to do with a steward.
        #[command(subcommand)]
        what: Steward,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Steward {
    /// Makes a new pair of files.
    New {
        /// The steward's name on the team: lower-case letters, digits and hyphens.
        name: StaffId,
        /// Where the files go.
        #[arg(long, default_value = ".")]
        out: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Roster {
    /// Says whether a roster can be used, and what a steward should look at.
    Check {
        /// The CSV file.
        file: PathBuf,
    },
    /// Shows which aliases are made of each person's names. Prints names.
    Expand {
        /// The CSV file.
        file: PathBuf,
    },
    /// Puts a new roster in the place of a study's.
    Import {
        /// The study.
        study: StudyId,
        /// The CSV file.
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Rules {
    /// Loads packs and runs all their examples.
    Test {
        /// Built-in packs or directories.
        #[arg(default_values = ["core", "en", "hk"])]
        packs: Vec<String>,
    },
    /// Shows which rules speak for what in a text.
    Explain {
        /// The text.
        text: String,
        /// Built-in packs or directories.
        #[arg(long, value_delimiter = ',', default_values = ["core", "en", "hk"])]
        packs: Vec<String>,
    },
    /// Prints the table of digests for a pack's PACK.toml.
    Digests {
        /// The pack's directory.
        pack: PathBuf,
    },
}

/// Who reviews, and where the bundles lie.
#[derive(Debug, Args)]
pub(super) struct Reviewer {
    /// The steward's secret file.
    #[arg(long, short = 'i', value_name = "FILE")]
    pub(super) identity: PathBuf,
    /// The review folder, if it is not the station's: any machine that sees it will do.
    #[arg(long, value_name = "DIR")]
    pub(super) review: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Review {
    /// Lists what waits.
    List(#[command(flatten)] Reviewer),
    /// Shows one item with its findings and its candidates.
    Show {
        /// The item.
        job: JobId,
        #[command(flatten)]
        reviewer: Reviewer,
    },
    /// Records decisions; nothing leaves before `finish`.
    Decide {
        /// The item.
        job: JobId,
        /// `keep 3`, `redact 4`, `mark "Mei Ling" PERSON`, …: see `vouchsafe review decide --help`.
        #[arg(required = true)]
        decisions: Vec<String>,
        #[command(flatten)]
        reviewer: Reviewer,
    },
    /// Signs the decisions and hands them to the daemon.
    Finish {
        /// The item.
        job: JobId,
        /// Votes for release.
        #[arg(long, conflicts_with = "reject", required_unless_present = "reject")]
        approve: bool,
        /// Votes against.
        #[arg(long)]
        reject: bool,
        #[command(flatten)]
        reviewer: Reviewer,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Archive {
    /// Lists objects.
    Ls,
    /// Shows an object's header.
    Inspect {
        /// The object.
        object: ObjectId,
    },
    /// Checks every object as far as can be done without a key, or all of it with one.
    Verify {
        /// A steward's secret file.
        #[arg(long, short = 'i', value_name = "FILE")]
        identity: Option<PathBuf>,
    },
    /// Opens an object into a new directory.
    Open {
        /// The object.
        object: ObjectId,
        /// A steward's secret file.
        #[arg(long, short = 'i', value_name = "FILE")]
        identity: PathBuf,
        /// Where its files go; must not exist.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Recomputes the whole log and says where it is damaged.
    Verify,
    /// Prints entries.
    Show {
        /// Those of one item.
        #[arg(long)]
        job: Option<JobId>,
    },
    /// Prints an entry with its proof.
    Prove {
        /// The entry's index.
        index: u64,
    },
}

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Where the sample station goes; a new temporary directory if it is not said.
    #[arg(long, value_name = "DIR")]
    pub(super) dir: Option<PathBuf>,
}

fn date(text: &str) -> Result<Date, &'static str> {
    let wrong = "a day such as 2027-12-31";
    let mut parts = text.split('-').map(str::parse::<u16>);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(wrong);
    };
    let (month, day) = (u8::try_from(month).map_err(|_| wrong)?, u8::try_from(day).map_err(|_| wrong)?);
    Date::new(year, month, day).ok_or(wrong)
}

fn language(text: &str) -> Result<Language, &'static str> {
    match text {
        "en" => Ok(Language::En),
        "yue" => Ok(Language::Yue),
        "zh" => Ok(Language::Zh),
        _ => Err("one of en, yue, zh"),
    }
}
