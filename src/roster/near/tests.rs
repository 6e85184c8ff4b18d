//! Made-up variants of a made-up roster.

use super::{sound::of, *};
use crate::{
    roster::{
        Roster,
        matcher::{AliasForm, Matcher},
    },
    view::View,
};

const INVENTED: &str = include_str!("invented.csv");

fn matcher(csv: &str) -> (Roster, Matcher) {
    let roster = Roster::from_csv(csv.as_bytes()).unwrap();
    let matcher = Matcher::new(&roster.alias_table()).unwrap();
    (roster, matcher)
}

/// What is flagged in a text, and as whose.
fn flagged(matcher: &Matcher, text: &str) -> Vec<(String, u16)> {
    let view = View::of(text);
    let squeezed = Squeezed::of(view.folded());
    let is_word = |it: &str| crate::roster::words::is_common(it);
    let mut found = matcher.near().find(&squeezed, view.folded(), &is_word);
    // As detection does: what lies in a longer one is told once.
    let mut reach = 0;
    found.retain(|it| {
        let new = it.range.end > reach;
        reach = reach.max(it.range.end);
        new
    });
    found.into_iter().map(|it| (view.text()[it.range].to_owned(), it.person.0)).collect()
}

#[track_caller]
fn check(text: &str, want: &[&str]) {
    let (_, matcher) = matcher(INVENTED);
    let got: Vec<_> = flagged(&matcher, text).into_iter().map(|it| it.0).collect();
    assert_eq!(got, want, "{text}");
}

#[test]
fn names_written_with_other_characters_are_flagged() {
    check("佢叫陳大民，住荃灣", &["陳大民"]);
    check("塵大聞話", &["塵大聞"]);
    check("同智明講咗", &["智明"]);
    check("黄小明", &["黄小明"]);
    check("我同亞文去", &["亞文"]);
    check("搵少冥幫手", &["少冥"]);
    check("陈大民", &["陈大民"]);
    check("志明同大文", &[]);
    check("陈大文", &[]);
}

#[test]
fn words_one_letter_away_are_flagged() {
    check("then Desmund came", &["Desmund"]);
    check("i asked stephany about it", &["stephany"]);
    check("so Katherine said", &["Katherine"]);
    check("okonkow and ifeomma", &["okonkow", "ifeomma"]);
    check("Chan Tai Mun is here", &["Chan Tai Mun"]);
    check("catherine, desmond, terence's", &[]);
    check("terance's, terance're", &["terance"]);
    check("so banadect and prescille", &["banadect", "prescille"]);
    check("with Hei Chong today, Wai-Hang", &["Hei Chong", "Wai-Hang"]);
    check("then the men sang", &[]);
    check("aren't you", &[]);
    check("Tsui's Chui Pui Shan", &["Chui Pui Shan"]);
}

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Characters that are in common use, as Big5 has them in its first part.
fn in_use() -> Vec<char> {
    let common = |c: &char| {
        let text = c.to_string();
        let (bytes, _, lost) = encoding_rs::BIG5.encode(&text);
        !lost && bytes.first().is_some_and(|it| (0xA4..0xC9).contains(it))
    };
    ('\u{4E00}'..='\u{9FFF}').filter(common).collect()
}

/// What was not flagged of some variants, once in a hundred at the most in twenty.
#[track_caller]
fn at_least_95_of_100(what: &str, tried: usize, missed: &[String]) {
    let few = missed.len() * 20 <= tried;
    assert!(tried > 300 && few, "{what}: {} of {tried} missed: {:?}", missed.len(), missed.iter().take(20));
}

