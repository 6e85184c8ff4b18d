//! A model of the study's own: what is in the folder's files, made into a [`Model`]; and a look at a folder that has no
//! pins yet.

mod known;

use std::collections::BTreeMap;

use serde::Deserialize;

use self::known::proposed;
use super::{
    Error, Model, Scripts,
    belief::{Calibration, Label},
    network::{Network, operators},
    tokeniser::Tokeniser,
    windows::Sizes,
};
use crate::{
    config::Language,
    entity::EntityType,
    id::Digest,
    plugin::{Files, Pins, Plugin},
};

/// The most labels that a model may have, and how long one is at most.
const MAX_LABELS: usize = 512;
const MAX_LABEL_BYTES: usize = 64;

/// What stands for nothing, in every such model.
const OUTSIDE: &str = "O";

/// What is proposed for a window: enough context for a name, at a cost that grows with its square.
const PROPOSED_TOKENS: usize = 256;

/// What the program needs of `config.json`.
#[derive(Deserialize)]
struct Config {
    id2label: BTreeMap<String, String>,
    max_position_embeddings: Option<usize>,
}

/// A label as models write it: `B-PER`, `I-PER`, `PER`, `O`.
fn parts(label: &str) -> (Option<Place>, &str) {
    let Some((place, name)) = label.split_once(['-', '_']) else { return (None, label) };
    match place {
        "B" | "S" | "U" => (Some(Place::Begins), name),
        "I" | "E" | "L" | "M" => (Some(Place::GoesOn), name),
        _ => (None, label),
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    Begins,
    GoesOn,
}

impl Config {
    fn read(json: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(json).map_err(|_| Error::Labels)
    }

    /// The labels in the order of the network's answers.
    fn labels(&self) -> Result<Vec<&str>, Error> {
        let count = self.id2label.len();
        let sound = |it: &&String| {
            (1..=MAX_LABEL_BYTES).contains(&it.len()) && it.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
        };
        let labels: Option<Vec<_>> =
            (0..count).map(|n| self.id2label.get(&n.to_string()).filter(sound).map(String::as_str)).collect();
        labels.filter(|_| (2..=MAX_LABELS).contains(&count)).ok_or(Error::Labels)
    }
}

/// Makes a model of files that are those that their pins name.
pub(super) fn model(plugin: Plugin) -> Result<Model, Error> {
    let digest = plugin.digest();
    let (files, pins) = plugin.into_parts();
    made(files, &pins, digest)
}

fn made(files: Files, pins: &Pins, digest: Digest) -> Result<Model, Error> {
    let Files { network, tokeniser, labels } = files;
    let config = Config::read(&labels)?;
    let labels = meanings(&config.labels()?, &pins.labels)?;
    let Tokeniser { cut, start, end } = Tokeniser::read(&tokeniser).map_err(Error::Tokeniser)?;
    // The ends of a window are not among them.
    let most = pins.max_tokens.saturating_sub(2);
    let stride = most.saturating_sub(pins.overlap.saturating_add(1)).max(1);
    // As long as any window: what it does not take is better known now than over a text.
    let longest = std::iter::once(start).chain(std::iter::repeat_n(end, most));
    Ok(Model {
        network: Network::own(network, labels.len(), longest.collect())?,
        cut,
        sizes: Sizes { most, stride, start, end, between: None },
        calibration: Calibration { temperature: pins.temperature, shifts: vec![0.0; labels.len()] },
        scripts: Scripts {
            latin: pins.languages.contains(&Language::En),
            han: pins.languages.iter().any(|it| *it != Language::En),
        },
        labels,
        digest,
    })
}

/// What each of a network's labels stands for.
fn meanings(labels: &[&str], named: &BTreeMap<String, EntityType>) -> Result<Vec<Label>, Error> {
    let all: Vec<_> = labels.iter().map(|it| parts(it)).collect();
    if named.keys().any(|it| it == OUTSIDE || !all.iter().any(|(_, name)| name == it)) {
        return Err(Error::Labels);
    }
    let meaning = |(place, name): &(Option<Place>, &str)| {
        let Some(entity) = named.get(*name).copied() else { return Label::Outside };
        // Where several labels are one kind here, a surname begins where a given name goes on.
        let alone = named.values().filter(|it| **it == entity).count() == 1;
        match place {
            Some(Place::Begins) if alone => Label::Begins(entity),
            Some(Place::Begins | Place::GoesOn) | None => Label::Inside(entity),
        }
    };
    Ok(all.iter().map(meaning).collect())
}

/// What can be seen of a folder without pins.
#[derive(Debug)]
pub(crate) struct Look {
    /// Its labels without `B-` and `I-`, and what they most likely stand for.
    pub(crate) labels: BTreeMap<String, Option<EntityType>>,
    /// The operators that its network asks for, how often, and whether that is allowed.
    pub(crate) operators: Vec<(String, usize, bool)>,
    /// How much it should be given at once, and how much of that again.
    pub(crate) window: (usize, usize),
}

/// Looks at files that have no pins.
///
/// # Errors
///
/// Fails where they are nothing that could be used.
pub(crate) fn look(files: &Files) -> Result<Look, Error> {
    let config = Config::read(&files.labels)?;
    let labels = config.labels()?;
    let names = labels.iter().map(|it| parts(it).1).filter(|it| *it != OUTSIDE);
    let operators = operators(&files.network)?.into_iter();
    // Some models count positions from the one after padding.
    let room = config.max_position_embeddings.map_or(PROPOSED_TOKENS, |it| it.saturating_sub(2));
    let most = room.clamp(16, PROPOSED_TOKENS);
    Ok(Look {
        labels: names.map(|it| (it.to_owned(), proposed(it))).collect(),
        operators: operators.map(|(it, count)| (it.to_string(), count, it.is_allowed())).collect(),
        window: (most, most / 4),
    })
}

#[cfg(test)]
mod tests;
