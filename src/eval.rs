//! Measures detection against annotated texts: what leaks, what is masked for nothing. Pure: texts and spans in,
//! figures out.
//!
//! Only content counts, which is letters and digits: quotes, blanks and hyphens never matter. Offsets are those of
//! Unicode code points, half-open, as annotations have them.

pub mod change;
pub mod tab;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use serde::{Deserialize, Serialize};

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

/// One annotated text.
#[derive(Clone, Debug, Deserialize)]
pub struct Gold {
    /// Its id.
    pub id: String,
    /// `en`, `zh`.
    #[serde(default)]
    pub lang: String,
    /// `clean`, `asr_lower`.
    #[serde(default)]
    pub style: String,
    /// The text.
    pub text: String,
    /// What identifies.
    pub spans: Vec<Span>,
    /// What looks as if it did.
    #[serde(default)]
    pub hard_negatives: Vec<HardNegative>,
}

/// What an annotator marked.
#[derive(Clone, Debug, Deserialize)]
pub struct Span {
    /// Its first character.
    pub start: usize,
    /// The character after its last.
    pub end: usize,
    /// `PERSON`.
    pub r#type: String,
    /// `direct` or `quasi`.
    pub identifier_class: String,
    /// Whom or what it names.
    pub entity_id: String,
    /// Whether it is a turn's label; such are counted apart.
    #[serde(default)]
    pub in_label: bool,
}

/// What must not be masked.
#[derive(Clone, Debug, Deserialize)]
pub struct HardNegative {
    /// Its first character.
    pub start: usize,
    /// The character after its last.
    pub end: usize,
    /// `eponym`.
    pub kind: String,
}

/// The predictions for one text: one line of a file of predictions.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Predicted {
    /// The text's id.
    pub id: String,
    /// What would be transformed.
    pub spans: Vec<PredictedSpan>,
}

/// What would be transformed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PredictedSpan {
    /// Its first character.
    pub start: usize,
    /// The character after its last.
    pub end: usize,
    /// Its entity type.
    #[serde(default)]
    pub r#type: String,
}

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
        share(self.n.saturating_sub(self.full), self.n)
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
        share(self.hit, self.n)
    }
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
    /// Direct mentions that leak: text, type and the words around. Personal data where the gold is.
    pub misses: Vec<(String, String, String)>,
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

#[expect(clippy::cast_precision_loss, reason = "counts of characters")]
fn share(part: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}

/// Wilson's interval of a share, at 95 %.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of mentions")]
pub fn interval(part: usize, of: usize) -> (f64, f64) {
    if of == 0 {
        return (0.0, 0.0);
    }
    let (z, n) = (1.96_f64, of as f64);
    let p = part as f64 / n;
    let width = (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let (middle, half, scale) = (p + z * z / (2.0 * n), z * width, 1.0 + z * z / n);
    (((middle - half) / scale).max(0.0), ((middle + half) / scale).min(1.0))
}

/// Compares predictions with gold. A text without predictions has none.
///
/// # Errors
///
/// Refuses predictions for no text, and spans outside theirs.
pub fn score(gold: &[Gold], predicted: &[Predicted], lang: Option<&str>) -> Result<Score, Error> {
    let ids: BTreeSet<&str> = gold.iter().map(|it| it.id.as_str()).collect();
    let mut by_id: BTreeMap<&str, Vec<(usize, &PredictedSpan)>> = BTreeMap::new();
    for (line, it) in (1..).zip(predicted) {
        if !ids.contains(it.id.as_str()) {
            return Err(Error::Unknown(line));
        }
        by_id.entry(&it.id).or_default().extend(it.spans.iter().map(|span| (line, span)));
    }
    let mut score = Score::default();
    for it in gold.iter().filter(|it| lang.is_none_or(|lang| it.lang == lang)) {
        let spans = by_id.get(it.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        Doc::new(it, spans)?.count(&mut score);
    }
    Ok(score)
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
            if let Some(range) = gold_mask.get_mut(span.start..span.end) {
                range.fill(true);
            }
            if span.r#type == "PERSON" {
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
            let content: Vec<usize> = self.content(span.start..span.end).collect();
            let covered = content.iter().filter(|n| Self::is(&self.masked, **n)).count();
            let leaks = covered < content.len();
            let class = if span.in_label { "label" } else { span.identifier_class.as_str() };
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
                if leaks {
                    score.misses.push((self.gold.id.clone(), span.r#type.clone(), self.shown(span)));
                }
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
        score(&[gold()], &[Predicted { id: "a".into(), spans: spans.collect() }], None).unwrap()
    }

    #[test]
    fn a_title_is_neither_right_nor_wrong_and_half_a_name_leaks() {
        let score = scored(&[(0, 8), (13, 16)]);
        let direct = score.rows["direct"];
        assert_eq!((direct.n, direct.full, direct.partial, direct.covered), (2, 1, 2, 7));
        assert_eq!((score.masked.n, score.masked.hit), (7, 7));
        assert_eq!((score.direct_entities.hit, score.leaking_docs.hit), (1, 1));
        assert_eq!(score.misses[0].2, "Dr. Roke met [[Tamsin]] in Fulmer, on ");
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
        assert_eq!(score(&[gold()], &[], Some("zh")).unwrap().docs, 0);
    }

    #[test]
    fn the_interval_is_wilson_s() {
        let (low, high) = interval(1, 10);
        assert!((low - 0.0179).abs() < 0.0005 && (high - 0.4042).abs() < 0.0005, "{low} {high}");
        assert!(interval(0, 0).1 < f64::EPSILON);
    }
}
