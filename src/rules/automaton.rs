//! What runs one pattern. A pattern that is only ever tried at places needs no automaton that searches: if each
//! character leads one way in it, the smallest kind does, which is made and run faster than any other.

use regex_automata::{
    Anchored, Input, MatchKind,
    dfa::onepass::{self, DFA},
    meta::{Config, Regex},
    nfa::thompson::NFA,
    util::primitives::NonMaxUsize,
};
use regex_syntax::hir::Hir;

/// The most bytes that one compiled pattern may take.
const MAX_PATTERN_BYTES: usize = 4 * 1024 * 1024;
/// The most bytes that the table of the smallest kind may take.
const MAX_TABLE_BYTES: usize = 64 * 1024;

/// A pattern, ready to run.
#[derive(Debug)]
pub(super) enum Automaton {
    /// Searches.
    Searching(Regex),
    /// Tells a match that begins at a place.
    Placed(Box<DFA>),
}

/// Where the groups of a match start and end, and what automata need beside it; kept, so that each search need not
/// make room anew.
#[derive(Debug, Default)]
pub(super) struct Room {
    slots: Vec<Option<NonMaxUsize>>,
    cache: Option<onepass::Cache>,
}

impl Automaton {
    /// Of a pattern; `placed` if it is only ever tried at places. None if it is too large.
    pub(super) fn new(hir: &Hir, placed: bool) -> Option<Self> {
        if placed && let Some(it) = table(hir) {
            return Some(Self::Placed(Box::new(it)));
        }
        // What a prefilter would skip was not worth a run in the first place; the groups of a match are sought in
        // few bytes.
        let config =
            Config::new().nfa_size_limit(Some(MAX_PATTERN_BYTES)).auto_prefilter(false).onepass(false);
        Regex::builder().configure(config).build_from_hir(hir).ok().map(Self::Searching)
    }

    /// Whether there is a match in a line from `at` on.
    pub(super) fn is_in(&self, line: &str, at: usize) -> bool {
        match self {
            Self::Searching(it) => it.is_match(Input::new(line).range(at..)),
            Self::Placed(_) => false,
        }
    }

    /// Puts down where the first groups of a match are; whether there is one.
    pub(super) fn search(&self, room: &mut Room, groups: usize, input: &Input<'_>) -> bool {
        room.slots.clear();
        room.slots.resize(groups.saturating_mul(2), None);
        match self {
            Self::Searching(it) => it.search_slots(input, &mut room.slots).is_some(),
            Self::Placed(it) => {
                let cache = room.cache.get_or_insert_with(|| it.create_cache());
                cache.reset(it);
                let input = input.clone().anchored(Anchored::Yes);
                matches!(it.try_search_slots(cache, &input, &mut room.slots), Ok(Some(_)))
            }
        }
    }
}

impl Room {
    /// Where a group of the last match stands.
    pub(super) fn group(&self, n: usize) -> Option<std::ops::Range<usize>> {
        let at = |n: usize| Some(self.slots.get(n).copied().flatten()?.get());
        let start = n.saturating_mul(2);
        Some(at(start)?..at(start.saturating_add(1))?)
    }
}

/// The smallest kind, if the pattern allows it.
fn table(hir: &Hir) -> Option<DFA> {
    let nfa = NFA::compiler()
        .configure(NFA::config().nfa_size_limit(Some(MAX_PATTERN_BYTES)))
        .build_from_hir(hir)
        .ok()?;
    let config = DFA::config().match_kind(MatchKind::LeftmostFirst).size_limit(Some(MAX_TABLE_BYTES));
    DFA::builder().configure(config).build_from_nfa(nfa).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_kind_tells_what_one_that_searches_tells() {
        let patterns = [
            ("(?P<v>[a-c]{2}[0-9]?)x", true),
            ("(?:a|陳大)+(?P<v>1)", true),
            ("(?-u:\\b)b(?-u:\\b)", true),
            ("a[^x]*(?P<v>x)", true),
            ("a+a", false),
        ];
        for (pattern, small) in patterns {
            let hir = regex_syntax::parse(pattern).unwrap();
            let placed = Automaton::new(&hir, true).unwrap();
            let searching = Automaton::new(&hir, false).unwrap();
            assert_eq!(matches!(placed, Automaton::Placed(_)), small, "{pattern}");
            proptest::proptest!(|(line in "[a-cx陳大1 ]{0,12}")| {
                let mut rooms = [Room::default(), Room::default()];
                for (at, _) in line.char_indices() {
                    let input = Input::new(&line).range(at..).anchored(Anchored::Yes);
                    let [small, other] = &mut rooms;
                    proptest::prop_assert_eq!(
                        placed.search(small, 2, &input).then(|| (small.group(0), small.group(1))),
                        searching.search(other, 2, &input).then(|| (other.group(0), other.group(1)))
                    );
                }
            });
        }
    }

    #[test]
    fn one_room_serves_many_patterns() {
        let mut room = Room::default();
        for (pattern, groups) in [("a(?P<v>b)", 2), ("a", 1), ("(?:(a)(b)(c)|abd)", 4)] {
            let automaton = Automaton::new(&regex_syntax::parse(pattern).unwrap(), true).unwrap();
            assert!(automaton.search(&mut room, groups, &Input::new("abc")));
            assert_eq!(room.group(0).map(|it| it.start), Some(0), "{pattern}");
        }
        assert_eq!(room.group(3), Some(2..3));
    }

    #[test]
    fn a_pattern_that_is_too_large_is_none() {
        let hir = regex_syntax::parse(r"(?:\p{L}{1,60} ){1,60}").unwrap();
        assert!(Automaton::new(&hir, true).is_none() && Automaton::new(&hir, false).is_none());
    }
}
