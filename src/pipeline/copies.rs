//! Copies for other readers than the team. Each is made of the team's copy once that is out, read again and verified
//! like it, sealed in an object of its own, and released under a leaf of its own.
//!
//! Whatever a stop leaves is made again from the team's copy, with the same codes and so to the same bytes. What the
//! catalog knows to be sealed is not sealed twice, and no copy goes out under two leaves.

mod codes;
mod out;

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    ops::Range,
};

use self::codes::{draw, number, space};
use super::{Error, Line, error::reason, study, versions::sessions};
use crate::{
    catalog::{Job, State},
    detect::Scan,
    entity::{EntityType, Layer, Tier},
    fault::Fault as _,
    id::{Digest, JobId},
    item::{Profile, Voice},
    release, render,
    seal::{self, Sealed},
    transcript::{Raw, Transcript},
    transform::{
        Markers, Policy,
        kin::is_beside_family,
        profile::{Apart, Named, for_profile, has_unknown, named},
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

/// Why a copy may be missing that can still come: another language version was missing, too, or nobody asked for it.
const PASSING: [&str; 2] = [reason::OTHER_VERSION_WAITS, reason::MAY_NOT_GO];

/// Something, or the error code that says why it can't be.
type OrWhy<T> = Result<T, &'static str>;

/// The same, and for the sake of which item.
type OrWhose<T> = Result<T, (JobId, &'static str)>;

/// A copy that reads as it should.
struct Made {
    profile: Profile,
    transcript: Transcript<Deidentified>,
    gate: Gate,
    alias: String,
    number: u32,
    replaced: BTreeMap<EntityType, u64>,
    policy: Policy,
}

/// The team's copy of an item, as it is out.
struct Team {
    copy: Transcript<Raw>,
    markers: Markers,
    /// Decision digests of what it was approved with; none where rules, roster or name finder are others since.
    kept: Option<BTreeSet<Digest>>,
}

impl Line {
    /// Makes and releases what other readers than the team are to have.
    pub(super) fn hand_out_to_others(&mut self) -> Result<(), Error> {
        let done = self.make_due();
        // Whatever broke it off, nothing is forgotten.
        self.due_is_known &= done.is_ok();
        done
    }

    fn make_due(&mut self) -> Result<(), Error> {
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
        for mut session in sessions(due.into_iter().flatten().collect()) {
            self.add_siblings(&mut session)?;
            let mut wanted: BTreeMap<Profile, Vec<Job>> = BTreeMap::new();
            for job in &session {
                for profile in self.no_more(job)? {
                    self.withhold(job.job, profile, reason::MAY_NOT_GO)?;
                }
                for profile in self.wanted(job)? {
                    wanted.entry(profile).or_default().push(job.clone());
                }
            }
            let is_busy = |it: &Job| self.studies.get(&it.study).is_none_or(|it| it.workers.is_empty());
            if !wanted.is_empty() && (worked >= MAX_AT_ONCE || session.iter().any(is_busy)) {
                self.due.extend(session.iter().map(|it| it.job));
                continue;
            }
            // Read once, for however many readers.
            let mut teams = BTreeMap::new();
            for (profile, jobs) in wanted {
                worked = worked.saturating_add(jobs.len());
                for it in &jobs {
                    if let Entry::Vacant(place) = teams.entry(it.job) {
                        place.insert(self.team(it)?);
                    }
                }
                match self.make_all(&jobs, profile, &teams)? {
                    Ok(all) => made.extend(all),
                    // Together or not at all: also what is out of the others.
                    Err((culprit, reason)) => {
                        self.withhold(culprit, profile, reason)?;
                        for it in session.iter().filter(|it| it.job != culprit) {
                            self.withhold(it.job, profile, reason::OTHER_VERSION_WAITS)?;
                        }
                    }
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
        teams: &BTreeMap<JobId, OrWhy<Team>>,
    ) -> Result<OrWhose<Vec<(Job, Made)>>, Error> {
        let mut made = Vec::new();
        for job in jobs {
            if !self.is_accompanied(job, jobs, profile)? {
                return Ok(Err((job.job, reason::OTHER_VERSION_WAITS)));
            }
            let of = |reason| Ok(Err((job.job, reason)));
            let team = match teams.get(&job.job) {
                Some(Ok(it)) => it,
                Some(Err(reason)) => return of(*reason),
                None => return Err(Error::Report),
            };
            match self.make(job, profile, team)? {
                Ok(it) => made.push((job.clone(), it)),
                Err(reason) => return of(reason),
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
        let Some(study) = self.studies.get(&job.study) else { return Ok(Vec::new()) };
        let is_over = today > study.settings.approval_until;
        if job.state != State::Done || job.facts.release_leaf.is_none() || is_over {
            return Ok(Vec::new());
        }
        let lacks = |profile: &Profile| {
            let copy = job.facts.copies.get(profile);
            copy.is_none_or(|it| !it.is_out && it.withheld.as_deref().is_none_or(|it| PASSING.contains(&it)))
        };
        let allowed = |it: &Profile| study.allows(&job.facts, *it);
        let wanted: Vec<_> = study.settings.profiles.iter().copied().filter(lacks).filter(allowed).collect();
        if wanted.is_empty() || self.newer_is_out(job)? { Ok(Vec::new()) } else { Ok(wanted) }
    }

    /// The profiles under which an earlier version is still out and this one is not to be: the settings ask for no more,
    /// or somebody no longer agrees.
    fn no_more(&self, job: &Job) -> Result<Vec<Profile>, Error> {
        let Some(study) = self.studies.get(&job.study) else { return Ok(Vec::new()) };
        if job.state != State::Done || job.facts.release_leaf.is_none() {
            return Ok(Vec::new());
        }
        let mut profiles = Vec::new();
        for profile in [Profile::External, Profile::InsiderSafe] {
            let asked = study.settings.profiles.contains(&profile);
            let goes = asked && study.allows(&job.facts, profile);
            if !goes && !self.earlier_copies(job, profile)?.is_empty() {
                profiles.push(profile);
            }
        }
        Ok(profiles)
    }

    /// What an item's copies are made of; or says by an error code why none can be.
    fn team(&mut self, job: &Job) -> Result<OrWhy<Team>, Error> {
        // It holds what is known to be a name since: a corrected version has to come.
        if self.catalog.stale()?.iter().any(|it| Some(it.release) == job.facts.release_leaf) {
            return Ok(Err(reason::VERIFY_HOLDS));
        }
        let Some((copy, scan)) = self.read_team_copy(job)? else {
            return Ok(Err(release::Error::OtherBytes.code()));
        };
        let markers = self.markers(&job.study, &job.facts)?;
        if has_unknown(&copy, &markers) {
            return Ok(Err(reason::VERIFY_HOLDS));
        }
        let study = self.studies.get(&job.study).ok_or(Error::NoStudy)?;
        // What other rules find now, nobody has looked at.
        let pins = (job.facts.rules, job.facts.roster, job.facts.model);
        let as_judged = pins == (Some(study.pins.rules), Some(study.pins.roster), study.pins.model);
        let kept = as_judged.then(|| self.left_standing(&copy, &scan, &markers.places(&copy)));
        Ok(Ok(Team { copy, markers, kept }))
    }

    /// Makes a copy; or says by an error code why there can be none.
    fn make(&mut self, job: &Job, profile: Profile, team: &Team) -> Result<OrWhy<Made>, Error> {
        let unreadable = Ok(Err(release::Error::Unreadable.code()));
        let (Some(place), Some(before)) = (&job.facts.place, job.facts.before) else { return unreadable };
        let Team { copy, markers, kept } = team;
        let study = self.studies.get(&job.study).ok_or(Error::NoStudy)?;
        let mut everybody = named(copy, markers, &study.typed);
        let whose = Named::Coded(match &place.voice {
            Voice::One(code) => code.to_string(),
            Voice::Joint(_) => JOINT.to_owned(),
        });
        everybody.insert(whose.clone());
        let roster = &study.roster;
        let space = space(profile, place, job.facts.ordinal);
        let (codes, alias, number) = self.registry.drawing(&job.study, |draws| {
            let mut codes = BTreeMap::new();
            for it in everybody {
                let code = draw(draws, profile, &space, &it, roster)?;
                codes.insert(it, code);
            }
            let alias = codes.get(&whose).cloned().unwrap_or_default();
            let number = number(draws, profile, &alias, place, job.facts.ordinal)?;
            Ok((codes, alias, number))
        })?;
        let apart =
            Apart { profile, codes: &codes, above: &study.above, typed: &study.typed, kin: &study.kin };
        let (transformed, ours) = for_profile(copy, markers, before, &apart);
        let (replaced, policy) = (ours.counts(&transformed), transformed.state().policy().clone());
        let file = render::of(&transformed).into_owned();
        let Some((parsed, scan)) = self.read_with(job, file, &ours)? else { return unreadable };
        let study = self.studies.get(&job.study).ok_or(Error::NoStudy)?;
        // EXPOSE: searched for codes that must not be left.
        let marks = ours.places(&parsed);
        let left = study.typed.find(parsed.text().expose(), &parsed.layout().pieces, &marks);
        if !left.is_empty() {
            return Ok(Err(reason::VERIFY_HOLDS));
        }
        let mut stands = kept.clone().unwrap_or_default();
        if kept.is_some() {
            // `My` before a marker of the family is likelier a name than before `sister`. It stood in the team's copy.
            // EXPOSE: compared with a constant.
            let text = parsed.text().expose();
            let likely = scan.findings.iter().filter(|it| {
                it.tier == Tier::Probable && it.layer != Layer::Roster && is_beside_family(text, &it.span)
            });
            let likely = Scan { findings: likely.cloned().collect(), ..Scan::default() };
            stands.extend(self.left_standing(&parsed, &likely, &marks));
        }
        // EXPOSE: hashed and measured.
        let rescan = Rescan::of(parsed.text().expose(), parsed.layout(), scan);
        // Without its list nobody can say what must not be in it.
        let Some(originals) = self.registry.gate(job.job)? else { return unreadable };
        let gate = match Gate::new(study.matcher.clone(), Originals::Digests(self.names.share(), originals)) {
            Ok(it) => it.with_markers(ours),
            Err(error) => return Ok(Err(error.code())),
        };
        let terms = Terms {
            undecided: Undecided::Pass,
            read_by: ReadBy::Reviewer,
            waivers: Waivers::new(self.names.share(), stands, study::kept(&study.decisions)),
        };
        Ok(match verify(transformed, rescan, &gate, &terms) {
            Ok(Verdict::Clear(transcript)) => {
                Ok(Made { profile, transcript, gate, alias, number, replaced, policy })
            }
            Ok(Verdict::Hold(_)) => Err(reason::VERIFY_HOLDS),
            Err(error) => Err(error.code()),
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
        markers: &[Range<usize>],
    ) -> BTreeSet<Digest> {
        // EXPOSE: compared by offsets, and digested under the name key.
        let text = team.text().expose();
        let standing = scan.findings.iter().filter(|it| is_left(text, &it.span, markers));
        standing
            .filter_map(|it| Some(decision_digest(&self.names, it.entity, text.get(it.span.clone())?)))
            .collect()
    }
}
