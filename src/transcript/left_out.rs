//! What a parser met in a file and left out, by kind: how often, never what it says.

use std::{collections::BTreeMap, ops::AddAssign};

use serde::{Deserialize, Serialize};

use super::{Raw, Transcript};

/// A kind of thing that a file can hold and a transcript can't.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Omission {
    /// Remarks in the margin.
    Comments,
    /// Text that somebody has deleted with changes tracked.
    Deletions,
    /// Text that is there and not shown.
    HiddenText,
    /// Rows and columns of a table that are there and not shown.
    HiddenRows,
    /// Sheets of a workbook besides the one that is read.
    Sheets,
    /// Headers and footers that are not printed.
    Headers,
    /// Notes beside the talk: of captions, of a project.
    Notes,
    /// Tiers of annotations that hold no words of the talk.
    Tiers,
    /// Pictures, also of text.
    Pictures,
    /// Charts, diagrams and drawings without a text that is read.
    Drawings,
    /// Things of other programs, and what is played.
    Objects,
    /// Sources of a project that are no text.
    Sources,
}

/// How many of each kind were left out.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LeftOut(BTreeMap<Omission, u64>);

impl LeftOut {
    /// Counts one.
    pub(crate) fn add(&mut self, it: Omission) {
        *self += (it, 1);
    }

    /// Whether nothing was left out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each kind of which there is any, and how many.
    pub fn iter(&self) -> impl Iterator<Item = (Omission, u64)> {
        self.0.iter().map(|(it, count)| (*it, *count))
    }
}

impl AddAssign<(Omission, u64)> for LeftOut {
    fn add_assign(&mut self, (it, count): (Omission, u64)) {
        if count > 0 {
            let all = self.0.entry(it).or_default();
            *all = all.saturating_add(count);
        }
    }
}

impl AddAssign<&Self> for LeftOut {
    fn add_assign(&mut self, other: &Self) {
        other.iter().for_each(|it| *self += it);
    }
}

impl FromIterator<(Omission, u64)> for LeftOut {
    fn from_iter<I: IntoIterator<Item = (Omission, u64)>>(from: I) -> Self {
        let mut all = Self::default();
        from.into_iter().for_each(|it| all += it);
        all
    }
}

/// Text that is left out, counted once for each stretch: a word processor cuts one into many runs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stretch(Option<Omission>);

impl Stretch {
    /// Some text: what it is left out as, or that it is read. What is blank ends and begins nothing.
    pub(crate) fn text(&mut self, text: &str, left_out_as: Option<Omission>, all: &mut LeftOut) {
        if text.trim().is_empty() || self.0 == left_out_as {
            return;
        }
        if let Some(it) = left_out_as {
            all.add(it);
        }
        self.0 = left_out_as;
    }
}

impl Transcript<Raw> {
    /// With what the parser left out of it.
    pub(crate) fn without(self, left_out: LeftOut) -> Self {
        Self { state: Raw(left_out), ..self }
    }

    /// What the parser left out of the file.
    #[must_use]
    pub const fn left_out(&self) -> &LeftOut {
        &self.state.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_of_known_kinds_and_add_up() {
        let mut all: LeftOut = [(Omission::Pictures, 2), (Omission::Notes, 0)].into_iter().collect();
        let other = LeftOut::from_iter([(Omission::Pictures, u64::MAX), (Omission::HiddenText, 1)]);
        all += &other;
        assert_eq!(
            serde_json::to_string(&all).unwrap(),
            format!(r#"{{"hidden-text":1,"pictures":{}}}"#, u64::MAX)
        );
        assert!(serde_json::from_str::<LeftOut>(r#"{"names":1}"#).is_err());
        assert!(LeftOut::default().is_empty() && !all.is_empty());
    }

    #[test]
    fn runs_of_one_stretch_count_once() {
        let (mut all, mut stretch) = (LeftOut::default(), Stretch::default());
        let hidden = Some(Omission::HiddenText);
        for (text, as_) in
            [("a", hidden), (" ", None), ("b", hidden), ("c", None), (" ", hidden), ("d", hidden)]
        {
            stretch.text(text, as_, &mut all);
        }
        assert_eq!(all, LeftOut::from_iter([(Omission::HiddenText, 2)]));
    }
}
