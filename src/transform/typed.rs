//! The study's own codes and groups as transcribers write them: `PSW-03` at the head of a page, `D03` in a note, `psw03`
//! in a table. In the team's copies they may stand; elsewhere they say who belongs to whom.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::marker::is_outside;
use crate::{
    transcript::{Piece, Role},
    view::{View, is_bordered},
};

/// What may stand in the place of a code's hyphen.
const JOINTS: [&str; 5] = ["-", "", " ", "_", "."];

/// Finds them.
#[derive(Debug)]
pub struct TypedCodes {
    words: AhoCorasick,
    /// What each word is: a participant's code, or a group.
    codes: Vec<Option<String>>,
}

impl TypedCodes {
    /// Of these codes and groups. A group without a digit may be any word, and is not looked for.
    ///
    /// # Errors
    ///
    /// Fails if there are more than an automaton holds.
    pub fn new<'a>(
        codes: impl IntoIterator<Item = &'a str>,
        groups: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, aho_corasick::BuildError> {
        let codes = codes.into_iter().map(|it| (it, Some(it.to_owned())));
        let groups = groups.into_iter().filter(|it| it.contains(|c: char| c.is_ascii_digit()));
        let (mut words, mut means) = (Vec::new(), Vec::new());
        for (word, code) in codes.chain(groups.map(|it| (it, None))) {
            for joint in JOINTS.iter().take(if word.contains('-') { JOINTS.len() } else { 1 }) {
                words.push(word.to_ascii_lowercase().replace('-', joint));
                means.push(code.clone());
            }
        }
        let words = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words)?;
        Ok(Self { words, codes: means })
    }

    /// Where they stand as words of their own, outside `markers`, which are in order; and whose code each is.
    pub fn find(
        &self,
        text: &str,
        pieces: &[Piece],
        markers: &[Range<usize>],
    ) -> Vec<(Range<usize>, Option<&str>)> {
        let mut found = Vec::new();
        for piece in pieces.iter().filter(|it| it.is_searched() || it.role == Role::Label) {
            let view = View::of_joined(text, [("", piece.range())]);
            let folded = view.folded();
            for it in self.words.find_iter(folded) {
                if !is_bordered(folded, &it.range()) {
                    continue;
                }
                let range = view.source(it.start()..it.end());
                if is_outside(&range, markers) {
                    found.push((range, self.codes.get(it.pattern().as_usize()).and_then(Option::as_deref)));
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_groups_are_found_as_somebody_types_them() {
        let typed = TypedCodes::new(["PSW-03", "P07"], ["D03", "NORTH"]).unwrap();
        for (text, want) in [
            ("D03_PSW_W2: psw03 and [PSW-03]", &["D03", "psw03", "PSW-03"][..]),
            ("ＰＳＷ‑０３話 Psw 03, p07。", &["ＰＳＷ‑０３", "Psw 03", "p07"]),
            ("PSW-031, XPSW-03, D031, north, P 07, PSW", &[]),
        ] {
            let piece = Piece { start: 0, end: text.len(), role: Role::Speech, turn: 0 };
            let found = typed.find(text, &[piece], &[]);
            assert_eq!(found.iter().map(|it| &text[it.0.clone()]).collect::<Vec<_>>(), want, "{text}");
            let marker = text.find("[PSW-03]").map(|at| at..at + 8);
            let outside = typed.find(text, &[piece], marker.as_slice());
            assert_eq!(outside.len() + marker.iter().len(), want.len(), "{text}");
        }
        let speech = Piece { start: 0, end: 3, role: Role::Speech, turn: 0 };
        assert_eq!(typed.find("P07", &[speech], &[])[0].1, Some("P07"));
        assert_eq!(typed.find("d03", &[speech], &[])[0].1, None);
    }
}
