//! A decision bundle: what a steward decided about one review bundle, signed, and sealed to the station.
//!
//! The signature is over `decision.json`, which binds the result and the gate list by their digests. The
//! station keeps none of the originals in it: it compares them with the keyed digests that it kept when
//! the item was held, searches the result for them, and forgets them.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::{
    Error,
    pack::{pack, text, unpack},
    vote::{Ballot, Vote},
};
use crate::{
    clock::Timestamp,
    config::StaffId,
    entity::EntityType,
    id::{Digest, Handle, JobId, ObjectId},
    keys::{self, Identity, Recipient, SigningKey, VerifyingKey, canonical},
    roster::name_key::NameKey,
    secret::Sensitive,
    transcript::{Raw, Transcript},
    transform::{self, LayoutFacts, Markers, Policy, Transformed},
    verify::{
        decision_digest,
        gate::{Original, OriginalDigest, Originals},
    },
};

const FORMAT: &str = "vouchsafe/decision/v1";
const DOMAIN: &[u8] = b"vouchsafe/decision/v1\0";
const MEMBERS: [&str; 4] = ["decision.json", "result", "gate.json", "signature"];

/// What a reviewer puts their name to.
pub const ATTESTATION: &str = "vouchsafe/attestation/1";

/// The words of [`ATTESTATION`], in the order English, 繁中.
pub const ATTESTATION_TEXT: [&str; 2] = [
    "I have read this item. To my knowledge nothing in it identifies a person, alone or together with what else I know of.",
    "我已閱讀此項目。據我所知，其內容無論單獨或結合我所知的其他資料，均不能識別任何人。",
];

/// `decision.json`: what is signed. Holds no text.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    format: String,
    /// The bundle that was decided on.
    pub bundle: Handle,
    /// The item's job.
    pub job: JobId,
    /// The sealed object of the raw item.
    pub raw: ObjectId,
    /// SHA-256 of the proposal that the reviewer saw.
    pub base: Digest,
    /// SHA-256 of the result.
    pub result: Digest,
    /// SHA-256 of the gate list.
    gate: Digest,
    /// What is said.
    pub ballot: Ballot,
    /// Which text the reviewer agreed to: [`ATTESTATION`].
    pub attestation: String,
    /// Who.
    reviewer: String,
    /// With which key.
    pub key: VerifyingKey,
    /// When, by the reviewer's clock.
    pub at: Timestamp,
}

/// What the gate list holds, as it is written.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GateWire {
    originals: Vec<StringWire>,
    kept: Vec<StringWire>,
    redacted: Vec<StringWire>,
    marked: Vec<MarkedWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StringWire {
    entity: EntityType,
    text: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkedWire {
    entity: EntityType,
    text: String,
    code: String,
}

/// A string and what it is.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) entity: EntityType,
    pub(super) text: Sensitive<String>,
}

impl Named {
    /// Whether it is this string, as this.
    pub(super) fn is(&self, entity: EntityType, text: &Sensitive<String>) -> bool {
        // EXPOSE: compared.
        self.entity == entity && self.text.expose() == text.expose()
    }
}

/// Somebody or something that the reviewer marked under a reserved code.
#[derive(Debug)]
pub struct Marked {
    /// What it is.
    pub entity: EntityType,
    /// The string, as it stood in the item. To be looked up by its keyed digest.
    pub text: Sensitive<String>,
    /// The reserved code, without brackets.
    pub code: String,
}

/// `gate.json`: the originals found, and what was decided about which string.
#[derive(Debug, Default)]
pub(super) struct GateList {
    /// Every direct original of the item, those that are kept included.
    pub(super) originals: Vec<Original>,
    pub(super) kept: Vec<Named>,
    pub(super) redacted: Vec<Named>,
    pub(super) marked: Vec<Marked>,
}

/// What the station knows of the bundle that it sent out.
#[derive(Debug)]
pub struct Expectation<'a> {
    /// The bundle.
    pub bundle: Handle,
    /// The sealed object of the raw item.
    pub raw: ObjectId,
    /// SHA-256 of the proposal in the bundle.
    pub base: Digest,
    /// The keyed digests of the item's originals, kept when the bundle was made.
    pub gate: &'a [OriginalDigest],
    /// The key of those digests.
    pub names: &'a NameKey,
    /// After this a decision is refused.
    pub expires: Timestamp,
    /// The reserved codes that the bundle brought.
    pub reserved: &'a [String],
    /// Who has decided on this bundle already.
    pub decided_by: &'a BTreeSet<StaffId>,
    /// Who may decide on the study, with their keys.
    pub reviewers: &'a BTreeMap<StaffId, VerifyingKey>,
}

