//! Turns as the language versions of a session share them: what was one turn of speech may be two captions in one of
//! them and a paragraph in the other.

use super::{Layout, Role};

/// Where a turn stands in the talk.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Shared {
    /// The how manieth time that somebody takes the word, from 1: the same in every version. 0 before anybody does.
    pub number: u32,
    /// Which piece of it, from 1: every version's own.
    pub part: u32,
}

impl Layout {
    /// For each turn, in order, where it stands in the talk. Somebody keeps the word until another's label comes;
    /// where nobody is named, each turn counts for itself.
    #[must_use]
    pub fn shared_turns(&self, text: &str) -> Vec<Shared> {
        let mut turns: Vec<Shared> = Vec::new();
        let (mut speaker, mut at) = (None, Shared::default());
        for pieces in self.pieces.chunk_by(|a, b| a.turn == b.turn) {
            let turn = pieces.first().map_or(0, |it| usize::try_from(it.turn).unwrap_or(usize::MAX));
            // Turns of which nothing is left have no pieces, and their numbers.
            while turns.len() < turn {
                turns.push(Shared { part: 0, ..at });
            }
            let label = pieces.iter().find(|it| it.role == Role::Label);
            let label = label.and_then(|it| text.get(it.range())).map(str::trim);
            if label.is_some() && label != speaker {
                (speaker, at) = (label, Shared { number: at.number.saturating_add(1), part: 0 });
            }
            at.part = at.part.saturating_add(1);
            turns.push(at);
        }
        if speaker.is_none() {
            for (it, number) in turns.iter_mut().zip(1..) {
                *it = Shared { number, part: 1 };
            }
        }
        turns
    }

    /// How often the word is taken: what language versions must have alike. None where nobody is named.
    #[must_use]
    pub fn times_taken(&self, text: &str) -> Option<u32> {
        let is_named = self.pieces.iter().any(|it| it.role == Role::Label);
        self.shared_turns(text).last().map(|it| it.number).filter(|_| is_named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::{Format, Piece};

    /// Turns with and without a label; an empty string is a turn of which nothing is left.
    fn shared(turns: &[(&str, &str)]) -> Vec<(u32, u32)> {
        let (mut text, mut pieces) = (String::new(), Vec::new());
        for ((label, said), turn) in turns.iter().zip(0..) {
            for (part, role) in [(label, Role::Label), (said, Role::Speech)] {
                let start = text.len();
                text.push_str(part);
                if !part.is_empty() {
                    pieces.push(Piece { start, end: text.len(), role, turn });
                }
                text.push(' ');
            }
        }
        let layout = Layout { format: Format::Text, encoding: "UTF-8".into(), pieces };
        layout.shared_turns(&text).iter().map(|it| (it.number, it.part)).collect()
    }

    #[test]
    fn a_turn_lasts_until_another_takes_the_word() {
        let captions = [("", "W1"), ("A", "so"), ("A", "we"), ("", "went"), ("B", "ah"), ("A", "yes")];
        assert_eq!(shared(&captions), [(0, 1), (1, 1), (1, 2), (1, 3), (2, 1), (3, 1)]);
        let paragraphs = [("A", "so we went"), ("B", "ah"), ("A", "yes")];
        assert_eq!(shared(&paragraphs).last(), Some(&(3, 1)));
        assert_eq!(shared(&[("A", "so"), ("", ""), ("B", "ah")]), [(1, 1), (1, 0), (2, 1)]);
    }

    #[test]
    fn without_speakers_each_turn_counts() {
        assert_eq!(shared(&[("", "so"), ("", "we"), ("", "went")]), [(1, 1), (2, 1), (3, 1)]);
        assert_eq!(shared(&[]), []);
    }
}
