//! A name that becomes known is looked for in what the group has released before: a copy in which it stands is
//! marked as stale, in the catalog and in the log. It is never rewritten.
//!
//! Architecture invariant: the search comes before the step that makes the item durable which brings the name, and
//! is remembered after the mark. Whoever is stopped in between does it again.

use std::collections::BTreeMap;

use super::{Error, Line};
use crate::{
    audit::entry::{Actor, Entry, Op},
    detect::{Detected, Sought},
    entity::{EntityType, Tier},
    id::{GroupId, JobId, StudyId},
    item::Profile,
    registry::{Decision as Carried, Scope},
    release, render,
    review::Decision,
    roster::squeeze::squeezed_name,
    secret::Sensitive,
    transcript::Transcript,
    verify::decision_digest,
};

/// Names that have become known, by group.
#[derive(Debug, Default)]
pub(super) struct Known(BTreeMap<GroupId, Vec<Sensitive<String>>>);

impl Known {
    /// Adds the names of an item that are certain.
    pub(super) fn add(&mut self, group: &GroupId, detected: &Transcript<Detected>) {
        // EXPOSE: names go into `Sensitive` again.
        let text = detected.text().expose();
        let certain = detected.state().scan().findings.iter();
        let certain = certain.filter(|it| it.entity == EntityType::Person && it.tier == Tier::Certain);
        let names = certain.filter_map(|it| text.get(it.span.clone()));
        self.0.entry(group.clone()).or_default().extend(names.map(|it| Sensitive::new(squeezed_name(it))));
    }

    /// Adds the names that a reviewer marked or takes out.
    pub(super) fn add_decided(&mut self, group: &GroupId, decision: &Decision) {
        let names = decision.persons().map(|it| Sensitive::new(squeezed_name(it)));
        self.0.entry(group.clone()).or_default().extend(names);
    }
}

impl Line {
    /// Marks what is out of the groups and holds one of these names.
    pub(super) fn look_for(&mut self, study: &StudyId, known: Known) -> Result<(), Error> {
        for (group, mut names) in known.0 {
            let scope = Scope { study: study.clone(), group };
            // EXPOSE: compared with each other.
            names.sort_by(|a, b| a.expose().cmp(b.expose()));
            // EXPOSE: as above.
            names.dedup_by(|a, b| a.expose() == b.expose());
            self.look_for_in(&scope, &names)?;
        }
        Ok(())
    }

    fn look_for_in(&mut self, scope: &Scope, names: &[Sensitive<String>]) -> Result<(), Error> {
        let released = self.catalog.released_of_group(&scope.study, &scope.group)?;
        let Some(newest) = released.iter().filter_map(|it| it.facts.release_leaf).max() else {
            return Ok(());
        };
        let study = self.studies.get(&scope.study).ok_or(Error::NoStudy)?;
        let mut open: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
        for name in names {
            // EXPOSE: looked up by keyed digests, and searched for.
            let name = name.expose().as_str();
            // A reviewer lets it stand: it is no name in this study.
            let stands = study.decisions.get(&decision_digest(&self.names, EntityType::Person, name));
            let from = self.registry.searched(scope, name)?;
            if from <= newest && stands != Some(&Carried::Keep) {
                open.entry(from).or_default().push(name);
            }
        }
        let known: Vec<u64> = self.catalog.stale()?.into_iter().map(|it| it.release).collect();
        let mut below = newest.saturating_add(1);
        let mut stale: BTreeMap<u64, JobId> = BTreeMap::new();
        for (from, names) in &open {
            let Some(sought) = Sought::new(names.iter().copied(), &study.words) else { continue };
            for job in &released {
                let (Some(leaf), Some(name)) = (job.facts.release_leaf, &job.facts.release_name) else {
                    continue;
                };
                if leaf < *from || known.contains(&leaf) || stale.contains_key(&leaf) {
                    continue;
                }
                let directory = &self.station.directories.release;
                let Some(copy) = release::copy(directory, &job.study, Profile::Team, name)? else {
                    // Not there yet, or no more.
                    if job.state == crate::catalog::State::Approved {
                        below = below.min(leaf);
                    }
                    continue;
                };
                let markers = self.markers(&job.study, &job.facts)?;
                // One that can't be unpacked is no copy of ours any more; `doctor` says so.
                let holds = render::parts(&copy).unwrap_or_default().iter().any(|part| {
                    let text = String::from_utf8_lossy(part);
                    sought.stands_in(&text, &markers.find(&text))
                });
                if holds {
                    // What the team's copy says, the others say.
                    stale.extend(job.facts.leaves_out().map(|leaf| (leaf, job.job)));
                }
            }
        }
        let names: Vec<&str> = open.into_values().flatten().collect();
        if names.is_empty() {
            return Ok(());
        }
        if !stale.is_empty() {
            let stale: Vec<_> = stale.into_iter().map(|(leaf, job)| (job, leaf)).collect();
            tracing::warn!(releases = stale.len(), "released copies hold what is now known to be a name");
            self.catalog.mark_stale(&stale, self.clock.now())?;
        }
        Ok(self.registry.note_searched(scope, &names, below)?)
    }

    /// Says in the log which releases are stale.
    pub(super) fn tell_stale(&mut self) -> Result<(), Error> {
        let stale = self.catalog.stale()?;
        let releases: Vec<u64> = stale.iter().filter(|it| !it.logged).map(|it| it.release).collect();
        if releases.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let entry = |release: &u64| Entry::new(now, Actor::Daemon, Op::Stale { release: *release });
        self.append(releases.iter().map(entry).collect())?;
        Ok(self.catalog.stale_logged(&releases)?)
    }
}
