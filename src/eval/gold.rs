//! Annotated texts and predictions, as they are scored, whatever they were read from.

use std::ops::Range;

use serde::{Deserialize, Serialize};

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
    /// Its parts, where it has gaps.
    #[serde(skip)]
    pub parts: Vec<Range<usize>>,
    /// Whether its type is of people under another name than `PERSON`.
    #[serde(skip)]
    pub is_person: bool,
}

impl Gold {
    /// Whether every mark lies in the text, and every span is direct or quasi. Others would be passed over silently,
    /// and the figures look better than they are.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let length = self.text.chars().count();
        let inside = |start: usize, end: usize| start < end && end <= length;
        self.hard_negatives.iter().all(|it| inside(it.start, it.end))
            && self.spans.iter().all(|it| {
                inside(it.start, it.end) && matches!(it.identifier_class.as_str(), "direct" | "quasi")
            })
    }
}

impl Span {
    /// The characters that it marks.
    pub fn ranges(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let whole = self.parts.is_empty().then_some(self.start..self.end);
        whole.into_iter().chain(self.parts.iter().cloned())
    }

    /// `direct`, `quasi`, or `label`, which is neither.
    #[must_use]
    pub fn class(&self) -> &str {
        if self.in_label { "label" } else { &self.identifier_class }
    }
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
