//! Finds names that other items of the same people have told: runs of words and of Han characters are put to a memory
//! that knows names by keyed digests only. Holds no key.
//!
//! To ask costs a keyed digest, so that few runs are asked about: those whose first word or character some name opens
//! with.

use std::ops::Range;

use super::{Detected, Error, Scan, frequent, near, overlap, person, sound_scan};
use crate::{
    entity::{Finding, Layer, Tier},
    roster::near::sound,
    rules::Dictionary,
    transcript::Transcript,
    view::{View, is_han},
};

/// The longest names, in words and in Han characters.
const MAX_WORDS: usize = 4;
const MAX_HAN: usize = 4;
/// The rule id.
const RULE: &str = "group.name";

/// What is known of names. Both answers may be remembered: the same is asked again.
pub(crate) trait Memory {
    /// Whether some name opens with this word or Han character.
    fn opens(&mut self, head: &str) -> bool;
    /// Whether this is a name, its words apart by a blank, and how sure that is.
    fn is_name(&mut self, name: &str) -> Option<Tier>;
}

/// The first word or Han character of a name, and the name as it is asked for. None if it is of both scripts, longer
/// than what is asked for, or nobody's by itself.
pub(crate) fn keys(name: &str) -> Option<(String, String)> {
    if name.chars().all(is_han) {
        let count = name.chars().count();
        let first = name.chars().next().filter(|_| (2..=MAX_HAN).contains(&count))?;
        return Some((first.to_string(), name.to_owned()));
    }
    let words: Vec<&str> = tokens(name).map(|it| name.get(it).unwrap_or_default()).collect();
    let fits = (1..=MAX_WORDS).contains(&words.len()) && !name.chars().any(is_han);
    let first = words.first().filter(|it| fits && !matches!(**it, "mr" | "ms"))?;
    let long = words.len() > 1 || first.chars().count() > 2;
    (long && !words.iter().all(|it| frequent::is_common(it))).then(|| ((*first).to_owned(), words.join(" ")))
}

/// What a memory knows of an item beyond what was found in it. In order of spans.
pub(crate) fn recall(
    detected: &Transcript<Detected>,
    memory: &mut dyn Memory,
    words: &Dictionary,
) -> Vec<Finding> {
    // EXPOSE: put to keyed digests; spans go on.
    let text = detected.text().expose();
    let mut found = Vec::new();
    for piece in detected.layout().pieces.iter().filter(|it| it.is_searched()) {
        let view = View::of(text.get(piece.range()).unwrap_or_default());
        for (range, tier) in in_view(&view, memory, words) {
            let span = view.source(range);
            let span = piece.start.saturating_add(span.start)..piece.start.saturating_add(span.end);
            found.push(person(span, tier, Layer::Sweep, RULE));
        }
    }
    found
}

/// The item with these findings, too, if they fit.
///
/// # Errors
///
/// Refuses findings that do not.
pub(crate) fn add(detected: Transcript<Detected>, more: Vec<Finding>) -> Result<Transcript<Detected>, Error> {
    let Scan { mut findings, uncovered, weighed } = detected.state().scan().clone();
    findings.extend(more);
    let scan = Scan { findings: overlap::resolve(findings), uncovered, weighed };
    // EXPOSE: only borders of characters are looked at.
    sound_scan(detected.text().expose(), detected.layout(), &scan)?;
    Ok(detected.advance(scan, |_, scan| Detected { scan }))
}

fn in_view(view: &View, memory: &mut dyn Memory, words: &Dictionary) -> Vec<(Range<usize>, Tier)> {
    let folded = view.folded();
    let mut found = Vec::new();
    let all: Vec<Range<usize>> = tokens(folded).collect();
    let mut n = 0;
    while let Some(first) = all.get(n) {
        let (many, hit) = if folded.get(first.clone()).is_some_and(|it| it.starts_with(is_han)) {
            (1, None)
        } else {
            latin(view, all.get(n..).unwrap_or_default(), memory, words).unwrap_or((1, None))
        };
        found.extend(hit);
        if many == 1 && folded.get(first.clone()).is_some_and(|it| it.starts_with(is_han)) {
            han(folded, first.clone(), memory, words, &mut found);
        }
        n = n.saturating_add(many);
    }
    found
}

