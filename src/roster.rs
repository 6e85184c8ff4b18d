//! The study's roster: who takes part, under which code, by which names, with which consent.
//!
//! It is the most secret file of a study. This module reads and checks it and makes aliases of its names;
//! it does not store it: `registry` seals its bytes.

pub mod collision;
pub mod consent;
pub mod expansion;
pub mod matcher;
pub mod name_key;
pub mod role;
pub mod speaker;
mod alias;
pub(crate) mod latin;
pub(crate) mod near;
pub(crate) mod romanised;
pub(crate) mod squeeze;
mod table;
pub(crate) mod variants;
pub(crate) mod words;

use std::collections::BTreeMap;

use self::{
    consent::Consent,
    matcher::{AliasForm, AliasTable},
    name_key::{NameKey, Purpose},
};
use crate::{
    entity::PersonIndex,
    fault::{Disposition, Fault},
    id::{Code, Digest, GroupId, RoleId},
    item::{Activity, Profile, Voice},
    secret::Sensitive,
};

/// The most people that a roster may have.
pub const MAX_ROSTER_PEOPLE: usize = 5_000;

/// The most bytes that a roster may have.
pub const MAX_ROSTER_BYTES: usize = 4 * 1024 * 1024;

/// Why a roster was refused. Lines and columns are counted from 1, as a spreadsheet does; no cell is quoted.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are neither UTF-8, UTF-16 nor Big5, or over [`MAX_ROSTER_BYTES`].
    #[error("the roster cannot be read as text")]
    NotText,
    /// A row is no row of a table with commas.
    #[error("line {line} of the roster is not a row of the table")]
    NotARow {
        /// The line.
        line: u64,
    },
    /// A column's name is not known, or stands twice.
    #[error("line 1, column {column}: no such column, or a second one of that name")]
    UnknownColumn {
        /// The column.
        column: usize,
    },
    /// A column is missing.
    #[error("line 1: the column `{name}` is missing")]
    MissingColumn {
        /// Its name.
        name: &'static str,
    },
    /// A code, role or group is not written as one.
    #[error("line {line}, column {column}: not a valid {what}")]
    BadCell {
        /// The line.
        line: u64,
        /// The column.
        column: usize,
        /// What was expected.
        what: &'static str,
    },
    /// A participant has no name.
    #[error("line {line}, column {column}: the name is empty")]
    NoName {
        /// The line.
        line: u64,
        /// The column.
        column: usize,
    },
    /// A code stands twice.
    #[error("line {line}, column {column}: the code stands on line {first} already")]
    DuplicateCode {
        /// The line.
        line: u64,
        /// The column.
        column: usize,
        /// Where it stands first.
        first: u64,
    },
    /// A certain alias would name two people, or a code of the station would be that of two.
    #[error("line {line}: a name or alias of this row is also one of the row on line {first}")]
    SharedAlias {
        /// The line.
        line: u64,
        /// The other row.
        first: u64,
    },
    /// A code of the station that it has not given out.
    #[error("line {line}: a code such as person-3 that nobody has")]
    UnknownCode {
        /// The line.
        line: u64,
    },
    /// The consent cell holds a word that is none.
    #[error("line {line}, column {column}: the consent is none of team, external, archive, none")]
    UnknownConsent {
        /// The line.
        line: u64,
        /// The column.
        column: usize,
    },
    /// More than [`MAX_ROSTER_PEOPLE`].
    #[error("the roster has more people than the limit")]
    TooManyPeople,
    /// There is nobody in it.
    #[error("the roster has no rows")]
    Empty,
    /// No automaton can hold so many aliases.
    #[error("the roster has more aliases than can be searched for")]
    TooManyAliases,
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::NotText => "RO-01",
            Self::NotARow { .. } => "RO-02",
            Self::UnknownColumn { .. } => "RO-03",
            Self::MissingColumn { .. } => "RO-04",
            Self::BadCell { .. } => "RO-05",
            Self::NoName { .. } => "RO-06",
            Self::DuplicateCode { .. } => "RO-07",
            Self::SharedAlias { .. } => "RO-08",
            Self::UnknownConsent { .. } => "RO-09",
            Self::TooManyPeople => "RO-10",
            Self::Empty => "RO-11",
            Self::TooManyAliases => "RO-12",
            Self::UnknownCode { .. } => "RO-13",
        }
    }

    fn disposition(&self) -> Disposition {
        // Without its roster a study's items cannot be told apart: nothing goes on.
        Disposition::Halt
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::NotText => "save the roster as CSV UTF-8, of at most 4 MiB",
            Self::NotARow { .. } => {
                "give the row as many cells as the first line has, and close its quotation marks"
            }
            Self::UnknownColumn { .. } => {
                "name the columns code, role, group, unit, name, aliases, relation, consent, never_match, each once"
            }
            Self::MissingColumn { .. } => {
                "add the column to the first line; its cells may be empty unless it is code, role or name"
            }
            Self::BadCell { .. } => {
                "use capital letters, digits and hyphens; a code starts with a letter and has a digit, such as PSW-03; among aliases stand names, and codes of persons such as person-12"
            }
            Self::NoName { .. } => "write the person's name in the cell",
            Self::DuplicateCode { .. } => "give each person a code of their own",
            Self::SharedAlias { .. } => {
                "write the longer form of the name, or list the alias under never_match for one of the two; leave a code such as person-3 with one"
            }
            Self::UnknownConsent { .. } => {
                "write team, external, archive or none, or one for each material: interview=team; session=archive"
            }
            Self::TooManyPeople => "split the study",
            Self::Empty => "add a row for each participant below the first line",
            Self::TooManyAliases => "shorten the alias cells",
            Self::UnknownCode { .. } => {
                "correct the number: a code that is given out later would be taken for this person's"
            }
        }
    }
}

