//! Many terms searched for at once, each where it stands as a word of its own.
//!
//! Every word of a text is looked up once, as a whole, and so is every pair of characters where words are not
//! set apart: what that costs does not grow with the number of terms, as an automaton over them would.

use std::ops::Range;

use super::{
    compiled::is_word_like,
    slots::{Slots, hash},
};

/// Characters up to this one have a bit of their own in [`Lexicon::opens`].
const LAST_MARKED: char = '\u{FFFF}';

/// Terms to search for, known by their places in what [`Lexicon::new`] was given.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    /// Those with the same head stand together.
    terms: Vec<Term>,
    heads: Vec<Range<usize>>,
    /// Where in `heads` each head stands.
    index: Slots,
    /// A bit for each character that is no letter of a word and opens a term.
    opens: Vec<u64>,
}

#[derive(Debug)]
struct Term {
    text: Box<str>,
    /// How long its head is.
    head: usize,
    place: usize,
    /// Whether it ends with a letter or digit that no other may follow.
    ends_word: bool,
}

impl Term {
    fn head(&self) -> &str {
        self.text.get(..self.head).unwrap_or_default()
    }
}

impl Lexicon {
    /// Of terms as a folded text has them.
    pub(crate) fn new<'t>(terms: impl IntoIterator<Item = &'t str>) -> Self {
        let mut terms: Vec<_> = terms
            .into_iter()
            .enumerate()
            .filter(|(_, text)| !text.is_empty())
            .map(|(place, text)| Term {
                text: text.into(),
                head: head_of(text),
                place,
                ends_word: text.chars().next_back().is_some_and(is_word_like),
            })
            .collect();
        terms.sort_by(|a, b| a.head().cmp(b.head()));
        let mut heads: Vec<Range<usize>> = Vec::new();
        let mut index = Slots::default();
        let mut opens = vec![0_u64; usize::from(u16::MAX) / 64 + 1];
        for same in terms.chunk_by(|a, b| a.head() == b.head()) {
            let Some(first) = same.first() else { continue };
            let start = heads.last().map_or(0, |it: &Range<usize>| it.end);
            index.put(hash(first.head()), heads.len());
            heads.push(start..start.saturating_add(same.len()));
            if let Some(c) = first.text.chars().next().filter(|it| !is_word_like(*it))
                && let Some(bits) = opens.get_mut(mark(c).0)
            {
                *bits |= mark(c).1;
            }
        }
        Self { terms, heads, index, opens }
    }

    /// Says where terms stand in a folded text, and which, first to last.
    pub(crate) fn find(&self, text: &str, mut found: impl FnMut(Range<usize>, usize)) {
        let bytes = text.as_bytes();
        let mut at = 0_usize;
        while let Some(first) = bytes.get(at) {
            if first.is_ascii_alphanumeric() {
                let end = end_of_word(text, at);
                self.look(text, at..end, &mut found);
                at = end;
                continue;
            }
            let Some(c) = char_at(text, at) else { return };
            if !c.is_ascii() && is_word_like(c) {
                let end = end_of_word(text, at);
                self.look(text, at..end, &mut found);
                at = end;
                continue;
            }
            let next = at.saturating_add(c.len_utf8());
            let (word, bit) = mark(c);
            if self.opens.get(word).is_some_and(|it| it & bit != 0) {
                self.look(text, at..next, &mut found);
                if let Some(second) = char_at(text, next) {
                    self.look(text, at..next.saturating_add(second.len_utf8()), &mut found);
                }
            }
            at = next;
        }
    }

    /// Looks up a head that stands in a text.
    fn look(&self, text: &str, own: Range<usize>, found: &mut impl FnMut(Range<usize>, usize)) {
        let start = own.start;
        let Some(own) = text.get(own) else { return };
        let rest = text.get(start..).unwrap_or_default();
        let is = |n: usize| self.of_head(n).first().is_some_and(|it| it.head() == own);
        let Some(n) = self.index.find(hash(own), is) else { return };
        for term in self.of_head(n) {
            let Some(after) = rest.strip_prefix(&*term.text) else { continue };
            if term.ends_word && after.chars().next().is_some_and(is_word_like) {
                continue;
            }
            found(start..start.saturating_add(term.text.len()), term.place);
        }
    }

    fn of_head(&self, n: usize) -> &[Term] {
        self.heads.get(n).and_then(|it| self.terms.get(it.clone())).unwrap_or_default()
    }
}

