//! What is written down: one entry for each thing that was done. No files, no hashing of the tree.
//!
//! Architecture invariant: an entry has no place for a text. Every member is an id, a handle, a digest,
//! a bucketed count, a code of ours or a commitment, so that nothing that somebody said, no name and no
//! file name can get into a log that is never rewritten.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize, de};
use sha2::{Digest as _, Sha256};

use crate::{
    clock::Timestamp,
    entity::EntityType,
    fault::Fault,
    id::{Digest, Handle, JobId, ObjectId},
    item::Profile,
    keys::canonical,
};

/// The most bytes that an entry may have.
pub const MAX_ENTRY_BYTES: usize = 4096;

/// The most objects that one entry may name.
pub const MAX_OBJECTS: usize = 8;

/// The greatest bucket: canonical JSON holds whole numbers up to 2^53 only.
const MAX_BUCKET: u64 = 1_000_000_000_000_000;

/// The version of the entries' form.
const VERSION: u8 = 1;

/// Something that was done, by whom and when.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    v: u8,
    at: Timestamp,
    actor: Actor,
    engine: Engine,
    op: Op,
}

/// Who did it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// The daemon, by its configuration.
    Daemon,
    /// A steward, reviewer or analyst, by handle.
    Person(Handle),
}

/// The version of the program that wrote an entry: `0.1.0`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(transparent)]
struct Engine(String);

impl<'de> Deserialize<'de> for Engine {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let fits = text.len() <= 32
            && text
                .bytes()
                .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || matches!(it, b'.' | b'-'));
        if fits { Ok(Self(text)) } else { Err(de::Error::custom("expected a version")) }
    }
}

/// A count made coarse: the greatest of 0, 1, 2, 5, 10, 20, 50, 100, … that it reaches. An exact count
/// of names could be matched with a transcript that somebody knows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Ord, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Bucket(u64);

impl Bucket {
    /// The bucket that a count falls in.
    #[must_use]
    pub fn of(count: usize) -> Self {
        let count = u64::try_from(count).unwrap_or(MAX_BUCKET).min(MAX_BUCKET);
        let mut floor = 0;
        let mut decade = 1_u64;
        loop {
            for step in [1, 2, 5] {
                match decade.checked_mul(step).filter(|it| *it <= count) {
                    Some(reached) => floor = reached,
                    None => return Self(floor),
                }
            }
            match decade.checked_mul(10) {
                Some(next) => decade = next,
                None => return Self(floor),
            }
        }
    }

    /// The least count that falls in it.
    #[must_use]
    pub const fn floor(self) -> u64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Bucket {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let floor = u64::deserialize(deserializer)?;
        let it = usize::try_from(floor).map(Self::of).unwrap_or_default();
        if it.0 == floor { Ok(it) } else { Err(de::Error::custom("expected a bucket")) }
    }
}

/// The code of an error of this program: `SE-03`.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Reason(String);

impl Reason {
    /// The code of a fault.
    #[must_use]
    pub fn of(fault: &dyn Fault) -> Self {
        // Codes are constants of ours, whose form `tests/architecture.rs` holds.
        Self(fault.code().to_owned())
    }

    /// A code as text, if it has the form of one.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let &[a, b, b'-', c, d] = code.as_bytes() else { return None };
        let fits =
            a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit();
        fits.then(|| Self(code.to_owned()))
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?)
            .ok_or_else(|| de::Error::custom("expected the code of an error"))
    }
}

/// Says that something secret was so and not otherwise, to be shown by whoever can open the object that
/// keeps the salt. Says nothing to anybody else.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Commitment(Digest);

impl Commitment {
    /// Commits to bytes under a random salt that is kept only inside the sealed object.
    #[must_use]
    pub fn salted(salt: &[u8; 32], bytes: &[u8]) -> Self {
        let hash = Sha256::new()
            .chain_update(b"vouchsafe/commitment/v1\0")
            .chain_update(salt)
            .chain_update(bytes)
            .finalize();
        Self(Digest::from_bytes(hash.into()))
    }
}