#[test]
fn homophones_of_rostered_names_are_flagged() {
    const TALK: [&str; 5] = ["我噚日見到{}喺度", "{}話唔想返工", "同{}一齊去食飯", "嗰個{}呀", "咁{}就走咗"];
    let (roster, matcher) = matcher(INVENTED);
    let common = in_use();
    let mut dice = Dice(1);
    let (mut tried, mut missed) = ([0; 3], [const { Vec::new() }; 3]);
    for alias in &roster.alias_table().aliases {
        let chars: Vec<char> = alias.folded.chars().collect();
        let what = match (alias.form, chars.len()) {
            (AliasForm::HanFull, _) => 0,
            (AliasForm::HanGiven, 2) => 1,
            (AliasForm::HanAddress, 2) if chars[0] == '阿' => 2,
            _ => continue,
        };
        for _ in 0..30 {
            let mut other = chars.clone();
            for (n, own) in chars.iter().enumerate().filter(|(n, _)| what != 2 || *n == 1) {
                let toned = chars.len() < 3;
                let same = |it: &&char| {
                    of(**it).next().map(|a| a.key(toned)) == of(*own).next().map(|a| a.key(toned))
                };
                let alike: Vec<char> = common.iter().filter(same).copied().collect();
                if what == 2 || dice.below(3) > 0 {
                    other[n] = *dice.pick(&alike);
                }
            }
            let variant: String = other.iter().collect();
            let known = roster.alias_table().aliases.iter().any(|it| it.folded == variant);
            if known {
                continue;
            }
            tried[what] += 1;
            let text = dice.pick(&TALK).replace("{}", &variant);
            if !flagged(&matcher, &text).iter().any(|it| it.0.contains(&variant)) {
                missed[what].push(text);
            }
        }
    }
    for (n, what) in ["full names", "given names", "阿X"].into_iter().enumerate() {
        at_least_95_of_100(what, tried[n], &missed[n]);
    }
}

#[test]
fn misspellings_of_rostered_names_are_flagged() {
    const TALK: [&str; 5] =
        ["then i saw {} at the centre", "{} said so", "和{}去咗", "it was {}'s idea", "ask {}, please"];
    let (roster, matcher) = matcher(INVENTED);
    let mut dice = Dice(2);
    let (mut tried, mut missed) = ([0; 2], [const { Vec::new() }; 2]);
    for alias in &roster.alias_table().aliases {
        let letters: Vec<char> = alias.folded.chars().collect();
        let word = letters.iter().all(char::is_ascii_lowercase)
            && !["sir", "miss"].iter().any(|it| alias.folded.ends_with(it));
        let what = match alias.form {
            AliasForm::LatinGiven | AliasForm::LatinSurname | AliasForm::Nickname
                if word && letters.len() >= 5 =>
            {
                0
            }
            AliasForm::LatinFull if alias.folded.is_ascii() && !word && letters.len() >= 9 => 1,
            AliasForm::AsGiven
            | AliasForm::LatinFull
            | AliasForm::LatinGiven
            | AliasForm::LatinSurname
            | AliasForm::Initials
            | AliasForm::Nickname
            | AliasForm::HanFull
            | AliasForm::HanGiven
            | AliasForm::HanAddress
            | AliasForm::ShortForm => continue,
        };
        for _ in 0..[20, 12][what] {
            let at = dice.below(letters.len() - 1);
            let letter = char::from(b'a' + u8::try_from(dice.below(26)).unwrap());
            let mut other = letters.clone();
            if !other[at].is_alphabetic() || !other[at + 1].is_alphabetic() {
                continue;
            }
            match dice.below(4) {
                0 => other.insert(at, letter),
                1 => drop(other.remove(at)),
                2 => other[at] = letter,
                _ => other.swap(at, at + 1),
            }
            let variant: String = other.iter().collect();
            if roster.alias_table().aliases.iter().any(|it| it.folded == variant) {
                continue;
            }
            tried[what] += 1;
            let text = dice.pick(&TALK).replace("{}", &variant);
            let found = flagged(&matcher, &text);
            if !found.iter().any(|it| variant.contains(&it.0)) {
                missed[what].push(text);
            }
        }
    }
    for (n, what) in ["words", "full names"].into_iter().enumerate() {
        at_least_95_of_100(what, tried[n], &missed[n]);
    }
}