type Hit = (Range<usize>, Tier);

/// The longest name that opens with the first of some words: how many words it has, and where it stands.
fn latin(
    view: &View,
    rest: &[Range<usize>],
    memory: &mut dyn Memory,
    words: &Dictionary,
) -> Option<(usize, Option<Hit>)> {
    let folded = view.folded();
    let word = |it: &Range<usize>| folded.get(it.clone()).unwrap_or_default();
    let first = word(rest.first()?);
    if frequent::is_common(first) && first != "o" || !memory.opens(first) {
        return None;
    }
    let joined = |pair: &[Range<usize>]| {
        let [a, b] = pair else { return false };
        let gap = folded.get(a.end..b.start).unwrap_or_default();
        !gap.is_empty()
            && gap.chars().count() <= 2
            && gap.chars().all(|it| matches!(it, ' ' | '-' | '.' | '\'' | '’'))
    };
    let longest = rest.windows(2).take(MAX_WORDS.saturating_sub(1)).take_while(|it| joined(it)).count();
    (1..=longest.saturating_add(1)).rev().find_map(|many| {
        let here = rest.get(..many)?;
        let name = here.iter().map(word).collect::<Vec<_>>().join(" ");
        let are_words = here.iter().all(|it| near::is_known_word(words, word(it)));
        if many == 1 && words.is_stop_word(&name) {
            return None;
        }
        let tier = memory.is_name(&name)?;
        let range = here.first().map_or(0, |it| it.start)..here.last().map_or(0, |it| it.end);
        // A word of a dictionary is somebody's name in one file; to ask about it would hold all files of the group.
        // Of several such words somebody is asked, unless they are written as names are.
        let capital = here.iter().all(|it| starts_big(view, it));
        let hit = match (are_words, many, capital) {
            (true, 1, _) => None,
            (true, _, false) => Some((range, Tier::Probable)),
            _ => Some((range, tier)),
        };
        Some((many, hit))
    })
}

/// Whether a word begins with a capital.
fn starts_big(view: &View, word: &Range<usize>) -> bool {
    view.text().get(word.clone()).and_then(|it| it.chars().next()).is_some_and(char::is_uppercase)
}

/// The names in a run of Han characters, of those that begin at one the longest.
fn han(folded: &str, run: Range<usize>, memory: &mut dyn Memory, words: &Dictionary, found: &mut Vec<Hit>) {
    let text = folded.get(run.clone()).unwrap_or_default();
    let ends: Vec<usize> = text.char_indices().map(|it| it.0).chain([text.len()]).collect();
    let mut n = 0_usize;
    while let (Some(start), Some(next)) = (ends.get(n).copied(), ends.get(n.saturating_add(1)).copied()) {
        let mut step = 1;
        if memory.opens(text.get(start..next).unwrap_or_default()) {
            let hit = (2..=MAX_HAN).rev().find_map(|many| {
                let end = ends.get(n.saturating_add(many)).copied()?;
                let name = text.get(start..end)?;
                let tier = memory.is_name(name).filter(|_| !words.is_stop_word(name))?;
                Some((many, start..end, tier))
            });
            if let Some((many, range, tier)) = hit {
                let name = text.get(range.clone()).unwrap_or_default();
                let (before, after) = cuts(text, &range);
                // As above.
                if many > 2 || !(sound::is_word_of_two(name) || before && after) {
                    // Two characters may belong to what stands beside them.
                    let tier = if many == 2 && (before || after) { Tier::Probable.min(tier) } else { tier };
                    let range = run.start.saturating_add(range.start)..run.start.saturating_add(range.end);
                    found.push((range, tier));
                }
                step = many;
            }
        }
        n = n.saturating_add(step);
    }
}

