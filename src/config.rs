//! The settings: one `vouchsafe.toml` a station and one `study.toml` a study, as written and then as
//! checked. A [`Station`] that exists needs no second check. Keys and rosters are not read here.
//!
//! ```text
//! root/vouchsafe.toml            root/intake/<STUDY>/…        root/station/{claimed,outbox,objects,keystore,log}
//! root/studies/<STUDY>/study.toml    root/review/{out,in}         root/release  root/credentials  root/stewards
//! ```
//!
//! Architecture invariant: everything that the daemon writes lies under one root, so that taking a file
//! over is a rename and the service unit has one writable path.

mod check;
pub(crate) mod columns;
mod error;
mod init;
mod pattern;
mod population;
#[cfg(test)]
mod tests;
mod written;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    clock::Date,
    entity::EntityType,
    id::{NotAnId, StudyId, Wave},
    item::Profile,
};

pub use self::{
    columns::{Column, Columns},
    error::{Error, FileRole, Position},
    init::{InitStudy, Participant, init},
    pattern::{Fields, Pattern},
    population::{Population, Share, Shares},
};
pub use crate::item::Language;

/// The name of a station's settings in its root.
pub const STATION_FILE: &str = "vouchsafe.toml";
/// The name of a study's settings in its directory.
pub const STUDY_FILE: &str = "study.toml";
/// The name of the table, in a study's intake folder, that says where files belong.
pub const REGISTER_FILE: &str = "register.csv";
/// The fieldworkers' sheet at the top of the intake folder.
pub const SHEET_FILE: &str = "HOW-TO-DROP 如何提交.txt";

/// What is done to a finding.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// A study code takes its place: `[PSW-03]`, `[hospital-2]`.
    Code,
    /// A marker without a number takes its place: `[phone]`.
    Suppress,
    /// Something wider takes its place: estate → district → region.
    Generalize,
    /// An age becomes a band of [`Detail::age_years`], 90 and over one band.
    AgeBand,
    /// A date becomes its year.
    YearOnly,
    /// A date is moved by the participant's own number of days.
    DateShift,
    /// A value that nobody has takes its place, of the same form and without brackets; a date is moved.
    Surrogate,
    /// It stays.
    Keep,
}

/// How much detail is left by the actions that leave some.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detail {
    /// How many rungs of its ladder a place goes up: 1, the district; 2, the region.
    pub rungs: u8,
    /// How many years an age band has: 5, 10 or 20.
    pub age_years: u8,
    /// Whether dates move by whole weeks, so that a Sunday stays a Sunday.
    pub keep_weekday: bool,
}

impl Default for Detail {
    fn default() -> Self {
        Self { rungs: 1, age_years: 5, keep_weekday: false }
    }
}

/// How names are found that no rule and no list knows.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Names {
    /// By what.
    pub finder: Finder,
    /// How sure it must be.
    pub bars: Bars,
}

/// A statistical name finder.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Finder {
    /// The one that is part of the program.
    #[default]
    Embedded,
    /// None: rules, lists and roster alone.
    Off,
    /// One of the study's own, in a folder.
    Own(PathBuf),
}

/// From which probability on, in percent, something found by evidence is certain, probable, possible.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bars {
    /// Taken out, and no reviewer is asked.
    pub certain: u8,
    /// Taken out, and shown to the reviewer: what identifies by itself.
    pub probable: u8,
    /// The same, for what identifies together with other things.
    pub quasi: u8,
    /// Left, and shown to the reviewer.
    pub possible: u8,
    /// How many distinct strings that are only possible a reviewer is asked about, in percent of the usual number.
    pub asked: u16,
}

impl Default for Bars {
    fn default() -> Self {
        Self { certain: 95, probable: 12, quasi: 26, possible: 3, asked: 100 }
    }
}

/// Whose votes an item needs before it is released.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// None, if there is no probable or possible finding. A waiver, printed in every report.
    Automatic,
    /// One steward's.
    OnePerson,
    /// Two people's who are neither the submitter nor each other.
    TwoPerson,
}

/// A rule pack by where it comes from.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum PackRef {
    /// Embedded in the program: `core`, `en`, `hk`.
    BuiltIn(String),
    /// A directory of the study's own.
    Directory(PathBuf),
}

/// A member of the team: a steward or a fieldworker, not a participant. Such as `first` or `fw-2`.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize)]
#[serde(transparent)]
pub struct StaffId(String);

/// Who hands files in, for gates that need somebody else's vote.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Submitters {
    /// By the operating system's number of the file's owner.
    pub owners: BTreeMap<u32, StaffId>,
    /// By the name of the personal folder, directly under the study's intake folder.
    pub folders: BTreeMap<String, StaffId>,
}

impl Submitters {
    /// Whether nobody is known to hand files in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.owners.is_empty() && self.folders.is_empty()
    }
}

/// How long things are waited for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Timing {
    /// Size and times of a file must have stood still for so long.
    pub settle: Duration,
    /// The same for media and large files that no event called closed, and for empty files.
    pub media_settle: Duration,
    /// Between two scans of the intake folder.
    pub rescan: Duration,
    /// How long a file whose place is not known waits for its sidecar or register line.
    pub sidecar_grace: Duration,
    /// How long a final receipt stays beside the drop.
    pub receipt_keep: Duration,
}

