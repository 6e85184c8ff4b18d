//! What a study says of the headings of its tables. Which headings are known without that, `parse::table` says.

use std::{collections::BTreeMap, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::entity::EntityType;

/// What stands below a heading.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Column {
    /// What was said: a table that has such a column is a transcript.
    Text,
    /// Who says it.
    Speaker,
    /// When: a start, an end, a duration.
    Time,
    /// Codes and numbers of the study, searched like speech; one of the form of a code is nobody's name.
    Code,
    /// No fact, whatever the heading says: searched like speech, no more.
    Keep,
    /// Never read on: in no text, no review bundle and no copy. The sealed raw file has it.
    LeaveOut,
    /// Something that identifies whatever else is known of it.
    Fact(EntityType),
}

/// The headings that a study names, each as `words` compares it.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    named: BTreeMap<String, Column>,
    /// What a heading is that nobody knows; such a table is refused where nothing is said.
    others: Option<Column>,
}

impl Columns {
    /// The headings of a copy that we wrote: none is refused for being unknown.
    #[must_use]
    pub const fn of_a_copy() -> Self {
        Self { named: BTreeMap::new(), others: Some(Column::Keep) }
    }

    /// Names a heading. What it was named before, if it was.
    pub(crate) fn name(&mut self, heading: &str, column: Column) -> Option<Column> {
        self.named.insert(words(heading).join(" "), column)
    }

    /// What the study says of a heading.
    #[must_use]
    pub fn get(&self, heading: &str) -> Option<Column> {
        if self.named.is_empty() { None } else { self.named.get(&words(heading).join(" ")).copied() }
    }

    /// What a heading is that neither the study nor the program knows.
    #[must_use]
    pub const fn others(&self) -> Option<Column> {
        self.others
    }

    /// Whether a heading is one of the study's, letter for letter: it names a column and nobody.
    pub(crate) fn is_named(&self, heading: &str) -> bool {
        let letters = |it: &str| it.chars().filter(|it| it.is_alphanumeric()).collect::<String>();
        let key = words(heading).join(" ");
        self.named.contains_key(&key) && letters(&key) == letters(&folded(heading))
    }
}

impl FromStr for Column {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "speaker" => Ok(Self::Speaker),
            "time" => Ok(Self::Time),
            "code" => Ok(Self::Code),
            "keep" => Ok(Self::Keep),
            "leave-out" => Ok(Self::LeaveOut),
            entity => entity.parse().map(Self::Fact).map_err(|_| ()),
        }
    }
}

/// A heading's words in small letters, without what stands in brackets: how headings are compared.
pub(crate) fn words(heading: &str) -> Vec<String> {
    let heading = folded(heading);
    let outside = match heading.split_once(['(', '[']) {
        Some((before, _)) if !before.trim().is_empty() => before,
        _ => &heading,
    };
    let possessive = outside.replace("'s ", " ").replace("’s ", " ");
    possessive
        .split(|it: char| !it.is_alphanumeric())
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

fn folded(heading: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    heading.nfkc().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_found_however_it_is_written() {
        let mut columns = Columns::default();
        assert_eq!(columns.name("Where do you live", Column::Fact(EntityType::Place)), None);
        assert_eq!(columns.name("口述", Column::Text), None);
        for (heading, want) in [
            ("where do you live?", Some(Column::Fact(EntityType::Place))),
            ("WHERE_DO_YOU_LIVE (now)", Some(Column::Fact(EntityType::Place))),
            ("口述（粵語）", Some(Column::Text)),
            ("where", None),
            ("", None),
        ] {
            assert_eq!(columns.get(heading), want, "{heading}");
        }
        assert!(columns.is_named("Where do you live?") && !columns.is_named("where do you live (Daisy)"));
        let before = columns.name("where do you live (then)", Column::Keep);
        assert_eq!(before, Some(Column::Fact(EntityType::Place)), "brackets make no difference");
    }

    #[test]
    fn every_role_and_entity_type_has_a_word() {
        for it in EntityType::ALL {
            assert_eq!(it.name().parse(), Ok(Column::Fact(*it)));
        }
        assert_eq!(("leave-out".parse(), "age".parse::<Column>()), (Ok(Column::LeaveOut), Err(())));
    }
}
