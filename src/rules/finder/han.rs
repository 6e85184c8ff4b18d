//! Han names without a word of naming: a run of Han characters is read once as words of a dictionary and once
//! with names allowed, each reading weighed by how often its words and characters occur; where the reading
//! with a name costs less, there is one. The costs come from lists; nothing is learned here.
//!
//! Costs are negative logarithms of probabilities, in tenths of a nat.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use super::{super::list::List, Found};
use crate::view::is_han;

/// A word that talk is full of, the rarest word, and by how much each weight makes it cheaper: weights are steps of
/// about three times as frequent.
const FREQUENT: u32 = 65;
const RAREST: u32 = 180;
const PER_WEIGHT: u32 = 11;
/// The first Han character, and how many code points of the basic plane are for Han.
const FIRST_HAN: u32 = 0x3400;
const BASIC_HAN: usize = 0x6C00;
/// The longest word of the dictionary that is looked for.
const MAX_WORD_CHARS: usize = 5;
/// So many characters to either side of a name are read with it.
const CONTEXT_CHARS: usize = 4;
/// A character that no list has.
const UNKNOWN: u32 = 170;
/// A character that is seen in no such place of a name, and one that is besides a word that talk is full of.
const SELDOM: u32 = 110;
const NEVER: u32 = 200;
/// A character that is no more than that as a word is one that talk is full of.
const TALK: u32 = 95;
const MOST_IN_TALK: u32 = 80;
/// What it costs that there is a name at all: a full one, of which the given name is one character, a given name
/// alone, a name after 阿.
const FULL: u32 = 50;
const FULL_SHORT: u32 = 98;
const GIVEN: u32 = 54;
const AH: u32 = 40;
/// The same character again, as in 玲玲.
const TWICE: u32 = 20;
/// Of what is a word so seldom: 少少, 靜靜 and 好好 are none.
const MOST_TWICE: u32 = 130;
/// By how much a word of naming before or after, or the border of the run, makes a name likelier.
const BESIDE: u32 = 15;
const BORDER: u32 = 5;
/// A word that occurs so often is nobody's name after 阿.
const COMMON: u32 = 75;
/// By so much a reading with a name has to be likelier.
const LEAST_MARGIN: u32 = 20;
/// The same name once more makes it likelier by that, up to a limit: what was cut wrongly is seldom repeated.
const AGAIN: u32 = 10;
const MOST_AGAIN: u32 = 30;

/// The most that a likely reading adds to the rule's confidence, in percent.
const MOST_PLUS: i32 = 20;

/// Before a name in talk: with, call, look for, know, see, give, ask.
const BEFORE: &str = "同叫搵揾識识見见俾畀給给嫁娶問问話话喺係嗌喂對对與与和跟約约嗰位訪访";
/// After one: says, is, then, also, particles.
const AFTER: &str = "話话講讲係就都佢嘅啊呀仲又同去嚟來来叫喺有唔咪說说冇會会畀俾嗰先即開开突問问曾與与和及的是在知識识陪帶带幫帮打寫写";

/// Forms of address after a surname.
const ADDRESS: &[&str] = &[
    "生", "太", "姑娘", "醫生", "医生", "小姐", "先生", "太太", "女士", "師奶", "师奶", "主任", "老師",
    "老师", "教授", "護士", "护士", "校長", "校长", "社工", "經理", "经理", "律師", "律师", "牧師", "牧师",
    "神父", "博士", "院長", "院长", "師傅", "师傅", "伯", "婆", "叔", "嬸", "婶", "姨", "哥", "姐", "仔",
];

/// What a character costs in each place.
#[derive(Clone, Copy, Debug)]
struct Costs {
    /// As a word of its own.
    word: u32,
    surname: Option<u32>,
    /// As the first, the last and the only character of a given name.
    first: u32,
    last: u32,
    only: u32,
    /// Whether it stands before or after names in talk.
    before: bool,
    after: bool,
}

impl Costs {
    const UNKNOWN: Self = Self {
        word: UNKNOWN,
        surname: None,
        first: SELDOM,
        last: SELDOM,
        only: SELDOM,
        before: false,
        after: false,
    };
}

