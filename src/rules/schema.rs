//! Rule packs as they are written: the shapes of their TOML files, with every unknown key refused.
//!
//! Nothing is checked here beyond shapes; `rules::lint` and `rules::compiled` do that.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::entity::EntityType;

/// The only version of the format.
pub(crate) const SCHEMA: u32 = 1;

/// `PACK.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PackFile {
    pub(crate) schema: u32,
    pub(crate) name: String,
    pub(crate) version: String,
    #[serde(rename = "title")]
    pub(crate) _title: String,
    pub(crate) languages: Vec<Lang>,
    #[serde(rename = "licence")]
    pub(crate) _licence: String,
    pub(crate) files: BTreeMap<String, String>,
}

/// What talk something was written for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Lang {
    Any,
    En,
    Yue,
    Zh,
}

/// A file of rules.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleFile {
    pub(crate) schema: u32,
    /// Parts of patterns, by name.
    #[serde(default)]
    pub(crate) define: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) rule: Vec<Spanned<Rule>>,
}

/// A file under `site/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SiteFile {
    pub(crate) schema: u32,
    #[serde(default, rename = "override")]
    pub(crate) overrides: Vec<Spanned<Override>>,
    #[serde(default)]
    pub(crate) allow: Vec<Spanned<Allow>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Override {
    pub(crate) id: String,
    pub(crate) enabled: Option<bool>,
    pub(crate) threshold: Option<f64>,
    pub(crate) confidence: Option<f64>,
    pub(crate) reason: String,
    pub(crate) by: String,
    pub(crate) date: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Allow {
    pub(crate) term: String,
    pub(crate) reason: String,
    pub(crate) by: String,
    pub(crate) date: String,
}

/// One rule as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) entity: Option<EntityType>,
    pub(crate) class: RuleClass,
    pub(crate) status: Status,
    #[serde(rename = "since")]
    pub(crate) _since: String,
    #[serde(rename = "lang")]
    pub(crate) _lang: Vec<Lang>,
    pub(crate) why: String,
    #[serde(rename = "source")]
    pub(crate) _source: String,
    #[serde(default)]
    pub(crate) patterns: Vec<Spanned<String>>,
    pub(crate) list: Option<OneOrMany<String>>,
    pub(crate) finder: Option<FinderSpec>,
    #[serde(default)]
    pub(crate) bound: Bound,
    #[serde(default)]
    pub(crate) case: Case,
    #[serde(default)]
    pub(crate) require: Vec<Lookup>,
    #[serde(default)]
    pub(crate) forbid: Vec<Lookup>,
    pub(crate) validator: Option<String>,
    pub(crate) on_invalid: Option<OnInvalid>,
    pub(crate) near: Option<OneOrMany<Near>>,
    pub(crate) not_near: Option<OneOrMany<Near>>,
    #[serde(default)]
    pub(crate) need_near: bool,
    pub(crate) confidence: Option<f64>,
    pub(crate) threshold: Option<f64>,
    pub(crate) action: Option<ActionAdvice>,
    pub(crate) spread: Option<bool>,
    #[serde(rename = "overlap")]
    pub(crate) _overlap: Option<Overlap>,
    pub(crate) retry: Option<bool>,
    #[serde(default)]
    pub(crate) across: bool,
    #[serde(default)]
    pub(crate) spoken: bool,
    #[serde(default)]
    pub(crate) ladder: Vec<String>,
    #[serde(default)]
    pub(crate) must_match: Vec<Spanned<MustMatch>>,
    #[serde(default)]
    pub(crate) must_not_match: Vec<Spanned<Because>>,
    #[serde(default, rename = "known_misses")]
    pub(crate) _known_misses: Vec<Because>,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RuleClass {
    Direct,
    Quasi,
    Keep,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    Experimental,
    Stable,
    Retired,
}

/// What may stand directly beside a value.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Bound {
    /// Anything.
    #[default]
    None,
    /// No ASCII letter or digit.
    Ascii,
    /// No digit, nor a separator that joins one.
    Number,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Case {
    #[default]
    Any,
    Exact,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lookup {
    pub(crate) group: String,
    pub(crate) list: String,
    /// The least weight of a term that counts.
    #[serde(default)]
    pub(crate) min: u64,
}

/// Which finder, and which lists it reads.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FinderSpec {
    pub(crate) name: String,
    pub(crate) lists: Vec<String>,
    /// The least weight of a term that counts, of lists that have weights.
    #[serde(default)]
    pub(crate) min: u64,
    /// Lists of names: a word of less weight that none of them has is a word nevertheless.
    #[serde(default)]
    pub(crate) names: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnInvalid {
    pub(crate) confidence: Option<f64>,
    pub(crate) entity: Option<EntityType>,
    /// Accepted and meant as documentation: below the threshold a finding is flagged anyway.
    #[serde(rename = "action")]
    pub(crate) _action: Option<Advice>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Near {
    #[serde(default)]
    pub(crate) words: Vec<String>,
    pub(crate) list: Option<String>,
    pub(crate) within: usize,
    #[serde(default)]
    pub(crate) side: Side,
    #[serde(default)]
    pub(crate) add: f64,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Side {
    Before,
    After,
    #[default]
    Both,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionAdvice {
    pub(crate) default: Advice,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Advice {
    Flag,
    Code,
    Suppress,
    Generalize,
    AgeBand,
    YearOnly,
    DateShift,
    Keep,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Overlap {
    Longest,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MustMatch {
    pub(crate) text: String,
    pub(crate) find: String,
    pub(crate) entity: Option<EntityType>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Because {
    pub(crate) text: String,
    pub(crate) because: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    pub(crate) fn as_slice(&self) -> &[T] {
        match self {
            Self::One(it) => std::slice::from_ref(it),
            Self::Many(all) => all,
        }
    }
}
