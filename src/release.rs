//! Hands out de-identified copies, each under its own signed leaf, and nothing else. Decides nothing: who
//! approved and whether the ethics approval still holds is known to the caller.
//!
//! ```text
//! Transcript<Deidentified> ─stage→ outbox/<job>.<profile>… while the item is sealed
//! Sealed<Deidentified> + Receipt + Staged ─prepare→ Prepared ─log→ Receipt ─publish→ release/<study>/<profile>/
//! ```
//!
//! Architecture invariant: `publish` takes nothing but [`Prepared`], `prepare` alone makes it, and it takes a
//! proof that the object is sealed and one that this is logged, both used up. The bytes that go out are
//! compared with the digest that was sealed, and searched by the byte gate once more, names included.

mod index;
mod manifest;
mod outbox;
mod publish;

use std::path::PathBuf;

pub use self::{
    index::Row,
    manifest::{Account, Applied},
    outbox::{Staged, StagedDraft, discard, discard_copy, set_aside, stage},
    publish::{Compared, Published, compare, compare_in, copies, copies_in, copy, publish, withdraw},
};
use crate::{
    audit::{
        self, Receipt,
        entry::{Actor, Entry, Op},
    },
    clock::Timestamp,
    durable,
    fault::{Disposition, Fault},
    id::{Digest, JobId, ObjectId},
    item::{Place, Profile},
    render,
    seal::Sealed,
    transcript::Format,
    verify::{
        Deidentified,
        gate::{Decoding, Gate, Hit, What},
    },
};

/// Why nothing was handed out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The disk.
    #[error("release files: {0}")]
    Disk(#[from] durable::Error),
    /// The log.
    #[error("release proofs: {0}")]
    Log(#[from] audit::Error),
    /// The receipt is for something else.
    #[error("the receipt covers something else")]
    OtherReceipt,
    /// The outbox does not hold the bytes that were sealed.
    #[error("the outbox does not hold what was sealed")]
    OtherBytes,
    /// The byte gate found something in the final bytes or in the name.
    #[error("the byte gate found {0} places in the final bytes")]
    Gate(usize),
    /// The byte gate could not read the final bytes.
    #[error("the byte gate could not read the final bytes")]
    Unreadable,
    /// Another version of the same item is still out.
    #[error("another version of this item is still released")]
    OtherVersion,
    /// Something else lies under the name of the release.
    #[error("something else bears the name of the release")]
    NameTaken,
    /// The list of releases cannot be read.
    #[error("line {0} of the list of releases can't be read")]
    Index(u64),
    /// What is to be said of a release cannot be written.
    #[error("the manifest can't be written")]
    Manifest,
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Disk(_) => "RL-01",
            Self::Log(_) => "RL-02",
            Self::OtherReceipt => "RL-03",
            Self::OtherBytes => "RL-04",
            Self::Gate(_) => "RL-05",
            Self::Unreadable => "RL-06",
            Self::OtherVersion => "RL-07",
            Self::NameTaken => "RL-08",
            Self::Index(_) => "RL-09",
            Self::Manifest => "RL-10",
        }
    }

    fn disposition(&self) -> Disposition {
        match self {
            Self::Disk(error) => error.disposition(),
            Self::Log(error) => error.disposition(),
            Self::OtherReceipt | Self::Index(_) | Self::Manifest => Disposition::Halt,
            Self::OtherBytes | Self::Gate(_) | Self::Unreadable | Self::OtherVersion | Self::NameTaken => {
                Disposition::Hold
            }
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Disk(error) => error.remedy(),
            Self::Log(error) => error.remedy(),
            Self::OtherReceipt | Self::Manifest => "Report this: it is a fault of the program.",
            Self::OtherBytes => {
                "Somebody changed the outbox: find out who. If the item is held, decide on it again; if it is quarantined, open its raw object and drop the file again."
            }
            Self::Gate(_) | Self::Unreadable => {
                "Review the item: a name is left in it, or a common word is taken for one."
            }
            Self::OtherVersion => {
                "Withdraw the released version first; two versions side by side point at what was changed."
            }
            Self::NameTaken => "Move the foreign file out of the release directory.",
            Self::Index(_) => {
                "Put `index.csv` of the release directory back as it was, from a backup if need be."
            }
        }
    }
}

/// Where a release goes and what it is called.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Destination {
    /// Where the item belongs.
    pub place: Place,
    /// To whom it goes.
    pub profile: Profile,
    /// What it is called there, where its place is not to be known: the code of whose words it has.
    pub alias: Option<String>,
    /// Which item of its slot, counted from 1: the second interview of the same session is 2.
    pub number: u32,
    /// Which version of that item, counted from 1.
    pub version: u32,
    /// The released version that this one takes the place of, and the leaf of its release.
    pub supersedes: Option<Superseded>,
}

/// A released version that is to be taken back first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Superseded {
    /// Which version.
    pub version: u32,
    /// The leaf of its release in the log.
    pub leaf: u64,
}