/// What characters cost, by their code points.
#[derive(Debug, Default)]
struct Characters {
    /// One more than where in `costs` a character of the basic plane stands; 0 if nowhere.
    places: Vec<u16>,
    costs: Vec<Costs>,
    /// Those of other planes.
    rare: BTreeMap<char, Costs>,
}

impl Characters {
    /// With what stands before and after names.
    fn new() -> Self {
        let mut all = Self::default();
        for c in BEFORE.chars().chain(AFTER.chars()) {
            all.insert(c, Costs::UNKNOWN);
        }
        all
    }

    fn insert(&mut self, c: char, costs: Costs) {
        let costs = Costs { before: BEFORE.contains(c), after: AFTER.contains(c), ..costs };
        let (Some(at), Ok(place)) = (Self::place(c), u16::try_from(self.costs.len().saturating_add(1)))
        else {
            self.rare.insert(c, costs);
            return;
        };
        self.places.resize(BASIC_HAN, 0);
        if let Some(it) = self.places.get_mut(at) {
            *it = place;
            self.costs.push(costs);
        }
    }

    fn costs(&self, c: char) -> Costs {
        let known = match Self::place(c) {
            Some(at) => {
                let place = self.places.get(at).copied().unwrap_or_default();
                usize::from(place).checked_sub(1).and_then(|it| self.costs.get(it))
            }
            None => self.rare.get(&c),
        };
        known.copied().unwrap_or(Costs::UNKNOWN)
    }

    fn place(c: char) -> Option<usize> {
        let at = usize::try_from(u32::from(c).checked_sub(FIRST_HAN)?).ok()?;
        (at < BASIC_HAN).then_some(at)
    }
}

/// The dictionary and the characters of names.
#[derive(Debug)]
pub(in crate::rules) struct HanNames {
    words: Arc<List>,
    /// Words that talk is full of.
    frequent: Arc<List>,
    characters: Characters,
    /// Surnames of two characters.
    doubles: BTreeMap<(char, char), u32>,
}

/// A part of a reading: up to which character, and whether it is a name.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    cost: u32,
    from: usize,
    name: bool,
}

impl HanNames {
    /// `words` have weights from 1 to 9, the more frequent the greater; `characters` have their costs in the columns of their ladders: surname, first, last and
    /// only character of a given name, word; `-` for never. None if a column is none of these.
    pub(super) fn new(words: &Arc<List>, frequent: &Arc<List>, characters: &Arc<List>) -> Option<Self> {
        let mut all = Characters::new();
        let mut doubles = BTreeMap::new();
        for term in characters.terms().iter() {
            let column = |n: usize| -> Option<Option<u32>> {
                match term.ladder.get(n)?.as_str() {
                    "-" => Some(None),
                    it => it.parse().ok().map(Some),
                }
            };
            let surname = column(0)?;
            let mut chars = term.folded.chars();
            match (chars.next(), chars.next(), chars.next()) {
                (Some(c), None, None) => {
                    let word = column(4)?.unwrap_or(UNKNOWN);
                    // 你, 來 and 都 are in somebody's name once, and in talk all the time.
                    let talk = word < TALK;
                    let place = |it: Option<u32>| match it {
                        Some(cost) if talk && cost > MOST_IN_TALK => NEVER,
                        Some(cost) => cost,
                        None if talk => NEVER,
                        None => SELDOM,
                    };
                    let it = Costs {
                        word,
                        surname,
                        first: place(column(1)?),
                        last: place(column(2)?),
                        only: place(column(3)?),
                        ..Costs::UNKNOWN
                    };
                    all.insert(c, it);
                }
                (Some(a), Some(b), None) => {
                    doubles.insert((a, b), surname?);
                }
                _ => return None,
            }
        }
        Some(Self { words: Arc::clone(words), frequent: Arc::clone(frequent), characters: all, doubles })
    }

    /// The dictionary.
    pub(super) fn words(&self) -> [Arc<List>; 2] {
        [Arc::clone(&self.words), Arc::clone(&self.frequent)]
    }

