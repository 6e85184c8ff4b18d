//! The station's memory of names, sealed to the stewards: lost with its disk, it comes back with a steward's
//! identity and a new station.

use super::{Error, Line, study::stewards};
use crate::{
    audit::entry::{Actor, Entry, Op, Outcome, Pins},
    clock::Timestamp,
    durable,
    id::{Digest, JobId},
    seal::{Audience, Member, Spec},
};

/// How long the newest sealed copy may lag behind while the daemon runs.
const LAG_MILLIS: u64 = 60 * 60 * 1000;

impl Line {
    /// Seals the station's memory if it has changed and the last copy is old; `now_or_never` seals it anyway.
    pub(super) fn keep_state(&mut self, now_or_never: bool) -> Result<(), Error> {
        let now = self.clock.now();
        let due = self
            .state_kept
            .is_none_or(|at: Timestamp| now.as_millis().saturating_sub(at.as_millis()) >= LAG_MILLIS);
        if !self.state_changed || !(due || now_or_never) {
            return Ok(());
        }
        let stewards = stewards(self.studies.values());
        if stewards.is_empty() {
            return Ok(());
        }
        let job = JobId::random().map_err(|_| Error::Random)?;
        let spec =
            Spec { job, study: None, participants: Vec::new(), audience: Audience::Stewards(stewards) };
        let snapshot = self.registry.snapshot()?;
        let (pseudonym, roster) = (self.credentials.pseudonym.to_text(), self.credentials.roster.to_text());
        // EXPOSE: into the object, which only stewards open.
        let members = [
            Member { name: "registry.json", bytes: snapshot.expose() },
            // EXPOSE: as above: without these keys nobody can read what the registry says.
            Member { name: "pseudonym.key", bytes: pseudonym.expose().as_bytes() },
            Member { name: "roster.key", bytes: roster.expose().as_bytes() },
        ];
        let pending = self.store.station(&spec, &members)?;
        let synced = durable::sync(&self.station.directories.root)?;
        let object = pending.commit(&synced)?.object();
        // The log must not speak of an object whose name a power cut can take.
        let _named = durable::sync(&self.station.directories.root)?;
        let none = Digest::from_bytes([0; 32]);
        let op = Op::Seal {
            job,
            objects: vec![object],
            commitment: None,
            outcome: Outcome::Kept,
            pins: Pins { rules: none, roster: none, model: None },
            findings: std::collections::BTreeMap::new(),
        };
        self.append(vec![Entry::new(now, Actor::Daemon, op)])?;
        (self.state_changed, self.state_kept) = (false, Some(now));
        Ok(())
    }
}