/// How much is taken at most.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Bytes of a file that is parsed.
    pub transcript_bytes: u64,
    /// Bytes of a recording or any other file that is sealed as a stream.
    pub recording_bytes: u64,
    /// Worker processes.
    pub workers: usize,
    /// Bytes of the station's disk that must stay free; intake pauses below.
    pub free_bytes: u64,
}

/// Where everything lies. All absolute, without symbolic links, apart from each other.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Directories {
    /// The one parent.
    pub root: PathBuf,
    /// Where fieldworkers drop files: one folder a study.
    pub intake: PathBuf,
    /// One folder a study, with its `study.toml`.
    pub studies: PathBuf,
    /// The stewards' public halves: `<name>.steward.toml`.
    pub stewards: PathBuf,
    /// The daemon's own: holds the following ones unless they are configured elsewhere.
    pub station: PathBuf,
    /// Files taken over, one folder a job.
    pub claimed: PathBuf,
    /// De-identified bytes that wait for release.
    pub outbox: PathBuf,
    /// The archive.
    pub objects: PathBuf,
    /// The participants' keys.
    pub keystore: PathBuf,
    /// The audit log.
    pub log: PathBuf,
    /// Bundles for the stewards.
    pub review_out: PathBuf,
    /// Bundles from the stewards.
    pub review_in: PathBuf,
    /// What analysts may have.
    pub release: PathBuf,
    /// The daemon's secrets. May lie outside the root.
    pub credentials: PathBuf,
}

/// A station's settings, checked, with those of its studies.
#[derive(Clone, Debug)]
pub struct Station {
    /// The station's name in checkpoints and reports: lower-case letters, digits, hyphens and dots.
    pub id: String,
    /// Where everything lies.
    pub directories: Directories,
    /// How long things are waited for.
    pub timing: Timing,
    /// How much is taken at most.
    pub limits: Limits,
    /// Whether releases wait for a witness's cosignature.
    pub require_witness: bool,
    /// The studies.
    pub studies: BTreeMap<StudyId, Study>,
    /// What is allowed and yet worth knowing.
    pub notes: Vec<Note>,
}

/// A study's settings, checked.
#[derive(Clone, Debug)]
pub struct Study {
    /// Its id, which is also its folder's name.
    pub id: StudyId,
    /// The ethics committee's approval number.
    pub ethics_approval: String,
    /// The last day of the approval. Nothing is released after it.
    pub approval_until: Date,
    /// What is spoken.
    pub languages: Vec<Language>,
    /// The roster.
    pub roster: PathBuf,
    /// In which languages a session is handed in more than once, the same talk in each; empty if in none.
    pub language_versions: Vec<Language>,
    /// The rule packs, in order.
    pub packs: Vec<PackRef>,
    /// What is done to each entity type: complete.
    pub actions: BTreeMap<EntityType, Action>,
    /// How much detail is left.
    pub detail: Detail,
    /// What the headings of its tables mean.
    pub columns: Columns,
    /// How names are found that no rule and no list knows.
    pub names: Names,
    /// Whose votes an item needs.
    pub gate: Gate,
    /// For which other readers there are copies besides the team's.
    pub profiles: BTreeSet<Profile>,
    /// The stewards who can open what the study seals.
    pub stewards: Vec<StaffId>,
    /// The sessions that there are; empty if any will do.
    pub waves: Vec<Wave>,
    /// What a file's name says about where it belongs.
    pub file_pattern: Option<Pattern>,
    /// Among whom a participant could be looked for.
    pub population: Population,
    /// Who hands files in.
    pub submitters: Submitters,
}

/// Something that is allowed and yet worth knowing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Note {
    /// Intake and claimed files lie on different mounts: files are copied, not renamed.
    IntakeIsCopied,
    /// A study releases without a person's vote.
    AutomaticGate,
    /// A study names one steward only: if that key is lost, so is the study's archive.
    OneSteward,
    /// A study asks for two votes and does not say who hands files in: none can count.
    NoSubmitters,
}

impl Station {
    /// Reads and checks a station's settings and those of all its studies. Changes nothing.
    ///
    /// # Errors
    ///
    /// Fails with the first thing that is wrong, by file, line and key.
    pub fn load(file: &Path) -> Result<Self, Error> {
        check::station(file)
    }

    /// Whether a running daemon may go on with `new`: directories and the station's id stay as they are.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::NotWhileRunning`], which names the key.
    pub fn can_reload_to(&self, new: &Self) -> Result<(), Error> {
        let (old_dirs, new_dirs) = (self.directories.all(), new.directories.all());
        if self.id != new.id {
            return Err(Error::NotWhileRunning { key: "station.id" });
        }
        for ((key, old), (_, new)) in old_dirs.into_iter().zip(new_dirs) {
            if old != new {
                return Err(Error::NotWhileRunning { key });
            }
        }
        if self.studies.keys().any(|id| !new.studies.contains_key(id)) {
            return Err(Error::NotWhileRunning { key: "studies" });
        }
        Ok(())
    }
}

