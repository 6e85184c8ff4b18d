//! Review: sealed bundles go out to the stewards, signed decisions come back. The daemon's side and the
//! command line's. What a decision changes is verified again like everything else; nothing here releases.
//!
//! ```text
//! daemon   Source ─propose─▶ Bundle ─draft─▶ review/out/<job>.bundle.age
//! steward  Bundle::open ─▶ Work (keep, redact, mark) ─finish─▶ review/in/<job>-<vote>.decision.age
//! daemon   read_decision ─▶ Decision ─recode─▶ worker parses it afresh ─apply─▶ Transcript<Transformed>
//! ```
//!
//! A laptop and a shared folder are enough: nothing but files passes, and every file is sealed.

pub mod bundle;
mod candidate;
pub mod decision;
mod elsewhere;
mod outcome;
mod pack;
mod show;
pub mod vote;
mod voted;
pub mod work;

use crate::{
    durable,
    fault::{Disposition, Fault},
    keys, verify,
};

pub use self::{
    bundle::{Bundle, Cast, Facts, Source},
    candidate::{Candidate, Said},
    decision::{Decision, Expectation, Marked, apply, read_decision},
    pack::MAX_BUNDLE_BYTES,
    show::{Look, printable},
    vote::{Ballot, Refused, Stage, Vote, Votes},
    work::{Listed, Listing, Work, list},
};

/// Why a bundle or a decision was refused. Holds nothing of what is in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It is no bundle or decision, or was damaged.
    #[error("this is no bundle of vouchsafe, or it is damaged")]
    Malformed,
    /// Over [`MAX_BUNDLE_BYTES`].
    #[error("the bundle is over the limit")]
    TooLarge,
    /// Nobody of the study signs with that key, or the signature does not hold.
    #[error("the decision is not signed by a steward of the study")]
    Signature,
    /// The decision is about another item, bundle or proposal than the station knows.
    #[error("the decision is about another item than the one that waits")]
    OtherItem,
    /// The result or the gate list is not what was signed.
    #[error("the decision's parts are not those that were signed")]
    Parts,
    /// An original that the station knows of is missing in the gate list.
    #[error("the decision does not account for everything that was found")]
    Gate,
    /// The same reviewer has decided on the same bundle.
    #[error("this reviewer has decided on this bundle already")]
    Replay,
    /// The bundle's time is over.
    #[error("the bundle has expired")]
    Expired,
    /// So many candidates wait for a decision.
    #[error("{0} candidates wait for a decision")]
    Undecided(usize),
    /// So many places in the result still hold what was to be taken out.
    #[error("the result still holds something that was to be taken out, in {0} places")]
    Left(usize),
    /// There is no candidate of that number.
    #[error("there is no candidate of that number")]
    NoCandidate,
    /// The string stands nowhere in the item.
    #[error("the marked string stands nowhere in the item")]
    NotThere,
    /// Every reserved code is in use.
    #[error("no reserved code is left")]
    NoCode,
    /// The code is neither one of the item's nor a reserved one.
    #[error("the code is neither one of the item's nor a reserved one")]
    UnknownCode,
    /// The work file belongs to an earlier round of review.
    #[error("the saved work belongs to an earlier round of review")]
    OldWork,
    /// It could not be opened, and nothing more of it came.
    #[error("the decision could not be opened, and nothing more of it has come")]
    Unopened,
    /// The vote does not count.
    #[error("the vote does not count: {0}")]
    Vote(#[from] Refused),
    /// The result could not be made again.
    #[error(transparent)]
    Verify(#[from] verify::Error),
    /// A key is missing, or not for this.
    #[error(transparent)]
    Keys(#[from] keys::Error),
    /// A file could not be made durable.
    #[error(transparent)]
    Durable(#[from] durable::Error),
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "RV-01",
            Self::TooLarge => "RV-02",
            Self::Signature => "RV-03",
            Self::OtherItem => "RV-04",
            Self::Parts => "RV-05",
            Self::Gate => "RV-06",
            Self::Replay => "RV-07",
            Self::Expired => "RV-08",
            Self::Undecided(_) => "RV-09",
            Self::Left(_) => "RV-10",
            Self::NoCandidate => "RV-11",
            Self::NotThere => "RV-12",
            Self::NoCode => "RV-13",
            Self::UnknownCode => "RV-14",
            Self::OldWork => "RV-15",
            Self::Vote(_) => "RV-16",
            Self::Unopened => "RV-17",
            Self::Verify(error) => error.code(),
            Self::Keys(error) => error.code(),
            Self::Durable(error) => error.code(),
        }
    }

    fn disposition(&self) -> Disposition {
        match self {
            Self::Malformed
            | Self::Unopened
            | Self::Signature
            | Self::OtherItem
            | Self::Parts
            | Self::Gate
            | Self::Replay
            | Self::Expired => Disposition::Quarantine,
            Self::TooLarge
            | Self::Undecided(_)
            | Self::Left(_)
            | Self::NoCandidate
            | Self::NotThere
            | Self::NoCode
            | Self::UnknownCode
            | Self::OldWork
            | Self::Vote(_) => Disposition::Hold,
            Self::Verify(error) => error.disposition(),
            Self::Keys(error) => error.disposition(),
            Self::Durable(error) => error.disposition(),
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Malformed => {
                "Fetch or export the file again; if it stays so, ask for the bundle to be made anew."
            }
            Self::Unopened => {
                "Nothing was counted, and the file is kept as it came. It was perhaps copied in part: copy your decision to `review/in` again and wait for the copy's end, or run `review finish` again."
            }
            Self::TooLarge => "Split the transcript.",
            Self::Signature => "Sign with the key whose public half stands in the study's list of stewards.",
            Self::OtherItem => "Fetch the newest bundle of this item and decide on that.",
            Self::Parts => "Run `review finish` again; do not edit the file.",
            Self::Gate => "Decide with the same version of vouchsafe on the bundle as it is.",
            Self::Replay => "Nothing to do: the first decision counts.",
            Self::Vote(_) => {
                "Nothing was counted: fetch the newest bundle, leave the vote to somebody else, or name who hands files in ([submitters] in study.toml)."
            }
            Self::Expired => "Ask for the bundle to be made anew, then decide again.",
            Self::Undecided(_) => {
                "Decide on each of them (`review decide`), or on all at once with keep-all-possible or redact-all-possible."
            }
            Self::Left(_) => {
                "Mark the string, or keep it with a reason (`review show` says where it stands)."
            }
            Self::NoCandidate => "Use a number that `review show` prints.",
            Self::NotThere => "Copy the string from `review show`, exactly as it stands there.",
            Self::NoCode => "Finish this round; the next bundle brings more reserved codes.",
            Self::UnknownCode => {
                "Use a code that `review show` prints. A kind goes with `mark \"the words\" as KIND`; that two items speak of one person, the roster says."
            }
            Self::OldWork => "Start again with `review decide --restart`; the item has changed since.",
            Self::Verify(error) => error.remedy(),
            Self::Keys(error) => error.remedy(),
            Self::Durable(error) => error.remedy(),
        }
    }
}

#[cfg(test)]
mod tests;