/// Something that a steward should look at, though the roster can be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Warning {
    /// A doubtful alias, such as 阿文, could name two people: it flags, and never rewrites by itself.
    SharedDoubtful {
        /// How it was made.
        form: AliasForm,
        /// One person's line.
        line: u64,
        /// The other's.
        first: u64,
    },
    /// A participant's consent is empty: their items are sealed and never released.
    NoConsent {
        /// The line.
        line: u64,
    },
    /// No alias of a person is certain: every mention of them waits for a reviewer.
    NothingCertain {
        /// The line.
        line: u64,
    },
}

/// One row.
#[derive(Debug)]
pub struct Person {
    line: u64,
    code: Code,
    role: RoleId,
    /// The person's own first, such as a dyad, then others in which they take part, such as focus groups.
    groups: Vec<GroupId>,
    unit: Sensitive<String>,
    name: Sensitive<String>,
    aliases: Vec<Sensitive<String>>,
    /// Codes under which the person was met before a steward knew who it was, such as `person-12`.
    codes: Vec<String>,
    relation: Sensitive<String>,
    consent: Consent,
    never_match: Vec<Sensitive<String>>,
}

impl Person {
    /// The line of the table, from 1.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// The study code.
    #[must_use]
    pub const fn code(&self) -> &Code {
        &self.code
    }

    /// What the person is in the study.
    #[must_use]
    pub const fn role(&self) -> &RoleId {
        &self.role
    }

    /// The person's own group, such as a dyad; staff have none.
    #[must_use]
    pub fn group(&self) -> Option<&GroupId> {
        self.groups.first()
    }

    /// All groups in which the person takes part, their own first.
    #[must_use]
    pub fn groups(&self) -> &[GroupId] {
        &self.groups
    }

    /// Whether the person is of a unit of that name.
    #[must_use]
    pub fn is_of_unit(&self, name: &str) -> bool {
        // EXPOSE: compared; the answer says nothing that the caller did not bring along.
        !name.is_empty() && self.unit.expose().trim() == name
    }

    /// What the person agreed to.
    #[must_use]
    pub const fn consent(&self) -> &Consent {
        &self.consent
    }

    /// Whether the person takes part, rather than being staff, whose names are coded and whose consent is not asked.
    #[must_use]
    pub const fn is_participant(&self) -> bool {
        !self.groups.is_empty()
    }
}

/// A checked roster.
#[derive(Debug)]
pub struct Roster {
    people: Vec<Person>,
    by_code: BTreeMap<Code, PersonIndex>,
    joined: BTreeMap<String, Code>,
    aliases: AliasTable,
    warnings: Vec<Warning>,
}

impl Roster {
    /// Reads a table with commas: UTF-8, UTF-16 or Big5, names of columns in English or Chinese.
    ///
    /// # Errors
    ///
    /// Says on which line and in which column the table cannot be used.
    pub fn from_csv(bytes: &[u8]) -> Result<Self, Error> {
        let people = table::read(bytes)?;
        let (aliases, warnings) = alias::expand(&people)?;
        let by_code = people
            .iter()
            .enumerate()
            .filter_map(|(n, it)| Some((it.code.clone(), PersonIndex(u16::try_from(n).ok()?))))
            .collect();
        let joined = people.iter().flat_map(|it| it.codes.iter().map(|code| (code.clone(), it.code.clone())));
        Ok(Self { joined: joined.collect(), people, by_code, aliases, warnings })
    }

    /// Everybody, in the order of the rows; a [`PersonIndex`] counts them.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// The names of whoever has a code, as names are compared; none if nobody has it.
    pub(crate) fn names_of(&self, code: &str) -> Vec<String> {
        let person = self.people.iter().find(|it| it.code.as_str() == code);
        let names = person.into_iter().flat_map(|it| std::iter::once(&it.name).chain(&it.aliases));
        // EXPOSE: taken apart, so that a surrogate has the parts of the name and none of its letters.
        names.map(|it| squeeze::squeezed_name(it.expose())).filter(|it| !it.is_empty()).collect()
    }

