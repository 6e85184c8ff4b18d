//! Figures over court judgments annotated as in the Text Anonymization Benchmark (Pilán and others, 2022): several
//! annotators, entities of several mentions, each direct, quasi or not to be masked.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Count, Error, Predicted};
use crate::estimate::{self, Interval};

/// Words that identify nobody: titles, determiners, prepositions, conjunctions.
const EMPTY: &[&str] = &[
    "mr", "mrs", "ms", "no", "nr", "about", "the", "a", "an", "this", "that", "of", "in", "on", "at", "by",
    "to", "for", "from", "with", "between", "during", "until", "since", "before", "after", "under", "over",
    "and", "or", "'s",
];

/// One judgment.
#[derive(Clone, Debug, Deserialize)]
pub struct Judgment {
    /// Its id.
    pub doc_id: String,
    /// The text.
    pub text: String,
    /// By annotator.
    pub annotations: BTreeMap<String, Annotations>,
}

/// What one annotator marked.
#[derive(Clone, Debug, Deserialize)]
pub struct Annotations {
    /// Mentions.
    pub entity_mentions: Vec<Mention>,
}

/// One mention.
#[derive(Clone, Debug, Deserialize)]
pub struct Mention {
    /// Its first character.
    pub start_offset: usize,
    /// The character after its last.
    pub end_offset: usize,
    /// Whom or what it names.
    pub entity_id: String,
    /// `DIRECT`, `QUASI` or `NO_MASK`.
    pub identifier_type: String,
}

/// All figures, summed over annotators, of each judgment in the order of the gold.
#[derive(Clone, Debug, Default)]
pub struct Scored(pub Vec<Score>);

impl Scored {
    /// All judgments together.
    #[must_use]
    pub fn total(&self) -> Score {
        let mut sum = Score::default();
        for it in &self.0 {
            sum.direct.join(&it.direct);
            sum.quasi.join(&it.quasi);
            sum.mentions.join(&it.mentions);
            sum.words.join(&it.words);
        }
        sum
    }

    /// The interval at 95 % of a share, by judgment.
    #[must_use]
    pub fn interval(&self, of: impl Fn(&Score) -> Count) -> Interval {
        estimate::clustered(&self.0.iter().map(|it| of(it).part()).collect::<Vec<_>>())
    }
}

/// The figures of one judgment, or of all.
#[derive(Clone, Copy, Debug, Default)]
pub struct Score {
    /// Direct entities, and those of which every mention is covered.
    pub direct: Count,
    /// Quasi-identifying entities, likewise.
    pub quasi: Count,
    /// Mentions that ought to be masked, and those that are.
    pub mentions: Count,
    /// Masked words, and those that ought to be.
    pub words: Count,
}

/// Compares predictions with gold.
///
/// # Errors
///
/// Refuses predictions for no judgment.
pub fn score(gold: &[Judgment], predicted: &[Predicted]) -> Result<Scored, Error> {
    let ids: BTreeSet<&str> = gold.iter().map(|it| it.doc_id.as_str()).collect();
    let mut by_id: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (line, it) in (1..).zip(predicted) {
        if !ids.contains(it.id.as_str()) {
            return Err(Error::Unknown(line));
        }
        by_id.entry(&it.id).or_default().extend(it.spans.iter().map(|span| (span.start, span.end)));
    }
    let mut scored = Scored::default();
    for doc in gold {
        let mut score = Score::default();
        let chars: Vec<char> = doc.text.chars().collect();
        let mut masked = vec![false; chars.len()];
        for (start, end) in by_id.get(doc.doc_id.as_str()).into_iter().flatten() {
            let end = (*end).min(chars.len());
            masked.get_mut(*start..end).unwrap_or_default().fill(true);
        }
        for annotator in doc.annotations.values() {
            count(&chars, &masked, annotator, &mut score);
        }
        scored.0.push(score);
    }
    Ok(scored)
}

fn count(chars: &[char], masked: &[bool], annotator: &Annotations, score: &mut Score) {
    let mut truth = vec![false; chars.len()];
    let mut entities: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
    let wanted = annotator.entity_mentions.iter().filter(|it| it.identifier_type != "NO_MASK");
    for it in wanted {
        let end = it.end_offset.min(chars.len());
        truth.get_mut(it.start_offset..end).unwrap_or_default().fill(true);
        let covered = words(chars, it.start_offset, end)
            .filter(|(start, end)| !is_empty(chars, *start, *end))
            .all(|(start, end)| masked.get(start..end).unwrap_or_default().iter().all(|it| *it));
        score.mentions.add(covered);
        let entity = entities.entry(&it.entity_id).or_insert((false, true));
        entity.0 |= it.identifier_type == "DIRECT";
        entity.1 &= covered;
    }
    for (direct, covered) in entities.values() {
        if *direct { score.direct.add(*covered) } else { score.quasi.add(*covered) }
    }
    for (start, end) in words(chars, 0, chars.len()) {
        let all = |of: &[bool]| of.get(start..end).unwrap_or_default().iter().all(|it| *it);
        if masked.get(start..end).unwrap_or_default().iter().any(|it| *it) {
            score.words.add(all(&truth));
        }
    }
}

/// Words of letters, digits and underscores between two characters.
fn words(chars: &[char], from: usize, to: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
    let is_word = move |n: usize| n < to && chars.get(n).is_some_and(|it| it.is_alphanumeric() || *it == '_');
    let mut at = from;
    std::iter::from_fn(move || {
        let start = (at..to).find(|n| is_word(*n))?;
        let end = (start..to).find(|n| !is_word(*n)).unwrap_or(to);
        at = end;
        Some((start, end))
    })
}

fn is_empty(chars: &[char], start: usize, end: usize) -> bool {
    let word: String =
        chars.get(start..end).unwrap_or_default().iter().flat_map(|it| it.to_lowercase()).collect();
    EMPTY.contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::PredictedSpan;

    #[test]
    fn an_entity_counts_when_all_its_mentions_are_covered() {
        let text = "Mr Roke of Fulmer sued. Roke won in 1987.";
        let mention = |start, end, entity: &str, kind: &str| {
            serde_json::json!({"start_offset": start, "end_offset": end, "entity_id": entity,
                "identifier_type": kind})
        };
        let mentions = [
            mention(0, 7, "p", "DIRECT"),
            mention(24, 28, "p", "DIRECT"),
            mention(11, 17, "l", "QUASI"),
            mention(36, 40, "d", "NO_MASK"),
        ];
        let gold: Judgment = serde_json::from_value(serde_json::json!({
            "doc_id": "x", "text": text, "annotations": {"one": {"entity_mentions": mentions}}
        }))
        .unwrap();
        let scored = |spans: &[(usize, usize)]| {
            let spans = spans
                .iter()
                .map(|(start, end)| PredictedSpan { start: *start, end: *end, r#type: String::new() })
                .collect();
            score(std::slice::from_ref(&gold), &[Predicted { id: "x".into(), spans }]).unwrap().total()
        };
        let half = scored(&[(3, 7), (36, 40)]);
        assert_eq!((half.direct.hit, half.direct.n, half.quasi.hit, half.quasi.n), (0, 1, 0, 1));
        assert_eq!((half.mentions.hit, half.mentions.n, half.words.hit, half.words.n), (1, 3, 1, 2));
        let whole = scored(&[(3, 7), (24, 28), (11, 17)]);
        assert_eq!((whole.direct.hit, whole.quasi.hit, whole.words.hit, whole.words.n), (1, 1, 3, 3));
    }
}
