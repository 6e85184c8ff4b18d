//! What a steward wrote beside somebody's names on the roster: the codes under which that person was met before. From
//! then on there is one code; copies that are out under another, or that bear one which is no longer theirs, are stale.
//!
//! Architecture invariant: copies are marked before it is noted that they were looked through. Whoever is stopped in
//! between does it again. What was judged before a code moved is looked through when it comes out, however late.

use std::collections::{BTreeMap, BTreeSet};

use super::{Error, Line};
use crate::{
    catalog::State,
    id::{Code, JobId, StudyId},
    item::Profile,
    release, render,
    transform::marker::codes_in,
};

impl Line {
    /// Looks through what is out, and through what has come out since, for codes that the roster gave to somebody else.
    pub(super) fn take_joined(&mut self) -> Result<(), Error> {
        for study in self.studies.keys().filter(|it| !self.joined.contains(it)).cloned().collect::<Vec<_>>() {
            if self.take_joined_of(&study)? {
                self.joined.insert(study);
            }
        }
        Ok(())
    }

    /// Whether everything that has a leaf lay where it can be read.
    fn take_joined_of(&mut self, id: &StudyId) -> Result<bool, Error> {
        let now = self.studies.get(id).ok_or(Error::NoStudy)?.roster.joined();
        let mut joined = self.registry.joined(id)?;
        let moved = moved(&joined.codes, now);
        if !moved.is_empty() {
            // What is judged from here on has the new ones.
            joined.moved.extend(moved.into_iter().map(|it| (it, self.log.size())));
            (joined.codes, joined.looked_below) = (now.clone(), 0);
            self.registry.note_joined(id, &joined)?;
            self.state_changed = true;
        }
        if joined.moved.is_empty() {
            return Ok(true);
        }
        let (mut stale, mut below, mut all_is_seen) = (Vec::new(), joined.looked_below, true);
        for job in self.catalog.released(id)? {
            let (Some(leaf), Some(name)) = (job.facts.release_leaf, &job.facts.release_name) else {
                continue;
            };
            if leaf < joined.looked_below {
                continue;
            }
            let Some(copy) = release::copy(&self.station.directories.release, id, Profile::Team, name)?
            else {
                // Not there yet, or no more.
                all_is_seen &= job.state != State::Approved;
                continue;
            };
            below = below.max(leaf.saturating_add(1));
            let judged_at = job.facts.seal_leaf.unwrap_or(0);
            let parts = render::parts(&copy).unwrap_or_default();
            let bears_old = parts.iter().any(|part| {
                let text = String::from_utf8_lossy(part);
                codes_in(&text).any(|it| joined.moved.get(it).is_some_and(|moved_at| judged_at < *moved_at))
            });
            if bears_old {
                // What the team's copy says, the others say.
                stale.extend(job.facts.leaves_out().map(|leaf| (job.job, leaf)));
            }
        }
        self.mark_joined(&stale)?;
        if all_is_seen {
            joined.looked_below = below;
            self.registry.note_joined(id, &joined)?;
        }
        Ok(all_is_seen)
    }

    fn mark_joined(&mut self, stale: &[(JobId, u64)]) -> Result<(), Error> {
        let known: BTreeSet<u64> = self.catalog.stale()?.into_iter().map(|it| it.release).collect();
        let new: Vec<_> = stale.iter().filter(|it| !known.contains(&it.1)).copied().collect();
        if !new.is_empty() {
            tracing::warn!(
                releases = new.len(),
                "released copies bear codes that the roster has since changed"
            );
            self.catalog.mark_stale(&new, self.clock.now())?;
        }
        Ok(())
    }
}

/// Codes that stood for somebody and no longer do.
fn moved(before: &BTreeMap<String, Code>, now: &BTreeMap<String, Code>) -> BTreeSet<String> {
    let all: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let changed = all.into_iter().filter(|it| before.get(*it) != now.get(*it));
    changed.map(|it| before.get(it).map_or_else(|| it.clone(), ToString::to_string)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(of: &[(&str, &str)]) -> BTreeMap<String, Code> {
        of.iter().map(|(code, person)| ((*code).to_owned(), person.parse().unwrap())).collect()
    }

    #[test]
    fn a_code_that_has_another_owner_is_looked_for_as_it_was_written() {
        let before = joined(&[("person-1", "REL-1"), ("person-2", "REL-1"), ("person-3", "REL-3")]);
        let now = joined(&[("person-1", "REL-1"), ("person-2", "REL-2"), ("person-4", "REL-1")]);
        let moved = moved(&before, &now);
        assert_eq!(moved.iter().map(String::as_str).collect::<Vec<_>>(), ["REL-1", "REL-3", "person-4"]);
    }
}
