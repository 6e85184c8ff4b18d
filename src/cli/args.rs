//! What can be said on the command line.

mod eval;
mod export;
mod lists;
mod models;
mod rules;
mod sample;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(super) use self::{
    eval::{EVAL_HELP, Eval, GoldFormat},
    export::{EXPORT_HELP, Export},
    lists::{Import, ImportCsv, Lists},
    models::{CheckModel, Models, PinModel},
    rules::{Rules, RulesDiff},
    sample::{DrawTurns, RecordSheets, ReportReading, Sample},
};
use super::prefix::Prefix;
use crate::{
    clock::Date,
    config::{Language, StaffId},
    id::{Code, StudyId, Wave},
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
    /// Makes lists for rule packs of tables, and shows what is in a list.
    #[command(subcommand)]
    Lists(Lists),
    /// Pins and tries a statistical name finder of your own.
    #[command(subcommand)]
    Models(Models),
    /// Searches annotated texts and says what leaks and what is masked for nothing. No roster is loaded.
    #[command(after_help = EVAL_HELP)]
    Eval(Eval),
    /// Shows what is found in a file, which layers spoke for each finding, and how surely. No roster is loaded.
    /// PRINTS WHAT WAS SAID.
    #[command(after_help = EXPLAIN_HELP)]
    Explain(Explain),
    /// Writes released copies as analysts' programs want them: text, Word, tables, captions, a REFI-QDA project.
    #[command(after_help = EXPORT_HELP)]
    Export(Export),
    /// Decides about what waits for a steward.
    #[command(subcommand)]
    Review(Review),
    /// Says how few people a participant could be, by what files tell of them and what is left of it in the copies.
    #[command(after_help = RISK_HELP)]
    Risk(Risk),
    /// Lists, checks and opens sealed objects.
    #[command(subcommand)]
    Archive(Archive),
    /// Checks, shows and proves what the log says.
    #[command(subcommand)]
    Audit(Audit),
    /// Draws turns of released copies for two readers, and says how many identifiers are left in 10,000 words.
    #[command(subcommand)]
    Sample(Sample),
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

/// What `risk --help` ends with.
const RISK_HELP: &str = "\
Names attributes, study codes and numbers; of values, only what released copies have in their place. For stewards.
Ends with 1 if a combination fits fewer people or groups than population.threshold in study.toml. docs/risk.md says what the
numbers mean, and what they don't.";

#[derive(Debug, Args)]
pub(super) struct Risk {
    /// The study.
    pub(super) study: StudyId,
    /// Only this participant, and their group.
    #[arg(long, value_name = "CODE")]
    pub(super) participant: Option<Code>,
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
    /// Says whether a roster can be used, and what a steward should look at. Prints lines, no names.
    #[command(after_help = ROSTER_HELP)]
    Check {
        /// The CSV file.
        file: PathBuf,
    },
    /// Shows which aliases are made of each person's names. PRINTS NAMES: for a steward's screen only.
    Expand {
        /// The CSV file.
        file: PathBuf,
    },
    /// Puts a roster in the place of a study's: checked, encrypted, and in force once the daemon reads it.
    Import {
        /// The study.
        study: StudyId,
        /// The CSV file.
        file: PathBuf,
    },
    /// Lists codes that may be one person's, and in which copies they stand: a steward says which are. Prints no names.
    Alike {
        /// The study.
        study: StudyId,
    },
}

const ROSTER_HELP: &str = "\
The first line names the columns: code, role, group, unit, name, aliases, relation, consent, never_match.
Exit code 1: the roster can't be used.";

/// Files to look into.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// Transcripts, or annotated texts (.jsonl).
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Rules and lists alone, without the statistical name finder.
    #[arg(long)]
    pub(super) fast: bool,
    /// A name finder of your own in place of the one that is part of the program: its folder, with model.toml.
    #[arg(long, value_name = "FOLDER", conflicts_with = "fast")]
    pub(super) model: Option<PathBuf>,
    /// Built-in packs or directories.
    #[arg(long, value_delimiter = ',', default_values = ["core", "en", "hk"])]
    pub(super) packs: Vec<String>,
}