/// A decision whose signature, binding and gate list have been checked. Its result has not been verified.
#[derive(Debug)]
#[must_use]
pub struct Decision {
    signed: Signed,
    reviewer: StaffId,
    result: Sensitive<String>,
    pub(super) gate: GateList,
}

impl GateList {
    fn to_bytes(&self) -> Result<Sensitive<Vec<u8>>, Error> {
        // EXPOSE: copied into what goes straight into the sealed bundle, and wiped below.
        let copy = |it: &Sensitive<String>| it.expose().clone();
        let named = |it: &Named| StringWire { entity: it.entity, text: copy(&it.text) };
        let mut wire = GateWire {
            originals: self
                .originals
                .iter()
                .map(|it| StringWire { entity: it.entity, text: copy(&it.text) })
                .collect(),
            kept: self.kept.iter().map(named).collect(),
            redacted: self.redacted.iter().map(named).collect(),
            marked: self
                .marked
                .iter()
                .map(|it| MarkedWire { entity: it.entity, text: copy(&it.text), code: it.code.clone() })
                .collect(),
        };
        let bytes = serde_json::to_vec(&wire).map(Sensitive::new).map_err(|_| Error::Malformed);
        let strings = wire.originals.iter_mut().chain(&mut wire.kept).chain(&mut wire.redacted);
        strings.for_each(|it| it.text.zeroize());
        wire.marked.iter_mut().for_each(|it| it.text.zeroize());
        bytes
    }

    fn from_bytes(bytes: &Sensitive<Vec<u8>>) -> Result<Self, Error> {
        // EXPOSE: parsed into values that are wiped; the parser's error, which quotes, is dropped.
        let wire: GateWire = serde_json::from_slice(bytes.expose()).map_err(|_| Error::Malformed)?;
        let named = |it: StringWire| Named { entity: it.entity, text: Sensitive::new(it.text) };
        Ok(Self {
            originals: wire
                .originals
                .into_iter()
                .map(|it| Original { entity: it.entity, text: Sensitive::new(it.text) })
                .collect(),
            kept: wire.kept.into_iter().map(named).collect(),
            redacted: wire.redacted.into_iter().map(named).collect(),
            marked: wire
                .marked
                .into_iter()
                .map(|it| Marked { entity: it.entity, text: Sensitive::new(it.text), code: it.code })
                .collect(),
        })
    }

    /// The originals that the result must not hold: all but those that the reviewer keeps. Who keeps a string
    /// as a day does not keep it as a name.
    pub(super) fn searched(&self) -> Vec<Original> {
        // EXPOSE: from one wiped place to another.
        let kept: Vec<_> = self.kept.iter().map(|it| Original::of(it.entity, it.text.expose())).collect();
        let left = self.originals.iter().filter(|it| !kept.iter().any(|kept| kept.is(it)));
        left.map(Original::copy).collect()
    }
}

/// What goes into a decision; the signature binds all of it.
pub(super) struct Draft<'a> {
    pub(super) bundle: Handle,
    pub(super) job: JobId,
    pub(super) raw: ObjectId,
    pub(super) base: Digest,
    pub(super) ballot: Ballot,
    pub(super) reviewer: &'a str,
    pub(super) at: Timestamp,
    pub(super) result: &'a Sensitive<String>,
    pub(super) gate: &'a GateList,
}

/// Signs a decision and seals it to the station.
pub(super) fn seal(draft: &Draft<'_>, key: &SigningKey, station: &Recipient) -> Result<Vec<u8>, Error> {
    let gate = draft.gate.to_bytes()?;
    // EXPOSE: hashed here, encrypted below.
    let (result, gate) = (draft.result.expose().as_bytes(), gate.expose());
    let signed = Signed {
        format: FORMAT.to_owned(),
        bundle: draft.bundle,
        job: draft.job,
        raw: draft.raw,
        base: draft.base,
        result: Digest::sha256(result),
        gate: Digest::sha256(gate),
        ballot: draft.ballot,
        attestation: ATTESTATION.to_owned(),
        reviewer: draft.reviewer.to_owned(),
        key: key.verifying_key(),
        at: draft.at,
    };
    let json = canonical::to_bytes(&signed).map_err(|_| Error::Malformed)?;
    let signature = key.sign(&signed_bytes(&json));
    let [a, b, c, d] = MEMBERS;
    let packed = pack(&[(a, &json), (b, result), (c, gate), (d, &signature)])?;
    // EXPOSE: to the cipher.
    Ok(keys::encrypt(std::slice::from_ref(station), packed.expose())?)
}

/// What is signed: a domain, so that no other signature of the key means this, and the digest.
fn signed_bytes(json: &[u8]) -> Vec<u8> {
    [DOMAIN, Digest::sha256(json).as_bytes()].concat()
}