    pub(super) fn find(&self, folded: &str) -> Vec<Found> {
        let mut found: Vec<(Range<usize>, u32)> = Vec::new();
        let mut run: Vec<(usize, char)> = Vec::new();
        for (at, c) in folded.char_indices() {
            if is_han(c) {
                run.push((at, c));
            } else if !run.is_empty() {
                self.find_in(&run, folded, &mut found);
                run.clear();
            }
        }
        self.find_in(&run, folded, &mut found);
        let mut times: BTreeMap<&str, u32> = BTreeMap::new();
        for (range, _) in &found {
            let count = times.entry(folded.get(range.clone()).unwrap_or_default()).or_default();
            *count = count.saturating_add(1);
        }
        let margin = |range: &Range<usize>, margin: u32| {
            let others =
                folded.get(range.clone()).and_then(|it| times.get(it)).map_or(0, |it| it.saturating_sub(1));
            margin.saturating_add(others.saturating_mul(AGAIN).min(MOST_AGAIN))
        };
        let all = found.iter().filter_map(|(range, likelier)| {
            let more = margin(range, *likelier).checked_sub(LEAST_MARGIN)?;
            Some((range.clone(), i32::try_from(more / 4).unwrap_or(0).min(MOST_PLUS)))
        });
        all.collect()
    }

    /// In one run of Han characters.
    fn find_in(&self, run: &[(usize, char)], folded: &str, found: &mut Vec<(Range<usize>, u32)>) {
        if run.len() < 2 {
            return;
        }
        let reader = Reader::new(self, run, folded);
        let mut at = 0;
        while let Some(start) = (at..run.len()).find(|it| reader.may_open(*it)) {
            // All names that stand so close that they are read together.
            let mut end = start.saturating_add(CONTEXT_CHARS);
            let mut next = start.saturating_add(1);
            while next < run.len() && next <= end.saturating_add(CONTEXT_CHARS) {
                if reader.may_open(next) {
                    end = next.saturating_add(CONTEXT_CHARS);
                }
                next = next.saturating_add(1);
            }
            let window =
                start.saturating_sub(CONTEXT_CHARS)..end.saturating_add(CONTEXT_CHARS).min(run.len());
            for name in reader.names(window) {
                let near = name.start.saturating_sub(CONTEXT_CHARS)
                    ..name.end.saturating_add(CONTEXT_CHARS).min(run.len());
                let margin = reader.cost(near.clone(), false).saturating_sub(reader.cost(near, true));
                let byte = |n: usize| run.get(n).map_or(reader.end, |it| it.0);
                found.push((byte(name.start)..byte(name.end), margin));
            }
            at = next;
        }
    }
}

/// Reads one run.
struct Reader<'r> {
    model: &'r HanNames,
    run: &'r [(usize, char)],
    folded: &'r str,
    costs: Vec<Costs>,
    /// Where the run ends in the text.
    end: usize,
}

impl<'r> Reader<'r> {
    fn new(model: &'r HanNames, run: &'r [(usize, char)], folded: &'r str) -> Self {
        let costs = run.iter().map(|it| model.characters.costs(it.1));
        let end = run.last().map_or(0, |(at, c)| at.saturating_add(c.len_utf8()));
        Self { model, run, folded, costs: costs.collect(), end }
    }

    fn costs(&self, n: usize) -> Costs {
        self.costs.get(n).copied().unwrap_or(Costs::UNKNOWN)
    }

    fn char(&self, n: usize) -> Option<char> {
        self.run.get(n).map(|it| it.1)
    }

    /// Whether a name that opens here is likelier than its characters each by itself.
    fn may_open(&self, at: usize) -> bool {
        let alone = |range: Range<usize>| range.map(|it| self.costs(it).word).sum::<u32>();
        self.openings(at).any(|(end, cost)| cost < alone(at..end))
    }

