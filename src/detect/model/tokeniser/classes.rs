//! Classes of characters as Unicode names them, for tokenisers that cut by them.

use regex_syntax::hir::{Class, HirKind};

/// Some ranges of characters, in order.
#[derive(Debug)]
pub(super) struct Chars(Vec<(char, char)>);

impl Chars {
    /// A general category, such as `P` or `Mn`.
    pub(super) fn category(name: &str) -> Option<Self> {
        // Parsed for its ranges alone: nothing is compiled or searched.
        let parsed = regex_syntax::parse(&format!(r"\p{{{name}}}")).ok()?;
        let HirKind::Class(Class::Unicode(class)) = parsed.into_kind() else { return None };
        Some(Self(class.iter().map(|it| (it.start(), it.end())).collect()))
    }

    pub(super) fn has(&self, c: char) -> bool {
        let n = self.0.partition_point(|it| it.1 < c);
        self.0.get(n).is_some_and(|it| it.0 <= c)
    }
}

/// What BERT's normaliser takes for a Chinese character.
pub(super) fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{2A6DF}' | '\u{2A700}'..='\u{2B73F}'
        | '\u{2B740}'..='\u{2B81F}' | '\u{2B920}'..='\u{2CEAF}' | '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_have_what_they_should() {
        let punctuation = Chars::category("P").unwrap();
        assert!("!?.,-–—「」、。·".chars().all(|it| punctuation.has(it)));
        assert!("aé字 +$^".chars().all(|it| !punctuation.has(it)));
        assert!(Chars::category("Mn").unwrap().has('\u{301}'));
        assert!(Chars::category("No such").is_none());
    }
}
