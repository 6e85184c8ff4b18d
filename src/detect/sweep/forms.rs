//! What people make of a name: given name and surname apart, orders, hyphens, a possessive without its apostrophe,
//! 阿 and the last character. Knows no text.

use super::{super::label::TITLES, Shape};
use crate::{
    roster::{latin, near::sound, romanised, variants},
    view::is_han,
};

/// Han forms of address after a name.
const HAN_SUFFIXES: &[&str] = &[
    "先生", "小姐", "女士", "太太", "醫生", "姑娘", "老師", "護士", "社工", "教授", "主任", "經理", "生",
    "太", "哥", "姐", "仔", "姨", "叔", "伯",
];
/// What stands after the last character of a given name.
const HAN_ADDRESS: &[char] = &['仔', '姐', '哥', '姨', '叔', '伯'];
/// More words than that are no name.
const MAX_WORDS: usize = 5;
/// A part of a name that stands alone has so many letters; fewer, if it is no syllable of a Chinese name.
const MIN_LETTERS: usize = 4;
const MIN_LETTERS_ALONE: usize = 3;

/// A form of a name.
pub(super) struct Form {
    pub(super) text: String,
    pub(super) shape: Shape,
    /// Whether it is probable at most, however sure the name is.
    pub(super) probable: bool,
}

/// All forms of a folded name. `is_word` knows words of the language.
pub(super) fn forms(name: &str, is_word: &dyn Fn(&str) -> bool) -> Vec<Form> {
    let mut maker = Maker { made: Vec::new(), is_word };
    if name.chars().all(is_han) {
        maker.han(name);
    } else {
        maker.latin(name);
    }
    maker.made
}

struct Maker<'w> {
    made: Vec<Form>,
    is_word: &'w dyn Fn(&str) -> bool,
}

impl Maker<'_> {
    fn whole(&mut self, text: impl Into<String>) {
        self.made.push(Form { text: text.into(), shape: Shape::Whole, probable: false });
    }

    /// A part that stands alone: probable, and where it is a word as well only if it is written as a name is.
    fn part(&mut self, text: &str) {
        let shape = if (self.is_word)(text) { Shape::Word } else { Shape::Part };
        self.made.push(Form { text: text.to_owned(), shape, probable: true });
    }

    fn han(&mut self, name: &str) {
        for variant in std::iter::once(name.to_owned()).chain(variants::of(name)) {
            self.han_as_written(&variant);
        }
    }

    fn han_as_written(&mut self, name: &str) {
        let bare = HAN_SUFFIXES.iter().find_map(|it| name.strip_suffix(it)).unwrap_or(name);
        let bare = bare.strip_prefix('阿').unwrap_or(bare);
        let chars: Vec<char> = bare.chars().collect();
        if chars.len() < name.chars().count() {
            // A form of address: swept as it stands, since what is left may be one character.
            self.whole(name);
        }
        if chars.len() >= 2 {
            self.whole(bare);
        }
        if let 3..=4 = chars.len()
            && let given = chars.iter().skip(chars.len().saturating_sub(2)).collect::<String>()
            && !romanised::is_double_surname_alone(&chars)
        {
            let shape = if sound::is_word_of_two(&given) { Shape::Word } else { Shape::HanGiven };
            self.made.push(Form { text: given, shape, probable: true });
        }
        if let 2..=4 = chars.len()
            && chars.len() == name.chars().count()
            && let Some(last) = chars.last()
        {
            let ah = (format!("阿{last}"), Shape::Part);
            let after = HAN_ADDRESS.iter().map(|it| (format!("{last}{it}"), Shape::HanAddress));
            // 大哥 and 家姐 are nobody's name.
            for (text, shape) in std::iter::once(ah).chain(after).filter(|it| !(self.is_word)(&it.0)) {
                self.made.push(Form { text, shape, probable: true });
            }
        }
    }

    fn latin(&mut self, name: &str) {
        let words: Vec<&str> = name
            .split_whitespace()
            .map(|it| it.trim_matches(|c: char| !c.is_alphanumeric()))
            .filter(|it| !it.is_empty() && !TITLES.contains(it))
            .collect();
        if words.len() > MAX_WORDS {
            return;
        }
        for han in words.iter().filter(|it| it.chars().all(is_han)) {
            self.han(han);
        }
        if let [alone] = words.as_slice() {
            if alone.chars().count() >= MIN_LETTERS_ALONE && !alone.chars().all(is_han) {
                let shape = if (self.is_word)(alone) { Shape::Word } else { Shape::Whole };
                self.made.push(Form { text: (*alone).to_owned(), shape, probable: false });
                self.plural(alone);
            }
            self.hyphened(&[alone]);
            return;
        }
        let full = name.split_whitespace().skip_while(|it| TITLES.contains(&it.trim_end_matches('.')));
        let full = full.collect::<Vec<_>>().join(" ");
        self.whole(format!("{full}s"));
        self.whole(full);
        let readings = chinese(&words);
        for it in &readings {
            self.chinese(it);
        }
        if let [first, second] = words.as_slice()
            && latin::is_syllable(first)
            && latin::is_syllable(second)
        {
            // `Wing Yan` may be a given name as well.
            self.whole(format!("{first}-{second}"));
            self.part(&format!("{first}{second}"));
        }
        if readings.is_empty() {
            self.hyphened(&words);
            for word in &words {
                self.alone(word);
            }
        }
    }

    /// A word of a longer name.
    fn alone(&mut self, word: &str) {
        let letters = word.chars().count();
        // A Chinese syllable of three letters is a word too often; alone it stays with the rules.
        let clear = letters >= MIN_LETTERS_ALONE && !latin::is_syllable(word) && !(self.is_word)(word);
        if (letters >= MIN_LETTERS || clear) && !word.chars().all(is_han) {
            self.part(word);
            self.plural(word);
            self.hyphened(&[word]);
        }
    }

    /// `fatimas` is Fatima's where recognition wrote no apostrophe, unless it is a word.
    fn plural(&mut self, word: &str) {
        let plural = format!("{word}s");
        if word.chars().count() >= MIN_LETTERS && !word.ends_with('s') && !(self.is_word)(&plural) {
            self.part(&plural);
        }
    }

    /// `Anne-Marie`, `Anne Marie` and `Annemarie`.
    fn hyphened(&mut self, words: &[&str]) {
        let joined = |words: &[&str], with: &str| words.join(" ").replace('-', with);
        if words.iter().any(|it| it.contains('-')) {
            self.part(&joined(words, " "));
            self.part(&joined(words, ""));
        } else if let [first, second, rest @ ..] = words
            && !rest.is_empty()
        {
            let rest = rest.join(" ");
            self.whole(format!("{first}-{second} {rest}"));
            self.whole(format!("{first}{second} {rest}"));
        }
    }

    fn chinese(&mut self, name: &Chinese<'_>) {
        let Chinese { family, given, english } = name;
        let together = match given.as_slice() {
            [first, second] => {
                vec![format!("{first} {second}"), format!("{first}-{second}"), format!("{first}{second}")]
            }
            [one] => vec![(*one).to_owned()],
            _ => Vec::new(),
        };
        for given in &together {
            for it in [format!("{family} {given}"), format!("{given} {family}"), format!("{family}, {given}")]
            {
                self.whole(it);
            }
        }
        if let ([first, second], [apart, hyphen, joined]) = (given.as_slice(), together.as_slice()) {
            // "so long" and "man to man" are talk; a joined name may be a word: `waiting`.
            let words = (self.is_word)(first) && (self.is_word)(second);
            let shape = if words { Shape::Word } else { Shape::Part };
            for text in [apart, hyphen] {
                self.made.push(Form { text: text.clone(), shape, probable: true });
            }
            self.part(joined);
            for it in [first, second].into_iter().filter(|it| !(self.is_word)(it)) {
                self.alone(it);
            }
        } else if let [one] = given.as_slice() {
            self.alone(one);
        }
        for it in english {
            for it in [format!("{it} {family}"), format!("{family} {it}")] {
                self.whole(it);
            }
            self.alone(it);
        }
        self.alone(family);
    }
}

