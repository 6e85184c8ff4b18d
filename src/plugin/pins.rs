//! `model.toml`: what a folder's files must be, what its labels mean, and how its network wants to be fed.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{LABELS, NETWORK, TOKENISER};
use crate::{config::Language, entity::EntityType, id::Digest};

/// The form of `model.toml` that this program reads and writes.
const SCHEMA: u32 = 1;

const TOKENS: std::ops::RangeInclusive<usize> = 16..=4096;
const TEMPERATURE: std::ops::RangeInclusive<f32> = 0.1..=10.0;
const MAX_WORDS_BYTES: usize = 200;

/// What is wrong with a `model.toml`, and in which line; 0 where it is the whole.
#[derive(Clone, Debug, Default, Eq, PartialEq, thiserror::Error)]
#[error("model.toml, line {line}: {what}")]
pub struct PinsError {
    line: usize,
    what: What,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum What {
    #[default]
    Shape,
    Schema,
    Digest,
    Tokens,
    Overlap,
    Temperature,
    Languages,
    Words,
    Entity,
    NoLabels,
}

impl std::fmt::Display for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Shape => "this is not TOML, a key is missing, or there is no such key",
            Self::Schema => "schema is not 1",
            Self::Digest => {
                "sha256 wants model.onnx, tokenizer.json and config.json, each as 64 hexadecimal digits"
            }
            Self::Tokens => "max_tokens is a number from 16 to 4096",
            Self::Overlap => "overlap is less than half of max_tokens",
            Self::Temperature => "temperature is a number from 0.1 to 10",
            Self::Languages => "languages is a list of en, yue and zh with one of them at least",
            Self::Words => "name, licence and source are a few words each",
            Self::Entity => "there is no entity type of that name; docs/configuration.md lists them",
            Self::NoLabels => "[labels] is empty: the model would find nothing",
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    schema: Spanned<u32>,
    name: Spanned<String>,
    licence: Spanned<String>,
    source: Spanned<String>,
    max_tokens: Spanned<usize>,
    overlap: Spanned<usize>,
    #[serde(default = "one")]
    temperature: Spanned<f32>,
    #[serde(default = "all")]
    languages: Spanned<Vec<String>>,
    sha256: Spanned<BTreeMap<String, String>>,
    labels: Spanned<BTreeMap<String, Spanned<String>>>,
}

fn one() -> Spanned<f32> {
    Spanned::new(0..0, 1.0)
}

fn all() -> Spanned<Vec<String>> {
    Spanned::new(0..0, Language::ALL.iter().map(|it| it.name().to_owned()).collect())
}

/// A `model.toml`, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Pins {
    /// What the model is called.
    pub name: String,
    /// Under which licence it is used.
    pub licence: String,
    /// Where it came from.
    pub source: String,
    /// The most tokens that the network reads at once, the first and the last included.
    pub max_tokens: usize,
    /// How many of them are read again in the next window of a turn that is longer.
    pub overlap: usize,
    /// What logits are divided by before they are taken for likelihoods.
    pub temperature: f32,
    /// The languages that it knows. In words of another script it counts for nothing, silent or not.
    pub languages: Vec<Language>,
    /// What the model's labels stand for, without `B-` and `I-`; one that is not named stands for nothing.
    pub labels: BTreeMap<String, EntityType>,
    digests: BTreeMap<&'static str, Digest>,
}

// A temperature is a number.
impl Eq for Pins {}

