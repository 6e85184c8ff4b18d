//! ELAN (EAF 2.8 and 3.0): what was said on each tier, and when.
//!
//! Read are the time slots, the tiers' participants (their ids where there is none) and the annotations' values. Not
//! read is whatever else such a file says: author, date, media, annotators, locales, vocabularies, references, comments.
//!
//! An annotation that refers to another has its times. One whose slots have none has those of the stretch that it
//! divides; where there is no such stretch it has none, and stands after the others.

use std::collections::BTreeMap;

use super::{
    Error,
    rows::{self, Row},
    turns::{self, MAX_ROWS},
    xml::{self, Element, Node},
};
use crate::transcript::Role;

/// How many annotations may refer to each other in a row.
const MAX_REFERENCES: usize = 64;
/// Nine digits are eleven days.
const MAX_TIME_DIGITS: usize = 9;

/// A time slot: its place in the order, and its milliseconds if it has any.
struct Slot {
    place: usize,
    value: Option<String>,
}

/// What an annotation is tied to, by ids.
enum Tie {
    Slots { start: String, end: String },
    Other(String),
}

struct Annotation {
    tier: usize,
    tie: Tie,
    said: String,
}

/// When something was said: digits as the source has them, and the place of the slot that it starts with.
#[derive(Clone)]
struct Times {
    start: String,
    end: String,
    place: usize,
}

#[derive(Default)]
struct Document {
    slots: BTreeMap<String, Slot>,
    /// The tiers' labels.
    tiers: Vec<String>,
    annotations: Vec<Annotation>,
    ids: BTreeMap<String, usize>,
    /// The elements that are open.
    path: Vec<String>,
}

/// The annotations by the time at which they start and end.
pub(super) fn read(bytes: &[u8]) -> Result<String, Error> {
    let mut document = Document::default();
    xml::read(bytes, |node| document.take(node))?;
    turns::held(&document.rows()?)
}

impl Document {
    fn take(&mut self, node: Node) -> Result<(), Error> {
        match node {
            Node::Open(it) => {
                self.open(&it)?;
                self.path.push(it.name);
            }
            Node::Close(_) => drop(self.path.pop()),
            Node::Text(it) => {
                if self.is_at(&["ANNOTATION", "_", "ANNOTATION_VALUE"])
                    && let Some(open) = self.annotations.last_mut()
                {
                    open.said.push_str(&it);
                }
            }
        }
        Ok(())
    }

    /// Whether these are the open elements below a tier.
    fn is_at(&self, below: &[&str]) -> bool {
        matches!(self.path.as_slice(), [root, tier, rest @ ..] if root == "ANNOTATION_DOCUMENT" && tier == "TIER"
            && rest.len() == below.len() && rest.iter().zip(below).all(|(it, want)| *want == "_" || it == want))
    }

    fn open(&mut self, it: &Element) -> Result<(), Error> {
        let get = |name: &str| it.get(name).ok_or(Error::Damaged).map(str::to_owned);
        if self.is_at(&["ANNOTATION", "_", "ANNOTATION_VALUE"]) {
            return Err(Error::Damaged);
        }
        let path: Vec<_> = self.path.iter().map(String::as_str).collect();
        match (path.as_slice(), it.name.as_str()) {
            ([], "ANNOTATION_DOCUMENT") => Ok(()),
            ([], _) => Err(Error::Mismatch),
            (["ANNOTATION_DOCUMENT"], "HEADER") => match it.get("TIME_UNITS") {
                None | Some("milliseconds") => Ok(()),
                Some(_) => Err(Error::Format),
            },
            (["ANNOTATION_DOCUMENT", "TIME_ORDER"], "TIME_SLOT") => {
                let value = it.get("TIME_VALUE").map(digits).transpose()?;
                let place = self.slots.len();
                if place >= MAX_ROWS.saturating_mul(2) {
                    return Err(Error::TooMuch);
                }
                let before = self.slots.insert(get("TIME_SLOT_ID")?, Slot { place, value });
                if before.is_some() { Err(Error::Damaged) } else { Ok(()) }
            }
            (["ANNOTATION_DOCUMENT"], "TIER") => {
                let said = it.get("PARTICIPANT").filter(|it| !it.trim().is_empty());
                let label = said.map_or_else(|| get("TIER_ID"), |it| Ok(it.to_owned()))?;
                let label = rows::plain(&label);
                self.tiers.push(if label.is_empty() { turns::NAMELESS.to_owned() } else { label });
                Ok(())
            }
            (["ANNOTATION_DOCUMENT", "TIER", "ANNOTATION"], "ALIGNABLE_ANNOTATION") => {
                let (start, end) = (get("TIME_SLOT_REF1")?, get("TIME_SLOT_REF2")?);
                self.annotation(get("ANNOTATION_ID")?, Tie::Slots { start, end })
            }
            (["ANNOTATION_DOCUMENT", "TIER", "ANNOTATION"], "REF_ANNOTATION") => {
                let other = get("ANNOTATION_REF")?;
                self.annotation(get("ANNOTATION_ID")?, Tie::Other(other))
            }
            (["ANNOTATION_DOCUMENT", "TIER", "ANNOTATION"], _) => Err(Error::Damaged),
            _ => Ok(()),
        }
    }