/// A romanised Chinese name.
struct Chinese<'w> {
    family: String,
    given: Vec<&'w str>,
    english: Vec<&'w str>,
}

/// Reads words as a romanised name, in each way that they can be read: a known surname, one or two syllables, names
/// from elsewhere beside them.
fn chinese<'w>(words: &[&'w str]) -> Vec<Chinese<'w>> {
    // A hyphen tells the given name: `Tai-man Chan`.
    if let Some((at, given)) = words.iter().enumerate().find_map(|(n, it)| Some((n, it.split_once('-')?)))
        && latin::is_syllable(given.0)
        && latin::is_syllable(given.1)
    {
        let others = || words.iter().enumerate().filter(move |(n, _)| *n != at).map(|it| *it.1);
        let family = others().find(|it| latin::is_surname(it));
        let name = |family: &str| Chinese {
            family: family.to_owned(),
            given: vec![given.0, given.1],
            english: others().filter(|it| *it != family).collect(),
        };
        return family.map(name).into_iter().collect();
    }
    let words: Vec<&str> = words.iter().flat_map(|it| it.split('-')).filter(|it| !it.is_empty()).collect();
    let all = latin::two_words(&words).map_or_else(|| one_word_surnames(&words), |it| vec![it]);
    let name = |(family, rest): (String, Vec<&'w str>)| {
        let (given, english) = latin::tell_apart(&rest);
        (1..=2).contains(&given.len()).then_some(Chinese { family, given, english })
    };
    all.into_iter().filter_map(name).collect()
}

fn one_word_surnames<'w>(words: &[&'w str]) -> Vec<(String, Vec<&'w str>)> {
    // `David Chan Tai Man`.
    if let [english, family, given @ ..] = words
        && latin::is_surname(family)
        && !latin::is_surname(english)
        && given.len() == 2
        && given.iter().all(|it| latin::is_syllable(it))
    {
        return vec![((*family).to_owned(), words.iter().copied().filter(|it| it != family).collect())];
    }
    let mut all = latin::splits(words);
    // `Tai Man Chan`: Tai is a surname, too.
    if let Some((last, rest)) = words.split_last().filter(|_| words.len() > 2)
        && all.iter().all(|it| it.0 != **last)
    {
        all.push(((*last).to_owned(), rest.to_vec()));
    }
    all.retain(|it| latin::is_surname(&it.0));
    all
}

/// The surnames and syllables of a romanised name, for its Han form.
pub(super) fn romanised<'w>(words: &[&'w str]) -> Vec<(String, Vec<&'w str>)> {
    let all = chinese(words).into_iter().filter(|it| !it.family.contains(' '));
    all.map(|it| (it.family, it.given)).collect()
}
