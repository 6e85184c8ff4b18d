//! Words of kinship in talk: `my sister`, 家姐. A stranger learns little from them; whoever knows the family learns who
//! speaks.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::marker::is_outside;
use crate::{rules::Kin, transcript::Piece, view::View};

/// What stands in their place: no marker, for nothing was found that identifies by itself.
pub const FAMILY_MEMBER: &str = "[family member]";

/// Finds them.
#[derive(Debug)]
pub struct KinWords {
    words: AhoCorasick,
    /// How many of the words are of kinship; those behind them are what has one in it and is none.
    kin: usize,
}

impl KinWords {
    /// Of these words.
    ///
    /// # Errors
    ///
    /// Fails if there are more than an automaton holds.
    pub fn new(kin: &Kin) -> Result<Self, aho_corasick::BuildError> {
        let words = kin.words.iter().chain(&kin.others);
        let words = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words)?;
        Ok(Self { words, kin: kin.words.len() })
    }

    /// Where they stand in what was said, outside `taken`, which is in order.
    #[must_use]
    pub fn find(&self, text: &str, pieces: &[Piece], taken: &[Range<usize>]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for piece in pieces.iter().filter(|it| it.is_searched()) {
            let view = View::of_joined(text, [("", piece.range())]);
            let folded = view.folded();
            for it in self.words.find_iter(folded).filter(|it| it.pattern().as_usize() < self.kin) {
                let word = folded.get(it.range()).unwrap_or_default();
                let before = folded.get(..it.start()).and_then(|it| it.chars().next_back());
                let after = folded.get(it.end()..).and_then(|it| it.chars().next());
                let joins =
                    |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && c.is_ascii() || c == '-');
                if word.is_ascii() && (joins(before) || joins(after)) {
                    continue;
                }
                let range = view.source(it.range());
                if is_outside(&range, taken) {
                    found.push(range);
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        rules::{Engine, PackSource},
        transcript::Role,
    };

    fn check(text: &str, want: &[&str]) {
        let packs = ["core", "en", "hk"].map(|it| PackSource::built_in(it).unwrap());
        let engine = Engine::compile(&packs, &[]).unwrap();
        let words = KinWords::new(engine.kin()).unwrap();
        let piece = Piece { start: 0, end: text.len(), role: Role::Speech, turn: 0 };
        let found = words.find(text, &[piece], &[]);
        assert_eq!(found.iter().map(|it| &text[it.clone()]).collect::<Vec<_>>(), want, "{text}");
    }

    #[test]
    fn words_of_kinship_are_found_and_what_only_has_one_in_it_is_not() {
        check(
            "My Mother-in-law's sister and my younger brother's wife",
            &["Mother-in-law", "sister", "younger brother", "wife"],
        );
        check("her mother tongue, a sister school, motherly, stepson-like, reason", &[]);
        check("我家姐同阿媽話個女人嘅老婆餅好食，我個女都話係", &["家姐", "阿媽", "個女"]);
        check("我 mum 同细佬", &["mum", "细佬"]);
    }
}
