//! What every error of this program answers: its code, what the pipeline does with the item, and
//! what a person can do about it.
//!
//! The errors themselves live with their stage (`seal::Error`, `parse::Error`, …). Their texts hold
//! ids, counts and offsets, never a transcript's words, a name or a file name. Every code is listed in
//! `docs/errors.md`; `tests/architecture.rs` compares the two.

/// What the pipeline does with an item whose stage failed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum Disposition {
    /// Nothing is wrong with the item: the source is kept and tried again later.
    Retry,
    /// The item cannot be used as it is: sealed under an `unassigned` key, with a receipt that says why.
    Quarantine,
    /// A person has to decide: sealed, and a review bundle written.
    Hold,
    /// The station itself cannot be trusted to go on: the daemon stops.
    Halt,
}

/// An error of this program.
pub trait Fault: std::error::Error {
    /// The stable code, two letters for the stage and two digits: `SE-03`.
    fn code(&self) -> &'static str;

    /// What the pipeline does with the item.
    fn disposition(&self) -> Disposition;

    /// What the reader of the message can do, as one plain sentence.
    fn remedy(&self) -> &'static str;
}
