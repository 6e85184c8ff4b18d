//! Copies for other readers than the team. Each is made of the team's copy once that is out, read again and verified
//! like it, sealed in an object of its own, and released under a leaf of its own.
//!
//! Whatever a stop leaves is made again from the team's copy, with the same codes and so to the same bytes. What the
//! catalog knows to be sealed is not sealed twice, and no copy goes out under two leaves.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Error, Line,
    error::reason,
    record::seal_op,
    study,
    versions::{Session, sessions},
};
use crate::{
    audit::entry::{Actor, Entry, Op, Outcome},
    catalog::{Change, Facts, Job, OtherCopy, State},
    detect::Scan,
    durable,
    entity::EntityType,
    fault::{Disposition, Fault as _},
    id::{JobId, ObjectId},
    item::{Place, Profile, Voice},
    keys::ObjectClass,
    registry::Drawing,
    release::{self, Destination, Prepared, Staged, Superseded},
    render,
    roster::Roster,
    seal::{self, Sealed},
    transcript::{Raw, Transcript},
    transform::{
        Draws, Policy,
        profile::{Apart, Named, for_profile, named},
    },
    verify::{
        Deidentified, ReadBy, Rescan, Terms, Undecided, Verdict, Waivers, decision_digest,
        gate::{Gate, Originals},
        is_left, verify,
    },
};

/// How many items are worked off before something else has its turn.
const MAX_AT_ONCE: usize = 16;

/// The name of a joint item, as if it were somebody's code.
const JOINT: &str = "JOINT";

/// The numbers of codes: of four digits, and once these are used up, of five and of six.
const NUMBERS: [(u32, u32); 3] = [(1000, 9000), (10_000, 90_000), (100_000, 900_000)];

/// A copy that reads as it should.
struct Made {
    profile: Profile,
    transcript: Transcript<Deidentified>,
    gate: Gate,
    alias: String,
    replaced: BTreeMap<EntityType, u64>,
    policy: Policy,
}

/// A copy that is sealed and lies in the outbox.
struct Laid {
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
    /// Makes and releases what other readers than the team are to have.
    pub(super) fn hand_out_to_others(&mut self) -> Result<(), Error> {
        if !self.due_is_known {
            self.due_is_known = true;
            if self.studies.values().any(|it| !it.settings.profiles.is_empty()) {
                self.due.extend(self.catalog.in_state(State::Done)?.iter().map(|it| it.job));
            }
        }
        let due = std::mem::take(&mut self.due);
        let due = due.into_iter().map(|it| self.catalog.job(it)).collect::<Result<Vec<_>, _>>()?;
        let mut made = Vec::new();
        let mut worked = 0_usize;
        for session in sessions(due.into_iter().flatten().collect()) {
            let mut wanted: BTreeMap<Profile, Vec<Job>> = BTreeMap::new();
            for job in &session {
                for profile in self.wanted(job)? {
                    wanted.entry(profile).or_default().push(job.clone());
                }
            }
            let is_busy = |it: &Job| self.studies.get(&it.study).is_none_or(|it| it.workers.is_empty());
            if !wanted.is_empty() && (worked >= MAX_AT_ONCE || session.iter().any(is_busy)) {
                self.due.extend(session.iter().map(|it| it.job));
                continue;
            }
            for (profile, jobs) in wanted {
                worked = worked.saturating_add(jobs.len());
                match self.make_all(&jobs, profile)? {
                    Ok(all) => made.extend(all),
                    Err(reason) => self.withhold_all(&jobs, profile, reason)?,
                }
            }
        }
        self.postponed |= !self.due.is_empty();
        let laid = self.lay_out(made)?;
        self.release_to_others(laid)
    }

