//! Weighs an alias of the roster where it stands: whether it is somebody's name there, and whether it is
//! that person's. Certain aliases need no weighing.
//!
//! "Dr Leung" is a name whoever says it, and the roster's Leung only where that person takes part. A word
//! that is also a name (`will`, `man`) is none after `the`, nor in small letters where the text has capitals and
//! its bearer takes no part; where it might be one, a reviewer sees it.

use super::frequent;
use crate::{
    entity::Tier,
    roster::{
        matcher::{AliasForm, AliasHit, is_latin},
        words,
    },
    rules::Engine,
    view::{View, is_han},
};

/// Before a noun; never before a name that stands alone.
const DETERMINERS: &[&str] = &[
    "a", "all", "an", "any", "both", "each", "every", "few", "first", "good", "her", "his", "its", "last",
    "little", "many", "most", "my", "next", "no", "old", "one", "other", "our", "own", "poor", "same",
    "second", "some", "such", "that", "the", "their", "these", "this", "those", "three", "two", "what",
    "which", "whose", "young", "your",
];

/// After a verb or noun that opens a turn (`Will you`, `Hope it`); seldom after a name.
const AFTER_VERBS: &[&str] = &[
    "a", "an", "he", "i", "i'd", "i'll", "i'm", "it", "it's", "my", "not", "of", "she", "that", "the",
    "there", "they", "this", "to", "we", "you", "you're", "your",
];

/// Han forms of address of two characters or more, which stand after a surname and nothing else.
const HAN_TITLES: &[&str] =
    &["先生", "太太", "小姐", "女士", "姑娘", "醫生", "医生", "師傅", "老師", "社工", "sir", "miss"];

/// Surnames that are words of their own before 生 or 太: 如何生活, 未曾生過.
const WORDS_TOO: &str = "何曾高方成安常平白文金溫古時和于余任別水江石花衛衞";

/// What an alias is where it stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Weight {
    pub(super) tier: Tier,
    /// Whether it names the roster's person, and not just somebody.
    pub(super) theirs: bool,
}

/// Whether the lines of a view begin with capitals, as writing does and raw speech recognition does not.
pub(super) fn is_cased(view: &View) -> bool {
    let firsts = view.text().lines().filter_map(|it| it.chars().find(|c| c.is_alphanumeric()));
    let (mut upper, mut lower) = (0_usize, 0_usize);
    for it in firsts.filter(char::is_ascii_alphabetic) {
        *if it.is_ascii_uppercase() { &mut upper } else { &mut lower } += 1;
    }
    upper > lower.saturating_mul(2)
}

/// What a hit is in a view; none if it is a word there. `here` says that the person takes part, `cased` what
/// [`is_cased`] says of the view.
pub(super) fn weigh(hit: &AliasHit, view: &View, engine: &Engine, here: bool, cased: bool) -> Option<Weight> {
    let theirs = Weight { tier: Tier::Certain, theirs: true };
    if hit.certain {
        return Some(theirs);
    }
    let shown = view.text().get(hit.range.clone())?;
    let folded = view.folded().get(hit.range.clone())?;
    // A short form that nobody wrote into the roster gives way to any word.
    let common = engine.is_stop_word(folded)
        || frequent::is_common(folded)
        || hit.form == AliasForm::ShortForm && words::is_common(folded);
    if hit.form == AliasForm::ShortForm && common && !here {
        return None;
    }
    let address = match hit.form {
        AliasForm::LatinSurname => folded.contains(' ') || folded.contains(is_han),
        AliasForm::HanAddress => is_han_address(folded),
        AliasForm::AsGiven
        | AliasForm::LatinFull
        | AliasForm::LatinGiven
        | AliasForm::Initials
        | AliasForm::Nickname
        | AliasForm::HanFull
        | AliasForm::HanGiven
        | AliasForm::ShortForm => false,
    };
    let han_here = here && hit.form == AliasForm::HanAddress;
    if (address || han_here) && !common && !shown.contains('\n') {
        return Some(Weight { theirs: here, ..theirs });
    }
    let capital = shown.starts_with(char::is_uppercase);
    let opens = opens_turn(view, hit.range.start);
    // `Fang` inside a sentence of a text that has capitals is no tooth.
    let word = common || words::is_common(folded) && (opens || !cased);
    let letters = shown.chars().filter(|it| is_latin(*it)).count();
    // A surname is that of many, and so is Liz: whoever bears it elsewhere is somebody else.
    let surname = matches!(hit.form, AliasForm::LatinSurname | AliasForm::HanAddress | AliasForm::ShortForm);
    if capital && !word && letters > 2 && !shown.contains('\n') {
        return Some(Weight { theirs: here || !surname, ..theirs });
    }
    let doubt = |tier| Some(Weight { tier, theirs: here || !surname });
    if shown.contains('\n') {
        return doubt(Tier::Possible);
    }
    if !common {
        return doubt(Tier::Probable);
    }
    if capital && !opens {
        return doubt(Tier::Probable);
    }
    let is_word = if capital {
        word_after(view, hit.range.end).is_some_and(|it| AFTER_VERBS.contains(&it))
    } else {
        cased && !here || word_before(view, hit.range.start).is_some_and(|it| DETERMINERS.contains(&it))
    };
    if is_word { None } else { doubt(Tier::Possible) }
}

