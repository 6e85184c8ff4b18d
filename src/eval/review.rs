//! What a reviewer would be asked, and how much of what is left lies in it.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{Gold, Miss};
use crate::{detect::hours, estimate::Part, view::folded_name};

/// The characters of a text that a reviewer would be asked about.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The text's id.
    pub id: String,
    /// Code points, half-open.
    pub spans: Vec<Range<usize>>,
}

/// What a reviewer would do for what is left.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Review {
    /// Distinct strings, summed over the texts.
    pub candidates: usize,
    /// How many hours of talk the texts are.
    pub hours: f64,
    /// Direct mentions that leak, and how many of them a decision would take out.
    pub leaks: Part,
}

impl Review {
    /// How many distinct strings an hour.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of strings")]
    pub fn an_hour(&self) -> f64 {
        if self.hours > 0.0 { self.candidates as f64 / self.hours } else { 0.0 }
    }
}

/// Puts what is asked beside what leaks. A decision is about a string wherever it stands in its text.
#[must_use]
pub fn review(gold: &[Gold], asked: &[Asked], misses: &[Miss], lang: Option<&str>) -> Review {
    let mut review = Review::default();
    let asked: BTreeMap<&str, &Asked> = asked.iter().map(|it| (it.id.as_str(), it)).collect();
    let mut left: BTreeMap<&str, Vec<&Miss>> = BTreeMap::new();
    for it in misses.iter().filter(|it| it.class == "direct") {
        left.entry(&it.id).or_default().push(it);
    }
    for text in gold.iter().filter(|it| lang.is_none_or(|lang| it.lang == lang)) {
        let chars: Vec<char> = text.text.chars().collect();
        let string = |range: &Range<usize>| {
            folded_name(&chars.get(range.clone()).unwrap_or_default().iter().collect::<String>())
        };
        let spans = asked.get(text.id.as_str()).map(|it| it.spans.as_slice()).unwrap_or_default();
        let strings: BTreeSet<String> = spans.iter().map(string).collect();
        review.candidates = review.candidates.saturating_add(strings.len());
        review.hours += hours(&text.text);
        for miss in left.get(text.id.as_str()).into_iter().flatten() {
            let touched = spans.iter().any(|it| it.start < miss.span.end && miss.span.start < it.end);
            review.leaks.of = review.leaks.of.saturating_add(1);
            if touched || strings.contains(&string(&miss.span)) {
                review.leaks.hit = review.leaks.hit.saturating_add(1);
            }
        }
    }
    review
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_about_a_string_wherever_it_stands() {
        let gold: Gold = serde_json::from_value(serde_json::json!({
            "id": "a", "lang": "en", "text": "roke met Roke and tamsin", "spans": [],
        }))
        .unwrap();
        let miss = |span: Range<usize>, class: &str| Miss {
            id: "a".into(),
            class: class.into(),
            kind: "PERSON".into(),
            span,
            shown: String::new(),
        };
        let misses =
            [miss(0..4, "direct"), miss(9..13, "direct"), miss(18..24, "direct"), miss(5..8, "quasi")];
        let asked = [Asked { id: "a".into(), spans: vec![0..4, 0..2] }];
        let told = review(std::slice::from_ref(&gold), &asked, &misses, None);
        assert_eq!((told.candidates, told.leaks), (2, Part { hit: 2, of: 3 }));
        assert!(told.an_hour() > 1.0);
        assert_eq!(review(&[gold], &asked, &misses, Some("zh")), Review::default());
    }
}
