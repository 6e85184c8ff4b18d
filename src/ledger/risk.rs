//! How many people a participant could be, by what the study's files tell of them and by what is left of it in the
//! de-identified copies. Names attributes, codes and numbers; never a value that was said.
//!
//! k is the number of people in the population of whom a combination is expected to be true, as if attributes had
//! nothing to do with each other. `in_study` is counted, and takes no such thing for granted.

mod profile;

use std::collections::{BTreeMap, BTreeSet};

use self::profile::{Known, Profile};
use super::{
    ItemLedger,
    share::{Shares, Source},
};
use crate::{
    catalog::{Job, State},
    config,
    entity::EntityType,
    id::{Code, GroupId, JobId, RoleId},
    roster::{Person, Roster, name_key::NameKey},
};

/// The most attributes of a combination: what somebody may know of another without setting out to.
pub const MAX_COMBINED: usize = 3;

/// The most attributes of one participant that are tried together for one that nobody else has.
const MAX_TRIED: usize = 48;

/// What is left of a value in the de-identified copy.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum Remains {
    /// All of it. What it is stands in the copy and not here.
    Whole,
    /// Something wider, as the copy has it.
    Wider(String),
    /// A code or a bare marker, which says nothing of the value.
    Nothing,
}

/// What is left of one kind of attribute of one participant.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What kind.
    pub kind: EntityType,
    /// What is left.
    pub remains: Remains,
    /// How many different values of the raw files come down to it.
    pub values: usize,
    /// In how many files they stand.
    pub files: usize,
    /// Of which so many are released.
    pub released: usize,
    /// Whether some of it is told in their own words or their own item.
    pub own: bool,
    /// How many of the population it is expected to be true of, by itself.
    pub k: Option<f64>,
    /// Whether that rests on a guess.
    pub guessed: bool,
    /// Of how many participants of the same role it is told, this one included.
    pub in_study: usize,
}

/// An attribute within a combination.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Part {
    /// Of whom.
    pub code: Code,
    /// What kind.
    pub kind: EntityType,
    /// What is left of it.
    pub remains: Remains,
    /// Whether it is told of this participant for sure.
    pub own: bool,
    /// Whether the ladder has a rung above it.
    pub has_above: bool,
}

/// Attributes taken together.
#[derive(Clone, Debug, PartialEq)]
pub struct Combination {
    /// The rarest first.
    pub parts: Vec<Part>,
    /// How many people, or groups, it is expected to be true of; none if nobody knows among how many.
    pub k: Option<f64>,
    /// How many for somebody who knows the unit, if the settings say how large units are.
    pub k_within_unit: Option<f64>,
    /// Whether k rests on a guess.
    pub guessed: bool,
    /// How many participants of the same role, or groups, in the study have all of it, these included.
    pub in_study: usize,
}

/// One participant.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonRisk {
    /// The study code.
    pub code: Code,
    /// The role; none if the roster no longer has them.
    pub role: Option<RoleId>,
    /// The group.
    pub group: Option<GroupId>,
    /// Files that tell something of them.
    pub files: usize,
    /// Among how many people they are looked for.
    pub among: Option<u32>,
    /// What is left, by kind.
    pub rows: Vec<Row>,
    /// Values that detection was not sure of and that stand: not counted above.
    pub doubtful: usize,
    /// The rarest combination in the raw files.
    pub raw: Option<Combination>,
    /// The rarest combination of what is left.
    pub left: Option<Combination>,
    /// How few of the attributes that are left are enough to be the only one of that role in the study.
    pub alone_by: Option<usize>,
}

/// The members of a group, taken together.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupRisk {
    /// The group.
    pub group: GroupId,
    /// Its participants.
    pub members: Vec<Code>,
    /// Among how many groups it is looked for.
    pub among: Option<u32>,
    /// The rarest combination of what is left of all of them.
    pub left: Option<Combination>,
}