/// What an item was judged by.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pins {
    /// The rule packs.
    pub rules: Digest,
    /// The roster, keyed.
    pub roster: Digest,
    /// The statistical name finder, if it was used.
    pub model: Option<Digest>,
}

/// What became of an item that was sealed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// De-identified: it can be proposed for release.
    Ready,
    /// Sealed as it came: a person has to decide.
    Held,
    /// Sealed as it came: it can't be used.
    Quarantined,
    /// Sealed as it came and complete: recordings, consent forms, material without consent to release.
    Kept,
}

/// What happened to a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyEvent {
    /// Made.
    Made,
    /// No longer used for anything new.
    Retired,
}

/// How a person voted.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Vote {
    /// For the release of exactly these bytes.
    Approve,
    /// Against it.
    Reject,
}

/// What was done. One variant for each operation of the log.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "the members say what they are by their types; docs/format.md lists them")]
pub enum Op {
    /// The daemon started with this configuration.
    Start { config: Digest },
    /// The daemon stopped as it should.
    Stop {},
    /// A key was made or retired.
    Key { key: Handle, event: KeyEvent },
    /// These rule packs are in force.
    Rules { rules: Digest },
    /// This configuration is in force.
    Config { config: Digest },
    /// A file was taken from the intake.
    Claim { job: JobId, pins: Pins },
    /// A file had the bytes of an earlier one.
    Duplicate { job: JobId, of: JobId },
    /// An item was sealed; from here on the raw file may be unlinked.
    Seal {
        job: JobId,
        objects: Vec<ObjectId>,
        commitment: Option<Commitment>,
        outcome: Outcome,
        pins: Pins,
        findings: BTreeMap<EntityType, Bucket>,
    },
    /// An item waits for a person.
    Hold { job: JobId, reasons: BTreeSet<Reason> },
    /// A reviewer's decisions were applied.
    Decide { job: JobId, decision: Digest },
    /// A reviewer voted on a release.
    Approve { job: JobId, object: ObjectId, decision: Digest, vote: Vote },
    /// A de-identified copy was handed out: these bytes, with this manifest.
    Release {
        job: JobId,
        object: ObjectId,
        profile: Profile,
        released: Digest,
        manifest: Digest,
        supersedes: Option<u64>,
    },
    /// A person opened an object.
    View { object: ObjectId },
    /// An analyst fetched the release logged at this leaf.
    Pull { release: u64 },
    /// An analyst was refused the release logged at this leaf.
    Deny { release: u64 },
    /// The release logged at this leaf was taken back.
    Recall { release: u64 },
    /// The release logged at this leaf holds what is now known to be a name.
    Stale { release: u64 },
    /// An item was sealed again under the right person's key.
    Reassign { job: JobId, from: ObjectId, to: ObjectId },
    /// A participant withdrew.
    Withdraw { participant: Handle },
    /// An object was erased.
    Erase { object: ObjectId },
    /// A key was destroyed.
    Destroy { key: Handle },
    /// The archive was read through.
    Scrub { objects: Bucket, damaged: Bucket },
    /// An object was opened as an exercise.
    Drill { object: ObjectId, opened: bool },
    /// A witness signed a checkpoint of this size.
    Witness { witness: Handle, size: u64 },
    /// The clock jumped by about so many seconds.
    ClockStep { seconds: Bucket, back: bool },
    /// Something failed.
    Error { job: Option<JobId>, reason: Reason },
}