/// Opens and checks a decision bundle. `expected` finds what the station knows of a job that waits.
///
/// # Errors
///
/// Refuses what is damaged, not signed by a reviewer of the study, about something else than what waits,
/// incomplete, late, or the second of one reviewer.
pub fn read_decision<'e>(
    bytes: &[u8],
    station: &Identity,
    expected: impl FnOnce(JobId) -> Option<Expectation<'e>>,
    now: Timestamp,
) -> Result<Decision, Error> {
    let packed = keys::decrypt(std::slice::from_ref(station), bytes)?;
    // EXPOSE: unpacked into memory that is wiped.
    let [json, result, gate, signature] = unpack(packed.expose(), MEMBERS)?;
    // EXPOSE: holds no text.
    let json = json.expose();
    let signed: Signed = canonical::from_bytes(json).map_err(|_| Error::Malformed)?;
    if signed.format != FORMAT || signed.attestation != ATTESTATION {
        return Err(Error::Malformed);
    }
    let expected = expected(signed.job).ok_or(Error::OtherItem)?;
    let reviewer: StaffId = signed.reviewer.parse().map_err(|_| Error::Signature)?;
    let key = expected.reviewers.get(&reviewer).filter(|it| **it == signed.key).ok_or(Error::Signature)?;
    // EXPOSE: a signature.
    key.verify(&signed_bytes(json), signature.expose()).map_err(|_| Error::Signature)?;
    // EXPOSE: hashed and compared.
    if signed.result != Digest::sha256(result.expose()) || signed.gate != Digest::sha256(gate.expose()) {
        return Err(Error::Parts);
    }
    if (signed.bundle, signed.raw, signed.base) != (expected.bundle, expected.raw, expected.base) {
        return Err(Error::OtherItem);
    }
    if expected.decided_by.contains(&reviewer) {
        return Err(Error::Replay);
    }
    if now > expected.expires {
        return Err(Error::Expired);
    }
    let gate = GateList::from_bytes(&gate)?;
    if gate.marked.iter().any(|it| !expected.reserved.contains(&it.code)) {
        return Err(Error::UnknownCode);
    }
    let decision = Decision { signed, reviewer, result: text(&result)?, gate };
    decision.covers(&expected)?;
    Ok(decision)
}

impl Signed {
    /// SHA-256 of what was signed; the log names a decision by it.
    ///
    /// # Errors
    ///
    /// Fails if it can't be written as canonical JSON.
    pub fn digest(&self) -> Result<Digest, Error> {
        canonical::to_bytes(self).map(|json| Digest::sha256(&json)).map_err(|_| Error::Malformed)
    }
}

impl Decision {
    /// Everything that the station remembered as found must be in the list, kept or not.
    fn covers(&self, expected: &Expectation<'_>) -> Result<(), Error> {
        let all = self.gate.originals.iter().map(Original::copy).collect();
        let listed: BTreeSet<_> = Originals::Plain(all).digests(expected.names).into_iter().collect();
        if expected.gate.iter().all(|it| listed.contains(it)) { Ok(()) } else { Err(Error::Gate) }
    }

    /// What was signed.
    #[must_use]
    pub const fn signed(&self) -> &Signed {
        &self.signed
    }

    /// Who decided.
    #[must_use]
    pub const fn reviewer(&self) -> &StaffId {
        &self.reviewer
    }

    /// The result, to be parsed and scanned afresh.
    #[must_use]
    pub const fn result(&self) -> &Sensitive<String> {
        &self.result
    }

    /// The vote, about the result as it is now: call it after [`Decision::recode`].
    #[must_use]
    pub fn vote(&self) -> Vote {
        Vote {
            reviewer: self.reviewer.clone(),
            key: self.signed.key,
            base: self.signed.base,
            // EXPOSE: hashed; votes are bound to these bytes.
            result: Digest::sha256(self.result.expose().as_bytes()),
            ballot: self.signed.ballot,
        }
    }

    /// What the result must not hold, for the byte gate.
    #[must_use]
    pub fn originals(&self) -> Originals {
        Originals::Plain(self.gate.searched())
    }

    /// Who and what was marked under a reserved code, for the registry.
    #[must_use]
    pub fn marked(&self) -> &[Marked] {
        &self.gate.marked
    }

    /// Keyed digests of the strings that the reviewer lets stand: waivers for `verify`.
    #[must_use]
    pub fn kept(&self, names: &NameKey) -> BTreeSet<Digest> {
        digests(&self.gate.kept, names)
    }

    /// How many strings of each kind the reviewer lets stand.
    #[must_use]
    pub fn kept_by_entity(&self) -> BTreeMap<EntityType, u64> {
        let mut counts = BTreeMap::new();
        for it in &self.gate.kept {
            *counts.entry(it.entity).or_insert(0) += 1;
        }
        counts
    }

