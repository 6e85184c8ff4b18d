//! With which of its groups a pattern opens: a list that must have such a group tells where it is worth a try.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::compiled::is_word_like;

/// The groups with which every match of a pattern opens: their first character is the match's first, and
/// no white space. None if what stands before the match decides whether it is one.
pub(super) fn opening_groups(hir: &Hir) -> Vec<usize> {
    let mut groups = Vec::new();
    let mut at = hir;
    if !hir.properties().look_set_prefix_any().is_empty() || !opens_dark(at) {
        return groups;
    }
    loop {
        at = match at.kind() {
            HirKind::Capture(it) => {
                groups.extend(usize::try_from(it.index));
                &it.sub
            }
            HirKind::Concat(parts) => match parts.first() {
                Some(first) => first,
                None => return groups,
            },
            HirKind::Empty
            | HirKind::Literal(_)
            | HirKind::Class(_)
            | HirKind::Look(_)
            | HirKind::Repetition(_)
            | HirKind::Alternation(_) => return groups,
        };
    }
}

/// The group with which every match of a pattern opens and which the first blank ends: its text is known without
/// the pattern being run. It opens with a letter or digit.
pub(super) fn head_group(hir: &Hir) -> Option<usize> {
    let mut at = hir;
    if !hir.properties().look_set_prefix_any().is_empty() {
        return None;
    }
    loop {
        at = match at.kind() {
            HirKind::Capture(it) => &it.sub,
            HirKind::Concat(parts) => {
                let [first, second, ..] = parts.as_slice() else { return None };
                let blank = matches!(second.kind(), HirKind::Literal(it) if it.0.starts_with(b" "));
                match first.kind() {
                    HirKind::Capture(it) if blank && opens_as_word(&it.sub) && !may_hold_blank(&it.sub) => {
                        return usize::try_from(it.index).ok();
                    }
                    HirKind::Capture(_)
                    | HirKind::Empty
                    | HirKind::Literal(_)
                    | HirKind::Class(_)
                    | HirKind::Look(_)
                    | HirKind::Repetition(_)
                    | HirKind::Alternation(_)
                    | HirKind::Concat(_) => first,
                }
            }
            HirKind::Empty
            | HirKind::Literal(_)
            | HirKind::Class(_)
            | HirKind::Look(_)
            | HirKind::Repetition(_)
            | HirKind::Alternation(_) => return None,
        };
    }
}

fn may_hold_blank(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(it) => str::from_utf8(&it.0).is_ok_and(|it| it.contains(char::is_whitespace)),
        HirKind::Class(Class::Unicode(it)) => {
            it.ranges().iter().any(|it| (it.start()..=it.end()).any(char::is_whitespace))
        }
        HirKind::Class(Class::Bytes(_)) => true,
        HirKind::Capture(it) => may_hold_blank(&it.sub),
        HirKind::Repetition(it) => may_hold_blank(&it.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(may_hold_blank),
    }
}

/// Whether every match opens with a letter or digit of a script that sets words apart.
fn opens_as_word(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Bytes(_)) => false,
        HirKind::Literal(it) => {
            str::from_utf8(&it.0).is_ok_and(|it| it.chars().next().is_some_and(is_word_like))
        }
        HirKind::Class(Class::Unicode(it)) => {
            it.ranges().iter().all(|it| (it.start()..=it.end()).all(is_word_like))
        }
        HirKind::Capture(it) => opens_as_word(&it.sub),
        HirKind::Repetition(it) => it.min > 0 && opens_as_word(&it.sub),
        HirKind::Alternation(parts) => parts.iter().all(opens_as_word),
        HirKind::Concat(parts) => {
            let open = parts.iter().position(|it| it.properties().minimum_len() > Some(0));
            open == Some(0) && parts.first().is_some_and(opens_as_word)
        }
    }
}

/// Whether no match opens with white space.
fn opens_dark(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(it) => it.0.first().is_some_and(|it| it.is_ascii_graphic() || !it.is_ascii()),
        HirKind::Class(Class::Unicode(it)) => {
            it.ranges().iter().all(|it| !(it.start()..=it.end()).any(char::is_whitespace))
        }
        HirKind::Class(Class::Bytes(_)) => false,
        HirKind::Capture(it) => opens_dark(&it.sub),
        HirKind::Repetition(it) => opens_dark(&it.sub),
        HirKind::Alternation(parts) => parts.iter().all(opens_dark),
        HirKind::Concat(parts) => {
            let open = parts.iter().position(|it| it.properties().minimum_len() > Some(0));
            parts.iter().take(open.map_or(usize::MAX, |it| it.saturating_add(1))).all(opens_dark)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_tells_the_groups_with_which_it_opens() {
        for (pattern, groups) in [
            ("(?P<v>(?P<g>[a-z]+)[ ](?P<s>[a-z]+))", &[1, 2][..]),
            ("(?P<g>(?:[Vv]an[ ])?[A-Z][a-z]+)x", &[1]),
            ("x?(?P<g>[a-z]+)", &[]),
            ("(?P<g>[ a-z]+)y", &[]),
            ("(?P<g>[ ]?[a-z]+)", &[]),
            (r"(?-u:\b)(?P<g>[a-z]+)", &[]),
            ("(?P<g>a)|(?P<h>b)", &[]),
        ] {
            assert_eq!(opening_groups(&regex_syntax::parse(pattern).unwrap()), groups, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_tells_the_group_that_the_first_blank_ends() {
        for (pattern, group) in [
            ("(?P<v>(?P<g>[a-z]{3,}(?:-[a-z]+)?)[ ](?P<s>[a-z]+))", Some(2)),
            (r"(?P<g>\p{Lu}\p{Ll}+)[ ](?:of[ ])?x", Some(1)),
            ("(?P<g>[a-z]+)[ ]?x", None),
            ("(?P<g>[a-z ]+)[ ]x", None),
            ("(?P<g>[a-z]*)[ ]x", None),
            (r"(?P<g>\p{Han}+)[ ]x", None),
            (r"(?-u:\b)(?P<g>[a-z]+)[ ]x", None),
            ("x(?P<g>[a-z]+)[ ]x", None),
        ] {
            assert_eq!(head_group(&regex_syntax::parse(pattern).unwrap()), group, "{pattern}");
        }
    }
}