    /// Makes the copies of a session's language versions; all of them, or says why there can be none.
    fn make_all(
        &mut self,
        jobs: &[Job],
        profile: Profile,
    ) -> Result<Result<Vec<(Job, Made)>, &'static str>, Error> {
        let mut made = Vec::new();
        for job in jobs {
            if !self.is_accompanied(job, jobs, profile)? {
                return Ok(Err(reason::OTHER_VERSION_WAITS));
            }
            match self.make(job, profile)? {
                Ok(it) => made.push((job.clone(), it)),
                Err(reason) => return Ok(Err(reason)),
            }
        }
        Ok(Ok(made))
    }

    fn withhold_all(&mut self, jobs: &[Job], profile: Profile, reason: &'static str) -> Result<(), Error> {
        jobs.iter().try_for_each(|it| self.withhold(it.job, profile, reason))
    }

    /// The profiles for which an item still lacks a copy.
    fn wanted(&mut self, job: &Job) -> Result<Vec<Profile>, Error> {
        let today = self.catalog.greatest_time(self.clock.now())?.date();
        let Some((study, place)) = self.studies.get(&job.study).zip(job.facts.place.as_ref()) else {
            return Ok(Vec::new());
        };
        let is_over = today > study.settings.approval_until;
        if job.state != State::Done || job.facts.release_leaf.is_none() || is_over {
            return Ok(Vec::new());
        }
        let lacks = |profile: &Profile| {
            let copy = job.facts.copies.get(profile);
            copy.is_none_or(|it| !it.is_out && it.withheld.is_none())
        };
        let allowed = |it: &Profile| study.roster.allows(&place.voice, place.activity, *it);
        let wanted: Vec<_> = study.settings.profiles.iter().copied().filter(lacks).filter(allowed).collect();
        if wanted.is_empty() || self.newer_is_out(job)? { Ok(Vec::new()) } else { Ok(wanted) }
    }

    /// Makes a copy; or says by an error code why there can be none.
    fn make(&mut self, job: &Job, profile: Profile) -> Result<Result<Made, &'static str>, Error> {
        let unreadable = Ok(Err(release::Error::Unreadable.code()));
        let (Some(place), Some(before)) = (job.facts.place.clone(), job.facts.before) else {
            return unreadable;
        };
        let Some((team, scan)) = self.read_team_copy(job)? else {
            return Ok(Err(release::Error::OtherBytes.code()));
        };
        let markers = self.markers(&job.study, &job.facts)?;
        let kept = self.left_standing(&team, &scan, &markers.places(&team));
        let mut everybody = named(&team, &markers);
        let whose = Named::Coded(match &place.voice {
            Voice::One(code) => code.to_string(),
            Voice::Joint(_) => JOINT.to_owned(),
        });
        everybody.insert(whose.clone());
        let study = self.studies.get(&job.study).ok_or(Error::NoStudy)?;
        let roster = &study.roster;
        let space = space(profile, &place, job.facts.ordinal);
        let codes = self.registry.drawing(&job.study, |draws| {
            let draw = |it: Named| Ok((it.clone(), draw(draws, profile, &space, &it, roster)?));
            everybody.into_iter().map(draw).collect::<Result<BTreeMap<_, _>, _>>()
        })?;
        let alias = codes.get(&whose).cloned().unwrap_or_default();
        let apart = Apart { profile, codes: &codes, above: &study.above };
        let (transformed, ours) = for_profile(team, &markers, before, &apart);
        let (replaced, policy) = (ours.counts(&transformed), transformed.state().policy().clone());
        let file = render::of(&transformed).into_owned();
        let Some((parsed, scan)) = self.read_with(job, file, &ours)? else { return unreadable };
        // EXPOSE: hashed and measured.
        let rescan = Rescan::of(parsed.text().expose(), parsed.layout(), scan);
        // Without its list nobody can say what must not be in it.
        let Some(originals) = self.registry.gate(job.job)? else { return unreadable };
        let study = self.studies.get(&job.study).ok_or(Error::NoStudy)?;
        let gate = Gate::new(study.matcher.clone(), Originals::Digests(self.names.share(), originals))?;
        let gate = gate.with_markers(ours);
        let terms = Terms {
            undecided: Undecided::Pass,
            read_by: ReadBy::Reviewer,
            waivers: Waivers::new(self.names.share(), kept, study::kept(&study.decisions)),
        };
        Ok(match verify(transformed, rescan, &gate, &terms)? {
            Verdict::Clear(transcript) => Ok(Made { profile, transcript, gate, alias, replaced, policy }),
            Verdict::Hold(_) => Err(reason::VERIFY_HOLDS),
        })
    }

    /// The team's copy as it is out, if it is the one that was sealed, and what is found in it.
    fn read_team_copy(&mut self, job: &Job) -> Result<Option<(Transcript<Raw>, Scan)>, Error> {
        let (Some(record), Some(name)) = (&job.facts.deidentified, &job.facts.release_name) else {
            return Ok(None);
        };
        let directory = &self.station.directories.release;
        let Some(bytes) = release::copy(directory, &job.study, Profile::Team, name)? else { return Ok(None) };
        match Sealed::<Deidentified>::resume(record, &bytes, &self.vouchers) {
            Ok(_) => self.read_result(job, bytes),
            Err(seal::Error::Voucher) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What the team's copy was approved with: strings that stand in it, each as what it is found to be.
    fn left_standing(
        &self,
        team: &Transcript<Raw>,
        scan: &Scan,
        markers: &[std::ops::Range<usize>],
    ) -> BTreeSet<crate::id::Digest> {
        // EXPOSE: compared by offsets, and digested under the name key.
        let text = team.text().expose();
        let standing = scan.findings.iter().filter(|it| is_left(text, &it.span, markers));
        standing
            .filter_map(|it| Some(decision_digest(&self.names, it.entity, text.get(it.span.clone())?)))
            .collect()
    }

    /// Seals what was made, puts it into the outbox, and records both.
    fn lay_out(&mut self, made: Vec<(Job, Made)>) -> Result<Vec<Laid>, Error> {
        let outbox = self.station.directories.outbox.clone();
        let mut drafts = Vec::new();
        for (job, made) in made {
            let bytes = render::of(&made.transcript);
            let known = job.facts.copies.get(&made.profile).and_then(|it| it.sealed.as_ref());
            let known = known.and_then(|it| Sealed::resume(it, &bytes, &self.vouchers).ok());
            let pending = match &known {
                Some(_) => None,
                None => {
                    let spec = self.spec(job.job, &job.study, &job.facts, ObjectClass::Deidentified)?;
                    Some(self.store.deidentified(&spec, made.profile, &made.transcript, &[])?)
                }
            };
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
        let mut laid = Vec::new();
        let mut new = Vec::new();
        for (job, made, known, pending, staged) in drafts {
            let _staged = staged.commit(&synced)?;
            let sealed = match (known, pending) {
                (Some(it), _) => it,
                (None, Some(it)) => {
                    let sealed = it.commit(&synced)?;
                    new.push((job.job, made.profile, sealed.record(&self.vouchers)?));
                    sealed
                }
                (None, None) => return Err(Error::Report),
            };
            laid.push(Laid { job, made, sealed });
        }
        let _named = durable::sync(&self.station.directories.root)?;
        let now = self.clock.now();
        let mut entries = Vec::new();
        for (job, _, record) in &new {
            let job = self.catalog.job(*job)?.ok_or(Error::Report)?;
            let seal = seal_op(job.job, &job.facts, vec![record.object], Outcome::Ready);
            entries.push(Entry::new(now, Actor::Daemon, seal));
        }
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

    fn release_to_others(&mut self, laid: Vec<Laid>) -> Result<(), Error> {
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
        let now = self.clock.now();
        let mut told = Vec::new();
        let mut entries = Vec::new();
        for it in &copies {
            let known = it.leaf.and_then(|leaf| self.log.receipt(leaf, &it.object).ok());
            let known = known.filter(|receipt| it.prepared.is_told_by(receipt));
            if known.is_none() {
                entries.push(it.prepared.release_entry(now, Actor::Daemon));
            }
            told.push(known);
        }
        let mut new = self.append(entries)?.into_iter();
        let (mut jobs, mut batch, mut replaced) = (Vec::new(), Vec::new(), Vec::new());
        for (Ready { job, prepared, .. }, known) in copies.into_iter().zip(told) {
            let receipt = known.or_else(|| new.next()).ok_or(Error::Report)?;
            // Remembered before anything is named.
            self.note_copy(job.job, profile, |copy| {
                copy.release_leaf = Some(receipt.leaf());
                copy.release_name = Some(prepared.file_name());
            })?;
            replaced.extend(prepared.replaces());
            jobs.push((job, prepared.format()));
            batch.push((prepared, receipt));
        }
        let directories = self.station.directories.clone();
        let away = directories.station.join("withdrawn").join(profile.name());
        match release::publish(&directories.release, &away, &self.log, batch) {
            Ok(_) => {
                self.catalog.clear_stale(&replaced)?;
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
        let Made { profile, gate, alias, replaced, policy, transcript } = made;
        // As it is now: with the leaf of its seal.
        let now = self.catalog.job(job.job)?.ok_or(Error::Report)?;
        let copy = now.facts.copies.get(&profile).cloned().unwrap_or_default();
        let receipt = self.log.receipt(copy.seal_leaf.ok_or(Error::Report)?, &sealed.object())?;
        let outbox = &self.station.directories.outbox;
        let staged = Staged::resume(outbox, job.job, profile, transcript.layout().format)?;
        let destination = Destination {
            place: job.facts.place.clone().ok_or(Error::Report)?,
            profile,
            alias: Some(alias),
            number: job.facts.ordinal,
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

    fn earlier_copies(&self, job: &Job, profile: Profile) -> Result<Vec<(JobId, Superseded)>, Error> {
        let Some(place) = &job.facts.place else { return Ok(Vec::new()) };
        let versions = self.catalog.of_item(&job.study, &place.slot(), job.facts.ordinal)?;
        let out = |it: &Job| {
            let copy = it.facts.copies.get(&profile).filter(|it| it.is_out)?;
            Some((it.job, Superseded { version: it.facts.version, leaf: copy.release_leaf? }))
        };
        Ok(versions.iter().filter(|it| it.facts.version < job.facts.version).filter_map(out).collect())
    }

    /// No copy for these readers, and none of an earlier version either: what was corrected must not stay with them.
    fn withhold(&mut self, id: JobId, profile: Profile, reason: &'static str) -> Result<(), Error> {
        tracing::warn!(code = reason, job = %id, profile = profile.name(), "a copy for other readers is withheld");
        let job = self.catalog.job(id)?.ok_or(Error::Report)?;
        let directories = self.station.directories.clone();
        let away = directories.station.join("withdrawn").join(profile.name());
        let now = self.clock.now();
        for (earlier, Superseded { leaf, .. }) in self.earlier_copies(&job, profile)? {
            let name = self.catalog.job(earlier)?;
            let name = name.and_then(|it| it.facts.copies.get(&profile)?.release_name.clone());
            release::withdraw(&directories.release, &away, &job.study, profile, &name.unwrap_or_default())?;
            self.append(vec![Entry::new(now, Actor::Daemon, Op::Recall { release: leaf })])?;
            self.catalog.clear_stale(&[leaf])?;
            self.note_copy(earlier, profile, |it| {
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

/// Within what a code stands for the same person: all that the same people say, or for insiders one session's talk.
fn space(profile: Profile, place: &Place, ordinal: u32) -> String {
    match profile {
        Profile::Team => String::new(),
        Profile::External => {
            place.voice.codes().iter().map(ToString::to_string).collect::<Vec<_>>().join("+")
        }
        Profile::InsiderSafe => format!("{}#{ordinal}", place.slot_in(None)),
    }
}

/// The code of somebody or something in a space: drawn once, and nobody else's anywhere under this profile.
fn draw(
    draws: &mut Drawing<'_>,
    profile: Profile,
    space: &str,
    who: &Named,
    roster: &Roster,
) -> Result<String, crate::registry::Error> {
    let (kind, owner) = match who {
        Named::Coded(code) => {
            let rostered = code.parse().ok().and_then(|it| roster.find(&it));
            let noun = || code.rsplit_once('-').map_or(code.as_str(), |it| it.0).to_owned();
            (rostered.map_or_else(noun, |(_, it)| it.role().to_string()), code.clone())
        }
        Named::Surrogate(entity, value) => (entity.noun().to_owned(), format!("{entity}\0{value}")),
    };
    let owner = format!("{space}\0{owner}");
    let code = |least: u32, n| format!("{kind}-{}", least.saturating_add(n));
    for (least, count) in NUMBERS {
        let pool = format!("{}/{kind}/{least}", profile.name());
        // A real one would be taken for that person's.
        let is_free = &mut |n| code(least, n).parse().ok().and_then(|it| roster.find(&it)).is_none();
        if let Some(n) = draws.draw(&pool, &owner, count, is_free)? {
            return Ok(code(least, n));
        }
    }
    Err(crate::registry::Error::Exhausted)
}