    /// How many strings were kept, redacted and marked; for the log.
    #[must_use]
    pub const fn counts(&self) -> [usize; 3] {
        [self.gate.kept.len(), self.gate.redacted.len(), self.gate.marked.len()]
    }

    /// Puts the registry's codes in the place of reserved ones: for a name that has a code already, that
    /// code; for a new one, the code under which it is registered now. Without brackets on either side.
    ///
    /// # Errors
    ///
    /// Fails if there are more codes than can be searched for.
    pub fn recode(self, codes: &BTreeMap<String, String>) -> Result<Self, Error> {
        // EXPOSE: from one wiped place to another.
        let result = Sensitive::new(recoded(self.result.expose(), codes)?);
        Ok(Self { result, ..self })
    }
}

pub(super) fn digests(list: &[Named], names: &NameKey) -> BTreeSet<Digest> {
    // EXPOSE: to a keyed digest.
    list.iter().map(|it| decision_digest(names, it.entity, it.text.expose())).collect()
}

/// Replaces codes that stand alone: no letter, digit or hyphen on either side. One pass.
fn recoded(text: &str, codes: &BTreeMap<String, String>) -> Result<String, Error> {
    let inner = |c: char| c.is_alphanumeric() || c == '-';
    let codes: Vec<_> = codes.iter().filter(|it| !it.0.is_empty()).collect();
    let search = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(codes.iter().map(|it| it.0))
        .map_err(|_| Error::TooLarge)?;
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (found, new) in
        search.find_iter(text).filter_map(|it| codes.get(it.pattern().as_usize()).map(|code| (it, code.1)))
    {
        let (before, after) = (text.get(..found.start()), text.get(found.end()..));
        let alone =
            !before.is_none_or(|it| it.ends_with(inner)) && !after.is_none_or(|it| it.starts_with(inner));
        if alone && found.start() >= at {
            out.push_str(text.get(at..found.start()).unwrap_or_default());
            out.push_str(new);
            at = found.end();
        }
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Ok(out)
}

/// Turns a decision's result, parsed afresh by the worker, into what `verify` reads. `before` was kept when the
/// item was held; whatever is none of `markers` counts as speech.
///
/// # Errors
///
/// Refuses a text that is not the decision's result.
pub fn apply(
    decision: &Decision,
    parsed: Transcript<Raw>,
    before: LayoutFacts,
    policy: &Policy,
    markers: &Markers,
) -> Result<Transcript<Transformed>, Error> {
    // EXPOSE: compared.
    let same = parsed.text().expose() == decision.result.expose();
    if !same || parsed.job() != decision.signed.job || decision.signed.ballot != Ballot::Approve {
        return Err(Error::OtherItem);
    }
    Ok(transform::reviewed(parsed, before, policy, markers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_replaced_where_they_stand_alone() {
        let codes = BTreeMap::from([
            ("person-4".to_owned(), "person-2".to_owned()),
            ("person-41".to_owned(), "PSW-03".to_owned()),
            ("person-2".to_owned(), "person-9".to_owned()),
        ]);
        for (text, want) in [
            ("[person-41] met [person-4].", "[PSW-03] met [person-2]."),
            ("person-4: hello", "person-2: hello"),
            ("[person-410] x-person-4", "[person-410] x-person-4"),
            ("[person-4][person-2]", "[person-2][person-9]"),
            ("我見到[person-4]喺度", "我見到[person-2]喺度"),
            ("", ""),
        ] {
            assert_eq!(recoded(text, &codes).unwrap(), want);
        }
    }

    #[test]
    fn what_is_kept_is_not_searched_for_and_everything_else_is() {
        let named = |entity, text: &str| Named { entity, text: Sensitive::new(text.to_owned()) };
        let list = GateList {
            originals: vec![
                Original::of(EntityType::Person, "Ines Marlow’s"),
                Original::of(EntityType::Person, "Tam Oi"),
                Original::of(EntityType::Organisation, "Jordan"),
                Original::of(EntityType::Person, "Jordan"),
            ],
            kept: vec![
                named(EntityType::Person, "Ines  MARLOW"),
                named(EntityType::Date, "Tam Oi"),
                named(EntityType::Organisation, "Jordan"),
            ],
            ..GateList::default()
        };
        let left = list.searched();
        let left: Vec<_> = left.iter().map(|it| (it.entity, it.text.expose().as_str())).collect();
        assert_eq!(left, [(EntityType::Person, "tam oi"), (EntityType::Person, "jordan")]);
        let again = GateList::from_bytes(&list.to_bytes().unwrap()).unwrap();
        assert!(again.originals.iter().zip(&list.originals).all(|(a, b)| a.is(b)));
        assert_eq!(again.originals.len(), 4);
        assert_eq!(again.kept[1].text.expose(), "Tam Oi");
    }
}
