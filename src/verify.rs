//! Reads the output as a stranger would. The one place that can make `Deidentified`.
//!
//! `verify` takes a second pass of detection over a fresh parse of the output's bytes, made in the worker,
//! and the byte gate. It holds an item; it never repairs one.

pub mod gate;

use std::{collections::BTreeSet, ops::Range};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use self::gate::Gate;
use crate::{
    config::Action,
    detect::{Gap, Scan},
    entity::{EntityType, Finding, Tier},
    fault::{Disposition, Fault},
    id::Digest,
    roster::{
        name_key::{NameKey, Purpose},
        squeeze::squeezed_name,
    },
    transcript::{Editable, Layout, Role, Transcript},
    transform::{LayoutFacts, Policy, Transformed},
};

/// Proof that neither the second pass nor the byte gate found anything. Made by `verify` alone.
#[derive(Debug)]
pub struct Deidentified(());

/// Why nothing could be verified.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The second pass read another text than the one that is to be verified.
    #[error("the second pass read another text")]
    OtherText,
    /// A finding of the second pass lies outside the text or cuts a character.
    #[error("finding {0} of the second pass does not fit the text")]
    Misfit(usize),
    /// The byte gate could not be built from so many originals.
    #[error("the byte gate cannot hold so many originals")]
    GateTooLarge,
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::OtherText => "VE-01",
            Self::Misfit(_) => "VE-02",
            Self::GateTooLarge => "VE-03",
        }
    }

    fn disposition(&self) -> Disposition {
        match self {
            Self::OtherText | Self::Misfit(_) => Disposition::Retry,
            Self::GateTooLarge => Disposition::Hold,
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::OtherText | Self::Misfit(_) => "the item is read again; report it if it happens twice",
            Self::GateTooLarge => "split the transcript",
        }
    }
}

/// A second pass: which text it read, how that text was laid out when parsed afresh, and what it found.
#[derive(Clone, Debug)]
pub struct Rescan {
    text: Digest,
    facts: LayoutFacts,
    labels: Digest,
    scan: Scan,
}

impl Rescan {
    /// What a fresh parse and scan of the output said. `text` is what the parser read, not what the
    /// transform wrote: `verify` compares the two.
    #[must_use]
    pub fn of(text: &str, layout: &Layout, scan: Scan) -> Self {
        Self {
            text: Digest::sha256(text.as_bytes()),
            facts: LayoutFacts::of(text, layout),
            labels: labels(text, layout),
            scan,
        }
    }
}

/// Whether findings that nobody has decided about hold an item.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Undecided {
    /// They do: nobody looks at the item after this.
    Hold,
    /// They don't: a reviewer sees them before release.
    Pass,
}

/// Who has read the whole of an item.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ReadBy {
    /// Nobody: a turn that no pack covers holds it.
    Nobody,
    /// A reviewer, who has put their name to it: they have read what the packs could not.
    Reviewer,
}

/// Strings that a recorded decision lets stand, each as what the reviewer was shown it as and as nothing else.
/// A decision about another item lets no alias of the roster stand.
#[derive(Debug)]
pub struct Waivers {
    key: NameKey,
    digests: BTreeSet<Digest>,
    carried: BTreeSet<Digest>,
}

/// What `verify` asks.
#[derive(Debug)]
pub struct Terms {
    /// About findings left to a reviewer.
    pub undecided: Undecided,
    /// About turns that no enabled pack covers.
    pub read_by: ReadBy,
    /// What recorded decisions let stand.
    pub waivers: Waivers,
}

/// Why an item is held. Offsets are those of the output.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// The second pass found what the first had not, or what its replacement left.
    Residual {
        /// Where.
        span: Range<usize>,
        /// What.
        entity: EntityType,
    },
    /// The byte gate found an alias or an original.
    ByteGate {
        /// Where; empty if only another decoding than UTF-8 reads it.
        span: Range<usize>,
        /// Which kind.
        what: gate::What,
    },
    /// Time stamps or cue numbers are not those of the source.
    Timings,
    /// The output has another number of turns than the source.
    Turns,
    /// Read again, the speaker labels are not those that were written.
    Labels,
    /// A turn that no enabled pack covers.
    Uncovered {
        /// The turn.
        turn: u32,
        /// Why.
        gap: Gap,
    },
    /// So many findings wait for a decision, and no reviewer would see them.
    Undecided {
        /// How many.
        count: usize,
    },
    /// No encoding reads the output, so the byte gate could not search it.
    Unreadable,
}

