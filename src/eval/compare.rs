//! Two programs' predictions for the same texts: what differs, whether that could be chance, and what only one of
//! them misses. Pure.

use std::collections::BTreeSet;

use super::{Miss, Score, Scored};
use crate::estimate::{self, Interval, Part, SEED};

/// One figure of both.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Its name.
    pub figure: Figure,
    /// Of the first.
    pub a: Part,
    /// Of the second.
    pub b: Part,
    /// By how much the second is larger.
    pub by: f64,
    /// Where that lies at 95 %; none of one document.
    pub interval: Option<Interval>,
}

/// What is compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Direct mentions that leak.
    DirectLeak,
    /// Quasi-identifying mentions that leak.
    QuasiLeak,
    /// Texts in which a direct mention leaks.
    DocLeak,
    /// Letters and digits masked for nothing, of those outside everything marked.
    Overmask,
    /// Hard negatives that are touched.
    HardNegatives,
}

impl Figure {
    const ALL: [Self; 5] =
        [Self::DirectLeak, Self::QuasiLeak, Self::DocLeak, Self::Overmask, Self::HardNegatives];

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::DirectLeak => "direct leak",
            Self::QuasiLeak => "quasi leak",
            Self::DocLeak => "texts with a direct leak",
            Self::Overmask => "masked for nothing",
            Self::HardNegatives => "look-alikes hit",
        }
    }

    fn of(self, score: &Score) -> Part {
        match self {
            Self::DirectLeak => score.leaking("direct"),
            Self::QuasiLeak => score.leaking("quasi"),
            Self::DocLeak => score.leaking_docs.part(),
            Self::Overmask => score.outside.part(),
            Self::HardNegatives => score.all_hard_negatives().part(),
        }
    }
}

/// What two programs differ in.
#[derive(Clone, Debug)]
pub struct Comparison<'s> {
    /// The figures.
    pub figures: Vec<Difference>,
    /// What the first misses and the second does not.
    pub only_a: Vec<&'s Miss>,
    /// What the second misses and the first does not.
    pub only_b: Vec<&'s Miss>,
}

/// Compares two scores of the same gold.
#[must_use]
pub fn compare<'s>(a: &'s Scored, b: &'s Scored) -> Comparison<'s> {
    let figures = Figure::ALL.into_iter().map(|figure| {
        let parts: Vec<_> = a.each.iter().zip(&b.each).map(|(a, b)| (figure.of(a), figure.of(b))).collect();
        let (by, interval) = estimate::paired(&parts, SEED);
        Difference { figure, a: figure.of(&a.total), b: figure.of(&b.total), by, interval }
    });
    Comparison {
        figures: figures.collect(),
        only_a: only(&a.total.misses, &b.total.misses),
        only_b: only(&b.total.misses, &a.total.misses),
    }
}

fn only<'s>(misses: &'s [Miss], other: &[Miss]) -> Vec<&'s Miss> {
    fn key(it: &Miss) -> (&str, &str, &str, usize, usize) {
        (&it.id, &it.class, &it.kind, it.span.start, it.span.end)
    }
    let known: BTreeSet<_> = other.iter().map(key).collect();
    misses.iter().filter(|it| !known.contains(&key(it))).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::*, *};

    #[test]
    fn what_only_one_misses_is_told_apart() {
        let gold: Gold = serde_json::from_value(serde_json::json!({
            "id": "a", "text": "Roke met Tamsin in Fulmer.",
            "spans": [
                {"start": 0, "end": 4, "type": "PERSON", "identifier_class": "direct", "entity_id": "p"},
                {"start": 9, "end": 15, "type": "PERSON", "identifier_class": "direct", "entity_id": "q"},
                {"start": 19, "end": 25, "type": "LOC", "identifier_class": "quasi", "entity_id": "l"}],
        }))
        .unwrap();
        let gold = [gold.clone(), Gold { id: "b".into(), ..gold }];
        let scored = |spans: &[(usize, usize)]| {
            let spans: Vec<_> = spans
                .iter()
                .map(|(start, end)| PredictedSpan { start: *start, end: *end, r#type: String::new() })
                .collect();
            let of = |id: &str| Predicted { id: id.into(), spans: spans.clone() };
            score(&gold, &[of("a"), of("b")], None).unwrap()
        };
        let (a, b) = (scored(&[(0, 4), (19, 25)]), scored(&[(0, 8), (9, 15)]));
        let told = compare(&a, &b);
        let places = |of: &[&Miss]| of.iter().map(|it| (it.id.clone(), it.span.start)).collect::<Vec<_>>();
        assert_eq!(places(&told.only_a), [("a".to_owned(), 9), ("b".to_owned(), 9)]);
        assert_eq!(places(&told.only_b), [("a".to_owned(), 19), ("b".to_owned(), 19)]);
        let direct = &told.figures[0];
        assert!((direct.by + 0.5).abs() < 1e-9, "{direct:?}");
        assert_eq!(direct.interval, Some(Interval { low: -0.5, high: -0.5 }), "both texts alike");
        assert!(told.figures[3].figure == Figure::Overmask && told.figures[3].by > 0.0);
    }
}
