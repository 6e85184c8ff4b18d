//! How far an item can come, and from where to where. Knows no rows.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Declares the states once: variant and name in the database.
macro_rules! states {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// How far an item has come.
        #[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum State { $($(#[$doc])* $variant,)* }

        impl State {
            /// All of them, in the order of the line.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in the database, in `status` and in reports.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            pub(super) fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.name() == name)
            }
        }
    };
}

states! {
    /// Taken from the intake folder; lies in `claimed/`.
    Claimed = "claimed";
    /// Its objects are durable.
    Sealed = "sealed";
    /// Its leaf is in the log; the dropped file may be unlinked.
    Logged = "logged";
    /// De-identified; waits for the gate's votes.
    Proposed = "proposed";
    /// A reviewer has to decide.
    Held = "held";
    /// The votes are in and the reviewed bytes are sealed, not yet logged.
    Reviewed = "reviewed";
    /// Nothing stands between the item and its release.
    Approved = "approved";
    /// Lies in the release folder under its own leaf.
    Released = "released";
    /// Nothing is left to do: released, or sealed without release.
    Done = "done";
    /// Could not be used: sealed under a key of its own, or approved and its copy lost.
    Quarantined = "quarantined";
    /// The same bytes are in the archive already.
    Duplicate = "duplicate";
    /// A reviewer refused it.
    Rejected = "rejected";
}

impl State {
    /// Whether an item may go from one state to another.
    #[must_use]
    pub const fn leads_to(self, next: Self) -> bool {
        match self {
            Self::Claimed => matches!(next, Self::Sealed | Self::Duplicate),
            Self::Sealed => matches!(next, Self::Logged),
            Self::Logged => {
                matches!(next, Self::Approved | Self::Proposed | Self::Held | Self::Done | Self::Quarantined)
            }
            Self::Proposed | Self::Held => {
                matches!(next, Self::Reviewed | Self::Approved | Self::Held | Self::Rejected)
            }
            Self::Reviewed => matches!(next, Self::Approved),
            Self::Approved => matches!(next, Self::Released | Self::Held | Self::Quarantined),
            Self::Released => matches!(next, Self::Done),
            Self::Done | Self::Quarantined | Self::Duplicate | Self::Rejected => false,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