    /// One of them.
    #[must_use]
    pub fn person(&self, index: PersonIndex) -> Option<&Person> {
        self.people.get(usize::from(index.0))
    }

    /// Whoever has that code.
    #[must_use]
    pub fn find(&self, code: &Code) -> Option<(PersonIndex, &Person)> {
        let index = *self.by_code.get(code)?;
        Some((index, self.person(index)?))
    }

    /// The codes of the registry that a steward wrote beside somebody's names, such as `person-12`, and whose they are.
    #[must_use]
    pub const fn joined(&self) -> &BTreeMap<String, Code> {
        &self.joined
    }

    /// Refuses codes of the station above `greatest`, the last that was given out: they will be others'.
    ///
    /// # Errors
    ///
    /// Says on which line one stands.
    pub fn check_codes(&self, greatest: u32) -> Result<(), Error> {
        let number = |it: &String| it.rsplit_once('-').and_then(|it| it.1.parse::<u32>().ok());
        let is_given = |it: &String| number(it).is_some_and(|it| it <= greatest);
        match self.people.iter().find(|it| !it.codes.iter().all(is_given)) {
            Some(it) => Err(Error::UnknownCode { line: it.line }),
            None => Ok(()),
        }
    }

    /// The code that stands for whoever has this one: the roster's, if the roster says whose it is.
    #[must_use]
    pub fn known_as(&self, code: String) -> String {
        self.joined.get(&code).map_or(code, ToString::to_string)
    }

    /// Whose words a folder holds: the one participant of that role in the group, or with the role
    /// `JOINT` everybody in it.
    #[must_use]
    pub fn voice(&self, group: &GroupId, role: &RoleId) -> Option<Voice> {
        let joint = role.as_str() == "JOINT";
        let mut codes: Vec<Code> = self
            .people
            .iter()
            .filter(|it| it.groups.contains(group) && (joint || it.role == *role))
            .map(|it| it.code.clone())
            .collect();
        codes.sort();
        match (codes.len(), joint) {
            (1, false) => codes.pop().map(Voice::One),
            (2.., true) => Some(Voice::Joint(codes)),
            _ => None,
        }
    }

    /// Whether everybody whose words an item holds agreed to that material's release.
    #[must_use]
    pub fn allows(&self, voice: &Voice, activity: Activity, profile: Profile) -> bool {
        !voice.codes().is_empty() && self.all_allow(voice.codes(), activity, profile)
    }

    /// Whether each of them agreed to that material's release.
    #[must_use]
    pub fn all_allow(&self, codes: &[Code], activity: Activity, profile: Profile) -> bool {
        let allows = |it: &Code| self.find(it).is_some_and(|(_, it)| it.consent.allows(activity, profile));
        codes.iter().all(allows)
    }

    /// All aliases, for the matcher in the worker.
    #[must_use]
    pub fn alias_table(&self) -> AliasTable {
        let copy = |it: &matcher::Alias| matcher::Alias {
            person: it.person,
            form: it.form,
            certain: it.certain,
            folded: it.folded.clone(),
        };
        let spare = |it: &matcher::Spared| matcher::Spared { folded: it.folded.clone() };
        AliasTable {
            aliases: self.aliases.aliases.iter().map(copy).collect(),
            spared: self.aliases.spared.iter().map(spare).collect(),
        }
    }

    /// Those whom a squeezed name or alias names, certain or not.
    fn named(&self, squeezed: &str) -> Vec<PersonIndex> {
        let mut people: Vec<_> =
            self.aliases.aliases.iter().filter(|it| it.folded == squeezed).map(|it| it.person).collect();
        people.dedup();
        people
    }

    /// What a steward should look at.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Tells this roster from another, to whoever has the key and to nobody else.
    #[must_use]
    pub fn digest(&self, key: &NameKey) -> Digest {
        let mut parts: Vec<String> = Vec::new();
        for it in &self.people {
            let groups = it.groups.iter().map(GroupId::as_str).collect::<Vec<_>>().join(";");
            parts.extend([it.code.to_string(), it.role.to_string(), groups, it.consent.canonical()]);
            // EXPOSE: goes into a keyed digest, from copies that are wiped below.
            parts.extend([&it.unit, &it.name, &it.relation].map(|it| it.expose().clone()));
            if !it.codes.is_empty() {
                parts.push(it.codes.join(";"));
            }
            for list in [&it.aliases, &it.never_match] {
                parts.push(list.len().to_string());
                // EXPOSE: as above.
                parts.extend(list.iter().map(|it| it.expose().clone()));
            }
        }
        let parts = Sensitive::new(parts);
        // EXPOSE: as above.
        key.digest(Purpose::Roster, &parts.expose().iter().map(String::as_str).collect::<Vec<_>>())
    }
}