impl Pins {
    /// Reads and checks.
    ///
    /// # Errors
    ///
    /// Fails with the line and what is wrong there.
    pub fn parse(text: &str) -> Result<Self, PinsError> {
        let wrong = |at: usize, what| PinsError { line: line_of(text, at), what };
        let it: Written =
            toml::from_str(text).map_err(|it| wrong(it.span().map_or(0, |it| it.start), What::Shape))?;
        if *it.schema.get_ref() != SCHEMA {
            return Err(wrong(it.schema.span().start, What::Schema));
        }
        for words in [&it.name, &it.licence, &it.source] {
            let said = words.get_ref().trim();
            if said.is_empty() || said.len() > MAX_WORDS_BYTES || said.contains(char::is_control) {
                return Err(wrong(words.span().start, What::Words));
            }
        }
        let (max_tokens, overlap) = (*it.max_tokens.get_ref(), *it.overlap.get_ref());
        if !TOKENS.contains(&max_tokens) {
            return Err(wrong(it.max_tokens.span().start, What::Tokens));
        }
        if overlap >= max_tokens / 2 {
            return Err(wrong(it.overlap.span().start, What::Overlap));
        }
        if !TEMPERATURE.contains(it.temperature.get_ref()) {
            return Err(wrong(it.temperature.span().start, What::Temperature));
        }
        let languages: Option<Vec<Language>> =
            it.languages.get_ref().iter().map(|it| Language::from_name(it)).collect();
        let languages = languages
            .filter(|it| !it.is_empty())
            .ok_or_else(|| wrong(it.languages.span().start, What::Languages))?;
        let no_digest = || wrong(it.sha256.span().start, What::Digest);
        let mut digests = BTreeMap::new();
        for name in [NETWORK, TOKENISER, LABELS] {
            let said = it.sha256.get_ref().get(name).and_then(|it| it.parse::<Digest>().ok());
            digests.insert(name, said.ok_or_else(no_digest)?);
        }
        if it.sha256.get_ref().len() > digests.len() {
            return Err(no_digest());
        }
        let mut labels = BTreeMap::new();
        for (label, entity) in it.labels.get_ref() {
            let known = entity.get_ref().parse().map_err(|_| wrong(entity.span().start, What::Entity))?;
            labels.insert(label.clone(), known);
        }
        if labels.is_empty() {
            return Err(wrong(it.labels.span().start, What::NoLabels));
        }
        Ok(Self {
            name: it.name.into_inner(),
            licence: it.licence.into_inner(),
            source: it.source.into_inner(),
            max_tokens,
            overlap,
            temperature: it.temperature.into_inner(),
            languages,
            labels,
            digests,
        })
    }

    /// The digest that a file must have.
    #[must_use]
    pub fn digest(&self, name: &str) -> Option<Digest> {
        self.digests.get(name).copied()
    }

    /// Writes a `model.toml` for some files. `others` are labels that are left out, for whoever reads it.
    #[must_use]
    pub fn text(&self, files: &super::Files, others: &[String]) -> String {
        let quoted = |it: &str| toml::Value::String(it.to_owned()).to_string();
        let mut text = format!(
            "schema = {SCHEMA}\nname = {}\nlicence = {}\nsource = {}\n\n\
             # How many tokens are read at once, and how many of them again in the next window of a long turn.\n\
             max_tokens = {}\noverlap = {}\n\
             # Over 1 where the model is surer than it should be.\ntemperature = {:?}\n\
             # What it knows; what is written otherwise is left to rules and lists.\nlanguages = [{}]\n\n[sha256]\n",
            quoted(&self.name),
            quoted(&self.licence),
            quoted(&self.source),
            self.max_tokens,
            self.overlap,
            self.temperature,
            self.languages.iter().map(|it| quoted(it.name())).collect::<Vec<_>>().join(", "),
        );
        let mut lines: Vec<String> =
            files.all().map(|(name, bytes)| format!("\"{name}\" = \"{}\"", Digest::sha256(bytes))).into();
        lines.push(
            "\n# The model's labels, and what they stand for here. One that is not named stands for nothing.\n[labels]"
                .to_owned(),
        );
        lines.extend(self.labels.iter().map(|(label, entity)| format!("{} = \"{entity}\"", quoted(label))));
        lines.extend(others.iter().map(|it| format!("# {} = \"\"", quoted(it))));
        text.push_str(&lines.join("\n"));
        text.push('\n');
        text
    }

    /// Pins that were not written down yet.
    #[must_use]
    pub fn proposed(
        [name, licence, source]: [&str; 3],
        (max_tokens, overlap): (usize, usize),
        labels: BTreeMap<String, EntityType>,
    ) -> Self {
        let [name, licence, source] = [name, licence, source].map(str::to_owned);
        Self {
            name,
            licence,
            source,
            max_tokens,
            overlap,
            temperature: 1.0,
            languages: Language::ALL.to_vec(),
            labels,
            digests: BTreeMap::new(),
        }
    }
}

/// The line of a byte, from 1.
fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|it| *it == b'\n').count().saturating_add(1)
}
