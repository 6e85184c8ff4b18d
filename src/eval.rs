//! Measures detection against annotated texts: what leaks, what is masked for nothing. Pure: texts and spans in,
//! figures out.
//!
//! Only content counts, which is letters and digits: quotes, blanks and hyphens never matter. Offsets are those of
//! Unicode code points, half-open, as annotations have them.

pub mod brat;
pub mod change;
pub mod classes;
pub mod compare;
pub mod conll;
pub mod error;
mod gold;
pub mod marks;
pub mod review;
pub mod report;
pub mod tab;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use serde::Serialize;

pub use self::gold::{Gold, HardNegative, Predicted, PredictedSpan, Span};
use crate::estimate::{self, Interval, Part};

/// What stands before a name and is no part of it; masking it is neither right nor wrong.
const HONORIFICS: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "prof",
    "sir",
    "madam",
    "professor",
    "doctor",
    "nurse",
    "auntie",
    "uncle",
    "aunt",
];

/// How many characters of context a miss is shown with.
const CONTEXT_BEFORE: usize = 25;
const CONTEXT_AFTER: usize = 15;

/// Mentions of one class or type.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Row {
    /// How many there are.
    pub n: usize,
    /// How many are wholly covered.
    pub full: usize,
    /// How many are touched.
    pub partial: usize,
    /// How many letters and digits they have.
    pub chars: usize,
    /// How many of those are covered.
    pub covered: usize,
}

impl Row {
    /// The share of mentions of which something is left.
    #[must_use]
    pub fn leak(&self) -> f64 {
        self.leaking().share()
    }

    /// The mentions of which something is left.
    #[must_use]
    pub const fn leaking(&self) -> Part {
        Part { hit: self.n.saturating_sub(self.full), of: self.n }
    }

    const fn join(&mut self, other: &Self) {
        self.n = self.n.saturating_add(other.n);
        self.full = self.full.saturating_add(other.full);
        self.partial = self.partial.saturating_add(other.partial);
        self.chars = self.chars.saturating_add(other.chars);
        self.covered = self.covered.saturating_add(other.covered);
    }
}

/// A share as a count of a total.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Count {
    /// Of these
    pub n: usize,
    /// so many.
    pub hit: usize,
}

impl Count {
    fn add(&mut self, hit: bool) {
        self.n = self.n.saturating_add(1);
        self.hit = self.hit.saturating_add(usize::from(hit));
    }

    /// The share.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.part().share()
    }

    /// The count as part of a whole.
    #[must_use]
    pub const fn part(&self) -> Part {
        Part { hit: self.hit, of: self.n }
    }

    const fn join(&mut self, other: &Self) {
        self.n = self.n.saturating_add(other.n);
        self.hit = self.hit.saturating_add(other.hit);
    }
}

/// A mention that leaks. Personal data where the gold is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Miss {
    /// The text's id.
    pub id: String,
    /// `direct` or `quasi`.
    pub class: String,
    /// Its type.
    pub kind: String,
    /// Its characters.
    pub span: Range<usize>,
    /// The mention between brackets, with the words around it.
    pub shown: String,
}

/// All figures.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// Texts.
    pub docs: usize,
    /// By class, and by class and type: `direct`, `direct/PERSON`, `label`.
    pub rows: BTreeMap<String, Row>,
    /// Direct entities of which a mention leaks.
    pub direct_entities: Count,
    /// Texts with direct mentions of which one leaks.
    pub leaking_docs: Count,
    /// Masked letters and digits, and how many of them ought to be.
    pub masked: Count,
    /// Predicted spans, and how many lie mostly in something marked.
    pub spans: Count,
    /// Letters and digits outside everything marked, and how many of them are masked.
    pub outside: Count,
    /// Hard negatives by kind, and how many are touched.
    pub hard_negatives: BTreeMap<String, Count>,
    /// Direct mentions by language and style, and how many leak.
    pub styles: BTreeMap<String, Count>,
    /// Mentions that leak, in order of the texts.
    pub misses: Vec<Miss>,
    /// What is masked for nothing, and how often.
    pub over_masked: BTreeMap<(String, String), usize>,
}

/// Why predictions can't be scored. Which of them, by its line.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Error {
    /// There is no text of that id.
    #[error("the predictions in line {0} are for a text that is not in the gold")]
    Unknown(usize),
    /// A span does not lie in its text.
    #[error("a span in line {0} does not lie inside its text")]
    Outside(usize),
}