/// Held until a reviewer decides.
#[derive(Debug)]
pub struct Held {
    reasons: Vec<Reason>,
    before: LayoutFacts,
    policy: Policy,
}

impl Held {
    /// Why; never empty.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    /// What to keep for the day on which the item comes back from review.
    #[must_use]
    pub const fn before(&self) -> LayoutFacts {
        self.before
    }

    /// What was done to which entity type.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }
}

impl Editable for Held {}

/// What came of it.
#[derive(Debug)]
#[must_use]
pub enum Verdict {
    /// Fit to be sealed as de-identified.
    Clear(Transcript<Deidentified>),
    /// A person has to look.
    Hold(Transcript<Held>),
}

impl Waivers {
    /// Takes the digests of [`decision_digest`]: what was decided about this item, and what was carried from
    /// others.
    #[must_use]
    pub const fn new(key: NameKey, digests: BTreeSet<Digest>, carried: BTreeSet<Digest>) -> Self {
        Self { key, digests, carried }
    }

    fn covers(&self, finding: &Finding, found: &str) -> bool {
        if self.digests.is_empty() && self.carried.is_empty() {
            return false;
        }
        let digest = decision_digest(&self.key, finding.entity, found);
        self.digests.contains(&digest) || !finding.is_rostered() && self.carried.contains(&digest)
    }
}