/// Whether it is a surname and a title, and not part of other words.
fn is_han_address(folded: &str) -> bool {
    if HAN_TITLES.iter().any(|it| folded.ends_with(it) || folded.starts_with(it)) {
        return true;
    }
    // A surname that is no word is a name, whatever 太 and 生 begin: 蔡太多嘢講.
    folded.ends_with(['生', '太']) && !folded.starts_with(|it| WORDS_TOO.contains(it))
}

/// Whether nothing but signs stands between the start of a turn or sentence and a place in a view.
fn opens_turn(view: &View, at: usize) -> bool {
    let before = view.text().get(..at).unwrap_or_default();
    before
        .trim_end_matches(' ')
        .chars()
        .next_back()
        .is_none_or(|it| matches!(it, '\n' | '.' | '?' | '!' | '。' | '"'))
}

fn word_before(view: &View, at: usize) -> Option<&str> {
    let before = view.folded().get(..at)?.strip_suffix(' ')?;
    before.rsplit(|it: char| !is_latin(it) && it != '\'').next().filter(|it| !it.is_empty())
}

fn word_after(view: &View, at: usize) -> Option<&str> {
    let after = view.folded().get(at..)?.strip_prefix(' ')?;
    after.split(|it: char| !is_latin(it) && it != '\'').next().filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        entity::PersonIndex,
        roster::Roster,
        rules::{PackSource, tests::pack},
    };

    const ROSTER: &str = "code,role,group,unit,name,aliases,relation,consent,never_match\n\
        PSW-01,PSW,D01,,Leung Will,,,team,\n\
        PIR-01,PIR,D01,,何美儀; Ho Mei Yee,,,team,\n\
        PSW-02,PSW,D02,,馮子欣; Fung Tsz Yan,,,team,\n\
        PSW-03,PSW,D03,,Winnie Abano; William Abano,,,team,\n";
    const STOP: &str = "# source: here; licence: none\nwill\nman\n";

    fn engine() -> Engine {
        let packs: [PackSource; 1] = [pack(&[("lists/stop-en.txt", STOP)])];
        Engine::compile(&packs, &[]).unwrap()
    }

    #[track_caller]
    fn check(text: &str, here: Option<u16>, want: &[(&str, Tier, bool)]) {
        let roster = Roster::from_csv(ROSTER.as_bytes()).unwrap();
        let matcher = crate::roster::matcher::Matcher::new(&roster.alias_table()).unwrap();
        let view = View::of(text);
        let cased = is_cased(&view);
        let engine = engine();
        let got: Vec<_> = matcher
            .find(&view)
            .into_iter()
            .filter_map(|hit| {
                let takes_part = here.is_some_and(|it| hit.person == PersonIndex(it));
                let it = weigh(&hit, &view, &engine, takes_part, cased)?;
                Some((view.text()[hit.range].to_owned(), it.tier, it.theirs))
            })
            .collect();
        let got: Vec<_> = got.iter().map(|it| (it.0.as_str(), it.1, it.2)).collect();
        assert_eq!(got, want, "{text}");
    }

    #[test]
    fn a_title_makes_a_name_and_taking_part_makes_it_theirs() {
        use Tier::{Certain, Probable};
        check("I saw Dr Leung today", None, &[("Dr Leung", Certain, false)]);
        check("I saw Dr Leung today", Some(0), &[("Dr Leung", Certain, true)]);
        check("then Leung left", None, &[("Leung", Certain, false)]);
        check("then leung left", None, &[("leung", Probable, false)]);
        check("then leung left", Some(0), &[("leung", Probable, true)]);
        check("去見馮醫生", None, &[("馮醫生", Certain, false)]);
        check("馮太話", None, &[("馮太", Certain, false)]);
        check("馮太多嘢講", None, &[("馮太", Certain, false)]);
        check("唔知如何生活", None, &[("何生", Probable, false)]);
    }

    #[test]
    fn a_short_form_is_theirs_where_they_take_part_and_no_word() {
        use Tier::{Certain, Possible, Probable};
        check("Then Liam came", None, &[("Liam", Certain, false)]);
        check("Then Liam came", Some(3), &[("Liam", Certain, true)]);
        check("then liam came", Some(3), &[("liam", Probable, true)]);
        check("we can win, maybe", None, &[]);
        check("we can win, maybe", Some(3), &[("win", Possible, true)]);
        check("We can win, maybe", None, &[]);
    }

    #[test]
    fn a_word_that_is_a_name_too_is_one_where_it_may_be() {
        use Tier::{Possible, Probable};
        check("I think he will come", None, &[]);
        check("I think he will come", Some(0), &[("will", Possible, true)]);
        check("so i think he will come", None, &[("will", Possible, true)]);
        check("so i read the will again", None, &[]);
        check("Then Will came", None, &[("Will", Probable, true)]);
        check("Will came", None, &[("Will", Possible, true)]);
        check("Will you come", None, &[]);
    }
}