/// Whether its first character is a word with that before it, and its last with that after it.
fn cuts(text: &str, range: &Range<usize>) -> (bool, bool) {
    let name = text.get(range.clone()).unwrap_or_default();
    let before = text.get(..range.start).and_then(|it| it.chars().next_back());
    let after = text.get(range.end..).and_then(|it| it.chars().next());
    let word =
        |a: Option<char>, b: Option<char>| matches!((a, b), (Some(a), Some(b)) if sound::is_word(a, b));
    (word(before, name.chars().next()), word(name.chars().next_back(), after))
}

/// Words, and runs of Han characters.
fn tokens(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0_usize;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let start = at.saturating_add(rest.find(char::is_alphanumeric)?);
        let rest = text.get(start..)?;
        let first = is_han(rest.chars().next()?);
        let len = rest.find(|it: char| !it.is_alphanumeric() || is_han(it) != first).unwrap_or(rest.len());
        at = start.saturating_add(len);
        Some(start..at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::Language,
        rules::{Engine, PackSource},
    };

    #[derive(Default)]
    struct Names {
        heads: Vec<String>,
        whole: Vec<(String, Tier)>,
        asked: usize,
    }

    impl Memory for Names {
        fn opens(&mut self, head: &str) -> bool {
            self.heads.iter().any(|it| it == head)
        }

        fn is_name(&mut self, name: &str) -> Option<Tier> {
            self.asked += 1;
            self.whole.iter().find(|it| it.0 == name).map(|it| it.1)
        }
    }

    /// A name with a question mark is probable.
    fn memory(names: &[&str]) -> Names {
        let known = names.iter().filter_map(|it| {
            let name = it.trim_end_matches('?');
            let (head, name) = keys(name)?;
            Some((head, (name, if it.ends_with('?') { Tier::Probable } else { Tier::Certain })))
        });
        let (heads, whole) = known.unzip();
        Names { heads, whole, asked: 0 }
    }

    #[test]
    fn names_of_other_items_are_found_however_they_are_written() {
        let packs = PackSource::built_in_names().into_iter().map(PackSource::built_in);
        let packs = packs.collect::<Option<Vec<_>>>().unwrap();
        let engine = Engine::compile(&packs, &[Language::En, Language::Yue]).unwrap();
        let known = [
            "brook marsh",
            "o'hara",
            "odalys?",
            "chan tai man",
            "陳大文",
            "大文",
            "阿文",
            "希望",
            "mr wong",
            "may",
        ];
        for (text, want) in [
            ("then brook marsh came", &["brook marsh?"][..]),
            ("Brook  Marsh, brook", &["Brook  Marsh"]),
            ("Brook  marsh", &["Brook  marsh?"]),
            ("Chan Tai-man and chan tai", &["Chan Tai-man"]),
            ("odalys's and odalyss", &["odalys?"]),
            ("with o'hara and O’Hara", &["o'hara", "O’Hara"]),
            ("我見到陳大文，大文同阿文", &["陳大文", "大文", "阿文"]),
            ("偉大文化", &[]),
            ("偉大文呢", &["大文?"]),
            ("我希望係", &[]),
            ("mr wong in may", &[]),
            ("chan\ntai man", &[]),
        ] {
            let view = View::of(text);
            let mut got = in_view(&view, &mut memory(&known), engine.dictionary());
            got.sort_by_key(|it| it.0.start);
            let mark = |tier| if tier == Tier::Probable { "?" } else { "" };
            let got: Vec<_> = got
                .into_iter()
                .map(|(it, tier)| format!("{}{}", &text[view.source(it)], mark(tier)))
                .collect();
            assert_eq!(got, want, "{text}");
        }
    }

    #[test]
    fn little_is_asked() {
        let text = "so the odalys we had was not that of anybody else ".repeat(20);
        let mut memory = memory(&["odalys"]);
        assert_eq!(in_view(&View::of(&text), &mut memory, &Dictionary::default()).len(), 20);
        assert!(memory.asked <= 20 * MAX_WORDS, "{}", memory.asked);
    }
}