impl Directories {
    /// The catalog of jobs and objects.
    #[must_use]
    pub fn catalog(&self) -> PathBuf {
        self.station.join("catalog.db")
    }

    /// The station's memory of names: keyed digests and codes.
    #[must_use]
    pub fn registry(&self) -> PathBuf {
        self.station.join("station.db")
    }

    /// What is kept of turns that were read again after release: numbers alone.
    #[must_use]
    pub fn residual_of(&self, study: &StudyId) -> PathBuf {
        self.station.join("residual").join(study.as_str())
    }

    /// A study's intake folder.
    #[must_use]
    pub fn intake_of(&self, study: &StudyId) -> PathBuf {
        self.intake.join(study.as_str())
    }

    /// A study's own directory.
    #[must_use]
    pub fn study(&self, study: &StudyId) -> PathBuf {
        self.studies.join(study.as_str())
    }

    /// The file with a steward's public half.
    #[must_use]
    pub fn steward(&self, steward: &StaffId) -> PathBuf {
        self.stewards.join(format!("{steward}.steward.toml"))
    }

    /// All of them by the key that sets them, the root first.
    #[must_use]
    pub fn all(&self) -> [(&'static str, &Path); 14] {
        [
            ("directories.root", &self.root),
            ("directories.intake", &self.intake),
            ("directories.studies", &self.studies),
            ("directories.stewards", &self.stewards),
            ("directories.station", &self.station),
            ("directories.claimed", &self.claimed),
            ("directories.outbox", &self.outbox),
            ("directories.objects", &self.objects),
            ("directories.keystore", &self.keystore),
            ("directories.log", &self.log),
            ("directories.review", &self.review_out),
            ("directories.review", &self.review_in),
            ("directories.release", &self.release),
            ("directories.credentials", &self.credentials),
        ]
    }
}

impl Study {
    /// What is done to an entity type.
    #[must_use]
    pub fn action(&self, entity: EntityType) -> Action {
        self.actions.get(&entity).copied().unwrap_or(Action::Suppress)
    }

    /// Who handed a file in, if the settings tell.
    #[must_use]
    pub fn submitter(&self, owner: u32, personal_folder: Option<&str>) -> Option<&StaffId> {
        personal_folder
            .and_then(|it| self.submitters.folders.get(it))
            .or_else(|| self.submitters.owners.get(&owner))
    }
}

impl Action {
    /// What is done unless the study says otherwise.
    #[must_use]
    pub const fn default_for(entity: EntityType) -> Self {
        match entity {
            EntityType::Phone
            | EntityType::Email
            | EntityType::Url
            | EntityType::Handle
            | EntityType::NetworkAddress
            | EntityType::Hkid
            | EntityType::Passport
            | EntityType::IdNumber
            | EntityType::Account
            | EntityType::Plate
            | EntityType::Coordinates
            | EntityType::Route
            | EntityType::Demographic => Self::Suppress,
            EntityType::Address | EntityType::Place | EntityType::Occupation => Self::Generalize,
            EntityType::Person | EntityType::Organisation | EntityType::Service | EntityType::Event => {
                Self::Code
            }
            EntityType::Date => Self::YearOnly,
            EntityType::Age => Self::AgeBand,
        }
    }

    /// Whether it makes sense for an entity type at all.
    #[must_use]
    pub const fn fits(self, entity: EntityType) -> bool {
        match self {
            Self::Code | Self::Suppress => true,
            // C30: identity numbers are never kept.
            Self::Keep => !matches!(
                entity,
                EntityType::Hkid | EntityType::Passport | EntityType::IdNumber | EntityType::Account
            ),
            Self::Generalize => !matches!(
                entity,
                EntityType::Person
                    | EntityType::Phone
                    | EntityType::Email
                    | EntityType::Handle
                    | EntityType::Hkid
                    | EntityType::Passport
                    | EntityType::IdNumber
                    | EntityType::Account
            ),
            Self::AgeBand => matches!(entity, EntityType::Age),
            Self::YearOnly | Self::DateShift => matches!(entity, EntityType::Date),
            Self::Surrogate => matches!(
                entity,
                EntityType::Person
                    | EntityType::Phone
                    | EntityType::Email
                    | EntityType::Url
                    | EntityType::Handle
                    | EntityType::NetworkAddress
                    | EntityType::Hkid
                    | EntityType::Passport
                    | EntityType::IdNumber
                    | EntityType::Account
                    | EntityType::Plate
                    | EntityType::Date
            ),
        }
    }
}

impl StaffId {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for StaffId {
    type Err = NotStaff;

    fn from_str(text: &str) -> Result<Self, NotStaff> {
        let fits = (1..=32).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits { Ok(Self(text.to_owned())) } else { Err(NotStaff) }
    }
}

impl<'de> Deserialize<'de> for StaffId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for StaffId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text names no member of the team. Holds no part of the text.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected a team member's name: 1 to 32 lower-case letters, digits or hyphens, such as fw-2")]
pub struct NotStaff;

impl From<NotAnId> for NotStaff {
    fn from(_: NotAnId) -> Self {
        Self
    }
}
