//! From a folder that people drop files into to a [`Claimed`] file that nobody else can touch.
//!
//! Scans are the truth, events are hints. Nothing here reads what a file says; nothing here knows of
//! tasks or channels but [`watch`], which only carries hints.
//!
//! ```text
//! scan ─▶ Tracker ─ready─▶ place ─▶ claim ─▶ Claimed ─read once─▶ … ─unlink
//!                                    ▲ resume, after a crash
//! ```

mod error;
mod stream;
pub mod claim;
pub mod mount;
pub mod name;
pub mod place;
pub mod receipt;
pub mod scan;
pub mod sidecar;
pub mod tracker;
pub mod watch;
#[cfg(test)]
mod tests;

pub use self::{
    claim::{Claimed, claim, resume},
    error::{Error, Refusal},
    scan::{DropPath, IntakeRoot, Observation, Seen},
    stream::Stream,
    tracker::Tracker,
};
