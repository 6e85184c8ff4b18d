//! A text cut into pieces by what became of them: covered, missed, masked for nothing. For whoever shows it. Pure.

use std::ops::Range;

use super::{Doc, Error, Gold, Predicted, docs};

/// What became of a piece.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum Mark {
    /// Nothing identifies here, and nothing is masked.
    Plain,
    /// Marked in the gold and masked.
    Covered,
    /// Marked in the gold and left.
    Missed,
    /// Not marked and masked.
    OverMasked,
    /// A look-alike that is masked.
    LookAlikeHit,
    /// A look-alike that is left, as it ought to be.
    LookAlike,
}

/// Some characters with one fate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Piece {
    /// The characters.
    pub range: Range<usize>,
    /// What became of them.
    pub mark: Mark,
    /// Which of the gold's spans they belong to, or which look-alike.
    pub of: Option<usize>,
}

/// A text and its pieces, which cover it without gap or overlap.
#[derive(Clone, Debug)]
pub struct Marked<'g> {
    /// The text.
    pub gold: &'g Gold,
    /// Its pieces, in order.
    pub pieces: Vec<Piece>,
}

/// Cuts every text of a language.
///
/// # Errors
///
/// Refuses what [`super::score`] refuses.
pub fn marked<'g>(
    gold: &'g [Gold],
    predicted: &'g [Predicted],
    lang: Option<&str>,
) -> Result<Vec<Marked<'g>>, Error> {
    let docs = docs(gold, predicted, lang)?;
    Ok(docs.iter().map(|it| Marked { gold: it.gold, pieces: it.pieces() }).collect())
}

type Fate = (Mark, Option<usize>);

impl Doc<'_> {
    fn pieces(&self) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        for (n, (mark, of)) in self.fates().into_iter().enumerate() {
            match pieces.last_mut() {
                Some(it) if (it.mark, it.of) == (mark, of) => it.range.end = n.saturating_add(1),
                Some(_) | None => pieces.push(Piece { range: n..n.saturating_add(1), mark, of }),
            }
        }
        pieces
    }

    /// What becomes of each character. Where marks overlap, direct ones are shown, and of two the first.
    fn fates(&self) -> Vec<Fate> {
        let mut fates: Vec<Fate> = (0..self.chars.len()).map(|n| self.unmarked(n)).collect();
        for (index, it) in self.gold.hard_negatives.iter().enumerate() {
            for n in it.start..it.end {
                let hit = Self::is(&self.masked, n);
                if let Some(fate) = fates.get_mut(n) {
                    *fate = (if hit { Mark::LookAlikeHit } else { Mark::LookAlike }, Some(index));
                }
            }
        }
        bridge(&mut fates, &self.chars);
        let mut spans: Vec<_> = self.gold.spans.iter().enumerate().collect();
        spans.sort_by_key(|(n, it)| (it.class() == "direct", std::cmp::Reverse(*n)));
        for (index, span) in spans {
            for range in span.ranges() {
                let leaks = self.content(range.clone()).any(|n| !Self::is(&self.masked, n));
                let mut before = if leaks { Mark::Missed } else { Mark::Covered };
                for n in range {
                    // A blank inside a name goes with the letter before it.
                    if leaks && self.chars.get(n).is_some_and(|it| it.is_alphanumeric()) {
                        before = if Self::is(&self.masked, n) { Mark::Covered } else { Mark::Missed };
                    }
                    if let Some(fate) = fates.get_mut(n) {
                        *fate = (before, Some(index));
                    }
                }
            }
        }
        fates
    }

    fn unmarked(&self, n: usize) -> Fate {
        let content = self.chars.get(n).is_some_and(|it| it.is_alphanumeric());
        let wanted = Self::is(&self.gold_mask, n) || Self::is(&self.neutral, n);
        let over = content && Self::is(&self.masked, n) && !wanted;
        (if over { Mark::OverMasked } else { Mark::Plain }, None)
    }
}

/// A blank between two letters that are masked for nothing is shown as they are.
fn bridge(fates: &mut [Fate], chars: &[char]) {
    let is_over = |fates: &[Fate], n: usize| fates.get(n).is_some_and(|it| it.0 == Mark::OverMasked);
    for n in 1..fates.len() {
        let blank = chars.get(n).is_some_and(|it| !it.is_alphanumeric() && *it != '\n');
        let between = is_over(fates, n.saturating_sub(1)) && is_over(fates, n.saturating_add(1));
        if let Some(fate) = fates.get_mut(n).filter(|_| blank && between) {
            fate.0 = Mark::OverMasked;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(masked: &[(usize, usize)], want: &[(&str, Mark)]) {
        let gold: Gold = serde_json::from_value(serde_json::json!({
            "id": "a", "text": "Dr Roke met Tamsin Quill by Beck and ward 7",
            "spans": [
                {"start": 3, "end": 7, "type": "PERSON", "identifier_class": "direct", "entity_id": "p"},
                {"start": 12, "end": 24, "type": "PERSON", "identifier_class": "direct", "entity_id": "q"}],
            "hard_negatives": [{"start": 28, "end": 32, "kind": "eponym"}],
        }))
        .unwrap();
        let spans = masked.iter().map(|(start, end)| {
            serde_json::from_value(serde_json::json!({"start": start, "end": end})).unwrap()
        });
        let predicted = [Predicted { id: "a".into(), spans: spans.collect() }];
        let (gold, chars) = ([gold.clone()], gold.text.chars().collect::<Vec<_>>());
        let texts = marked(&gold, &predicted, None).unwrap();
        let mut at = 0;
        for it in &texts[0].pieces {
            assert_eq!(it.range.start, at, "no gap, no overlap");
            at = it.range.end;
        }
        assert_eq!(at, chars.len());
        let told: Vec<_> = texts[0].pieces.iter().filter(|it| it.mark != Mark::Plain).collect();
        let told: Vec<_> =
            told.iter().map(|it| (chars[it.range.clone()].iter().collect::<String>(), it.mark)).collect();
        assert_eq!(told, want.iter().map(|(a, b)| ((*a).to_owned(), *b)).collect::<Vec<_>>());
    }

    #[test]
    fn each_piece_is_told_by_its_fate() {
        use Mark as M;
        check(&[], &[("Roke", M::Missed), ("Tamsin Quill", M::Missed), ("Beck", M::LookAlike)]);
        check(
            &[(0, 7), (12, 18), (25, 32), (37, 43)],
            &[
                ("Roke", M::Covered),
                ("Tamsin ", M::Covered),
                ("Quill", M::Missed),
                ("by", M::OverMasked),
                ("Beck", M::LookAlikeHit),
                ("ward 7", M::OverMasked),
            ],
        );
        check(
            &[(3, 7), (12, 24)],
            &[("Roke", M::Covered), ("Tamsin Quill", M::Covered), ("Beck", M::LookAlike)],
        );
    }
}