    /// The names that may open here: where they end and what they cost.
    fn openings(&self, at: usize) -> impl Iterator<Item = (usize, u32)> {
        let (here, next, third) = (self.costs(at), self.costs(at + 1), self.costs(at + 2));
        let left = self.run.len().saturating_sub(at);
        let before = match at.checked_sub(1) {
            None => BORDER,
            Some(it) if self.costs(it).before => BESIDE,
            Some(_) => 0,
        };
        let double = self.char(at).zip(self.char(at + 1)).and_then(|it| self.model.doubles.get(&it).copied());
        let ah = self.char(at) == Some('阿');
        // 玲玲
        let twice = self.char(at).is_some()
            && self.char(at) == self.char(at + 1)
            && here.first < SELDOM
            && here.word > MOST_TWICE;
        let full = here.surname.map(|it| (3, FULL + it + next.first + third.last));
        let short = here.surname.map(|it| (2, FULL_SHORT + it + next.only));
        let long = double.map(|it| (4, FULL + it + third.first + self.costs(at + 3).last));
        let long_short = double.map(|it| (3, FULL_SHORT + it + third.only));
        let given = Some((2, GIVEN + here.first + if twice { TWICE } else { next.last }));
        let ah_two = ah.then_some((3, AH + next.first + third.last));
        let ah_one = ah.then_some((2, AH + next.only.min(next.last)));
        let ah_word = (ah && next.word >= COMMON).then_some((2, AH + next.word));
        [full, short, long, long_short, given, ah_two, ah_one, ah_word]
            .into_iter()
            .flatten()
            .filter(move |(len, _)| *len <= left && !self.is_address(at, *len))
            .map(move |(len, cost)| {
                let end = at + len;
                let beside = end >= self.run.len() || self.costs(end).after;
                let after = if beside { BESIDE } else { 0 };
                (end, cost.saturating_sub(before).saturating_sub(after))
            })
    }

    /// Whether it is a surname and a form of address, which another rule knows better: 陳醫生, 陳太.
    fn is_address(&self, at: usize, len: usize) -> bool {
        let rest: String =
            (at.saturating_add(1)..at.saturating_add(len)).filter_map(|it| self.char(it)).collect();
        self.costs(at).surname.is_some() && ADDRESS.contains(&rest.as_str())
    }

    /// The words of two characters or more that open here: where they end and what they cost.
    fn words(&self, at: usize, limit: usize, mut each: impl FnMut(usize, u32)) {
        let limit = limit.min(at.saturating_add(MAX_WORD_CHARS));
        let byte = |n: usize| self.run.get(n).map_or(self.end, |it| it.0);
        let start = byte(at);
        let Some(text) = self.folded.get(start..byte(limit)) else { return };
        let mut end = at;
        self.model.words.prefixes(text, |len, weight| {
            while byte(end) < start.saturating_add(len) {
                end = end.saturating_add(1);
            }
            if end > at.saturating_add(1) {
                let weight = u32::try_from(weight).unwrap_or(0);
                each(end, RAREST.saturating_sub(weight.saturating_mul(PER_WEIGHT)));
            }
        });
        for end in at.saturating_add(2)..=limit {
            if self.folded.get(start..byte(end)).is_some_and(|it| self.model.frequent.contains(it)) {
                each(end, FREQUENT);
            }
        }
    }

    /// The cheapest reading of a stretch: for each place the step that ends there.
    fn read(&self, window: &Range<usize>, names: bool) -> Vec<Step> {
        let far = Step { cost: u32::MAX, ..Step::default() };
        let mut steps = vec![far; window.len().saturating_add(1)];
        if let Some(it) = steps.first_mut() {
            it.cost = 0;
        }
        for at in window.clone() {
            let so_far = steps.get(at.saturating_sub(window.start)).map_or(u32::MAX, |it| it.cost);
            let mut put = |end: usize, cost: u32, name: bool| {
                if let Some(step) = steps.get_mut(end.saturating_sub(window.start)) {
                    let cost = so_far.saturating_add(cost);
                    if cost < step.cost {
                        *step = Step { cost, from: at, name };
                    }
                }
            };
            put(at.saturating_add(1), self.costs(at).word, false);
            self.words(at, window.end, |end, cost| put(end, cost, false));
            if names {
                for (end, cost) in self.openings(at) {
                    put(end, cost, true);
                }
                // 阿 and a word that is no name: 阿雪碧.
                if self.char(at) == Some('阿') {
                    self.words(at.saturating_add(1), window.end, |end, cost| {
                        if cost >= COMMON {
                            put(end, cost.saturating_add(AH), true);
                        }
                    });
                }
            }
        }
        steps
    }

    fn cost(&self, window: Range<usize>, names: bool) -> u32 {
        self.read(&window, names).last().map_or(0, |it| it.cost)
    }