impl Destination {
    /// What all versions of the item share: `STUDY_D03_PIR_W2_interview`, `…_interview-2`. Outside the team
    /// `STUDY_PIR-4821_W2_interview`, and for insiders, whose every copy has codes of its own, without the session.
    #[must_use]
    pub fn stem(&self) -> String {
        let Place { study, group, role, wave, activity, language, .. } = &self.place;
        let activity = activity.folder();
        let again = if self.number > 1 { format!("-{}", self.number) } else { String::new() };
        let alias = self.alias.as_deref().unwrap_or_default();
        let stem = match self.profile {
            Profile::Team => format!("{study}_{group}_{role}_{wave}_{activity}{again}"),
            Profile::External => format!("{study}_{alias}_{wave}_{activity}{again}"),
            Profile::InsiderSafe => format!("{study}_{alias}_{activity}"),
        };
        language.map_or_else(|| stem.clone(), |it| format!("{stem}_{}", it.name()))
    }

    /// Whether a hit in the name is nothing but an id of the study's own. A reviewer may have taken `D03` out of the
    /// talk; a name of somebody on the roster is one wherever it stands.
    fn says(&self, name: &str, hit: &Hit) -> bool {
        let Place { study, group, role, wave, .. } = &self.place;
        let ids = [study.as_str(), group.as_str(), role.as_str(), wave.as_str()];
        let found = name.get(hit.range.clone()).unwrap_or_default();
        let is_told = found.split('_').all(|it| ids.contains(&it));
        matches!(hit.what, What::Original(_)) && hit.decoding == Decoding::Utf8 && is_told
    }

    /// The file's name: `STUDY_D03_PIR_W2_interview_v1.txt`.
    #[must_use]
    pub fn file_name(&self, format: Format) -> String {
        format!("{}_v{}.{}", self.stem(), self.version, format.extension())
    }
}

/// Ready to be logged and published: sealed, logged, compared and searched.
#[derive(Debug)]
#[must_use]
pub struct Prepared {
    job: JobId,
    object: ObjectId,
    destination: Destination,
    format: Format,
    source: PathBuf,
    released: Digest,
    bytes: u64,
    turns: u32,
    manifest: Vec<u8>,
}

/// Checks everything that must hold before a copy goes out, and uses up the proofs.
///
/// # Errors
///
/// Fails with [`Error::OtherReceipt`] if the receipt does not say that this object was sealed, with
/// [`Error::OtherBytes`] if the staged bytes are not those that were sealed, with [`Error::Gate`] or
/// [`Error::Unreadable`] if the byte gate does not let them or their name pass.
pub fn prepare(
    sealed: Sealed<Deidentified>,
    receipt: Receipt,
    staged: Staged,
    gate: &Gate,
    destination: Destination,
    account: &Account,
) -> Result<Prepared, Error> {
    let (job, object) = (sealed.job(), sealed.object());
    let profiles = [staged.profile(), sealed.profile()];
    if !receipt.covers_seal(job, &object) || staged.job() != job || profiles != [destination.profile; 2] {
        return Err(Error::OtherReceipt);
    }
    if staged.digest() != sealed.digest() {
        return Err(Error::OtherBytes);
    }
    let bytes = staged.read()?;
    let name = destination.file_name(staged.format());
    let parts = render::parts(&bytes).ok_or(Error::Unreadable)?;
    let mut named = gate.search(name.as_bytes());
    named.hits.retain(|it| !destination.says(&name, it));
    for searched in parts.iter().map(|it| gate.search(it)).chain([named]) {
        if !searched.hits.is_empty() {
            return Err(Error::Gate(searched.hits.len()));
        }
        if !searched.readable {
            return Err(Error::Unreadable);
        }
    }
    let manifest = manifest::write(object, &destination, &staged, bytes.len(), account)?;
    Ok(Prepared {
        job,
        object,
        format: staged.format(),
        released: staged.digest(),
        bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        turns: account.turns,
        source: staged.into_path(),
        destination,
        manifest,
    })
}

impl Prepared {
    /// The entry under which it goes out.
    #[must_use]
    pub fn release_entry(&self, at: Timestamp, actor: Actor) -> Entry {
        Entry::new(at, actor, self.op())
    }

    fn op(&self) -> Op {
        Op::Release {
            job: self.job,
            object: self.object,
            profile: self.destination.profile,
            released: self.released,
            manifest: manifest::digest(&self.manifest),
            supersedes: self.destination.supersedes.map(|it| it.leaf),
        }
    }

    /// Whether a receipt is for the entry of exactly this release.
    #[must_use]
    pub fn is_told_by(&self, receipt: &Receipt) -> bool {
        *receipt.entry().op() == self.op()
    }

    /// The file's name.
    #[must_use]
    pub fn file_name(&self) -> String {
        self.destination.file_name(self.format)
    }

    /// In which format.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The leaf of the release that it takes the place of.
    #[must_use]
    pub fn replaces(&self) -> Option<u64> {
        self.destination.supersedes.map(|it| it.leaf)
    }

    /// The item.
    #[must_use]
    pub const fn job(&self) -> JobId {
        self.job
    }
}

#[cfg(test)]
mod tests;
