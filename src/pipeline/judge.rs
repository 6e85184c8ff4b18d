//! From bytes to a verdict: the worker reads, the registry hands out codes, the transform replaces, the
//! worker reads again, `verify` decides.

mod carry;
pub(super) mod guests;
mod recall;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    Error, Line,
    admit::{Item, Way},
    error::reason,
    reading::{self, Round},
    stale::Known,
    study::{self, StudyLine},
};
use crate::{
    catalog::{Facts, Review, Verdict as Recorded},
    config::{Action, Columns, Gate as Votes},
    detect::{self, Detected, Participants},
    entity::{Finding, Tier},
    fault::{Disposition, Fault},
    id::{Digest, JobId, StudyId},
    intake::claim::Claimed,
    item::Place,
    ledger::{self, Reading as Tells},
    parse::Hint,
    registry::{Decision, Scope},
    render,
    review::Source,
    roster::{matcher::Matcher, name_key::NameKey},
    secret::Sensitive,
    transcript::Transcript,
    transform::{
        CodeTable, LayoutFacts, Markers, Mentions, Policy, marker, mentions,
        surrogate::{Rostered, known},
        surrogates, transform,
    },
    verify::{
        self, Deidentified, Held, ReadBy, Rescan, Terms, Undecided, Verdict, Waivers,
        gate::{Gate, Originals},
        verify,
    },
    worker::{Reading, Setup, Worker},
};

pub(super) use self::carry::carry;

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
    /// The bytes of the drop, where they are not those of the source's text.
    pub(super) bytes: Option<Sensitive<Vec<u8>>>,
    pub(super) transcript: Transcript<Deidentified>,
    pub(super) gate: Gate,
    pub(super) source: Source,
    pub(super) codes: CodeTable,
    pub(super) undecided: usize,
}

#[derive(Debug)]
pub(super) struct Hold {
    /// The bytes of the drop, where they are not those of the source's text.
    pub(super) bytes: Option<Sensitive<Vec<u8>>>,
    pub(super) transcript: Transcript<Held>,
    pub(super) source: Source,
    pub(super) codes: CodeTable,
}

/// What of a study is with its workers, or waits for one.
#[derive(Debug, Default)]
pub(super) struct Unread {
    to_read: Vec<ToRead>,
    /// Read once, and not yet given codes.
    seen: Vec<Seen>,
    first: Vec<Round<Result<First, Error>>>,
    second: Vec<Round<Result<Judged, Error>>>,
}

/// An item for the worker.
#[derive(Debug)]
struct ToRead {
    item: Item,
    /// Until they are read, and after that where they are not the text's.
    bytes: Option<Sensitive<Vec<u8>>>,
    place: Place,
    participants: Participants,
}

/// After the first pass: what the worker saw, with carried decisions applied.
#[derive(Debug)]
struct Seen {
    read: ToRead,
    detected: Transcript<Detected>,
    /// What it lets stand, by decisions on other items.
    let_stand: Vec<Finding>,
}

/// Ready for the transform.
struct Coded {
    seen: Seen,
    codes: CodeTable,
    policy: Policy,
    /// The markers that can stand in it.
    markers: Markers,
}

/// What a study says of the texts of one round.
struct Context {
    setup: Arc<Setup>,
    columns: Columns,
    matcher: Arc<Matcher>,
    gate: Votes,
    names: NameKey,
    /// What reviewers have decided about strings met before.
    decisions: BTreeMap<Digest, Decision>,
}

impl Unread {
    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.jobs().next().is_none()
    }

    /// The items.
    pub(super) fn jobs(&self) -> impl Iterator<Item = JobId> {
        let waiting = self.to_read.iter().chain(self.seen.iter().map(|it| &it.read));
        let waiting = waiting.map(|it| it.item.claimed.job());
        waiting.chain(reading::out(&self.first)).chain(reading::out(&self.second))
    }
}

