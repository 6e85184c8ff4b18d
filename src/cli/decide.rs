//! The little language of `vouchsafe review decide`: `keep 3`, `redact 4 as PSW-01`, `mark "Mei Ling" as PERSON`.
//!
//! Knows the words only. Whether a number or code exists is for the item to say.

use std::str::FromStr;

use crate::{
    entity::EntityType,
    review::{Error, Work},
    secret::Sensitive,
};

/// The greatest number of candidates that one range may name.
const MAX_RANGE: usize = 10_000;

/// What may stand around a marked string.
const QUOTES: [(char, char); 4] = [('"', '"'), ('\'', '\''), ('“', '”'), ('「', '」')];

/// One decision, understood.
#[derive(Debug)]
pub(super) enum Order {
    Keep(Vec<usize>),
    Redact(Vec<usize>, Option<String>),
    Mark { string: Sensitive<String>, entity: EntityType, code: Option<String> },
    KeepAllPossible,
    RedactAllPossible,
    Undo,
}

/// What a decision lacks. Repeats nothing of it, since it may name somebody.
pub(super) type Unclear = &'static str;

const NUMBERS: Unclear = "the number of a candidate is wanted, such as 3, or 3 5-9";
const MARK: Unclear = "a string in quotes is wanted, then `as` and a kind: mark \"Mei Ling\" as PERSON";
const KIND: Unclear = "there is no kind of that name; `review decide --help` lists them, in capitals";
const CODE: Unclear = "one code is wanted after `as`, such as PSW-01";
const VERB: Unclear =
    "keep, redact, mark, keep-all-possible, redact-all-possible or undo is wanted as the first word";

impl FromStr for Order {
    type Err = Unclear;

    fn from_str(text: &str) -> Result<Self, Unclear> {
        let text = text.trim();
        let (verb, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        match (verb, rest.trim()) {
            ("keep", rest) => Ok(Self::Keep(numbers(rest)?)),
            ("redact", rest) => match rest.split_once(" as ") {
                Some((these, code)) => Ok(Self::Redact(numbers(these)?, Some(one_word(code)?))),
                None => Ok(Self::Redact(numbers(rest)?, None)),
            },
            ("mark", rest) => mark(rest),
            ("keep-all-possible", "") => Ok(Self::KeepAllPossible),
            ("redact-all-possible", "") => Ok(Self::RedactAllPossible),
            ("undo", "") => Ok(Self::Undo),
            _ => Err(VERB),
        }
    }
}

impl Order {
    /// Does it.
    pub(super) fn apply(&self, work: &mut Work) -> Result<(), Error> {
        match self {
            Self::Keep(these) => these.iter().try_for_each(|n| work.keep(*n)),
            Self::Redact(these, code) => these.iter().try_for_each(|n| work.redact(*n, code.as_deref())),
            Self::Mark { string, entity, code } => {
                // EXPOSE: searched for in the item, and kept in the sealed work file.
                work.mark(string.expose(), *entity, code.as_deref())
            }
            Self::KeepAllPossible => {
                work.keep_all_possible();
                Ok(())
            }
            Self::RedactAllPossible => work.redact_all_possible(),
            Self::Undo => {
                work.undo();
                Ok(())
            }
        }
    }
}

/// `3`, `3 5-9`, `3,5-9`.
fn numbers(text: &str) -> Result<Vec<usize>, Unclear> {
    let mut found = Vec::new();
    for part in text.split([' ', ',']).filter(|it| !it.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |it: &str| it.parse::<usize>().ok().filter(|it| *it > 0).ok_or(NUMBERS);
        let (first, last) = (number(first)?, number(last)?);
        if last < first || last - first > MAX_RANGE {
            return Err(NUMBERS);
        }
        found.extend(first..=last);
    }
    if found.is_empty() { Err(NUMBERS) } else { Ok(found) }
}

fn one_word(text: &str) -> Result<String, Unclear> {
    let mut words = text.split_whitespace();
    match (words.next(), words.next()) {
        (Some(word), None) => Ok(word.to_owned()),
        (Some(_) | None, Some(_) | None) => Err(CODE),
    }
}

fn mark(text: &str) -> Result<Order, Unclear> {
    let quoted = QUOTES.iter().find_map(|(open, close)| {
        let inner = text.strip_prefix(*open)?;
        // The last one: what is marked may hold quotes itself.
        let (string, rest) = inner.rsplit_once(*close)?;
        Some((string, rest.trim_start().strip_prefix("as ")?))
    });
    let (string, rest) = quoted.filter(|it| !it.0.trim().is_empty()).ok_or(MARK)?;
    let mut words = rest.split_whitespace();
    let entity = words.next().ok_or(MARK)?.parse().map_err(|_| KIND)?;
    let code = match (words.next(), words.next()) {
        (None, _) => None,
        (Some(code), None) => Some(code.to_owned()),
        (Some(_), Some(_)) => return Err(CODE),
    };
    Ok(Order::Mark { string: Sensitive::new(string.to_owned()), entity, code })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        match text.parse::<Order>() {
            Ok(Order::Keep(these)) => format!("keep {these:?}"),
            Ok(Order::Redact(these, code)) => format!("redact {these:?} {code:?}"),
            Ok(Order::Mark { string, entity, code }) => {
                // EXPOSE: compared in a test.
                format!("mark {} {entity} {code:?}", string.expose())
            }
            Ok(Order::KeepAllPossible) => "keep all".to_owned(),
            Ok(Order::RedactAllPossible) => "redact all".to_owned(),
            Ok(Order::Undo) => "undo".to_owned(),
            Err(why) => why.to_owned(),
        }
    }

    #[test]
    fn decisions_mean_what_help_says() {
        for (text, want) in [
            ("keep 3", "keep [3]"),
            ("  keep   3 5-7,9 ", "keep [3, 5, 6, 7, 9]"),
            ("redact 4", "redact [4] None"),
            ("redact 4 as PSW-01", "redact [4] Some(\"PSW-01\")"),
            ("mark \"Mei Ling\" as PERSON", "mark Mei Ling PERSON None"),
            ("mark 'Mei Ling' as PERSON PIR-02", "mark Mei Ling PERSON Some(\"PIR-02\")"),
            ("mark 「阿玲」 as PERSON", "mark 阿玲 PERSON None"),
            ("mark \"a \"b\" c\" as ORG", "mark a \"b\" c ORG None"),
            ("keep-all-possible", "keep all"),
            ("redact-all-possible", "redact all"),
            ("undo", "undo"),
        ] {
            assert_eq!(said(text), want, "{text}");
        }
    }

    #[test]
    fn what_is_unclear_is_refused_and_not_repeated() {
        for (text, want) in [
            ("", VERB),
            ("forget 3", VERB),
            ("undo 3", VERB),
            ("keep", NUMBERS),
            ("keep 0", NUMBERS),
            ("keep Mei", NUMBERS),
            ("keep 9-3", NUMBERS),
            ("keep 1-99999999", NUMBERS),
            ("redact 4 as", NUMBERS),
            ("redact 4 as PSW 01", CODE),
            ("mark Mei Ling as PERSON", MARK),
            ("mark \"Mei Lan\"", MARK),
            ("mark \" \" as PERSON", MARK),
            ("mark \"Mei Ling\" as person", KIND),
            ("mark \"Mei Ling\" as PERSON A B", CODE),
        ] {
            assert_eq!(said(text), want, "{text}");
            assert!(!text.contains("Mei") || !said(text).contains(text), "{text}");
        }
    }
}
