//! Words of kinship in talk: `my sister`, 家姐. A stranger learns little from them; whoever knows the family learns who
//! speaks.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::marker::is_outside;
use crate::{
    roster::squeeze::{Squeezed, squeezed_name},
    rules::Kin,
    transcript::Piece,
    view::{View, is_bordered, is_han},
};

/// What stands in their place: no marker, for nothing was found that identifies by itself.
pub const FAMILY_MEMBER: &str = "[family member]";

/// Whether a range stands beside one.
#[must_use]
pub fn is_beside_family(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).unwrap_or_default().trim_end();
    let after = text.get(range.end..).unwrap_or_default().trim_start();
    before.ends_with(FAMILY_MEMBER) || after.starts_with(FAMILY_MEMBER)
}

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
        let words = kin.words.iter().chain(&kin.others).map(|it| squeezed_name(it));
        let words = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words)?;
        Ok(Self { words, kin: kin.words.len() })
    }

    /// Where they stand in what was said, outside `taken`, which is in order.
    #[must_use]
    pub fn find(&self, text: &str, pieces: &[Piece], taken: &[Range<usize>]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for piece in pieces.iter().filter(|it| it.is_searched()) {
            let view = View::of_joined(text, [("", piece.range())]);
            // White space and hyphens are one blank, and none between Han.
            let squeezed = Squeezed::of(view.folded());
            let said = squeezed.text();
            for it in self.words.find_iter(said).filter(|it| it.pattern().as_usize() < self.kin) {
                let word = said.get(it.range()).unwrap_or_default();
                if !word.contains(is_han) && !is_bordered(said, &it.range()) {
                    continue;
                }
                let range = view.source(squeezed.source(it.range()));
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
        let talk = "My Mother-in-law's sister and my younger\nbrother's wife- my great-grandmother—dead";
        check(talk, &["Mother-in-law", "sister", "younger\nbrother", "wife", "great-grandmother"]);
        check("her mother tongue, a sister school, motherly, reason", &[]);
        check("My big brother is in hospital", &["big brother"]);
        check("我家姐同阿媽話個女人嘅老婆餅好食，我個女工作都話係", &["家姐", "阿媽", "個女"]);
        check("我 mum 同细佬，佢 媽媽話", &["mum", "细佬", "佢 媽媽"]);
    }
}
