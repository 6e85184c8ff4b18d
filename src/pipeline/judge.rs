//! From bytes to a verdict: the worker reads, the registry hands out codes, the transform replaces, the
//! worker reads again, `verify` decides.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Mutex, PoisonError},
    thread,
};

use super::{
    Error, Line,
    admit::{Item, Way},
    error::reason,
    study::StudyLine,
};
use crate::{
    catalog::{Facts, Review, Verdict as Recorded},
    config::Gate as Votes,
    detect::{self, Detected, Participants, Scan},
    entity::{EntityType, Layer, Tier},
    fault::{Disposition, Fault},
    id::{Digest, StudyId},
    intake::claim::Claimed,
    item::Place,
    parse::Hint,
    registry::{Decision, Scope},
    review::Source,
    roster::name_key::NameKey,
    secret::Sensitive,
    transcript::Transcript,
    transform::{CodeTable, LayoutFacts, Mentions, Policy, marker, mentions, transform},
    verify::{
        self, Deidentified, Held, ReadBy, Rescan, Terms, Undecided, Verdict, Waivers, decision_digest,
        gate::{Gate, Originals},
        verify,
    },
    worker::Worker,
};

/// An item and what is to be done with it.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) claimed: Claimed,
    pub(super) study: StudyId,
    pub(super) facts: Facts,
    pub(super) fate: Fate,
}

/// What is to be done with an item.
#[derive(Debug)]
pub(super) enum Fate {
    /// De-identified. A bundle goes to the stewards if the gate asks for votes.
    Clear(Box<Clear>),
    /// A bundle goes to the stewards.
    Hold(Box<Hold>),
    /// Sealed as it was dropped.
    Keep(Sensitive<Vec<u8>>),
    /// Sealed as it is read.
    Stream,
    /// Sealed under a key of its own.
    Quarantine,
}

#[derive(Debug)]
pub(super) struct Clear {
    pub(super) bytes: Sensitive<Vec<u8>>,
    pub(super) transcript: Transcript<Deidentified>,
    pub(super) gate: Gate,
    pub(super) source: Source,
    pub(super) codes: CodeTable,
    pub(super) undecided: usize,
}

#[derive(Debug)]
pub(super) struct Hold {
    pub(super) bytes: Sensitive<Vec<u8>>,
    pub(super) transcript: Transcript<Held>,
    pub(super) source: Source,
    pub(super) codes: CodeTable,
}

/// An item for the worker, its bytes and its place.
type ToRead = (Item, Sensitive<Vec<u8>>, Place);

/// After the first pass: what the worker saw, with carried decisions applied.
struct Seen {
    item: Item,
    bytes: Sensitive<Vec<u8>>,
    place: Place,
    detected: Transcript<Detected>,
}

/// Ready for the transform.
struct Coded {
    seen: Seen,
    codes: CodeTable,
    policy: Policy,
    /// What the registry has handed out.
    numbers: BTreeMap<EntityType, u32>,
}

/// What a study's decisions and key say of strings met before.
pub(super) struct Carried<'a> {
    pub(super) names: &'a NameKey,
    pub(super) decisions: &'a BTreeMap<Digest, Decision>,
}

impl Line {
    /// Judges a batch: study by study, and within a study on all its workers at once.
    pub(super) fn judge(&mut self, items: Vec<Item>) -> Result<Vec<Judged>, Error> {
        let mut judged = Vec::new();
        let mut to_read: BTreeMap<StudyId, Vec<ToRead>> = BTreeMap::new();
        for mut item in items {
            let way = std::mem::replace(&mut item.way, Way::Stream);
            let Item { claimed, study, facts, .. } = item;
            let fate = match (way, facts.place.clone()) {
                (Way::Read(bytes), Some(place)) => {
                    let item = Item { claimed, study: study.clone(), facts, way: Way::Stream };
                    to_read.entry(study).or_default().push((item, bytes, place));
                    continue;
                }
                (Way::Keep(bytes), _) => Fate::Keep(bytes),
                (Way::Stream, _) => Fate::Stream,
                (Way::Quarantine, _) | (Way::Read(_), None) => Fate::Quarantine,
            };
            judged.push(Judged { claimed, study, facts, fate });
        }
        for (study, items) in to_read {
            judged.extend(self.judge_study(&study, items)?);
        }
        Ok(judged)
    }

    fn judge_study(&mut self, id: &StudyId, items: Vec<ToRead>) -> Result<Vec<Judged>, Error> {
        let study = self.studies.get_mut(id).ok_or(Error::NoStudy)?;
        let mut workers = std::mem::take(&mut study.workers);
        let judged = self.judge_with(id, &mut workers, items);
        // Back in any case: a full disk is met again with them.
        self.study(id)?.workers = workers;
        judged
    }