impl Line {
    /// Judges a batch, study by study, and whatever has been read since the last one. What takes its worker
    /// long is left out, and comes with a later batch.
    pub(super) fn judge(&mut self, items: Vec<Item>) -> Result<Vec<Judged>, Error> {
        let mut judged = Vec::new();
        let mut to_read: BTreeMap<StudyId, Vec<ToRead>> = self.unread_studies();
        for mut item in items {
            let way = std::mem::replace(&mut item.way, Way::Stream);
            let Item { claimed, study, facts, .. } = item;
            let fate = match (way, facts.place.clone()) {
                (Way::Read(bytes), Some(place)) => {
                    let participants = participants(self.study(&study)?, &place);
                    let item = Item { claimed, study: study.clone(), facts, way: Way::Stream };
                    to_read.entry(study).or_default().push(ToRead {
                        item,
                        bytes: Some(bytes),
                        place,
                        participants,
                    });
                    continue;
                }
                (Way::Keep(bytes), _) => Fate::Keep(bytes),
                (Way::Stream, _) => Fate::Stream,
                (Way::Quarantine, _) | (Way::Read(_), None) => Fate::Quarantine,
            };
            judged.push(Judged { claimed, study, facts, fate });
        }
        for (id, items) in to_read {
            let study = self.study(&id)?;
            let (mut unread, mut home) =
                (std::mem::take(&mut study.unread), std::mem::take(&mut study.workers));
            let read = self.judge_study(&id, &mut unread, &mut home, items);
            // Back in any case: a full disk is met again with them.
            let study = self.study(&id)?;
            (study.unread, study.workers) = (unread, home);
            judged.extend(read?);
        }
        Ok(judged)
    }

    /// Studies with items that are with a worker or wait for one.
    fn unread_studies(&self) -> BTreeMap<StudyId, Vec<ToRead>> {
        let unread = self.studies.iter().filter(|(_, it)| !it.unread.is_empty());
        unread.map(|(id, _)| (id.clone(), Vec::new())).collect()
    }

    fn judge_study(
        &mut self,
        id: &StudyId,
        unread: &mut Unread,
        home: &mut Vec<Worker>,
        items: Vec<ToRead>,
    ) -> Result<Vec<Judged>, Error> {
        let study = self.studies.get(id).ok_or(Error::NoStudy)?;
        let context = Arc::new(Context {
            setup: Arc::clone(&study.setup),
            columns: study.settings.columns.clone(),
            matcher: Arc::clone(&study.matcher),
            gate: study.settings.gate,
            names: self.names.share(),
            decisions: study.decisions.clone(),
        });
        unread.to_read.extend(items);
        if !home.is_empty() && !unread.to_read.is_empty() {
            let inputs = std::mem::take(&mut unread.to_read);
            let inputs = inputs.into_iter().map(|it| (it.item.claimed.job(), it)).collect();
            let context = Arc::clone(&context);
            let work = move |worker: &mut Worker, it| first_pass(worker, &context, it);
            unread.first.push(Round::start(std::mem::take(home), inputs, work)?);
        }
        let mut judged = Vec::new();
        for it in reading::fetch(&mut unread.first, home, &*self.clock)? {
            match it? {
                First::Seen(it) => match guests::ask(&study.roster, *it) {
                    Ok(it) => unread.seen.push(it),
                    Err(it) => judged.push(*it),
                },
                First::Over(it) => judged.push(*it),
            }
        }
        if !home.is_empty() && !unread.seen.is_empty() {
            let mut known = Known::default();
            for it in &unread.seen {
                known.add(&it.read.place.group, &it.detected);
            }
            self.look_for(id, known)?;
            let study = self.studies.get(id).ok_or(Error::NoStudy)?;
            let seen =
                recall::recalled(&mut self.registry, study, &self.names, std::mem::take(&mut unread.seen))?;
            let mut inputs = Vec::new();
            for it in hand_out_codes(&mut self.registry, study, &self.names, seen)? {
                match guests::ask_coded(&study.roster, it) {
                    Ok(it) => inputs.push((it.seen.read.item.claimed.job(), it)),
                    Err(it) => judged.push(*it),
                }
            }
            let work = move |worker: &mut Worker, it| second_pass(worker, &context, it);
            unread.second.push(Round::start(std::mem::take(home), inputs, work)?);
        }
        for it in reading::fetch(&mut unread.second, home, &*self.clock)? {
            judged.push(it?);
        }
        Ok(judged)
    }
}

/// How an item leaves the first pass.
#[derive(Debug)]
enum First {
    Seen(Box<Seen>),
    Over(Box<Judged>),
}

