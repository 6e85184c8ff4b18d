//! The language versions of a session: the same talk in two languages goes out together or not at all.

use std::collections::{BTreeMap, BTreeSet};

use super::{Error, Line, error::reason};
use crate::{
    catalog::{Job, State},
    id::{JobId, StudyId},
    item::{Language, Profile},
};

/// What goes out together: the language versions of a session, or one item.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub(super) enum Session {
    One(JobId),
    Versions(StudyId, String, u32),
}

impl Session {
    pub(super) fn of(job: &Job) -> Self {
        match job.facts.place.as_ref().filter(|it| it.language.is_some()) {
            Some(it) => Self::Versions(job.study.clone(), it.slot_in(None), job.facts.ordinal),
            None => Self::One(job.job),
        }
    }
}

/// Items by what goes out together.
pub(super) fn sessions(jobs: Vec<Job>) -> Vec<Vec<Job>> {
    let mut sessions: BTreeMap<Session, Vec<Job>> = BTreeMap::new();
    for job in jobs {
        sessions.entry(Session::of(&job)).or_default().push(job);
    }
    sessions.into_values().collect()
}

/// Whether a corrected one of the same language is there, too: it alone speaks for its language.
pub(super) fn is_superseded(job: &Job, among: &[&Job]) -> bool {
    let same = |it: &Job| it.facts.place == job.facts.place && Session::of(it) == Session::of(job);
    among.iter().any(|it| same(it) && it.facts.version > job.facts.version)
}

/// What versions have alike: how often the word is taken, or how many turns there are where nobody is named.
fn turns_of(job: &Job) -> (bool, u64) {
    job.facts.times_taken.map_or((false, job.facts.turns), |it| (true, it.into()))
}

impl Line {
    /// The sessions of which a language version is missing here and not out either, or whose versions have not the
    /// same turns: those go out together or not at all.
    pub(super) fn incomplete(&self, jobs: &[&Job]) -> Result<Vec<(Session, &'static str)>, Error> {
        let mut here: BTreeMap<Session, Vec<&Job>> = BTreeMap::new();
        for job in jobs {
            here.entry(Session::of(job)).or_default().push(job);
        }
        let mut incomplete = Vec::new();
        for (session, jobs) in here {
            let Some((first, place)) = jobs.first().and_then(|it| Some((*it, it.facts.place.as_ref()?)))
            else {
                continue;
            };
            if place.language.is_none() {
                continue;
            }
            let mut turns: BTreeSet<_> = jobs.iter().map(|it| turns_of(it)).collect();
            let mut is_whole = true;
            let study = self.studies.get(&first.study).ok_or(Error::NoStudy)?;
            for language in &study.settings.language_versions {
                if jobs
                    .iter()
                    .any(|it| it.facts.place.as_ref().is_some_and(|it| it.language == Some(*language)))
                {
                    continue;
                }
                let out = self.newest_out(first, *language)?;
                is_whole &= out.is_some();
                turns.extend(out.iter().map(turns_of));
            }
            if !is_whole {
                incomplete.push((session, reason::OTHER_VERSION_WAITS));
            } else if turns.len() > 1 {
                incomplete.push((session, reason::OTHER_TURNS));
            }
        }
        Ok(incomplete)
    }

    /// Adds the newest other language versions that are out for the team: what becomes of one concerns all.
    pub(super) fn add_siblings(&self, session: &mut Vec<Job>) -> Result<(), Error> {
        let Some(job) = session.first().cloned() else { return Ok(()) };
        if matches!(Session::of(&job), Session::One(_)) {
            return Ok(());
        }
        let study = self.studies.get(&job.study).ok_or(Error::NoStudy)?;
        for language in &study.settings.language_versions {
            let newest = self.newest_out(&job, *language)?;
            session.extend(newest.filter(|it| session.iter().all(|known| known.job != it.job)));
        }
        Ok(())
    }

    /// Whether every other language version is out for these readers, or among these.
    pub(super) fn is_accompanied(&self, job: &Job, among: &[Job], profile: Profile) -> Result<bool, Error> {
        let Some(place) = job.facts.place.as_ref().filter(|it| it.language.is_some()) else {
            return Ok(true);
        };
        let study = self.studies.get(&job.study).ok_or(Error::NoStudy)?;
        for language in study.settings.language_versions.iter().filter(|it| Some(**it) != place.language) {
            let Some(other) = self.newest_out(job, *language)? else { return Ok(false) };
            let is_out = other.facts.copies.get(&profile).is_some_and(|it| it.is_out);
            if !is_out && among.iter().all(|it| it.job != other.job) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The newest version of an item in a language, of those that are out for the team.
    fn newest_out(&self, of: &Job, language: Language) -> Result<Option<Job>, Error> {
        let Some(place) = &of.facts.place else { return Ok(None) };
        let mut out = self.catalog.of_item(&of.study, &place.slot_in(Some(language)), of.facts.ordinal)?;
        out.retain(|it| matches!(it.state, State::Released | State::Done) && it.facts.release_leaf.is_some());
        Ok(out.into_iter().max_by_key(|it| it.facts.version))
    }
}
