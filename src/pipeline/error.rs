//! Why a batch stopped. What is wrong with one item alone never comes here: it becomes that item's fate.

use crate::{
    audit, catalog, durable,
    fault::{Disposition, Fault},
    intake, keys, plugin, registry, release, review, roster, rules, seal, verify, worker,
};

/// Declares the variants that pass on a stage's own error.
macro_rules! passed_on {
    ($($(#[$doc:meta])* $variant:ident($stage:ident);)*) => {
        /// Why a batch stopped.
        #[derive(Debug, thiserror::Error)]
        #[non_exhaustive]
        pub enum Error {
            $($(#[$doc])* #[error(transparent)] $variant(#[from] $stage::Error),)*
            /// A thread of the line ended before its work was done.
            #[error("a thread of the line ended before its work was done")]
            Thread,
            /// All workers are busy with texts that take long.
            #[error("all workers of the study are busy")]
            Busy,
            /// The settings name no study of that id.
            #[error("the settings name no such study")]
            NoStudy,
            /// The operating system gave no randomness.
            #[error("the operating system gave no randomness")]
            Random,
            /// A report could not be written as JSON.
            #[error("a report could not be written as JSON")]
            Report,
            /// The log is shorter than the catalog remembers it.
            #[error("the log has {log} entries, the catalog remembers {catalog}")]
            LogShrank {
                /// Entries in the log.
                log: u64,
                /// Entries that there were.
                catalog: u64,
            },
            /// The settings name a built-in pack that does not exist.
            #[error("the settings name a rule pack that does not exist")]
            NoPack,
        }

        impl Fault for Error {
            fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant(error) => error.code(),)*
                    Self::Thread => "PI-01",
                    Self::NoStudy => "PI-02",
                    Self::Random => "PI-03",
                    Self::Report => "PI-04",
                    Self::LogShrank { .. } => "PI-05",
                    Self::NoPack => "PI-06",
                    Self::Busy => "PI-07",
                }
            }

            fn disposition(&self) -> Disposition {
                match self {
                    $(Self::$variant(error) => error.disposition(),)*
                    Self::Thread
                    | Self::NoStudy
                    | Self::Random
                    | Self::Report
                    | Self::LogShrank { .. }
                    | Self::NoPack => Disposition::Halt,
                    Self::Busy => Disposition::Retry,
                }
            }

            fn remedy(&self) -> &'static str {
                match self {
                    $(Self::$variant(error) => error.remedy(),)*
                    Self::Thread | Self::Report => "Report this as a defect; start the daemon again, nothing is lost.",
                    Self::NoStudy => "Add the study to the settings, or take its folder out of the intake.",
                    Self::Random => "Restart once the operating system's random generator is ready.",
                    Self::LogShrank { .. } => {
                        "The log was rolled back or replaced: put the newer copy back, or find out who did it."
                    }
                    Self::Busy => "Nothing: it goes on by itself. More workers (limits.workers) keep long texts apart.",
                    Self::NoPack => "Name a built-in pack (core, en, hk) or a directory in study.toml.",
                }
            }
        }
    };
}

passed_on! {
    /// The disk.
    Disk(durable);
    /// The intake folder or a claimed file.
    Intake(intake);
    /// A key.
    Keys(keys);
    /// A rule pack.
    Rules(rules);
    /// A name finder of a study's own.
    Plugin(plugin);
    /// The roster.
    Roster(roster);
    /// The worker process.
    Worker(worker);
    /// Verification could not be done.
    Verify(verify);
    /// An object.
    Seal(seal);
    /// The log.
    Audit(audit);
    /// A bundle.
    Review(review);
    /// A release.
    Release(release);
    /// The catalog.
    Catalog(catalog);
    /// The registry.
    Registry(registry);
}

/// Codes of what is no error and still keeps an item from release; a receipt explains them.
pub(super) mod reason {
    /// A person whose words the item holds has not agreed to its release.
    pub(in crate::pipeline) const NO_CONSENT: &str = "PI-10";
    /// An item of this kind is never released.
    pub(in crate::pipeline) const SEALED_ONLY: &str = "PI-11";
    /// Verification holds the item.
    pub(in crate::pipeline) const VERIFY_HOLDS: &str = "PI-12";
    /// The gate asks for a vote.
    pub(in crate::pipeline) const WAITS_FOR_VOTES: &str = "PI-13";
    /// A reviewer changed an earlier version of the item: whether the same goes out again, a person says.
    pub(in crate::pipeline) const CHANGED_BEFORE: &str = "PI-20";
    /// A reviewer refused the item.
    pub(in crate::pipeline) const REJECTED: &str = "PI-14";
    /// Approved, and not to go: the ethics approval has ended, or somebody's consent has.
    pub(in crate::pipeline) const MAY_NOT_GO: &str = "PI-16";
    /// Approved, and to go out together with another language version that is not.
    pub(in crate::pipeline) const OTHER_VERSION_WAITS: &str = "PI-18";
    /// Approved, and in its language versions the word is taken unequally often.
    pub(in crate::pipeline) const OTHER_TURNS: &str = "PI-19";
    /// The same bytes are in the archive already, as somebody else's or of another session.
    pub(in crate::pipeline) const OTHER_PLACE: &str = "PI-17";
    /// The same bytes are in the archive already.
    pub(in crate::pipeline) const DUPLICATE: &str = "PI-15";
}