fn first_pass(worker: &mut Worker, context: &Context, mut read: ToRead) -> Result<First, Error> {
    let hint = Hint { columns: context.columns.clone(), ..hint(&read.item) };
    let job = read.item.claimed.job();
    let bytes = read.bytes.take().unwrap_or_else(|| Sensitive::new(Vec::new()));
    let answer = worker.read(&context.setup, job, bytes, &hint, &read.participants);
    let Reading { raw, mut scan, bytes } = match answer {
        Ok(it) => it,
        Err(error) if is_of_the_file(&error) => {
            return Ok(First::Over(Box::new(quarantined(read.item, &error))));
        }
        Err(error) => return Err(error.into()),
    };
    read.bytes = bytes;
    let let_stand = carry(&context.names, &context.decisions, &raw, &mut scan);
    let facts = &mut read.item.facts;
    facts.format = Some(raw.layout().format);
    facts.turns = u64::try_from(raw.layout().turns()).unwrap_or(u64::MAX);
    facts.left_out = raw.left_out().clone();
    count(facts, &scan.findings);
    // EXPOSE: measured.
    facts.before = Some(LayoutFacts::of(raw.text().expose(), raw.layout()));
    // What does not fit comes from a worker that is broken, or was taken over by this very file.
    let Ok(detected) = detect::accept(raw, scan) else {
        worker.stop();
        return Ok(First::Over(Box::new(quarantined(read.item, &crate::worker::Error::Answer(job)))));
    };
    Ok(First::Seen(Box::new(Seen { read, detected, let_stand })))
}

/// Counts findings by type and tier.
fn count(facts: &mut Facts, findings: &[Finding]) {
    for finding in findings {
        let name = format!("{}/{}", finding.entity, tier_name(finding.tier));
        *facts.counts.entry(name).or_default() += 1;
    }
}

/// Whether a reading failed for the file's sake, and not for the station's.
pub(super) fn is_of_the_file(error: &crate::worker::Error) -> bool {
    matches!(error.disposition(), Disposition::Quarantine | Disposition::Hold)
}

/// Sealed under a key of its own, with the reason why: what is wrong with one file stops no other.
fn quarantined(item: Item, error: &impl Fault) -> Judged {
    let Item { claimed, study, mut facts, .. } = item;
    facts.verdict = Some(Recorded::Quarantined);
    facts.reason = Some(error.code().to_owned());
    Judged { claimed, study, facts, fate: Fate::Quarantine }
}

/// One transaction for the whole batch, and one more for surrogates: what stands in a text is always in the registry.
fn hand_out_codes(
    registry: &mut crate::registry::Registry,
    study: &StudyLine,
    names: &NameKey,
    seen: Vec<Seen>,
) -> Result<Vec<Coded>, Error> {
    let found: Vec<(Scope, Mentions)> = seen
        .iter()
        .map(|it| {
            let place = &it.read.place;
            let scope = Scope { study: place.study.clone(), group: place.group.clone() };
            (scope, mentions(&it.detected, &study.roster.speakers(place), &study.rungs))
        })
        .collect();
    let policies: Vec<Policy> = seen
        .iter()
        .map(|it| {
            let detail = study.settings.detail;
            let shift = registry.shift_days(&it.read.place, detail.keep_weekday);
            Policy::new(study.settings.actions.clone(), detail, shift)
        })
        .collect();
    let told: Vec<_> = seen
        .iter()
        .zip(&policies)
        .map(|(it, policy)| {
            let place = &it.read.place;
            let speakers = &study.roster.speakers(place);
            let let_stand = &it.let_stand;
            let with = Tells { place, speakers, policy, names, rungs: &study.rungs, let_stand };
            let told = ledger::read(&it.detected, &with);
            (it.detected.job(), &study.settings.id, told)
        })
        .collect();
    let batch: Vec<_> = found.iter().map(|(scope, mentions)| (scope, mentions)).collect();
    let tables = registry.allot_and_note(&batch, &told)?;
    let tables: Vec<_> =
        tables.into_iter().map(|it| it.renamed(|code| study.roster.known_as(code))).collect();
    let numbers = registry.numbers(&study.settings.id)?;
    let mut drawn = Vec::new();
    if study.settings.actions.values().any(|it| *it == Action::Surrogate) {
        let names = |code: &str| study.roster.names_of(code);
        let rostered = Rostered { aliases: &study.matcher, names: &names };
        drawn = registry.drawing(&study.settings.id, |draws| {
            let items = seen.iter().zip(&tables).zip(&policies);
            items
                .map(|((it, codes), policy)| surrogates(&it.detected, codes, policy, rostered, draws))
                .collect::<Result<Vec<_>, _>>()
        })?;
    }
    drawn.resize_with(seen.len(), BTreeMap::new);
    let items = seen.into_iter().zip(tables).zip(policies).zip(drawn);
    Ok(items
        .map(|(((seen, codes), policy), surrogates)| {
            let codes = CodeTable { surrogates, ..codes };
            let scan = seen.detected.state().scan();
            let rungs = marker::rungs(names, scan, &policy);
            let known = known::known(names, scan, &codes, &policy);
            let markers = study.markers(numbers.clone(), &policy, names, rungs, known);
            Coded { seen, codes, policy, markers }
        })
        .collect())
}

