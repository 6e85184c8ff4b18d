//! Seals the copies for other readers and releases them; or takes them back.

use std::{collections::BTreeMap, path::PathBuf};

use super::Made;
use crate::{
    audit::entry::{Actor, Entry, Op, Outcome},
    catalog::{Change, Facts, Job, OtherCopy},
    config::Directories,
    durable,
    fault::{Disposition, Fault as _},
    id::{JobId, ObjectId},
    item::{Profile, Voice},
    keys::ObjectClass,
    pipeline::{Error, Line, record::seal_op, versions::Session},
    release::{self, Destination, Prepared, Staged, Superseded},
    render,
    seal::Sealed,
    verify::Deidentified,
};

/// A copy that is sealed and lies in the outbox.
pub(super) struct Laid {
    job: Job,
    made: Made,
    sealed: Sealed<Deidentified>,
}

/// A copy that has passed the last check, and the leaf that a stop may have left of it.
struct Ready {
    job: Job,
    object: ObjectId,
    prepared: Prepared,
    leaf: Option<u64>,
}

impl Line {
    /// Seals what was made, puts it into the outbox, and records both.
    pub(super) fn lay_out(&mut self, made: Vec<(Job, Made)>) -> Result<Vec<Laid>, Error> {
        let outbox = self.station.directories.outbox.clone();
        let mut drafts = Vec::new();
        for (job, made) in made {
            let known = job.facts.copies.get(&made.profile).and_then(|it| it.sealed.as_ref());
            let known =
                known.and_then(|it| Sealed::resume(it, &render::of(&made.transcript), &self.vouchers).ok());
            let mut pending = None;
            if known.is_none() {
                let spec = self.spec(job.job, &job.study, &job.facts, ObjectClass::Deidentified)?;
                pending = Some(self.store.deidentified(&spec, made.profile, &made.transcript, &[])?);
            }
            // A stop may have left one of other bytes: nothing refers to it.
            let format = made.transcript.layout().format;
            release::discard_copy(&outbox, job.job, made.profile, format)?;
            let staged = release::stage(&made.transcript, &outbox, made.profile)?;
            drafts.push((job, made, known, pending, staged));
        }
        if drafts.is_empty() {
            return Ok(Vec::new());
        }
        let synced = durable::sync(&self.station.directories.root)?;
        // Keys first: an object whose key has no name could never be opened.
        self.keystore.commit(&synced)?;
        let now = self.clock.now();
        let (mut laid, mut new, mut entries) = (Vec::new(), Vec::new(), Vec::new());
        for (job, made, known, pending, staged) in drafts {
            let _staged = staged.commit(&synced)?;
            let sealed = match (known, pending) {
                (Some(it), _) => it,
                (None, Some(it)) => {
                    let sealed = it.commit(&synced)?;
                    let seal = seal_op(job.job, &job.facts, vec![sealed.object()], Outcome::Ready);
                    entries.push(Entry::new(now, Actor::Daemon, seal));
                    new.push((job.job, made.profile, sealed.record(&self.vouchers)?));
                    sealed
                }
                (None, None) => return Err(Error::Report),
            };
            laid.push(Laid { job, made, sealed });
        }
        let _named = durable::sync(&self.station.directories.root)?;
        let receipts = self.append(entries)?;
        for ((job, profile, record), receipt) in new.into_iter().zip(receipts) {
            self.note_copy(job, profile, |copy| {
                *copy = OtherCopy {
                    sealed: Some(record),
                    seal_leaf: Some(receipt.leaf()),
                    ..OtherCopy::default()
                };
            })?;
        }
        Ok(laid)
    }

