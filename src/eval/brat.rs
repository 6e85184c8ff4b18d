//! Texts annotated in the standoff format of brat: a `.txt`, and beside it an `.ann` whose lines that start with `T`
//! are mentions. Attributes, notes, relations, events and equivalences are passed over. Pure: two texts in.

use std::ops::Range;

use super::{
    Gold, Span,
    classes::{Class, Classes, Unknown, is_type, script},
    error::ReadError,
};

/// What ids start with of lines that are passed over: attributes, events, modifications, normalizations, relations.
const PASSED_OVER: [char; 5] = ['A', 'E', 'M', 'N', 'R'];

/// Reads one text with its annotations. Two mentions of one type and the same words are of one entity.
///
/// # Errors
///
/// Names the line that is not as the format says, or whose offsets do not fit, or the types that nobody sorted.
pub fn read(
    id: String,
    style: String,
    text: String,
    standoff: &str,
    types: &Classes,
) -> Result<Gold, ReadError> {
    let chars: Vec<char> = text.chars().collect();
    let mut unknown = Unknown::default();
    let mut spans = Vec::new();
    for (line, written) in (1..).zip(standoff.lines()) {
        if written.trim().is_empty() || is_passed_over(written) {
            continue;
        }
        let mention = mention(written).ok_or(ReadError::Standoff(line))?;
        if !fits(&mention, &chars) {
            return Err(ReadError::Offsets(line));
        }
        match types.of(mention.name) {
            None => unknown.add(mention.name, line),
            Some(Class::Ignored) => {}
            Some(class @ (Class::Direct | Class::Quasi)) => spans.push(span(&mention, class)),
        }
    }
    unknown.refuse()?;
    spans.sort_by_key(|it| (it.start, it.end));
    Ok(Gold { id, lang: script(&text).to_owned(), style, text, spans, hard_negatives: Vec::new() })
}

/// Notes and equivalences by their sign, others by a letter, a number and a tab.
fn is_passed_over(line: &str) -> bool {
    let id = line.split('\t').next().unwrap_or_default();
    let number = id.strip_prefix(PASSED_OVER).unwrap_or_default();
    let numbered = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    id.starts_with('#') || id == "*" || (numbered && id.len() < line.len())
}

/// One line as written.
struct Mention<'l> {
    name: &'l str,
    parts: Vec<Range<usize>>,
    words: &'l str,
}

/// `T1`, tab, type and offsets, tab, words; offsets of several parts are parted by `;`.
fn mention(line: &str) -> Option<Mention<'_>> {
    let mut columns = line.strip_prefix('T')?.splitn(3, '\t');
    let (_, head, words) = (columns.next()?, columns.next()?, columns.next()?);
    let (name, offsets) = head.split_once(' ')?;
    let parts = offsets.split(';').map(|it| {
        let (start, end) = it.split_once(' ')?;
        Some(start.parse().ok()?..end.parse().ok()?)
    });
    is_type(name).then_some(Mention { name, parts: parts.collect::<Option<_>>()?, words })
}

/// Whether the words stand where the offsets point. A line end in the text is a blank in the line.
fn fits(mention: &Mention<'_>, chars: &[char]) -> bool {
    let mut found = Vec::new();
    for part in &mention.parts {
        match chars.get(part.clone()) {
            Some(it) if !it.is_empty() => found.push(it.iter().collect::<String>()),
            Some(_) | None => return false,
        }
    }
    let found = found.join(" ");
    found.split_whitespace().eq(mention.words.split_whitespace())
}

fn span(mention: &Mention<'_>, class: Class) -> Span {
    let words: Vec<_> = mention.words.split_whitespace().collect();
    Span {
        start: mention.parts.iter().map(|it| it.start).min().unwrap_or_default(),
        end: mention.parts.iter().map(|it| it.end).max().unwrap_or_default(),
        r#type: mention.name.to_owned(),
        identifier_class: class.name().to_owned(),
        entity_id: format!("{} {}", mention.name, words.join(" ").to_lowercase()),
        in_label: false,
        parts: if mention.parts.len() > 1 { mention.parts.clone() } else { Vec::new() },
        is_person: Classes::is_person(mention.name),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "Dr Roke saw Tamsin\nand Piers Quill in Fulmer.\n";

    fn check(standoff: &str) -> Result<Gold, ReadError> {
        read("a".into(), String::new(), TEXT.into(), standoff, &Classes::new(&[], &[], &[]))
    }

    #[test]
    fn mentions_are_read_and_all_else_is_passed_over() {
        let gold = check(concat!(
            "T2\tGPE 38 44\tFulmer\n",
            "T1\tDoctor 3 7\tRoke\n#1\tAnnotatorNotes T1\tsure?\nA1\tNegation T1\n*\tEquiv T1 T2\n",
            "R1\tWorks Arg1:T1 Arg2:T2\nE1\tMeet:T1\nM1\tSure E1\nN1\tReference T1 W:1\tRoke\n\n",
            "T3\tPERSON 12 18;29 34\tTamsin Quill\nT4\tPERSON 12 28\tTamsin and Piers\n",
        ))
        .unwrap();
        let told: Vec<_> =
            gold.spans.iter().map(|it| (it.start, it.end, it.class(), it.parts.len())).collect();
        assert_eq!(
            told,
            [(3, 7, "direct", 0), (12, 28, "direct", 0), (12, 34, "direct", 2), (38, 44, "quasi", 0)]
        );
        assert!(gold.spans[0].is_person && !gold.spans[3].is_person);
        assert_eq!((gold.spans[0].entity_id.as_str(), gold.lang.as_str()), ("Doctor roke", "latin"));
    }

    proptest! {
        #[test]
        fn whatever_is_read_can_be_scored(text in ".{0,40}", standoff in "(T1\tPER [0-9]{1,2} [0-9]{1,2}(;[0-9] [0-9]{1,2})?\t.{0,5}\n|.{0,20}\n){0,4}") {
            let types = Classes::new(&[], &[], &[]);
            if let Ok(gold) = read("a".into(), String::new(), text, &standoff, &types) {
                prop_assert!(gold.is_sound());
            }
        }
    }

    #[test]
    fn what_is_wrong_is_told_by_its_line_and_not_by_its_words() {
        for (standoff, want) in [
            ("T1\tPERSON 3 7\tRoke\nT2 PERSON 12 18 Tamsin", ReadError::Standoff(2)),
            ("T1\tPERSON 3\tRoke", ReadError::Standoff(1)),
            ("Roke", ReadError::Standoff(1)),
            ("T1\tPERSON 4 8\tRoke", ReadError::Offsets(1)),
            ("\nT1\tPERSON 3 900\tRoke", ReadError::Offsets(2)),
            ("T1\tPERSON 7 3\tRoke", ReadError::Offsets(1)),
        ] {
            let told = check(standoff).unwrap_err();
            assert_eq!(told, want);
            assert!(!told.to_string().contains("Roke"));
        }
        let several = "T1\tMISC 3 7\tRoke\nT2\tPet 12 18\tTamsin\nT3\tMISC 3 7\tRoke";
        let told = check(several).unwrap_err().to_string();
        assert!(told.ends_with("MISC (first in line 1), Pet (first in line 2)"), "{told}");
    }
}