fn second_pass(worker: &mut Worker, context: &Context, coded: Coded) -> Result<Judged, Error> {
    let Coded { seen: Seen { read, detected, .. }, codes, policy, markers } = coded;
    let ToRead { item, bytes, place, participants } = read;
    let Item { claimed, study: id, mut facts, .. } = item;
    let originals = Originals::of(&detected, &codes, &policy);
    let review = Review {
        originals: originals.digests(&context.names),
        rungs: markers.rungs.clone(),
        surrogates: markers.surrogates.clone(),
        ..Review::default()
    };
    let over = |claimed, facts, error: verify::Error| {
        Ok(quarantined(Item { claimed, study: id.clone(), facts, way: Way::Quarantine }, &error))
    };
    let gate = match Gate::new(Arc::clone(&context.matcher), originals) {
        Ok(it) => it,
        Err(error) => return over(claimed, facts, error),
    };
    let undecided = detected.state().scan().findings.iter().filter(|it| it.tier != Tier::Certain).count();
    let scan = detected.state().scan().clone();
    let (transformed, former) = transform(detected, &codes, &policy);
    let source = Source::new(transformed.job(), former, scan);
    facts.replaced = markers.counts(&transformed);
    // EXPOSE: to the worker's pipe, searched for our own markers, and speakers counted.
    let output = transformed.text().expose();
    facts.times_taken = transformed.layout().times_taken(output);
    let hint = Hint {
        markers: markers.strings(output),
        columns: context.columns.clone(),
        ..Hint::of(transformed.layout().format.extension().to_owned(), place.kind)
    };
    let gate = gate.with_markers(markers);
    let written = render::of(&transformed);
    let again =
        worker.read_again(&context.setup, transformed.job(), (output, &written), &hint, &participants);
    let verdict = match again {
        // EXPOSE: hashed and measured.
        Ok(Some((layout, scan))) => {
            let rescan = Rescan::of(output, &layout, scan);
            match verify(transformed, rescan, &gate, &context.terms()) {
                Ok(it) => it,
                Err(error) => {
                    // What does not fit is no honest worker's: it reads no other file.
                    worker.stop();
                    return over(claimed, facts, error);
                }
            }
        }
        // Our own output does not read back: nobody can say what is in it.
        Ok(None) => verify::hold_unread(transformed),
        Err(error) if is_of_the_file(&error) => verify::hold_unread(transformed),
        Err(error) => return Err(error.into()),
    };
    facts.review = Some(review);
    let fate = match verdict {
        Verdict::Clear(transcript) => {
            facts.verdict = Some(Recorded::Clear);
            if context.gate != Votes::Automatic {
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

impl Context {
    fn terms(&self) -> Terms {
        Terms {
            undecided: match self.gate {
                Votes::Automatic => Undecided::Hold,
                Votes::OnePerson | Votes::TwoPerson => Undecided::Pass,
            },
            read_by: ReadBy::Nobody,
            waivers: Waivers::new(self.names.share(), BTreeSet::new(), study::kept(&self.decisions)),
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
    Hint::of(
        item.claimed.path().extension().unwrap_or_default(),
        item.facts.kind.unwrap_or(crate::item::ItemKind::Transcript),
    )
}

pub(super) const fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Possible => "possible",
        Tier::Probable => "probable",
        Tier::Certain => "certain",
    }
}