    fn judge_with(
        &mut self,
        id: &StudyId,
        workers: &mut [Worker],
        items: Vec<ToRead>,
    ) -> Result<Vec<Judged>, Error> {
        let study = self.studies.get(id).ok_or(Error::NoStudy)?;
        let carried = Carried { names: &self.names, decisions: &study.decisions };
        let first = on_workers(workers, items, |worker, (item, bytes, place)| {
            first_pass(worker, study, &carried, item, bytes, place)
        });
        let mut judged = Vec::new();
        let mut seen = Vec::new();
        for it in first? {
            match it? {
                First::Seen(it) => seen.push(*it),
                First::Over(it) => judged.push(*it),
            }
        }
        let coded = hand_out_codes(&mut self.registry, study, seen)?;
        let second = on_workers(workers, coded, |worker, it| second_pass(worker, study, &carried, it));
        for it in second? {
            judged.push(it?);
        }
        Ok(judged)
    }
}

/// How an item leaves the first pass.
enum First {
    Seen(Box<Seen>),
    Over(Box<Judged>),
}

fn first_pass(
    worker: &mut Worker,
    study: &StudyLine,
    carried: &Carried<'_>,
    mut item: Item,
    bytes: Sensitive<Vec<u8>>,
    place: Place,
) -> Result<First, Error> {
    let hint = hint(&item);
    let job = item.claimed.job();
    // EXPOSE: to the worker's pipe.
    let read = worker.read(&study.setup, job, bytes.expose(), &hint, &participants(study, &place));
    let (raw, mut scan) = match read {
        Ok(it) => it,
        Err(error) if error.disposition() == Disposition::Halt => return Err(error.into()),
        Err(error) => return Ok(First::Over(Box::new(quarantined(item, &error)))),
    };
    carried.apply(&raw, &mut scan);
    item.facts.format = Some(raw.layout().format);
    item.facts.turns = u64::try_from(raw.layout().turns()).unwrap_or(u64::MAX);
    for finding in &scan.findings {
        let name = format!("{}/{}", finding.entity, tier_name(finding.tier));
        *item.facts.counts.entry(name).or_default() += 1;
    }
    // EXPOSE: measured.
    item.facts.before = Some(LayoutFacts::of(raw.text().expose(), raw.layout()));
    // What does not fit comes from a worker that is broken, or was taken over by this very file.
    let Ok(detected) = detect::accept(raw, scan) else {
        return Ok(First::Over(Box::new(quarantined(item, &crate::worker::Error::Answer(job)))));
    };
    Ok(First::Seen(Box::new(Seen { item, bytes, place, detected })))
}

/// Sealed under a key of its own, with the reason why: what is wrong with one file stops no other.
fn quarantined(item: Item, error: &impl Fault) -> Judged {
    let Item { claimed, study, mut facts, .. } = item;
    facts.verdict = Some(Recorded::Quarantined);
    facts.reason = Some(error.code().to_owned());
    Judged { claimed, study, facts, fate: Fate::Quarantine }
}

/// One transaction for the whole batch: a code that stands in a text is always in the registry.
fn hand_out_codes(
    registry: &mut crate::registry::Registry,
    study: &StudyLine,
    seen: Vec<Seen>,
) -> Result<Vec<Coded>, Error> {
    let found: Vec<(Scope, Mentions)> = seen
        .iter()
        .map(|it| {
            let scope = Scope { study: it.place.study.clone(), group: it.place.group.clone() };
            (scope, mentions(&it.detected, &study.roster.speakers(&it.place)))
        })
        .collect();
    let batch: Vec<_> = found.iter().map(|(scope, mentions)| (scope, mentions)).collect();
    let tables = registry.allot(&batch)?;
    let numbers = registry.numbers(&study.settings.id)?;
    Ok(seen
        .into_iter()
        .zip(tables)
        .map(|(seen, codes)| {
            let shift = registry.shift_days(&seen.place.study, &seen.place.voice);
            let policy = Policy::new(study.settings.actions.clone(), shift);
            Coded { seen, codes, policy, numbers: numbers.clone() }
        })
        .collect())
}