/// SHA-256 over the speaker labels.
fn labels(text: &str, layout: &Layout) -> Digest {
    let mut hash = Sha256::new();
    for piece in layout.pieces.iter().filter(|it| it.role == Role::Label) {
        let label = text.get(piece.range()).unwrap_or_default();
        hash.update(u64::try_from(label.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(label.as_bytes());
    }
    Digest::from_bytes(hash.finalize().into())
}

/// The keyed digest under which a decision about a string is remembered.
#[must_use]
pub fn decision_digest(key: &NameKey, entity: EntityType, text: &str) -> Digest {
    key.digest(Purpose::Decision, &[entity.name(), &squeezed_name(text)])
}

/// Decides whether a transformed transcript is de-identified.
///
/// # Errors
///
/// Fails if `rescan` is of another text or its findings don't fit this one.
pub fn verify(
    transformed: Transcript<Transformed>,
    rescan: Rescan,
    gate: &Gate,
    terms: &Terms,
) -> Result<Verdict, Error> {
    // EXPOSE: hashed, and searched by the gate; offsets and counts are kept.
    let text = transformed.text().expose();
    if rescan.text != Digest::sha256(text.as_bytes()) {
        return Err(Error::OtherText);
    }
    let reasons = reasons(&transformed, text, &rescan, gate, terms)?;
    if reasons.is_empty() {
        return Ok(Verdict::Clear(transformed.advance((), |_, ()| Deidentified(()))));
    }
    Ok(Verdict::Hold(transformed.advance(reasons, |state, reasons| Held {
        reasons,
        before: state.before(),
        policy: state.policy().clone(),
    })))
}

/// Holds an output that does not read back: nobody can say what is in it.
pub fn hold_unread(transformed: Transcript<Transformed>) -> Verdict {
    Verdict::Hold(transformed.advance(vec![Reason::Unreadable], |state, reasons| Held {
        reasons,
        before: state.before(),
        policy: state.policy().clone(),
    }))
}

fn reasons(
    transformed: &Transcript<Transformed>,
    text: &str,
    rescan: &Rescan,
    gate: &Gate,
    terms: &Terms,
) -> Result<Vec<Reason>, Error> {
    let state = transformed.state();
    let (before, after) = (state.before(), rescan.facts);
    let mut reasons = Vec::new();
    if (before.format, before.timings, before.timings_digest)
        != (after.format, after.timings, after.timings_digest)
    {
        reasons.push(Reason::Timings);
    }
    if before.turns != after.turns {
        reasons.push(Reason::Turns);
    }
    if rescan.labels != labels(text, transformed.layout()) {
        reasons.push(Reason::Labels);
    }
    let unread = rescan.scan.uncovered.iter().filter(|_| terms.read_by == ReadBy::Nobody);
    reasons.extend(unread.map(|it| Reason::Uncovered { turn: it.turn, gap: it.gap }));
    let weighed_before = weighed_before(state, &rescan.scan);
    for (n, finding) in rescan.scan.findings.iter().enumerate() {
        let found = text.get(finding.span.clone()).ok_or(Error::Misfit(n))?;
        let kept = state.policy().action(finding.entity) == Action::Keep;
        // Rules alone take for a name what the first pass has weighed and left.
        if finding.is_transformed()
            && !kept
            && !(weighed_before && finding.is_weighed())
            && is_left(text, &finding.span, state.replaced())
            && !terms.waivers.covers(finding, found)
        {
            reasons.push(Reason::Residual { span: finding.span.clone(), entity: finding.entity });
        }
    }
    let undecided = undecided(state, text, &rescan.scan, &terms.waivers);
    if terms.undecided == Undecided::Hold && undecided > 0 {
        reasons.push(Reason::Undecided { count: undecided });
    }
    let searched = gate.search(text.as_bytes());
    if !searched.readable {
        reasons.push(Reason::Unreadable);
    }
    // No waiver lets these pass: the same search comes once more before the release. What a reviewer keeps is
    // none of the originals that the gate was given.
    reasons.extend(searched.hits.into_iter().map(|hit| {
        let span = if hit.decoding == gate::Decoding::Utf8 { hit.range } else { 0..0 };
        Reason::ByteGate { span, what: hit.what }
    }));
    Ok(reasons)
}

/// Whether a letter or digit of a finding stands outside all replacements, which are given in order.
pub(crate) fn is_left(text: &str, span: &Range<usize>, replaced: &[Range<usize>]) -> bool {
    let mut at = span.start;
    let content = |range: Range<usize>| text.get(range).is_none_or(|it| it.contains(char::is_alphanumeric));
    let first = replaced.partition_point(|it| it.end <= span.start);
    for it in replaced.get(first..).unwrap_or_default().iter().take_while(|it| it.start < span.end) {
        if at < it.start && content(at..it.start) {
            return true;
        }
        at = at.max(it.end);
    }
    at < span.end && content(at..span.end)
}

/// Whether a model had a say in the first pass and has none in this one.
const fn weighed_before(state: &Transformed, rescan: &Scan) -> bool {
    state.scan().weighed && !rescan.weighed
}

/// How many findings a reviewer should see: probable ones of the first pass, which were transformed, and
/// possible ones of the second that stand in the output. Names that a model had a say in are those of the pass
/// in which it had one.
fn undecided(state: &Transformed, text: &str, rescan: &Scan, waivers: &Waivers) -> usize {
    let first = &state.scan().findings;
    let weighed_before = weighed_before(state, rescan);
    let before = first.iter().filter(|it| {
        it.tier == Tier::Probable || weighed_before && it.tier == Tier::Possible && it.is_weighed()
    });
    let possible = rescan.findings.iter().filter(|it| {
        it.tier == Tier::Possible
            && !(weighed_before && it.is_weighed())
            && is_left(text, &it.span, state.replaced())
            && !text.get(it.span.clone()).is_some_and(|found| waivers.covers(it, found))
    });
    before.count().saturating_add(possible.count())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, sync::Arc};

    use super::*;
    use crate::{
        config::Detail,
        detect,
        entity::{Class, Layer},
        id::JobId,
        roster::{Roster, matcher::Matcher},
        secret::Sensitive,
        transcript::{Format, Piece},
        transform::{CodeTable, transform},
    };

    const ROSTER: &str = "code,role,group,unit,name,aliases,relation,consent,never_match\n\
        PSW-03,PSW,D03,,Chan Tai Man 陳大文,,,team,\n";

    fn key() -> NameKey {
        NameKey::new(Sensitive::new([5; 32]))
    }

    /// `time label: speech` lines.
    fn layout(text: &str) -> Layout {
        let mut pieces = Vec::new();
        let mut at = 0;
        for (turn, line) in text.split('\n').enumerate() {
            let turn = u32::try_from(turn).unwrap();
            let mut rest = at;
            if let Some((time, _)) = line.split_once(' ') {
                pieces.push(Piece { start: at, end: at + time.len(), role: Role::Timing, turn });
                rest += time.len() + 1;
            }
            if let Some((before, _)) = line.split_once(": ") {
                pieces.push(Piece { start: rest, end: at + before.len(), role: Role::Label, turn });
                rest = at + before.len() + 2;
            }
            pieces.push(Piece { start: rest, end: at + line.len(), role: Role::Speech, turn });
            at += line.len() + 1;
        }
        Layout { format: Format::Text, encoding: "UTF-8".to_owned(), pieces }
    }

    fn finding(text: &str, name: &str, tier: Tier) -> Finding {
        let start = text.find(name).unwrap();
        Finding {
            span: start..start + name.len(),
            entity: EntityType::Person,
            class: Class::Direct,
            tier,
            confidence: 80,
            layer: Layer::Rule,
            rule: "test".to_owned(),
            person: None,
            ladder: Vec::new(),
        }
    }

    fn transformed(
        text: &str,
        found: &[(&str, Tier)],
        actions: BTreeMap<EntityType, Action>,
    ) -> Transcript<Transformed> {
        let raw = Transcript::new(JobId::from_bytes([1; 16]), text.to_owned(), layout(text)).unwrap();
        let findings = found.iter().map(|(name, tier)| finding(text, name, *tier)).collect();
        let detected = detect::accept(raw, Scan { findings, uncovered: Vec::new(), weighed: false }).unwrap();
        transform(detected, &CodeTable::default(), &Policy::new(actions, Detail::default(), 0)).0
    }

    struct Case<'c> {
        text: &'c str,
        first: &'c [(&'c str, Tier)],
        second: &'c [(&'c str, Tier)],
        originals: &'c [&'c str],
        waived: &'c [&'c str],
        undecided: Undecided,
    }

    const CLEAR: Case<'_> = Case {
        text: "00:01 P: I am Daisy Quill\n00:02 I: hm",
        first: &[("Daisy Quill", Tier::Certain)],
        second: &[],
        originals: &["daisy quill"],
        waived: &[],
        undecided: Undecided::Hold,
    };

    fn check(case: Case<'_>, want: &[Reason]) {
        let transformed = transformed(case.text, case.first, BTreeMap::new());
        let text = transformed.text().expose().clone();
        let findings = case.second.iter().map(|(name, tier)| finding(&text, name, *tier)).collect();
        let rescan =
            Rescan::of(&text, &layout(&text), Scan { findings, uncovered: Vec::new(), weighed: false });
        verdict(transformed, rescan, case, want);
    }

    fn verdict(transformed: Transcript<Transformed>, rescan: Rescan, case: Case<'_>, want: &[Reason]) {
        let roster = Roster::from_csv(ROSTER.as_bytes()).unwrap();
        let matcher = Arc::new(Matcher::new(&roster.alias_table()).unwrap());
        let originals = case.originals.iter().map(|it| gate::Original::of(EntityType::Person, it)).collect();
        let gate = Gate::new(matcher, gate::Originals::Plain(originals)).unwrap();
        let waived = case.waived.iter().map(|it| decision_digest(&key(), EntityType::Person, it)).collect();
        let terms = Terms {
            undecided: case.undecided,
            read_by: ReadBy::Nobody,
            waivers: Waivers::new(key(), waived, BTreeSet::new()),
        };
        match verify(transformed, rescan, &gate, &terms).unwrap() {
            Verdict::Clear(_) => assert!(want.is_empty(), "cleared in spite of {want:?}"),
            Verdict::Hold(held) => assert_eq!(held.state().reasons(), want),
        }
    }

    fn residual(span: Range<usize>) -> Reason {
        Reason::Residual { span, entity: EntityType::Person }
    }

    #[test]
    fn what_is_left_holds_and_what_was_replaced_does_not() {
        check(CLEAR, &[]);
        check(Case { second: &[("[person]", Tier::Certain)], ..CLEAR }, &[]);
        check(Case { second: &[("[person]\n", Tier::Certain)], ..CLEAR }, &[]);
        check(Case { second: &[("am [person]", Tier::Probable)], ..CLEAR }, &[residual(11..22)]);
        check(Case { second: &[("hm", Tier::Probable)], ..CLEAR }, &[residual(32..34)]);
        check(Case { second: &[("hm", Tier::Probable)], waived: &["HM"], ..CLEAR }, &[]);
        check(Case { second: &[("hm", Tier::Probable)], waived: &["hmm"], ..CLEAR }, &[residual(32..34)]);
    }

    #[test]
    fn undecided_findings_hold_where_nobody_looks() {
        let possible: &[(&str, Tier)] = &[("hm", Tier::Possible)];
        check(Case { second: possible, ..CLEAR }, &[Reason::Undecided { count: 1 }]);
        check(Case { second: possible, undecided: Undecided::Pass, ..CLEAR }, &[]);
        check(Case { second: possible, waived: &["hm"], ..CLEAR }, &[]);
        check(Case { first: &[("Daisy Quill", Tier::Probable)], ..CLEAR }, &[Reason::Undecided { count: 1 }]);
    }

    #[test]
    fn the_byte_gate_holds() {
        let text = "00:01 P: Tai Man and Daisy Quill";
        let alias = Reason::ByteGate { span: 9..16, what: gate::What::Alias(crate::entity::PersonIndex(0)) };
        check(Case { text, ..CLEAR }, std::slice::from_ref(&alias));
        check(Case { text, waived: &["tai-man"], ..CLEAR }, &[alias]);
        let twice = "00:01 P: Daisy Quill, daisy quill";
        let original = Reason::ByteGate { span: 19..30, what: gate::What::Original(0) };
        check(Case { text: twice, ..CLEAR }, std::slice::from_ref(&original));
        check(Case { text: twice, waived: &["daisy quill"], ..CLEAR }, &[original]);
    }

    #[test]
    fn a_fresh_parse_must_agree() {
        for (other, reason) in [
            ("00:03 P: I am [person]\n00:02 I: hm", Reason::Timings),
            ("00:01 Q: I am [person]\n00:02 I: hm", Reason::Labels),
        ] {
            let done = transformed(CLEAR.text, CLEAR.first, BTreeMap::new());
            let mut rescan = Rescan::of(done.text().expose(), &layout(done.text().expose()), Scan::default());
            let as_other = Rescan::of(other, &layout(other), Scan::default());
            (rescan.facts, rescan.labels) = (as_other.facts, as_other.labels);
            verdict(done, rescan, CLEAR, &[reason]);
        }
        let done = transformed(CLEAR.text, CLEAR.first, BTreeMap::new());
        let mut rescan = Rescan::of(done.text().expose(), &layout(done.text().expose()), Scan::default());
        rescan.facts.turns += 1;
        rescan.scan.uncovered.push(detect::Uncovered { turn: 1, gap: Gap::Language });
        verdict(done, rescan, CLEAR, &[Reason::Turns, Reason::Uncovered { turn: 1, gap: Gap::Language }]);
    }

    #[test]
    fn what_was_decided_elsewhere_lets_no_alias_of_the_roster_stand() {
        let text = "May came";
        let digests = || BTreeSet::from([decision_digest(&key(), EntityType::Person, "May")]);
        let mut it = finding(text, "May", Tier::Probable);
        let here = Waivers::new(key(), digests(), BTreeSet::new());
        let carried = Waivers::new(key(), BTreeSet::new(), digests());
        assert!(here.covers(&it, "May") && carried.covers(&it, "may"));
        it.rule = "roster.nickname".to_owned();
        assert!(here.covers(&it, "May") && !carried.covers(&it, "May"));
    }

    #[test]
    fn a_second_pass_over_another_text_proves_nothing() {
        let roster = Roster::from_csv(ROSTER.as_bytes()).unwrap();
        let matcher = Arc::new(Matcher::new(&roster.alias_table()).unwrap());
        let gate = Gate::new(matcher, gate::Originals::Plain(Vec::new())).unwrap();
        let terms = Terms {
            undecided: Undecided::Pass,
            read_by: ReadBy::Nobody,
            waivers: Waivers::new(key(), BTreeSet::new(), BTreeSet::new()),
        };
        let other = "00:01 P: another";
        let rescan = Rescan::of(other, &layout(other), Scan::default());
        let done = transformed(CLEAR.text, CLEAR.first, BTreeMap::new());
        assert_eq!(verify(done, rescan, &gate, &terms).unwrap_err(), Error::OtherText);
    }

    #[test]
    fn what_the_study_keeps_is_not_left_over() {
        let keep = BTreeMap::from([(EntityType::Person, Action::Keep)]);
        let done = transformed(CLEAR.text, CLEAR.first, keep);
        let text = done.text().expose().clone();
        assert_eq!(text, CLEAR.text);
        let scan = Scan {
            findings: vec![finding(&text, "Daisy Quill", Tier::Certain)],
            uncovered: Vec::new(),
            weighed: false,
        };
        let rescan = Rescan::of(&text, &layout(&text), scan);
        verdict(done, rescan, Case { originals: &[], ..CLEAR }, &[]);
    }
}
