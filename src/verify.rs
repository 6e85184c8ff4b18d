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
    detect::{Gap, Scan},
    entity::EntityType,
    fault::{Disposition, Fault},
    id::Digest,
    roster::name_key::NameKey,
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
        Self { text: digest(text), facts: LayoutFacts::of(text, layout), labels: labels(text, layout), scan }
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

/// Strings that a recorded decision lets stand.
#[derive(Debug)]
pub struct Waivers {
    key: NameKey,
    digests: BTreeSet<Digest>,
}

/// What `verify` asks.
#[derive(Debug)]
pub struct Terms {
    /// About findings left to a reviewer.
    pub undecided: Undecided,
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
        /// Where.
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
    /// Takes the digests of [`decision_digest`].
    #[must_use]
    pub const fn new(key: NameKey, digests: BTreeSet<Digest>) -> Self {
        Self { key, digests }
    }
}

fn digest(text: &str) -> Digest {
    Digest::from_bytes(Sha256::digest(text.as_bytes()).into())
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
    use crate::roster::{name_key::Purpose, squeeze::squeezed_name};
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
    if rescan.text != digest(text) {
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
    reasons.extend(rescan.scan.uncovered.iter().map(|it| Reason::Uncovered { turn: it.turn, gap: it.gap }));
    for (n, finding) in rescan.scan.findings.iter().enumerate() {
        let found = text.get(finding.span.clone()).ok_or(Error::Misfit(n))?;
        let kept = state.policy().action(finding.entity) == crate::config::Action::Keep;
        if finding.is_transformed()
            && !kept
            && is_left(text, &finding.span, state.replaced())
            && !terms.waivers.digests.contains(&decision_digest(&terms.waivers.key, finding.entity, found))
        {
            reasons.push(Reason::Residual { span: finding.span.clone(), entity: finding.entity });
        }
    }
    let undecided = undecided(state.scan());
    if terms.undecided == Undecided::Hold && undecided > 0 {
        reasons.push(Reason::Undecided { count: undecided });
    }
    let searched = gate.search(text.as_bytes());
    if !searched.readable {
        reasons.push(Reason::Unreadable);
    }
    for hit in searched.hits {
        let found = text.get(hit.range.clone()).unwrap_or_default();
        if !terms.waivers.digests.contains(&decision_digest(&terms.waivers.key, EntityType::Person, found)) {
            reasons.push(Reason::ByteGate { span: hit.range, what: hit.what });
        }
    }
    Ok(reasons)
}

/// Whether a letter or digit of a finding stands outside all replacements.
fn is_left(text: &str, span: &Range<usize>, replaced: &[Range<usize>]) -> bool {
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

/// How many findings a reviewer should see: probable ones, and possible ones that nothing transformed covers.
fn undecided(scan: &Scan) -> usize {
    use crate::entity::Tier;
    scan.findings.iter().filter(|it| it.tier != Tier::Certain).count()
}
