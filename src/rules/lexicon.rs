//! Many terms searched for at once, each where it stands as a word of its own.
//!
//! Every word of a text is looked up once, as a whole, and so is every pair of characters where words are not
//! set apart: what that costs does not grow with the number of terms, as an automaton over them would.

use std::ops::Range;

use super::compiled::is_word_like;

/// Slots of the table for each head, at least: few heads share one.
const SLOTS_A_HEAD: usize = 4;

/// Characters up to this one have a bit of their own in [`Lexicon::opens`].
const LAST_MARKED: char = '\u{FFFF}';

/// Terms to search for, known by their places in what [`Lexicon::new`] was given.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    /// Those with the same head stand together.
    terms: Vec<Term>,
    heads: Vec<Range<usize>>,
    /// The place of a head, counted from 1, in its own slot or in the next ones, up to the first empty one.
    slots: Vec<u32>,
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
        let mut opens = vec![0_u64; usize::from(u16::MAX) / 64 + 1];
        for same in terms.chunk_by(|a, b| a.head() == b.head()) {
            let Some(first) = same.first() else { continue };
            let start = heads.last().map_or(0, |it: &Range<usize>| it.end);
            heads.push(start..start.saturating_add(same.len()));
            if let Some(c) = first.text.chars().next().filter(|it| !is_word_like(*it))
                && let Some(bits) = opens.get_mut(mark(c).0)
            {
                *bits |= mark(c).1;
            }
        }
        let size = heads.len().saturating_mul(SLOTS_A_HEAD).next_power_of_two();
        let mut it = Self { terms, slots: vec![0; size], heads, opens };
        for n in 0..it.heads.len() {
            let head = it.of_head(n).first().map_or("", Term::head);
            let free = it.probe(head).find(|at| it.slots.get(*at) == Some(&0));
            if let (Some(slot), Ok(n)) = (free.and_then(|at| it.slots.get_mut(at)), u32::try_from(n)) {
                *slot = n.saturating_add(1);
            }
        }
        it
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
        for slot in self.probe(own) {
            let n = self.slots.get(slot).copied().unwrap_or(0);
            let Some(n) = n.checked_sub(1).and_then(|it| usize::try_from(it).ok()) else { return };
            if self.of_head(n).first().is_none_or(|it| it.head() != own) {
                continue;
            }
            for term in self.of_head(n) {
                let Some(after) = rest.strip_prefix(&*term.text) else { continue };
                if term.ends_word && after.chars().next().is_some_and(is_word_like) {
                    continue;
                }
                found(start..start.saturating_add(term.text.len()), term.place);
            }
            return;
        }
    }

    fn of_head(&self, n: usize) -> &[Term] {
        self.heads.get(n).and_then(|it| self.terms.get(it.clone())).unwrap_or_default()
    }

    /// The slots in which a head may lie, in order.
    fn probe(&self, head: &str) -> impl Iterator<Item = usize> + use<> {
        // FNV-1a.
        let hash =
            head.bytes().fold(0x811c_9dc5_u32, |hash, it| (hash ^ u32::from(it)).wrapping_mul(0x0100_0193));
        let from = usize::try_from(hash ^ hash >> 15).unwrap_or(0);
        // The number of slots is a power of two.
        let mask = self.slots.len().saturating_sub(1);
        (0..=mask).map(move |n| from.wrapping_add(n) & mask)
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