    /// The names in the cheapest reading.
    fn names(&self, window: Range<usize>) -> Vec<Range<usize>> {
        let steps = self.read(&window, true);
        let mut names = Vec::new();
        let mut end = window.end;
        while end > window.start {
            let Some(step) = steps.get(end.saturating_sub(window.start)) else { break };
            if step.name {
                names.push(step.from..end);
            }
            if step.from >= end {
                break;
            }
            end = step.from;
        }
        names.reverse();
        names
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::rules::compact::Compact;

    fn model() -> HanNames {
        let mut words = ["高興", "今日", "公園", "王子", "明白", "醫生"].map(|it| (it, 9_u64));
        words.sort_unstable();
        let words = Compact::encode("# source: ours; licence: CC0\n", words.into_iter()).unwrap();
        let words = List::Compact(Compact::open(Cow::Owned(words)).unwrap());
        let frequent = List::parse("# source: ours; licence: CC0\n跟住\n老公\n", false).unwrap();
        let characters = "# source: ours; licence: CC0\n\
            王,30,-,-,-,120\n陳,30,-,-,-,170\n國,-,45,55,80,100\n傑,-,80,55,60,170\n明,-,50,45,50,110\n\
            玲,-,45,45,50,170\n高,50,-,-,-,95\n興,-,60,60,-,120\n我,-,-,-,-,50\n同,-,-,-,-,60\n話,-,-,-,-,60\n\
            歐陽,50,-,-,-,-\n唔,-,-,-,-,60\n得,-,-,-,-,60\n阿,-,-,-,-,60\n今,-,-,-,-,100\n日,-,-,-,-,90\n木,-,-,-,-,110\n";
        let characters = List::parse(characters, true).unwrap();
        HanNames::new(&Arc::new(words), &Arc::new(frequent), &Arc::new(characters)).unwrap()
    }

    #[track_caller]
    fn check(text: &str, want: &[&str]) {
        let got: Vec<_> = model().find(text).into_iter().map(|(range, _)| text[range].to_owned()).collect();
        assert_eq!(got, want, "{text}");
    }

    #[test]
    fn a_name_is_found_where_it_is_likelier_than_words() {
        check("跟住國傑話唔得", &["國傑"]);
        check("我同陳國傑話", &["陳國傑"]);
        check("同歐陽國明話", &["歐陽國明"]);
        check("我同玲玲話", &["玲玲"]);
        check("王明話", &["王明"]);
        check("阿傑唔得", &["阿傑"]);
        check("阿木話唔得", &["阿木"]);
    }

    #[test]
    fn words_of_the_dictionary_are_no_names() {
        check("我今日高興", &[]);
        check("我明白", &[]);
        check("同老公話", &[]);
        check("阿我唔得", &[]);
        check("同王醫生話", &[]);
        check("同王太話", &[]);
        check("", &[]);
        check("abc 1", &[]);
    }

    #[test]
    fn the_same_again_makes_it_likelier() {
        let sure = |text: &str| model().find(text).first().map(|it| it.1);
        assert_eq!(sure("今木明今"), None);
        assert!(sure("今木明今，今木明今，今木明今").is_some());
    }

    #[test]
    fn characters_of_every_plane_have_costs() {
        let mut all = Characters::default();
        let costs = Costs { word: 7, ..Costs::UNKNOWN };
        for c in ['\u{3400}', '\u{9FFF}', '\u{20000}', '\u{2FA1D}'] {
            assert_eq!(all.costs(c).word, UNKNOWN);
            all.insert(c, costs);
            assert_eq!(all.costs(c).word, 7);
        }
    }

    #[test]
    fn lists_of_another_shape_are_refused() {
        let list = |text: &str| Arc::new(List::parse(text, true).unwrap());
        let plain = list("# source: ours; licence: CC0\na\n");
        for wrong in ["王,1,2,3,4", "王,x,-,-,-,-", "歐陽家,1,-,-,-,-"] {
            let characters = list(&format!("# source: ours; licence: CC0\n{wrong}\n"));
            assert!(HanNames::new(&plain, &plain, &characters).is_none(), "{wrong}");
        }
    }
}