    pub(super) fn release_to_others(&mut self, laid: Vec<Laid>) -> Result<(), Error> {
        let mut ready: BTreeMap<(Profile, Session), Vec<Ready>> = BTreeMap::new();
        let mut refused: BTreeMap<(Profile, Session), &'static str> = BTreeMap::new();
        for Laid { job, made, sealed } in laid {
            let key = (made.profile, Session::of(&job));
            let object = sealed.object();
            match self.prepare_copy(&job, made, sealed) {
                Ok((prepared, leaf)) => {
                    ready.entry(key).or_default().push(Ready { job, object, prepared, leaf });
                }
                Err(Error::Release(error)) if error.disposition() == Disposition::Hold => {
                    self.withhold(job.job, key.0, error.code())?;
                    refused.insert(key, error.code());
                }
                Err(error) => return Err(error),
            }
        }
        for (key, reason) in refused {
            let others: Vec<Job> = ready.remove(&key).into_iter().flatten().map(|it| it.job).collect();
            self.withhold_all(&others, key.0, reason)?;
        }
        // In the order of their names, which says nothing: not in that in which a group's files came.
        let mut ready: Vec<_> = ready.into_iter().map(|((profile, _), it)| (profile, it)).collect();
        ready.sort_by_key(|(_, it)| it.first().map(|it| it.prepared.file_name()));
        for (profile, copies) in ready {
            self.release_together(profile, copies)?;
        }
        Ok(())
    }