/// What is known of a study.
#[derive(Clone, Debug, PartialEq)]
pub struct Risk {
    /// A combination that fits fewer is warned of.
    pub threshold: u32,
    /// How many people there are to look among, if known.
    pub size: Option<u32>,
    /// Files that were read.
    pub files: usize,
    /// Files that were read before there was a ledger, or of which its row is lost: nobody knows what they tell.
    pub unknown: usize,
    /// Of which so many are released.
    pub released: usize,
    /// The participants, by code.
    pub people: Vec<PersonRisk>,
    /// The participants of whom nothing is told.
    pub untold: Vec<Code>,
    /// The groups of two and more.
    pub groups: Vec<GroupRisk>,
}

impl Combination {
    /// Whether it fits fewer than that.
    #[must_use]
    pub fn is_rarer_than(&self, threshold: u32) -> bool {
        self.k.is_some_and(|it| it < f64::from(threshold))
    }
}

impl Risk {
    /// What is left and fits fewer people, or groups, than the threshold.
    pub fn rare(&self) -> impl Iterator<Item = &Combination> {
        let people = self.people.iter().filter_map(|it| it.left.as_ref());
        let left = people.chain(self.groups.iter().filter_map(|it| it.left.as_ref()));
        left.filter(|it| it.is_rarer_than(self.threshold))
    }

    /// Those of whom what is left fits fewer people than the threshold.
    pub fn warned(&self) -> impl Iterator<Item = &PersonRisk> {
        let rare = |it: &&PersonRisk| it.left.as_ref().is_some_and(|it| it.is_rarer_than(self.threshold));
        self.people.iter().filter(rare)
    }
}

/// A file of the study, whatever its version.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
enum FileKey {
    Slot(String, u32),
    /// One that is not numbered yet, or of which the catalog has lost its row.
    Job(JobId),
}

/// A file and whether it is released.
#[derive(Clone, Debug)]
struct Counted {
    file: FileKey,
    released: bool,
    /// The year in which it was handed in.
    year: u16,
}

/// Which jobs count: of each file what is out, and what may go out after it. Refused, quarantined and duplicate
/// items don't.
fn counted(jobs: &[Job]) -> BTreeMap<JobId, Option<Counted>> {
    let out = |it: &Job| {
        matches!(it.state, State::Approved | State::Released | State::Done) && it.facts.release_name.is_some()
    };
    let waits = |it: &Job| {
        matches!(
            it.state,
            State::Claimed
                | State::Sealed
                | State::Logged
                | State::Proposed
                | State::Held
                | State::Reviewed
                | State::Approved
        )
    };
    let key = |it: &Job| match &it.facts.place {
        Some(place) if it.facts.ordinal > 0 => FileKey::Slot(place.slot(), it.facts.ordinal),
        Some(_) | None => FileKey::Job(it.job),
    };
    let newest = |of: &dyn Fn(&Job) -> bool| {
        let mut newest: BTreeMap<FileKey, u32> = BTreeMap::new();
        for it in jobs.iter().filter(|it| of(it)) {
            let version = newest.entry(key(it)).or_default();
            *version = it.facts.version.max(*version);
        }
        newest
    };
    let (newest_out, newest_waiting) = (newest(&out), newest(&waits));
    jobs.iter()
        .map(|it| {
            let file = key(it);
            let released = newest_out.get(&file).copied();
            let is_out = out(it) && released == Some(it.facts.version);
            let is_next = waits(it)
                && newest_waiting.get(&file) == Some(&it.facts.version)
                && released.is_none_or(|out| out < it.facts.version);
            let year = it.claimed_at.date().year;
            (it.job, (is_out || is_next).then_some(Counted { file, released: is_out, year }))
        })
        .collect()
}