const EXPLAIN_HELP: &str = "\
Examples:
  vouchsafe explain interview.txt
  vouchsafe --json explain interview.vtt --fast
Certain and probable findings are taken out. A name that is missing here belongs on the roster, or wants a rule.";

/// Who reviews, and where the bundles lie.
#[derive(Debug, Args)]
pub(super) struct Reviewer {
    /// The steward's secret file, `<name>.steward.key`.
    #[arg(long, short = 'i', value_name = "FILE")]
    pub(super) identity: PathBuf,
    /// The review folder, if it is not the station's: any machine that sees it will do.
    #[arg(long, value_name = "DIR")]
    pub(super) review: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Review {
    /// Lists what waits, by study code: no names.
    #[command(after_help = REVIEW_HELP)]
    List(#[command(flatten)] Reviewer),
    /// Shows one item with its findings and its candidates. PRINTS WHAT WAS SAID.
    #[command(after_help = REVIEW_HELP)]
    Show {
        /// The item's id, as `review list` prints it, or its first 8 digits or more.
        #[arg(value_name = "ITEM")]
        job: Prefix,
        /// Shows the result as it would be released now, instead of the item.
        #[arg(long)]
        result: bool,
        #[command(flatten)]
        reviewer: Reviewer,
    },
    /// Records decisions; nothing leaves before `finish`.
    #[command(after_help = DECIDE_HELP)]
    Decide {
        /// The item's id, as `review list` prints it, or its first 8 digits or more.
        #[arg(value_name = "ITEM")]
        job: Prefix,
        /// Decisions, each in quotes; see below.
        #[arg(required_unless_present = "restart")]
        decisions: Vec<String>,
        /// Forgets what was decided before.
        #[arg(long)]
        restart: bool,
        #[command(flatten)]
        reviewer: Reviewer,
    },
    /// Signs the decisions and hands them to the daemon.
    #[command(after_help = REVIEW_HELP)]
    #[command(group = clap::ArgGroup::new("vote").required(true).args(["approve", "reject"]))]
    Finish {
        /// The item's id, as `review list` prints it, or its first 8 digits or more.
        #[arg(value_name = "ITEM")]
        job: Prefix,
        /// Votes for release of the result as `show --result` prints it.
        #[arg(long)]
        approve: bool,
        /// Votes against: the item stays sealed.
        #[arg(long)]
        reject: bool,
        /// Agrees to the attestation without being asked.
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        reviewer: Reviewer,
    },
}

const REVIEW_HELP: &str = "\
In this order, with KEY your <name>.steward.key:
  vouchsafe review list -i KEY
  vouchsafe review show 3f9a01bc -i KEY
  vouchsafe review decide 3f9a01bc 'keep 3' 'redact 4' -i KEY
  vouchsafe review show 3f9a01bc --result -i KEY
  vouchsafe review finish 3f9a01bc --approve -i KEY
On a laptop that sees only the review folder, add --review DIR.";

const DECIDE_HELP: &str = "\
Decisions, by the numbers that `review show` prints. A later one about the same candidate replaces an earlier:
  keep 3                          candidate 3 names nobody and stays; a name of the roster stays in this item only
  keep 3 5-9                      the same for several
  redact 4                        candidate 4 is taken out, wherever it stands
  redact 4 as PSW-01              the same, under a code that the item has or that is reserved
  mark \"Mei Ling\" as PERSON       takes out what nothing found, wherever it stands by itself
  mark \"Mei Ling\" as PERSON PIR-02   the same, under a code
  keep-all-possible               all that wait for a decision stay
  redact-all-possible             all that wait for a decision are taken out
  undo                            takes back the decision made last
A string that is taken out in one place and only possible in another is two candidates, each with its own decision.
Kinds: PERSON PHONE EMAIL URL HANDLE NETWORK_ADDRESS HKID PASSPORT IDNUM ACCOUNT PLATE ADDRESS COORDINATES
LOC ORG SERVICE DATE AGE OCCUPATION DEMOGRAPHIC ROUTE EVENT.
If one of several decisions can't be understood, none is recorded.";

/// What opens the archive besides a steward's secret.
#[derive(Debug, Args)]
pub(super) struct Opener {
    /// A steward's secret file, `<name>.steward.key`.
    #[arg(long, short = 'i', value_name = "FILE")]
    pub(super) identity: PathBuf,
    /// The key store's secret half, if it is kept elsewhere than in the station's credentials.
    #[arg(long, value_name = "FILE")]
    pub(super) keystore_key: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Archive {
    /// Lists the sealed objects.
    Ls,
    /// Shows what can be known of an object without a key.
    #[command(after_help = OBJECT_HELP)]
    Inspect {
        /// The object's id, or its first 8 digits or more.
        object: Prefix,
    },
    /// Checks every object: that it is whole, and with a steward's key that it opens.
    ///
    /// Without a key each file is read and compared with its id. With one, each is decrypted in memory
    /// too; nothing is written. Exit code 1: something is damaged or does not open.
    Verify {
        /// A steward's secret file, `<name>.steward.key`.
        #[arg(long, short = 'i', value_name = "FILE")]
        identity: Option<PathBuf>,
        /// The key store's secret half, if it is kept elsewhere than in the station's credentials.
        #[arg(long, value_name = "FILE", requires = "identity")]
        keystore_key: Option<PathBuf>,
    },
    /// Opens an object into a new directory: what people said, readable by you alone.
    #[command(after_help = OBJECT_HELP)]
    Open {
        /// The object's id, or its first 8 digits or more.
        object: Prefix,
        #[command(flatten)]
        opener: Opener,
        /// Where its files go; must not exist.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

const OBJECT_HELP: &str = "\
Example:
  vouchsafe archive open 5f0c2ab1 -i /media/stick/ana.steward.key --out /media/stick/opened";

/// Which log, and whose.
#[derive(Debug, Args)]
pub(super) struct AuditLog {
    /// The log's directory, if it is not the station's: a copy will do.
    #[arg(long, value_name = "DIR", requires = "key")]
    pub(super) log: Option<PathBuf>,
    /// The log's public key, as `vouchsafe audit key` prints it at the station, or a file that holds it.
    #[arg(long, value_name = "KEY")]
    pub(super) key: Option<String>,
}

const AUDITOR_HELP: &str = "\
An auditor needs no secret: a copy of the log's directory and the line that `vouchsafe audit key` prints
at the station, handed over by a person and not with the copy:
  vouchsafe audit verify --log ./log-copy --key 'vouchsafe/hku-1+1a2b3c4d+AbCd…'";

#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Recomputes the whole log and says where it is damaged. Exit code 1: it is.
    #[command(after_help = AUDITOR_HELP)]
    Verify(#[command(flatten)] AuditLog),
    /// Prints entries: when, what, who, and about which item and objects.
    #[command(after_help = AUDITOR_HELP)]
    Show {
        /// Those of one item: its job id, or the first 8 digits or more.
        #[arg(long)]
        job: Option<Prefix>,
        /// Those of one operation: claim, seal, hold, approve, release, …
        #[arg(long)]
        op: Option<String>,
        #[command(flatten)]
        log: AuditLog,
    },
    /// Prints an entry with the proof that it is in the log.
    #[command(after_help = AUDITOR_HELP)]
    Prove {
        /// The entry's index, as `audit show` prints it.
        index: u64,
        /// Writes `<index>.json` and `<index>.tlog-proof` into this directory instead of printing them.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        #[command(flatten)]
        log: AuditLog,
    },
    /// Checks a proof that `audit prove --out` wrote. Needs no log. Exit code 1: it does not hold.
    Check {
        /// The entry, `<index>.json`.
        entry: PathBuf,
        /// The proof, `<index>.tlog-proof`.
        proof: PathBuf,
        /// The log's public key, or a file that holds it.
        #[arg(long)]
        key: String,
    },
    /// Prints the log's public key, for auditors.
    Key,
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
    Language::from_name(text).ok_or("one of en, yue, zh")
}