    /// Releases the copies of a session's language versions.
    fn release_together(&mut self, profile: Profile, copies: Vec<Ready>) -> Result<(), Error> {
        let outgoing: Vec<_> = copies.iter().map(|it| (&it.prepared, it.object, it.leaf)).collect();
        let receipts = self.leaves(&outgoing)?;
        let (mut jobs, mut batch) = (Vec::new(), Vec::new());
        let (mut replaced, mut superseded) = (Vec::new(), Vec::new());
        for (Ready { job, prepared, .. }, receipt) in copies.into_iter().zip(receipts) {
            // Remembered before anything is named.
            self.note_copy(job.job, profile, |copy| {
                copy.release_leaf = Some(receipt.leaf());
                copy.release_name = Some(prepared.file_name());
            })?;
            if let Some(leaf) = prepared.replaces() {
                replaced.push(leaf);
                superseded.extend(self.earlier_copies(&job, profile)?.into_iter().map(|it| it.0));
            }
            jobs.push((job, prepared.format()));
            batch.push((prepared, receipt));
        }
        let directories = self.station.directories.clone();
        let away = away(&directories, profile);
        match release::publish(&directories.release, &away, &self.log, batch) {
            Ok(_) => {
                self.catalog.clear_stale(&replaced)?;
                for earlier in superseded {
                    self.note_copy(earlier, profile, |copy| copy.is_out = false)?;
                }
                for (job, format) in jobs {
                    self.note_copy(job.job, profile, |copy| copy.is_out = true)?;
                    release::discard_copy(&directories.outbox, job.job, profile, format)?;
                }
                Ok(())
            }
            Err(error) if error.disposition() == Disposition::Hold => {
                let jobs: Vec<Job> = jobs.into_iter().map(|it| it.0).collect();
                self.withhold_all(&jobs, profile, error.code())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The last check; with it comes the leaf that a stop may have left.
    fn prepare_copy(
        &self,
        job: &Job,
        made: Made,
        sealed: Sealed<Deidentified>,
    ) -> Result<(Prepared, Option<u64>), Error> {
        let Made { profile, gate, alias, number, replaced, policy, transcript } = made;
        // As it is now: with the leaf of its seal.
        let now = self.catalog.job(job.job)?.ok_or(Error::Report)?;
        let copy = now.facts.copies.get(&profile).cloned().unwrap_or_default();
        let receipt = self.log.receipt(copy.seal_leaf.ok_or(Error::Report)?, &sealed.object())?;
        let outbox = &self.station.directories.outbox;
        let staged = Staged::resume(outbox, job.job, profile, transcript.layout().format)?;
        let mut place = job.facts.place.clone().ok_or(Error::Report)?;
        // Where several people have one role, the folder bears a code.
        let study = self.studies.get(&job.study).ok_or(Error::NoStudy)?;
        if let Voice::One(code) = &place.voice
            && let Some((_, person)) = study.roster.find(code)
        {
            place.role = person.role().clone();
        }
        let destination = Destination {
            place,
            profile,
            alias: Some(alias),
            number,
            version: job.facts.version,
            supersedes: self.superseded_copy(job, profile)?,
        };
        let account = self.account_of(job, replaced, |entity| policy.action(entity))?;
        let prepared = release::prepare(sealed, receipt, staged, &gate, destination, &account)?;
        Ok((prepared, copy.release_leaf))
    }

    /// The released copy of an earlier version that this one takes the place of.
    fn superseded_copy(&self, job: &Job, profile: Profile) -> Result<Option<Superseded>, Error> {
        let earlier = self.earlier_copies(job, profile)?;
        Ok(earlier.into_iter().map(|it| it.1).max_by_key(|it| it.version))
    }

    pub(super) fn earlier_copies(
        &self,
        job: &Job,
        profile: Profile,
    ) -> Result<Vec<(JobId, Superseded)>, Error> {
        let Some(place) = &job.facts.place else { return Ok(Vec::new()) };
        let versions = self.catalog.of_item(&job.study, &place.slot(), job.facts.ordinal)?;
        let out = |it: &Job| {
            let copy = it.facts.copies.get(&profile).filter(|it| it.is_out)?;
            Some((it.job, Superseded { version: it.facts.version, leaf: copy.release_leaf? }))
        };
        Ok(versions.iter().filter(|it| it.facts.version < job.facts.version).filter_map(out).collect())
    }

    /// No copy for these readers, and none of an earlier version either: what was corrected must not stay with them.
    pub(super) fn withhold(
        &mut self,
        id: JobId,
        profile: Profile,
        reason: &'static str,
    ) -> Result<(), Error> {
        tracing::warn!(code = reason, job = %id, profile = profile.name(), "a copy for other readers is withheld");
        let job = self.catalog.job(id)?.ok_or(Error::Report)?;
        let directories = self.station.directories.clone();
        let away = away(&directories, profile);
        let now = self.clock.now();
        let mut out = self.earlier_copies(&job, profile)?;
        let own = job.facts.copies.get(&profile).filter(|it| it.is_out).and_then(|it| it.release_leaf);
        out.extend(own.map(|leaf| (id, Superseded { version: job.facts.version, leaf })));
        for (of, Superseded { leaf, .. }) in out {
            let name = self.catalog.job(of)?;
            let name = name.and_then(|it| it.facts.copies.get(&profile)?.release_name.clone());
            release::withdraw(&directories.release, &away, &job.study, profile, &name.unwrap_or_default())?;
            self.append(vec![Entry::new(now, Actor::Daemon, Op::Recall { release: leaf })])?;
            self.catalog.clear_stale(&[leaf])?;
            self.note_copy(of, profile, |it| {
                (it.is_out, it.withheld) = (false, Some(reason.to_owned()));
            })?;
        }
        self.note_copy(id, profile, |it| it.withheld = Some(reason.to_owned()))?;
        match job.facts.format {
            Some(format) => Ok(release::discard_copy(&directories.outbox, id, profile, format)?),
            None => Ok(()),
        }
    }

    /// Writes down what became of a copy.
    fn note_copy(
        &mut self,
        id: JobId,
        profile: Profile,
        note: impl FnOnce(&mut OtherCopy),
    ) -> Result<(), Error> {
        let Job { state, mut facts, .. } = self.catalog.job(id)?.ok_or(Error::Report)?;
        note(facts.copies.entry(profile).or_default());
        let facts: &Facts = &facts;
        Ok(self.catalog.change(&[Change { job: id, to: state, facts }], self.clock.now())?)
    }
}

/// Where copies go that are taken back.
fn away(directories: &Directories, profile: Profile) -> PathBuf {
    directories.station.join("withdrawn").join(profile.name())
}