/// The figures of all texts together, and of each.
#[derive(Clone, Debug, Default)]
pub struct Scored {
    /// Of all.
    pub total: Score,
    /// Of each text, in the order of the gold.
    pub each: Vec<Score>,
}

impl Scored {
    /// The interval at 95 % of a share, by document.
    #[must_use]
    pub fn interval(&self, of: impl Fn(&Score) -> Part) -> Interval {
        estimate::clustered(&self.each.iter().map(of).collect::<Vec<_>>())
    }
}

impl Score {
    /// The mentions of a class or type of which something is left.
    #[must_use]
    pub fn leaking(&self, row: &str) -> Part {
        self.rows.get(row).map_or_else(Part::default, Row::leaking)
    }

    /// Hard negatives of all kinds, and how many are touched.
    #[must_use]
    pub fn all_hard_negatives(&self) -> Count {
        let mut sum = Count::default();
        self.hard_negatives.values().for_each(|it| sum.join(it));
        sum
    }

    fn join(&mut self, other: &Self) {
        self.docs = self.docs.saturating_add(other.docs);
        other.rows.iter().for_each(|(name, it)| self.rows.entry(name.clone()).or_default().join(it));
        self.direct_entities.join(&other.direct_entities);
        self.leaking_docs.join(&other.leaking_docs);
        self.masked.join(&other.masked);
        self.spans.join(&other.spans);
        self.outside.join(&other.outside);
        for (counts, others) in
            [(&mut self.hard_negatives, &other.hard_negatives), (&mut self.styles, &other.styles)]
        {
            for (name, it) in others {
                counts.entry(name.clone()).or_default().join(it);
            }
        }
        self.misses.extend_from_slice(&other.misses);
        for (what, n) in &other.over_masked {
            *self.over_masked.entry(what.clone()).or_default() += n;
        }
    }
}

/// Compares predictions with gold. A text without predictions has none.
///
/// # Errors
///
/// Refuses predictions for no text, and spans outside theirs.
pub fn score(gold: &[Gold], predicted: &[Predicted], lang: Option<&str>) -> Result<Scored, Error> {
    let mut scored = Scored::default();
    for doc in docs(gold, predicted, lang)? {
        let mut score = Score::default();
        doc.count(&mut score);
        scored.total.join(&score);
        scored.each.push(score);
    }
    Ok(scored)
}

/// The texts of a language, each with its marks.
fn docs<'g>(gold: &'g [Gold], predicted: &'g [Predicted], lang: Option<&str>) -> Result<Vec<Doc<'g>>, Error> {
    let ids: BTreeSet<&str> = gold.iter().map(|it| it.id.as_str()).collect();
    let mut by_id: BTreeMap<&str, Vec<(usize, &PredictedSpan)>> = BTreeMap::new();
    for (line, it) in (1..).zip(predicted) {
        if !ids.contains(it.id.as_str()) {
            return Err(Error::Unknown(line));
        }
        by_id.entry(&it.id).or_default().extend(it.spans.iter().map(|span| (line, span)));
    }
    let spans = |it: &Gold| by_id.get(it.id.as_str()).map(Vec::as_slice).unwrap_or_default();
    let wanted = gold.iter().filter(|it| lang.is_none_or(|lang| it.lang == lang));
    wanted.map(|it| Doc::new(it, spans(it))).collect()
}

/// One text with its marks.
struct Doc<'g> {
    gold: &'g Gold,
    chars: Vec<char>,
    predicted: Vec<&'g PredictedSpan>,
    masked: Vec<bool>,
    gold_mask: Vec<bool>,
    neutral: Vec<bool>,
}

