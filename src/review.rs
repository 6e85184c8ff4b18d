//! Review: sealed bundles go out to the stewards, signed decisions come back. The daemon's side and the
//! command line's; what a decision changes is verified again like everything else.

pub mod vote;
