//! What a speaker label may be: a role word, a code, or a name. Which person a label denotes is decided
//! with the roster, in `roster::speaker`.

use crate::{
    roster::role::is_role_word,
    view::{folded_name, is_han},
};

/// Whether a label names nobody: a role word, a code such as `PSW-03`, or a code in brackets.
pub(super) fn is_role(label: &str) -> bool {
    let folded = folded_name(label);
    let word = folded.trim_matches(|c: char| !c.is_alphanumeric());
    if word.is_empty() {
        return true;
    }
    let stem =
        word.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '_' | '#' | '.'));
    // `P1`, `PSW-03`, `ID 7`: letters too few for a name before a number.
    let numbered = stem.len() < word.len() && stem.chars().count() <= 4 && !stem.chars().any(is_han);
    stem.is_empty() || numbered || is_role_word(label)
}

/// Titles before a name, folded.
pub(super) const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "doctor",
    "nurse",
    "sir",
    "madam",
    "madame",
    "auntie",
    "aunt",
    "uncle",
    "sister",
    "brother",
    "father",
    "pastor",
    "rev",
    "coach",
    "teacher",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_words_and_codes_are_no_names() {
        for role in [
            "P",
            "I",
            "Interviewer 2",
            "Q",
            "受訪者",
            "社工",
            "案主",
            "PSW",
            "PIR-03",
            "[PSW-03]",
            "Speaker 1",
            "P1",
            "",
            "受訪者2",
        ] {
            assert!(is_role(role), "{role}");
        }
        for name in ["Wing", "Chan Tai Man", "Dr. Lau", "陳大文", "阿明", "Peter 2"] {
            assert!(!is_role(name), "{name}");
        }
    }
}