/// Reckons a study's risk from its rows.
#[must_use]
pub fn assess(
    rows: &[(JobId, ItemLedger)],
    jobs: &[Job],
    settings: &config::Study,
    roster: &Roster,
    names: &NameKey,
) -> Risk {
    let population = &settings.population;
    let shares = Shares::of(population, names, &settings.id);
    let counted = counted(jobs);
    let mut told: BTreeMap<&Code, Vec<(Counted, &super::Attribute)>> = BTreeMap::new();
    let noted: BTreeSet<JobId> = rows.iter().map(|it| it.0).collect();
    let unknown = jobs.iter().filter(|it| it.facts.format.is_some() && !noted.contains(&it.job));
    let unknown = unknown.filter(|it| counted.get(&it.job).is_some_and(Option::is_some)).count();
    let (mut files, mut released) = (BTreeSet::new(), BTreeSet::new());
    for (job, ledger) in rows {
        let lost = || Some(Counted { file: FileKey::Job(*job), released: false, year: 0 });
        let Some(item) = counted.get(job).cloned().unwrap_or_else(lost) else { continue };
        files.insert(item.file.clone());
        if item.released {
            released.insert(item.file.clone());
        }
        for (code, attributes) in ledger.about() {
            told.entry(code).or_default().extend(attributes.iter().map(|it| (item.clone(), it)));
        }
    }
    let profiles: Vec<Profile<'_>> = told
        .into_iter()
        .map(|(code, told)| Profile::of(code, roster.find(code).map(|it| it.1), &told, &shares))
        .collect();
    let untold = roster.people().iter().filter(|it| it.is_participant()).map(Person::code);
    let untold = untold.filter(|code| !profiles.iter().any(|it| it.code == *code)).cloned().collect();
    let people = profiles.iter().map(|it| person(it, &profiles, population)).collect();
    Risk {
        threshold: population.threshold,
        size: population.size,
        files: files.len(),
        unknown,
        released: released.len(),
        people,
        untold,
        groups: groups(&profiles, population),
    }
}

fn person(profile: &Profile<'_>, all: &[Profile<'_>], population: &config::Population) -> PersonRisk {
    let role = profile.person.map(Person::role);
    let of_role = role.and_then(|it| population.roles.get(it).copied());
    let among = of_role.or(population.size);
    let within_unit = within_unit(profile.person, of_role, population);
    // A code tells the role: whoever has another can't be meant.
    let like: Vec<&Profile<'_>> =
        all.iter().filter(|it| it.code != profile.code && it.person.map(Person::role) == role).collect();
    let in_study = |parts: &[&Known], raw: bool| {
        like.iter().filter(|it| parts.iter().all(|part| it.has(part, raw))).count().saturating_add(1)
    };
    let combine = |known: &BTreeMap<_, Known>, raw: bool| {
        let parts = profile::rarest(known.values());
        let share: f64 = parts.iter().map(|it| it.share).product();
        (!parts.is_empty()).then(|| Combination {
            parts: parts.iter().map(|it| it.part(profile.code)).collect(),
            k: among.map(|it| f64::from(it) * share),
            k_within_unit: within_unit.filter(|_| !raw).map(|it| it * share),
            guessed: parts.iter().any(|it| it.source == Source::Guess),
            in_study: in_study(&parts, raw),
        })
    };
    let mut rows: Vec<_> = profile
        .left
        .values()
        .map(|it| Row {
            kind: it.kind,
            remains: it.remains.clone(),
            values: it.values.len(),
            files: it.files.len(),
            released: it.released.len(),
            own: it.own,
            k: among.map(|n| f64::from(n) * it.share),
            guessed: it.source == Source::Guess,
            in_study: in_study(&[it], false),
        })
        .collect();
    rows.extend(profile.gone.iter().map(|(kind, it)| Row {
        kind: *kind,
        remains: Remains::Nothing,
        values: it.values.len(),
        files: it.files.len(),
        released: it.released.len(),
        own: it.own,
        k: None,
        guessed: false,
        in_study: 0,
    }));
    rows.sort_by(|a, b| (a.kind, &a.remains).cmp(&(b.kind, &b.remains)));
    PersonRisk {
        code: profile.code.clone(),
        role: role.cloned(),
        group: profile.person.and_then(Person::group).cloned(),
        files: profile.files,
        among,
        rows,
        doubtful: profile.doubtful,
        raw: combine(&profile.raw, true),
        left: combine(&profile.left, false),
        alone_by: alone_by(profile, &like),
    }
}