    fn annotation(&mut self, id: String, tie: Tie) -> Result<(), Error> {
        if self.annotations.len() >= MAX_ROWS {
            return Err(Error::TooMuch);
        }
        let tier = self.tiers.len().saturating_sub(1);
        if self.ids.insert(id, self.annotations.len()).is_some() {
            return Err(Error::Damaged);
        }
        self.annotations.push(Annotation { tier, tie, said: String::new() });
        Ok(())
    }

    fn rows(&self) -> Result<Vec<Row>, Error> {
        let times = self.stretches()?;
        let mut order = Vec::new();
        for (n, it) in self.annotations.iter().enumerate() {
            let at = self.root(n)?;
            let times = times.get(at).and_then(Option::as_ref);
            let key = times.map_or((u64::MAX, u64::MAX, usize::MAX), |it| {
                (number(&it.start), number(&it.end), it.place)
            });
            // Those without a time: by their slots, which is the order in which they were written.
            order.push((key, self.place(at)?, it.tier, n, times));
        }
        order.sort_by_key(|(key, place, tier, n, _)| (*key, *place, *tier, *n));
        let mut rows = Vec::new();
        for (_, _, tier, n, times) in order {
            let mut row = Row::default();
            if let Some(it) = times {
                row = row.with(Role::Timing, &it.start).with(Role::Timing, &it.end);
            }
            let label = self.tiers.get(tier).map_or(turns::NAMELESS, String::as_str);
            let said = self.annotations.get(n).map_or("", |it| it.said.as_str());
            turns::push(row.with(Role::Label, label).with(Role::Speech, said), &mut rows)?;
        }
        Ok(rows)
    }

    /// The annotation with slots that another one refers to, if need be through others.
    fn root(&self, from: usize) -> Result<usize, Error> {
        let mut at = from;
        for _ in 0..MAX_REFERENCES {
            match &self.annotations.get(at).ok_or(Error::Damaged)?.tie {
                Tie::Slots { .. } => return Ok(at),
                Tie::Other(id) => at = *self.ids.get(id).ok_or(Error::Damaged)?,
            }
        }
        Err(Error::Damaged)
    }

    /// Where the slot stands with which an annotation starts.
    fn place(&self, n: usize) -> Result<usize, Error> {
        match &self.annotations.get(self.root(n)?).ok_or(Error::Damaged)?.tie {
            Tie::Slots { start, .. } => Ok(self.slot(start)?.place),
            Tie::Other(_) => Err(Error::Damaged),
        }
    }

    fn slot(&self, id: &str) -> Result<&Slot, Error> {
        self.slots.get(id).ok_or(Error::Damaged)
    }

    /// The times of the annotations that have slots. Neighbours on a tier that share a slot without a time divide a
    /// stretch, and all have its times.
    fn stretches(&self) -> Result<Vec<Option<Times>>, Error> {
        let mut all = vec![None; self.annotations.len()];
        let mut run: Vec<usize> = Vec::new();
        let mut first = None;
        let mut last: Option<(usize, &str)> = None;
        for (n, it) in self.annotations.iter().enumerate() {
            let Tie::Slots { start, end } = &it.tie else { continue };
            let (from, to) = (self.slot(start)?, self.slot(end)?);
            if from.value.is_some() || last != Some((it.tier, start)) {
                run.clear();
                first = from.value.clone().map(|value| (value, from.place));
            }
            run.push(n);
            last = Some((it.tier, end));
            let (Some((start, place)), Some(end)) = (&first, &to.value) else { continue };
            if number(start) > number(end) {
                return Err(Error::Damaged);
            }
            let times = Times { start: start.clone(), end: end.clone(), place: *place };
            for n in run.drain(..) {
                if let Some(it) = all.get_mut(n) {
                    *it = Some(times.clone());
                }
            }
        }
        Ok(all)
    }
}

/// Milliseconds as they are written.
fn digits(value: &str) -> Result<String, Error> {
    let fits = (1..=MAX_TIME_DIGITS).contains(&value.len()) && value.bytes().all(|it| it.is_ascii_digit());
    fits.then(|| value.to_owned()).ok_or(Error::Damaged)
}

fn number(digits: &str) -> u64 {
    digits.parse().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
