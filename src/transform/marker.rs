//! The markers that stand in the output, how they are found again, and how a source's own are escaped.
//!
//! A marker is `[` a code `]`, `[` a noun `]`, `[` a noun, a hyphen and a number `]`, or `[` a noun, a colon
//! and what is left of the original `]`. A source that has one of these gets `source: ` after its bracket,
//! which makes it none: whatever looks like a marker in the output is ours.

use std::ops::Range;

use crate::{
    entity::EntityType,
    transcript::{Edit, Layout, Role},
    view::View,
};

/// The longest marker, brackets included.
const MAX_MARKER_BYTES: usize = 256;

/// What stands after the bracket of a marker that the source brought along.
const ESCAPE: &str = "[source: ";

/// Nouns that are no entity types.
const MORE_NOUNS: &[&str] = &["year"];

/// `[content]`.
pub(super) fn marker(content: &str) -> String {
    // What comes from a list could hold brackets; a marker has one pair.
    let content: String =
        content.chars().filter(|it| !matches!(it, '[' | ']' | '\n' | '\r' | '<' | '>')).collect();
    format!("[{content}]")
}

/// `[noun]`.
pub(super) fn typed(entity: EntityType) -> String {
    marker(entity.noun())
}

/// `[noun: rest]`.
pub(super) fn with_rest(noun: &str, rest: &str) -> String {
    marker(&format!("{noun}: {rest}"))
}

/// Where markers stand in a text, and labels that are codes.
pub(crate) fn find(text: &str, layout: &Layout) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for piece in &layout.pieces {
        let source = text.get(piece.range()).unwrap_or_default();
        match piece.role {
            Role::Header | Role::Speech => {
                let view = View::of_joined(text, [("", piece.range())]);
                found.extend(markers(&view).into_iter().map(|it| view.source(it)));
            }
            Role::Label if is_code(&source.to_lowercase()) || is_numbered(source) => {
                found.push(piece.range());
            }
            Role::Label | Role::Timing | Role::Dropped => {}
        }
    }
    found
}

/// Where markers stand in bytes that have no layout, as the gate sees them.
pub(crate) fn find_in_view(view: &View) -> Vec<Range<usize>> {
    markers(view)
}

/// The edits that escape a source's own markers.
pub(super) fn escapes(text: &str, layout: &Layout) -> Vec<Edit> {
    let mut edits = Vec::new();
    for piece in layout.pieces.iter().filter(|it| it.is_searched()) {
        let source = text.get(piece.range()).unwrap_or_default();
        if !source.contains(['[', '［', '\u{FE47}']) {
            continue;
        }
        let view = View::of_joined(text, [("", piece.range())]);
        edits.extend(markers(&view).into_iter().map(|it| Edit {
            range: view.source(it.start..it.start.saturating_add(1)),
            with: ESCAPE.to_owned(),
        }));
    }
    edits
}

/// Whether an edit's text is that of an escape.
pub(super) fn is_escape(with: &str) -> bool {
    with == ESCAPE
}

/// Markers in a view, brackets included.
fn markers(view: &View) -> Vec<Range<usize>> {
    let folded = view.folded();
    let mut found = Vec::new();
    let mut open = None;
    for (at, c) in folded.char_indices() {
        match c {
            '[' => open = Some(at),
            ']' => {
                if let Some(start) = open.take()
                    && at.saturating_sub(start) < MAX_MARKER_BYTES
                    && folded.get(start.saturating_add(1)..at).is_some_and(is_marker)
                {
                    found.push(start..at.saturating_add(1));
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether what stands between brackets, folded, makes a marker.
fn is_marker(content: &str) -> bool {
    let content = content.trim();
    is_code(content) || is_typed(content) || is_numbered(content)
}

/// A participant's code in any case: starts with a letter, has a digit.
fn is_code(folded: &str) -> bool {
    (2..=24).contains(&folded.len())
        && folded.starts_with(|c: char| c.is_ascii_lowercase())
        && folded.contains(|c: char| c.is_ascii_digit())
        && folded.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
}

fn is_numbered(content: &str) -> bool {
    content.rsplit_once('-').is_some_and(|(noun, n)| {
        is_noun(noun.trim()) && !n.is_empty() && n.bytes().all(|it| it.is_ascii_digit())
    })
}

fn is_typed(content: &str) -> bool {
    is_noun(content.split_once(':').map_or(content, |(noun, _)| noun).trim())
}

fn is_noun(word: &str) -> bool {
    MORE_NOUNS.contains(&word) || EntityType::ALL.iter().any(|it| it.noun() == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::{Format, Piece};

    fn layout(text: &str) -> Layout {
        let piece = Piece { start: 0, end: text.len(), role: Role::Speech, turn: 0 };
        Layout { format: Format::Text, encoding: "UTF-8".to_owned(), pieces: vec![piece] }
    }

    fn check(source: &str, escaped: &str) {
        let mut out = source.to_owned();
        for edit in escapes(source, &layout(source)).iter().rev() {
            out.replace_range(edit.range.clone(), &edit.with);
        }
        assert_eq!(out, escaped);
        assert!(find(&out, &layout(&out)).is_empty(), "{out}");
    }

    #[test]
    fn markers_of_the_source_are_escaped() {
        check("so [PSW-03] said", "so [source: PSW-03] said");
        check("［ｐｓｗ‑０３］呀", "[source: ｐｓｗ‑０３］呀");
        check("[P07] [person-1] [ phone ]", "[source: P07] [source: person-1] [source:  phone ]");
        check("[[place: Mars]]", "[[source: place: Mars]]");
        check("[PSW\u{200B}-03]", "[source: PSW\u{200B}-03]");
    }

    #[test]
    fn what_transcribers_write_stays() {
        for it in [
            "[laughs]",
            "[3s]",
            "[12]",
            "[00:01:02]",
            "[phone rings]",
            "[inaudible 00:12]",
            "[source: x]",
            "[",
        ] {
            check(it, it);
        }
    }

    #[test]
    fn every_marker_of_ours_is_found_and_no_escaped_text_has_one() {
        for entity in EntityType::ALL {
            for it in
                [typed(*entity), with_rest(entity.noun(), "屯門"), marker(&format!("{}-12", entity.noun()))]
            {
                let at = find(&it, &layout(&it)).pop();
                assert_eq!(at, Some(0..it.len()), "{it}");
            }
        }
        proptest::proptest!(|(source in "[\\[\\]［ Pp0-9a-z:-]{0,30}")| {
            let mut out = source.clone();
            for edit in escapes(&source, &layout(&source)).iter().rev() {
                out.replace_range(edit.range.clone(), &edit.with);
            }
            proptest::prop_assert!(find(&out, &layout(&out)).is_empty());
        });
    }
}