/// How much of a term it is looked up by: its first word, or two characters if it opens with no word.
fn head_of(term: &str) -> usize {
    let mut chars = term.chars();
    match chars.next() {
        Some(first) if is_word_like(first) => end_of_word(term, 0),
        Some(first) => chars.next().map_or(0, char::len_utf8).saturating_add(first.len_utf8()),
        None => 0,
    }
}

/// Where letters and digits end that go on from some place.
fn end_of_word(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        if byte.is_ascii_alphanumeric() {
            at = at.saturating_add(1);
        } else if byte.is_ascii() {
            return at;
        } else {
            match char_at(text, at) {
                Some(c) if is_word_like(c) => at = at.saturating_add(c.len_utf8()),
                Some(_) | None => return at,
            }
        }
    }
    at
}

/// Where the words of a text start: runs of letters and digits of scripts that set words apart.
pub(super) fn word_starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    let mut at = 0_usize;
    std::iter::from_fn(move || {
        loop {
            let first = *text.as_bytes().get(at)?;
            if first.is_ascii() && !first.is_ascii_alphanumeric() {
                at = at.saturating_add(1);
                continue;
            }
            let c = char_at(text, at)?;
            if is_word_like(c) {
                let start = at;
                at = end_of_word(text, at);
                return Some(start);
            }
            at = at.saturating_add(c.len_utf8());
        }
    })
}

fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// Where a character's bit stands: its word, and the bit in it.
fn mark(c: char) -> (usize, u64) {
    let at = u32::from(c.min(LAST_MARKED));
    (usize::try_from(at >> 6).unwrap_or(0), 1_u64.rotate_left(at & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_found_where_they_stand_as_words() {
        let terms = ["ann", "ann lee", "o'brien", "沙田", "沙", "t恤", "é", "'s", "阿may", "", "沙田 ann"];
        let lexicon = Lexicon::new(terms);
        for (text, want) in [
            ("ann, anna and ann lee", &["ann", "ann", "ann lee"][..]),
            ("ann leeds", &["ann"]),
            ("joann ann2 _ann_", &["ann"]),
            ("o'brien o'brienne", &["o'brien"]),
            ("去沙田ann度 沙", &["沙", "沙田", "ann", "沙"]),
            ("件t恤 t shirt", &["t恤"]),
            ("é éann café", &["é"]),
            ("it's 'so", &["'s"]),
            ("阿may 阿mays", &["阿may"]),
            ("沙田 ann", &["沙", "沙田", "沙田 ann", "ann"]),
            ("", &[]),
        ] {
            let mut got = Vec::new();
            lexicon.find(text, |range, place| {
                assert_eq!(&text[range], terms[place]);
                got.push(terms[place]);
            });
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn words_start_where_letters_follow_something_else() {
        let at: Vec<_> = word_starts("ann's 沙田ann2é_b").collect();
        assert_eq!(at, [0, 4, 12, 19]);
        assert_eq!(word_starts("沙 .").count(), 0);
    }

    #[test]
    fn a_lexicon_finds_what_a_plain_search_finds() {
        let word = "[ab]{1,2}|[ab] [ab]{1,2}|[沙田]{1,3}|[沙田][ab]|é|'";
        proptest::proptest!(|(terms in proptest::collection::vec(word, 0..8), text in "([ab沙田é '\n]){0,24}")| {
            let mut got = Vec::new();
            Lexicon::new(terms.iter().map(String::as_str)).find(&text, |range, place| got.push((range, place)));
            let mut want = Vec::new();
            for (place, term) in terms.iter().enumerate() {
                for (at, _) in text.char_indices().filter(|(at, _)| text[*at..].starts_with(term.as_str())) {
                    let range = at..at + term.len();
                    if super::super::compiled::at_word_borders(&text, range.clone()) {
                        want.push((range, place));
                    }
                }
            }
            got.sort_by_key(|(range, place)| (range.start, range.end, *place));
            want.sort_by_key(|(range, place)| (range.start, range.end, *place));
            proptest::prop_assert_eq!(got, want);
        });
    }
}
