//! Rule packs: what is written in `rules/` or by a study, as checked and compiled. Finds identifiers in
//! a normalised view; decides nothing about what becomes of them.
//!
//! A pack is loaded whole or not at all: every file is as its `PACK.toml` says, every key is known, every
//! pattern passes the linter, every example holds. `docs/rules.md` is the reference for authors.

mod asked;
mod automaton;
mod compact;
mod compiled;
mod define;
mod dictionary;
pub mod diff;
mod embedded;
mod engine;
mod examples;
mod finder;
mod import;
mod lexicon;
mod lint;
mod list;
mod near;
mod needs;
mod opening;
mod pack;
mod protected;
mod rungs;
mod schema;
mod shape;
mod slots;
#[cfg(test)]
pub(crate) mod tests;
mod told;
mod validate;

pub(crate) use self::{
    dictionary::Dictionary, engine::Hit, lexicon::Lexicon, lint::is_rule_id, protected::Protected,
};
pub use self::{
    engine::{Engine, Kin, Summary},
    import::{Imported, Refused, Shown, import_ladders, import_weights, show_list},
    pack::{Content, PackFile, PackSource, is_pack_name, pack_digests},
};
use crate::fault::{Disposition, Fault};

/// Whether the check digit of an identity card's number fits.
#[cfg(test)]
pub(crate) fn is_valid_hkid(text: &str) -> bool {
    validate::named("hkid").is_some_and(|it| it(text))
}

/// Where in a pack something is wrong. Packs hold no personal data; still no text of theirs is kept,
/// since a study's own pack may.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub struct Place {
    /// The pack's name.
    pub pack: String,
    /// The file's path in the pack.
    pub file: String,
    /// The line, from 1; 0 for the file as a whole.
    pub line: usize,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}:{}", self.pack, self.file, self.line)
    }
}

/// Why a pack is refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A folder could not be read.
    #[error("the rule pack cannot be read ({0})")]
    Unreadable(std::io::ErrorKind),
    /// A file is not as `PACK.toml` says, is missing there, or is listed and missing.
    #[error("{0}: {1}")]
    Manifest(Place, &'static str),
    /// Not TOML, or a key of the wrong type, missing or unknown.
    #[error("{0}: {1}")]
    Shape(Place, &'static str),
    /// The linter refuses a rule.
    #[error("{0}: {1}")]
    Lint(Place, &'static str),
    /// A pattern does not compile or grows too large.
    #[error("{0}: the pattern does not compile: {1}")]
    Pattern(Place, &'static str),
    /// A list lacks its source line, has an empty term, is too large, or is a damaged compact list.
    #[error("{0}: {1}")]
    List(Place, &'static str),
    /// Rules name a list, validator or rule that does not exist.
    #[error("{0}: there is no {1} of that name")]
    Unknown(Place, &'static str),
    /// An example does not hold.
    #[error("{0}: rule {1}: {2}")]
    Example(Place, String, &'static str),
    /// Two packs have the same name, or no pack covers a language of the study.
    #[error("{0}")]
    Set(&'static str),
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "RU-01",
            Self::Manifest(..) => "RU-02",
            Self::Shape(..) => "RU-03",
            Self::Lint(..) => "RU-04",
            Self::Pattern(..) => "RU-05",
            Self::List(..) => "RU-06",
            Self::Unknown(..) => "RU-07",
            Self::Example(..) => "RU-08",
            Self::Set(_) => "RU-09",
        }
    }

    fn disposition(&self) -> Disposition {
        Disposition::Halt
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "Check that the pack's folder exists and that the daemon may read it.",
            Self::Manifest(..) => "Restore the file, or refresh PACK.toml's table if the change is meant.",
            Self::Shape(..) | Self::Lint(..) => "Mend the line; docs/rules.md lists every key.",
            Self::Pattern(..) => "Mend the pattern; look-around and back-references do not exist here.",
            Self::List(..) => {
                "Mend the list as the message says; `vouchsafe lists import` makes lists that are as they should be."
            }
            Self::Unknown(..) => "Mend the name, or enable the pack that has it.",
            Self::Example(..) => {
                "Mend the rule or its example; `vouchsafe rules explain` shows what it finds."
            }
            Self::Set(_) => "Mend the list of packs and languages in study.toml.",
        }
    }
}