fn second_pass(
    worker: &mut Worker,
    study: &StudyLine,
    carried: &Carried<'_>,
    coded: Coded,
) -> Result<Judged, Error> {
    let Coded { seen: Seen { item, bytes, place, detected }, codes, policy, numbers } = coded;
    let Item { claimed, study: id, mut facts, .. } = item;
    let originals = Originals::of(&detected, &codes, &policy);
    let rungs = marker::rungs(carried.names, detected.state().scan(), &policy);
    let review =
        Review { originals: originals.digests(carried.names), rungs: rungs.clone(), ..Review::default() };
    let over = |claimed, facts, error: verify::Error| {
        Ok(quarantined(Item { claimed, study: id.clone(), facts, way: Way::Quarantine }, &error))
    };
    let gate = match Gate::new(study.matcher.clone(), originals) {
        Ok(it) => it,
        Err(error) => return over(claimed, facts, error),
    };
    let undecided = detected.state().scan().findings.iter().filter(|it| it.tier != Tier::Certain).count();
    let source = Source::of(&detected);
    let transformed = transform(detected, &codes, &policy);
    let markers = study.markers(numbers, &policy, carried.names, rungs);
    facts.replaced = markers.counts(&transformed);
    let gate = gate.with_markers(markers);
    let hint = Hint { extension: transformed.layout().format.extension().to_owned(), kind: place.kind };
    // EXPOSE: to the worker's pipe.
    let output = transformed.text().expose().as_bytes();
    let again = worker.read(&study.setup, transformed.job(), output, &hint, &participants(study, &place));
    let verdict = match again {
        // EXPOSE: hashed and measured.
        Ok((raw, scan)) => {
            let rescan = Rescan::of(raw.text().expose(), raw.layout(), scan);
            match verify(transformed, rescan, &gate, &carried.terms(study.settings.gate)) {
                Ok(it) => it,
                Err(error) => return over(claimed, facts, error),
            }
        }
        Err(error) if error.disposition() == Disposition::Halt => return Err(error.into()),
        // Our own output does not read back: nobody can say what is in it.
        Err(_) => verify::hold_unread(transformed),
    };
    facts.review = Some(review);
    let fate = match verdict {
        Verdict::Clear(transcript) => {
            facts.verdict = Some(Recorded::Clear);
            if study.settings.gate != Votes::Automatic {
                facts.reason = Some(reason::WAITS_FOR_VOTES.to_owned());
            }
            Fate::Clear(Box::new(Clear { bytes, transcript, gate, source, codes, undecided }))
        }
        Verdict::Hold(transcript) => {
            facts.verdict = Some(Recorded::Held);
            facts.reason = Some(reason::VERIFY_HOLDS.to_owned());
            Fate::Hold(Box::new(Hold { bytes, transcript, source, codes }))
        }
    };
    Ok(Judged { claimed, study: id, facts, fate })
}

impl Carried<'_> {
    /// What a reviewer has decided about a string holds for it wherever it is not certain.
    pub(super) fn apply<S>(&self, transcript: &Transcript<S>, scan: &mut Scan) {
        if self.decisions.is_empty() {
            return;
        }
        // EXPOSE: strings go into keyed digests.
        let text = transcript.text().expose();
        scan.findings.retain_mut(|finding| {
            if finding.tier == Tier::Certain {
                return true;
            }
            let string = text.get(finding.span.clone()).unwrap_or_default();
            match self.decisions.get(&decision_digest(self.names, finding.entity, string)) {
                Some(Decision::Keep) => false,
                Some(Decision::Redact) => {
                    (finding.tier, finding.layer) = (Tier::Certain, Layer::Reviewer);
                    true
                }
                None => true,
            }
        });
    }

    fn terms(&self, gate: Votes) -> Terms {
        let kept: BTreeSet<_> = self
            .decisions
            .iter()
            .filter(|(_, it)| **it == Decision::Keep)
            .map(|(digest, _)| *digest)
            .collect();
        Terms {
            undecided: match gate {
                Votes::Automatic => Undecided::Hold,
                Votes::OnePerson | Votes::TwoPerson => Undecided::Pass,
            },
            read_by: ReadBy::Nobody,
            waivers: Waivers::new(self.names.share(), kept),
        }
    }
}

/// The participants at a place, for labels such as `P:`.
pub(super) fn participants(study: &StudyLine, place: &Place) -> Participants {
    let persons = place
        .voice
        .codes()
        .iter()
        .filter_map(|code| study.roster.find(code))
        .map(|(index, person)| (index, person.code().clone(), person.role().clone()))
        .collect();
    Participants { persons }
}

fn hint(item: &Item) -> Hint {
    Hint {
        extension: item.claimed.path().extension().unwrap_or_default(),
        kind: item.facts.kind.unwrap_or(crate::item::ItemKind::Transcript),
    }
}

pub(super) const fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Possible => "possible",
        Tier::Probable => "probable",
        Tier::Certain => "certain",
    }
}

/// Has each worker take the next input until none is left; results come in the order of the inputs.
fn on_workers<I: Send, O: Send>(
    workers: &mut [Worker],
    inputs: Vec<I>,
    work: impl Fn(&mut Worker, I) -> O + Sync,
) -> Result<Vec<O>, Error> {
    let total = inputs.len();
    let queue: Mutex<VecDeque<(usize, I)>> = Mutex::new(inputs.into_iter().enumerate().collect());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let (next, work) = (&next, &work);
    let mut outputs = BTreeMap::new();
    thread::scope(|scope| {
        let threads: Vec<_> = workers
            .iter_mut()
            .map(|worker| {
                scope.spawn(move || {
                    let mut done = Vec::new();
                    while let Some((n, input)) = next() {
                        done.push((n, work(worker, input)));
                    }
                    done
                })
            })
            .collect();
        for thread in threads {
            outputs.extend(thread.join().map_err(|_| Error::Thread)?);
        }
        Ok::<_, Error>(())
    })?;
    if outputs.len() == total { Ok(outputs.into_values().collect()) } else { Err(Error::Thread) }
}
