//! The quasi-identifier ledger: what an item tells of each participant that does not name them and still narrows down
//! who they are, and what of it is left in the de-identified copy. Pure; `registry` keeps the rows.
//!
//! A row holds keyed digests, entity types and the names of wider rungs, never what was said. Whom an attribute is
//! about no machine can tell: "my sister is a nurse" is counted for whoever the item belongs to. docs/risk.md says what
//! follows from that.
//!
//! ```text
//! judge ── read ──▶ a row an item ── reviewed ──▶ the same row ── risk::assess ──▶ `vouchsafe risk`
//! ```

pub mod advice;
pub mod risk;
pub mod share;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    detect::Detected,
    entity::{Class, EntityType, Finding},
    id::{Code, Digest, StudyId},
    item::{Place, Voice},
    roster::{
        name_key::{NameKey, Purpose},
        speaker::{Speaker, Speakers},
        squeeze::squeezed_name,
    },
    transcript::{Layout, Role, Transcript},
    transform::{self, Left, Policy},
    verify::decision_digest,
};

/// How surely an attribute is told of one participant.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// In joint talk, in a turn whose speaker is not known to be one of them: counted for all.
    Shared,
    /// In their own item, or in a turn of theirs.
    Own,
}

/// What is left of a value where it is replaced by something wider.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wider {
    /// As the released copy has it: `Tuen Mun`, `30-34`, `1961`.
    pub name: String,
    /// By which it is known again.
    digest: Digest,
    /// The ladder's rungs above it.
    above: Vec<Digest>,
}

/// One thing that an item tells of a participant.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// What kind of thing.
    pub kind: EntityType,
    /// Keyed digest of the value, in whatever language it was said.
    value: Digest,
    /// Of the ladder's rungs above the value, nearest first.
    rungs: Vec<Digest>,
    /// What its replacement says; none if a code or a bare marker takes its place.
    wider: Option<Wider>,
    /// Whether all of it stands in the copy as the machine made it.
    found_standing: bool,
    /// Whether all of it stands in the copy as it was decided on.
    standing: bool,
    /// Whether it is told of this participant for sure.
    pub weight: Weight,
    /// Whether detection holds it to be possible only.
    pub doubtful: bool,
    /// Decision digests of the spellings.
    strings: BTreeSet<Digest>,
}

/// What one item tells of its participants.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemLedger {
    /// By their codes. Who is told nothing of has no entry.
    about: BTreeMap<Code, Vec<Attribute>>,
}

/// What reading an item takes besides the item.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'r> {
    /// Where it belongs.
    pub place: &'r Place,
    /// What labels mean there.
    pub speakers: &'r Speakers<'r>,
    /// What is done to its findings.
    pub policy: &'r Policy,
    /// The key of all digests.
    pub names: &'r NameKey,
    /// One name for each rung: `rules::Engine::rung_names`.
    pub rungs: &'r BTreeMap<String, String>,
    /// Findings that stand by decisions on other items, and are no longer among the item's own.
    pub let_stand: &'r [Finding],
}

/// The digest by which a value or rung of a study is known again.
pub(crate) fn value_digest(names: &NameKey, study: &StudyId, kind: EntityType, value: &str) -> Digest {
    names.digest(Purpose::Ledger, &[study.as_str(), kind.name(), value])
}

/// Reads an item's quasi-identifiers into a row.
#[must_use]
pub fn read(detected: &Transcript<Detected>, with: &Reading<'_>) -> ItemLedger {
    // EXPOSE: goes into keyed digests; of what replaces it, only the name of a rung, a band or a year is kept.
    let text = detected.text().expose();
    let about = About::of(text, detected.layout(), with);
    let mut found: BTreeMap<(&Code, EntityType, Digest), Attribute> = BTreeMap::new();
    let found_here = detected.state().scan().findings.iter();
    for (finding, stands) in
        found_here.map(|it| (it, false)).chain(with.let_stand.iter().map(|it| (it, true)))
    {
        let original = text.get(finding.span.clone()).unwrap_or_default();
        let left = if stands { Left::Whole } else { transform::left(finding, original, with.policy) };
        // An address by its district is a quasi-identifier too.
        let counts = finding.class == Class::Quasi || matches!(left, Left::Wider(_));
        if !counts || original.is_empty() {
            continue;
        }
        let attribute = attribute(finding, original, left, with);
        for (code, weight) in about.at(detected.layout(), finding.span.start) {
            let attribute = Attribute { weight, ..attribute.clone() };
            found
                .entry((code, attribute.kind, attribute.value))
                .and_modify(|it| it.join(&attribute))
                .or_insert(attribute);
        }
    }
    let mut ledger = ItemLedger::default();
    for ((code, ..), attribute) in found {
        ledger.about.entry(code.clone()).or_default().push(attribute);
    }
    ledger
}