impl Op {
    /// The name of the operation: `clock-step`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Start { .. } => "start",
            Self::Stop {} => "stop",
            Self::Key { .. } => "key",
            Self::Rules { .. } => "rules",
            Self::Config { .. } => "config",
            Self::Claim { .. } => "claim",
            Self::Duplicate { .. } => "duplicate",
            Self::Seal { .. } => "seal",
            Self::Hold { .. } => "hold",
            Self::Decide { .. } => "decide",
            Self::Approve { .. } => "approve",
            Self::Release { .. } => "release",
            Self::View { .. } => "view",
            Self::Pull { .. } => "pull",
            Self::Deny { .. } => "deny",
            Self::Recall { .. } => "recall",
            Self::Stale { .. } => "stale",
            Self::Reassign { .. } => "reassign",
            Self::Withdraw { .. } => "withdraw",
            Self::Erase { .. } => "erase",
            Self::Destroy { .. } => "destroy",
            Self::Scrub { .. } => "scrub",
            Self::Drill { .. } => "drill",
            Self::Witness { .. } => "witness",
            Self::ClockStep { .. } => "clock-step",
            Self::Error { .. } => "error",
        }
    }

    /// The item that it is about.
    #[must_use]
    pub const fn job(&self) -> Option<JobId> {
        match self {
            Self::Claim { job, .. }
            | Self::Duplicate { job, .. }
            | Self::Seal { job, .. }
            | Self::Hold { job, .. }
            | Self::Decide { job, .. }
            | Self::Approve { job, .. }
            | Self::Release { job, .. }
            | Self::Reassign { job, .. } => Some(*job),
            Self::Error { job, .. } => *job,
            Self::Start { .. }
            | Self::Stop {}
            | Self::Key { .. }
            | Self::Rules { .. }
            | Self::Config { .. }
            | Self::View { .. }
            | Self::Pull { .. }
            | Self::Deny { .. }
            | Self::Recall { .. }
            | Self::Stale { .. }
            | Self::Withdraw { .. }
            | Self::Erase { .. }
            | Self::Destroy { .. }
            | Self::Scrub { .. }
            | Self::Drill { .. }
            | Self::Witness { .. }
            | Self::ClockStep { .. } => None,
        }
    }

    /// The objects that it is about.
    #[must_use]
    pub fn objects(&self) -> Vec<ObjectId> {
        match self {
            Self::Seal { objects, .. } => objects.clone(),
            Self::Approve { object, .. }
            | Self::Release { object, .. }
            | Self::View { object }
            | Self::Erase { object }
            | Self::Drill { object, .. } => vec![*object],
            Self::Reassign { from, to, .. } => vec![*from, *to],
            Self::Start { .. }
            | Self::Stop {}
            | Self::Key { .. }
            | Self::Rules { .. }
            | Self::Config { .. }
            | Self::Claim { .. }
            | Self::Duplicate { .. }
            | Self::Hold { .. }
            | Self::Decide { .. }
            | Self::Pull { .. }
            | Self::Deny { .. }
            | Self::Recall { .. }
            | Self::Stale { .. }
            | Self::Withdraw { .. }
            | Self::Destroy { .. }
            | Self::Scrub { .. }
            | Self::Witness { .. }
            | Self::ClockStep { .. }
            | Self::Error { .. } => Vec::new(),
        }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Entry {
    /// Says that something was done.
    #[must_use]
    pub fn new(at: Timestamp, actor: Actor, op: Op) -> Self {
        Self { v: VERSION, at, actor, engine: Engine(env!("CARGO_PKG_VERSION").to_owned()), op }
    }

    /// What was done.
    #[must_use]
    pub const fn op(&self) -> &Op {
        &self.op
    }

    /// When.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// By whom.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// The entry as it stands in the log: canonical JSON (RFC 8785). `None` if it is over the limit.
    #[must_use]
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let bytes = canonical::to_bytes(self).ok()?;
        (bytes.len() <= MAX_ENTRY_BYTES && self.op.objects().len() <= MAX_OBJECTS).then_some(bytes)
    }

    /// Reads an entry; `None` if it is not one as this version writes it, to the byte.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let it: Self = canonical::from_bytes(bytes).ok()?;
        (it.v == VERSION && it.to_bytes().as_deref() == Some(bytes)).then_some(it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOB: JobId = JobId::from_bytes([1; 16]);
    const OBJECT: ObjectId = ObjectId::from_bytes([2; 32]);
    const DIGEST: Digest = Digest::from_bytes([3; 32]);
    const HANDLE: Handle = Handle::from_bytes([4; 16]);
    const PINS: Pins = Pins { rules: DIGEST, roster: DIGEST, model: Some(DIGEST) };

    fn entry(op: Op) -> Entry {
        Entry::new(Timestamp::from_millis(1_795_000_000_000), Actor::Person(HANDLE), op)
    }

    fn largest(objects: usize) -> Op {
        Op::Seal {
            job: JOB,
            objects: vec![OBJECT; objects],
            commitment: Some(Commitment::salted(&[0; 32], b"")),
            outcome: Outcome::Quarantined,
            pins: PINS,
            findings: EntityType::ALL.iter().map(|it| (*it, Bucket::of(usize::MAX))).collect(),
        }
    }

    #[test]
    fn every_operation_comes_back_as_it_went() {
        let reason = || Reason::parse("SE-03").unwrap();
        let ops = [
            Op::Start { config: DIGEST },
            Op::Stop {},
            Op::Key { key: HANDLE, event: KeyEvent::Made },
            Op::Rules { rules: DIGEST },
            Op::Config { config: DIGEST },
            Op::Claim { job: JOB, pins: PINS },
            Op::Duplicate { job: JOB, of: JOB },
            largest(1),
            Op::Hold { job: JOB, reasons: [reason()].into() },
            Op::Decide { job: JOB, decision: DIGEST },
            Op::Approve { job: JOB, object: OBJECT, decision: DIGEST, vote: Vote::Reject },
            Op::Release {
                job: JOB,
                object: OBJECT,
                profile: Profile::Team,
                released: DIGEST,
                manifest: DIGEST,
                supersedes: Some(7),
            },
            Op::View { object: OBJECT },
            Op::Pull { release: 1 },
            Op::Deny { release: 1 },
            Op::Recall { release: 1 },
            Op::Stale { release: 1 },
            Op::Reassign { job: JOB, from: OBJECT, to: OBJECT },
            Op::Withdraw { participant: HANDLE },
            Op::Erase { object: OBJECT },
            Op::Destroy { key: HANDLE },
            Op::Scrub { objects: Bucket::of(7), damaged: Bucket::of(0) },
            Op::Drill { object: OBJECT, opened: true },
            Op::Witness { witness: HANDLE, size: 9 },
            Op::ClockStep { seconds: Bucket::of(3600), back: true },
            Op::Error { job: None, reason: reason() },
        ];
        for op in ops {
            let entry = entry(op);
            let bytes = entry.to_bytes().unwrap();
            assert_eq!(Entry::from_bytes(&bytes).as_ref(), Some(&entry));
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains(&format!(r#""op":{{"{}":{{"#, entry.op.name())), "{text}");
        }
    }

    #[test]
    fn an_entry_has_one_spelling() {
        let bytes = entry(Op::Stop {}).to_bytes().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with(r#"{"actor":{"person":"0404"#), "{text}");
        assert!(text.ends_with(r#""op":{"stop":{}},"v":1}"#), "{text}");
        for other in [
            text.replace(",\"v\"", ", \"v\""),
            text.replace("\"v\":1", "\"v\":2"),
            text.replace("\"v\":1", "\"note\":\"hello\",\"v\":1"),
            text.replace("{\"stop\":{}}", "{\"stop\":{\"why\":\"x\"}}"),
            text.replace("0.1.0", "Chan Tai Man"),
        ] {
            assert_eq!(Entry::from_bytes(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn the_largest_entry_is_within_the_limit() {
        assert!(entry(largest(MAX_OBJECTS)).to_bytes().unwrap().len() <= MAX_ENTRY_BYTES);
        assert_eq!(entry(largest(MAX_OBJECTS + 1)).to_bytes(), None);
    }

    #[test]
    fn counts_are_coarse() {
        for (count, floor) in [(0, 0), (1, 1), (4, 2), (5, 5), (19, 10), (99, 50), (100, 100), (1999, 1000)] {
            assert_eq!(Bucket::of(count).floor(), floor, "{count}");
        }
        assert!(serde_json::from_str::<Bucket>("3").is_err());
    }
}