impl<'g> Doc<'g> {
    fn new(gold: &'g Gold, predicted: &[(usize, &'g PredictedSpan)]) -> Result<Self, Error> {
        let chars: Vec<char> = gold.text.chars().collect();
        let mut masked = vec![false; chars.len()];
        for (line, it) in predicted {
            let range = masked.get_mut(it.start..it.end).ok_or(Error::Outside(*line))?;
            range.fill(true);
        }
        let mut gold_mask = vec![false; chars.len()];
        let mut neutral = vec![false; chars.len()];
        for span in &gold.spans {
            for range in span.ranges() {
                gold_mask.get_mut(range).unwrap_or_default().fill(true);
            }
            if span.is_person || span.r#type == "PERSON" {
                honorific_before(&chars, span.start)
                    .and_then(|it| neutral.get_mut(it))
                    .into_iter()
                    .flatten()
                    .for_each(|it| *it = true);
            }
        }
        let predicted = predicted.iter().map(|it| it.1).collect();
        Ok(Self { gold, chars, predicted, masked, gold_mask, neutral })
    }

    /// The letters and digits of a range.
    fn content(&self, range: Range<usize>) -> impl Iterator<Item = usize> + '_ {
        range.filter(|n| self.chars.get(*n).is_some_and(|it| it.is_alphanumeric()))
    }

    fn is(of: &[bool], n: usize) -> bool {
        of.get(n).copied().unwrap_or(false)
    }

    fn text(&self, range: Range<usize>) -> String {
        self.chars.get(range).unwrap_or_default().iter().collect()
    }

    fn count(&self, score: &mut Score) {
        score.docs = score.docs.saturating_add(1);
        let mut entities: BTreeMap<&str, bool> = BTreeMap::new();
        for span in &self.gold.spans {
            let content: Vec<usize> = span.ranges().flat_map(|it| self.content(it)).collect();
            let covered = content.iter().filter(|n| Self::is(&self.masked, **n)).count();
            let leaks = covered < content.len();
            let class = span.class();
            let typed = (!span.in_label).then(|| format!("{class}/{}", span.r#type));
            for key in std::iter::once(class.to_owned()).chain(typed) {
                let row = score.rows.entry(key).or_default();
                row.n = row.n.saturating_add(1);
                row.full = row.full.saturating_add(usize::from(!leaks));
                row.partial = row.partial.saturating_add(usize::from(covered > 0));
                row.chars = row.chars.saturating_add(content.len());
                row.covered = row.covered.saturating_add(covered);
            }
            if class == "direct" {
                *entities.entry(&span.entity_id).or_default() |= leaks;
                let style = if self.gold.style.is_empty() { "?" } else { &self.gold.style };
                score.styles.entry(format!("{}/{style}", self.gold.lang)).or_default().add(leaks);
            }
            if leaks && !span.in_label {
                score.misses.push(Miss {
                    id: self.gold.id.clone(),
                    class: class.to_owned(),
                    kind: span.r#type.clone(),
                    span: span.start..span.end,
                    shown: self.shown(span),
                });
            }
        }
        if !entities.is_empty() {
            score.leaking_docs.add(entities.values().any(|it| *it));
        }
        for it in entities.values() {
            score.direct_entities.add(*it);
        }
        for n in self.content(0..self.chars.len()) {
            let (masked, wanted) = (Self::is(&self.masked, n), Self::is(&self.gold_mask, n));
            let neutral = Self::is(&self.neutral, n);
            if masked && (wanted || !neutral) {
                score.masked.add(wanted);
            }
            if !wanted && !neutral {
                score.outside.add(masked);
            }
        }
        for span in &self.predicted {
            let content: Vec<usize> =
                self.content(span.start..span.end).filter(|n| !Self::is(&self.neutral, *n)).collect();
            if content.is_empty() {
                continue;
            }
            let good = content.iter().filter(|n| Self::is(&self.gold_mask, **n)).count();
            let good = good.saturating_mul(2) >= content.len();
            score.spans.add(good);
            if !good {
                let text = self.text(span.start..span.end).trim().to_lowercase();
                *score.over_masked.entry((span.r#type.clone(), text)).or_default() += 1;
            }
        }
        for it in &self.gold.hard_negatives {
            let hit = self
                .content(it.start..it.end)
                .any(|n| Self::is(&self.masked, n) && !Self::is(&self.gold_mask, n));
            score.hard_negatives.entry(it.kind.clone()).or_default().add(hit);
        }
    }

    /// A mention between brackets, with the words around it.
    fn shown(&self, span: &Span) -> String {
        let before = self.text(span.start.saturating_sub(CONTEXT_BEFORE)..span.start);
        let end = span.end.saturating_add(CONTEXT_AFTER).min(self.chars.len());
        format!("{before}[[{}]]{}", self.text(span.start..span.end), self.text(span.end..end))
    }
}

/// Where a title stands before a name, if one does.
fn honorific_before(chars: &[char], start: usize) -> Option<Range<usize>> {
    let before = chars.get(..start)?;
    let end = before.iter().rposition(|it| !matches!(it, ' ' | '.'))?.saturating_add(1);
    let word = before.get(..end)?.iter().rev().take_while(|it| it.is_ascii_alphabetic()).count();
    let from = end.saturating_sub(word);
    let title: String = before.get(from..end)?.iter().map(char::to_ascii_lowercase).collect();
    HONORIFICS.contains(&title.as_str()).then_some(from..start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gold() -> Gold {
        serde_json::from_value(serde_json::json!({
            "id": "a", "lang": "en", "style": "clean", "text": "Dr. Roke met Tamsin in Fulmer, on ward 7.",
            "spans": [
                {"start": 4, "end": 8, "type": "PERSON", "identifier_class": "direct", "entity_id": "p1"},
                {"start": 13, "end": 19, "type": "PERSON", "identifier_class": "direct", "entity_id": "p2"},
                {"start": 23, "end": 29, "type": "LOC", "identifier_class": "quasi", "entity_id": "l1"}],
            "hard_negatives": [{"start": 34, "end": 40, "kind": "number"}],
        }))
        .unwrap()
    }

    fn scored(spans: &[(usize, usize)]) -> Score {
        let spans =
            spans.iter().map(|(start, end)| PredictedSpan { start: *start, end: *end, r#type: "X".into() });
        score(&[gold()], &[Predicted { id: "a".into(), spans: spans.collect() }], None).unwrap().total
    }

    #[test]
    fn a_title_is_neither_right_nor_wrong_and_half_a_name_leaks() {
        let score = scored(&[(0, 8), (13, 16)]);
        let direct = score.rows["direct"];
        assert_eq!((direct.n, direct.full, direct.partial, direct.covered), (2, 1, 2, 7));
        assert_eq!((score.masked.n, score.masked.hit), (7, 7));
        assert_eq!((score.direct_entities.hit, score.leaking_docs.hit), (1, 1));
        assert_eq!(score.misses[0].shown, "Dr. Roke met [[Tamsin]] in Fulmer, on ");
        assert_eq!((score.rows["quasi/LOC"].n, score.rows["quasi/LOC"].full), (1, 0));
    }

    #[test]
    fn what_is_masked_for_nothing_is_counted_and_shown() {
        let score = scored(&[(4, 8), (13, 19), (34, 40)]);
        assert_eq!((score.spans.n, score.spans.hit), (3, 2));
        assert_eq!(score.hard_negatives["number"].hit, 1);
        assert_eq!(score.over_masked[&("X".to_owned(), "ward 7".to_owned())], 1);
        assert_eq!((score.outside.hit, score.masked.hit, score.masked.n), (5, 10, 15));
    }

    #[test]
    fn predictions_that_do_not_fit_are_refused() {
        let of = |id: &str, end| Predicted {
            id: id.into(),
            spans: vec![PredictedSpan { start: 0, end, r#type: String::new() }],
        };
        assert_eq!(score(&[gold()], &[of("b", 1)], None).unwrap_err(), Error::Unknown(1));
        assert_eq!(score(&[gold()], &[of("a", 99)], None).unwrap_err(), Error::Outside(1));
        assert_eq!(score(&[gold()], &[], Some("zh")).unwrap().total.docs, 0);
    }

    #[test]
    fn a_mention_with_a_gap_is_covered_when_all_its_parts_are() {
        let mut gold = gold();
        gold.spans[1].end = 29;
        gold.spans[1].parts = vec![13..19, 23..29];
        let spans = |of: &[Range<usize>]| Predicted {
            id: "a".into(),
            spans: of
                .iter()
                .map(|it| PredictedSpan { start: it.start, end: it.end, r#type: "X".into() })
                .collect(),
        };
        let leaks = |of: &[Range<usize>]| {
            score(&[gold.clone()], &[spans(of)], None).unwrap().total.rows["direct"].leaking().hit
        };
        assert_eq!((leaks(&[4..8, 13..19]), leaks(&[4..8, 13..19, 23..29])), (1, 0));
    }

    #[test]
    fn texts_are_counted_each_and_together() {
        let other = Gold { id: "b".into(), ..gold() };
        let predicted = Predicted {
            id: "b".into(),
            spans: vec![PredictedSpan { start: 4, end: 19, r#type: "X".into() }],
        };
        let scored = score(&[gold(), other], &[predicted], None).unwrap();
        let leaks: Vec<_> = scored.each.iter().map(|it| it.leaking("direct").hit).collect();
        assert_eq!((leaks, scored.total.leaking("direct")), (vec![2, 0], Part { hit: 2, of: 4 }));
        let direct = scored.total.misses.iter().filter(|it| it.class == "direct").count();
        assert_eq!((direct, scored.total.misses.len(), scored.total.docs), (2, 4, 2));
        assert!(scored.interval(|it| it.leaking("direct")).low < 0.2);
    }
}