fn attribute(finding: &Finding, original: &str, left: Left, with: &Reading<'_>) -> Attribute {
    let (kind, study) = (finding.entity, &with.place.study);
    let digest = |it: &str| value_digest(with.names, study, kind, it);
    let one = transform::mention::one_name(with.rungs, original);
    let value = digest(&one.unwrap_or_else(|| transform::value(kind, original)));
    let rungs = finding.ladder.iter().filter(|it| !it.is_empty()).map(|it| digest(&squeezed_name(it)));
    let rungs: Vec<_> = rungs.filter(|it| *it != value).collect();
    // What is only possible is left as it is.
    let standing = !finding.is_transformed() || left == Left::Whole;
    let wider = match left {
        Left::Wider(name) => {
            let digest = digest(&squeezed_name(&name));
            let above =
                rungs.iter().position(|it| *it == digest).and_then(|at| rungs.get(at.saturating_add(1)..));
            Some(Wider { name, digest, above: above.unwrap_or_default().to_vec() })
        }
        Left::Whole | Left::Nothing => None,
    };
    Attribute {
        kind,
        value,
        rungs,
        wider,
        found_standing: standing,
        standing,
        weight: Weight::Own,
        doubtful: !finding.is_transformed(),
        strings: BTreeSet::from([decision_digest(with.names, kind, original)]),
    }
}

impl Attribute {
    /// The same value once more, perhaps in other words.
    fn join(&mut self, other: &Self) {
        self.wider = self.wider.take().or_else(|| other.wider.clone());
        if other.rungs.len() > self.rungs.len() {
            self.rungs.clone_from(&other.rungs);
        }
        self.found_standing |= other.found_standing;
        self.standing |= other.standing;
        self.weight = self.weight.max(other.weight);
        self.doubtful &= other.doubtful;
        self.strings.extend(&other.strings);
    }
}

impl ItemLedger {
    /// Whether it tells nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.about.is_empty()
    }

    /// What it tells of whom.
    #[must_use]
    pub const fn about(&self) -> &BTreeMap<Code, Vec<Attribute>> {
        &self.about
    }

    /// What of it stands once its reviewers have decided, by decision digests. Doing it twice is doing it once.
    /// What was both kept and taken out, stands.
    pub fn review(&mut self, kept: &BTreeSet<Digest>, redacted: &BTreeSet<Digest>) {
        for it in self.about.values_mut().flatten() {
            let untouched = it.found_standing && !it.strings.is_subset(redacted);
            it.standing = untouched || !it.strings.is_disjoint(kept);
        }
    }

    /// Forgets a participant. Says whether there was anything.
    pub fn forget(&mut self, code: &Code) -> bool {
        self.about.remove(code).is_some()
    }
}

/// Whom the words of an item are about.
struct About<'a> {
    voice: &'a Voice,
    /// Of joint talk, the turns of one participant.
    turns: BTreeMap<u32, &'a Code>,
}

impl<'a> About<'a> {
    fn of(text: &str, layout: &Layout, with: &Reading<'a>) -> Self {
        let voice = &with.place.voice;
        let mut turns = BTreeMap::new();
        if let Voice::Joint(codes) = voice {
            let mut known: BTreeMap<&str, Option<&'a Code>> = BTreeMap::new();
            for piece in layout.pieces.iter().filter(|it| it.role == Role::Label) {
                let label = text.get(piece.range()).unwrap_or_default();
                // A few labels stand in front of all turns.
                let speaker = *known.entry(label).or_insert_with(|| match with.speakers.of(label) {
                    Speaker::Person(_, code) => codes.iter().find(|it| **it == code),
                    Speaker::Role | Speaker::Unknown => None,
                });
                turns.extend(speaker.map(|it| (piece.turn, it)));
            }
        }
        Self { voice, turns }
    }

    fn at(&self, layout: &Layout, byte: usize) -> Vec<(&'a Code, Weight)> {
        let own = match self.voice {
            Voice::One(code) => Some(code),
            Voice::Joint(_) => {
                let piece = layout.pieces.get(layout.pieces.partition_point(|it| it.end <= byte));
                piece.and_then(|it| self.turns.get(&it.turn)).copied()
            }
        };
        match own {
            Some(code) => vec![(code, Weight::Own)],
            None => self.voice.codes().iter().map(|it| (it, Weight::Shared)).collect(),
        }
    }
}