/// How many people of that role the person's unit is expected to have.
fn within_unit(
    person: Option<&Person>,
    of_role: Option<u32>,
    population: &config::Population,
) -> Option<f64> {
    let person = person?;
    let unit =
        population.units.iter().find(|(name, _)| person.is_of_unit(name)).map(|it| f64::from(*it.1))?;
    match (of_role, population.size) {
        (Some(of_role), Some(size)) => Some(unit * f64::from(of_role) / f64::from(size)),
        (Some(_) | None, None) | (None, Some(_)) => Some(unit),
    }
}

/// The fewest attributes, up to three, with which nobody else of that role is told of all of them.
fn alone_by(profile: &Profile<'_>, like: &[&Profile<'_>]) -> Option<usize> {
    let mut others: Vec<BTreeSet<usize>> = profile
        .left
        .values()
        .filter(|it| it.share < 1.0)
        .map(|known| {
            (0..like.len()).filter(|n| like.get(*n).is_some_and(|it| it.has(known, false))).collect()
        })
        .collect();
    others.sort_by_key(BTreeSet::len);
    others.truncate(MAX_TRIED);
    let mut meets: Vec<(usize, BTreeSet<usize>)> = others.iter().cloned().enumerate().collect();
    for count in 1..=MAX_COMBINED {
        if meets.iter().any(|(_, it)| it.is_empty()) {
            return Some(count);
        }
        let longer = meets.iter().flat_map(|(last, met)| {
            let from = last.saturating_add(1);
            others
                .iter()
                .enumerate()
                .skip(from)
                .map(move |(n, it)| (n, met.intersection(it).copied().collect()))
        });
        meets = longer.collect();
    }
    None
}

fn groups(profiles: &[Profile<'_>], population: &config::Population) -> Vec<GroupRisk> {
    let mut members: BTreeMap<&GroupId, Vec<&Profile<'_>>> = BTreeMap::new();
    for it in profiles {
        if let Some(group) = it.person.and_then(Person::group) {
            members.entry(group).or_default().push(it);
        }
    }
    members.retain(|_, it| it.len() > 1);
    members
        .iter()
        .map(|(group, own)| {
            let size = u32::try_from(own.len()).unwrap_or(u32::MAX);
            let among = population.groups.or(population.size.map(|it| (it / size.max(1)).max(1)));
            let known = own
                .iter()
                .flat_map(|it| profile::rarest(it.left.values()).into_iter().map(|part| (*it, part)));
            let mut known: Vec<(&Profile<'_>, &Known)> = known.collect();
            known.sort_by(|a, b| profile::rarer(a.1, b.1));
            known.truncate(MAX_COMBINED);
            let has = |others: &[&Profile<'_>]| {
                known.iter().all(|(whose, part)| {
                    let role = whose.person.map(Person::role);
                    others.iter().any(|it| it.person.map(Person::role) == role && it.has(part, false))
                })
            };
            let like = members.iter().filter(|(other, it)| *other != group && has(it)).count();
            let share: f64 = known.iter().map(|(_, it)| it.share).product();
            let left = (!known.is_empty()).then(|| Combination {
                parts: known.iter().map(|(whose, it)| it.part(whose.code)).collect(),
                k: among.map(|it| f64::from(it) * share),
                k_within_unit: None,
                guessed: known.iter().any(|(_, it)| it.source == Source::Guess),
                in_study: like.saturating_add(1),
            });
            GroupRisk {
                group: (*group).clone(),
                members: own.iter().map(|it| it.code.clone()).collect(),
                among,
                left,
            }
        })
        .collect()
}
