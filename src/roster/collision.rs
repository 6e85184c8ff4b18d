//! Which names of a roster are also something else: a word, a name that many bear, somebody else's name, or
//! almost that. Says so; changes nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use super::{
    Roster,
    matcher::{Alias, AliasForm, Matcher},
    near::sound,
    words,
};
use crate::{entity::PersonIndex, secret::Sensitive, view::is_han};

/// How common a surname is in Hong Kong, commonest first: about one bearer in so many people. Rough, our own
/// estimate; what matters is that "Miss Wong" is seldom the roster's Miss Wong.
const SURNAMES: &[(u16, &str)] = &[
    (12, "chan wong lee li 陳 黃 王 李"),
    (25, "leung cheung lam lau ng 梁 張 林 劉 吳"),
    (50, "cheng ho yeung chow tsang chung kwok yip tse ma lo 鄭 何 楊 周 曾 鍾 郭 葉 謝 馬 羅"),
    (
        100,
        "yu mak fung tang hui tsui law so lai choi poon mok to yuen wu kwan siu chu lui tam lung fong cheuk yung \
         余 麥 馮 鄧 許 徐 盧 蘇 黎 蔡 潘 莫 杜 袁 胡 關 蕭 朱 呂 譚 龍 方 卓 翁",
    ),
];

/// English names that many in Hong Kong bear.
const GIVEN: &str = "\
alan alex alice amy andrew andy angel angela anna annie anthony ben betty billy bonnie brian candy carmen carol catherine cathy cherry chris \
christine cindy connie daisy daniel danny david derek dickson dorothy eddie edward elaine elsa emily eric eva fanny fiona florence frankie \
gary george gigi gloria grace helen henry irene ivan ivy jack jackie jacky james jane janet janice jason jennifer jenny jessica jimmy joanne \
joe john johnny joseph josephine joyce judy karen kathy katie keith kelly kelvin ken kenneth kevin kitty lawrence leo lily linda lisa louis lucy \
maggie mandy margaret maria mary matthew may michael michelle mike miranda nancy natalie nelson nicole oscar patrick paul peggy peter philip \
phoebe polly queenie rachel raymond rebecca ricky rita robert ronald ronnie rose sally sam samantha samuel sandy sarah sharon shirley simon sophia \
stanley stella stephanie stephen steven sunny susan suzanne tammy ted teresa terry thomas tiffany tim tina tom tommy tony tracy vanessa vicky victor \
victoria vincent vivian wallace wendy william wilson winnie yoyo yvonne";

/// So many others who have the same alias are told.
const MAX_OTHERS: usize = 3;

/// What an alias is besides a name of that person.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
#[non_exhaustive]
pub enum Collision {
    /// A word of the language.
    Word,
    /// A surname that about one in so many people bears.
    Surname(u16),
    /// A given name that many bear, and that is certain all the same: whoever bears it gets this person's code.
    Given,
    /// An alias of somebody else as well.
    Shared(PersonIndex),
    /// Almost a name of somebody else: it sounds alike, or one letter differs.
    Near(PersonIndex),
}

/// One alias that collides.
#[derive(Debug)]
pub struct Collides {
    /// Whose it is.
    pub person: PersonIndex,
    /// How it was made.
    pub form: AliasForm,
    /// With what.
    pub with: Collision,
    /// The alias.
    pub alias: Sensitive<String>,
}

/// All collisions, in order of person, each string once. `is_word` knows words of the language.
pub(super) fn all(roster: &Roster, near: &Matcher, is_word: &dyn Fn(&str) -> bool) -> Vec<Collides> {
    let mut found: BTreeMap<(PersonIndex, Collision, String), AliasForm> = BTreeMap::new();
    let mut bearers: BTreeMap<&str, BTreeSet<PersonIndex>> = BTreeMap::new();
    for it in &roster.aliases.aliases {
        bearers.entry(&it.folded).or_default().insert(it.person);
    }
    for it in &roster.aliases.aliases {
        let mut add = |with| {
            found.entry((it.person, with, it.folded.clone())).or_insert(it.form);
        };
        if is_known_word(it, is_word) {
            add(Collision::Word);
        }
        if let Some(one_in) = surname(it) {
            add(Collision::Surname(one_in));
        }
        let given = matches!(it.form, AliasForm::LatinGiven | AliasForm::Nickname | AliasForm::AsGiven);
        if given && it.certain && OF_MANY.contains(it.folded.as_str()) {
            add(Collision::Given);
        }
        let others = bearers.get(it.folded.as_str()).into_iter().flatten().filter(|_| is_own_form(it));
        for other in others.filter(|other| **other != it.person).take(MAX_OTHERS) {
            add(Collision::Shared(*other));
        }
    }
    let forms: BTreeMap<(PersonIndex, &str), AliasForm> =
        roster.aliases.aliases.iter().map(|it| ((it.person, it.folded.as_str()), it.form)).collect();
    for pair in near.near().pairs() {
        let (one, other) = (pair.one, pair.other);
        for ((person, alias), with) in [(&one, other.0), (&other, one.0)] {
            if let Some(form) = forms.get(&(*person, alias.as_str())) {
                found.entry((*person, Collision::Near(with), alias.clone())).or_insert(*form);
            }
        }
    }
    found
        .into_iter()
        .map(|((person, with, alias), form)| Collides { person, form, with, alias: Sensitive::new(alias) })
        .collect()
}

/// Whether an alias says more of a person than a surname and a title, or a syllable with one, do.
fn is_own_form(alias: &Alias) -> bool {
    match alias.form {
        AliasForm::HanAddress => alias.folded.starts_with('阿'),
        AliasForm::LatinSurname => !alias.folded.contains(' ') && !alias.folded.contains(is_han),
        AliasForm::Nickname | AliasForm::Initials => !alias.folded.contains(' '),
        AliasForm::AsGiven
        | AliasForm::LatinFull
        | AliasForm::LatinGiven
        | AliasForm::HanFull
        | AliasForm::HanGiven
        | AliasForm::ShortForm => true,
    }
}

/// Whether a name, and no form of address made of it, is a word.
fn is_known_word(alias: &Alias, is_word: &dyn Fn(&str) -> bool) -> bool {
    let name = match alias.form {
        AliasForm::HanAddress => alias.folded.chars().count() == 2,
        AliasForm::LatinSurname => !alias.folded.contains(' '),
        AliasForm::Initials => false,
        AliasForm::AsGiven
        | AliasForm::LatinFull
        | AliasForm::LatinGiven
        | AliasForm::Nickname
        | AliasForm::HanFull
        | AliasForm::HanGiven
        | AliasForm::ShortForm => true,
    };
    let it = alias.folded.as_str();
    name && (words::is_common(it) || sound::is_word_of_two(it) || is_word(it))
}

/// About one bearer in so many people, where it is a surname alone.
fn surname(alias: &Alias) -> Option<u16> {
    let alone = alias.form == AliasForm::LatinSurname
        || alias.form == AliasForm::HanAddress && alias.folded.starts_with('阿');
    let name = alias.folded.trim_start_matches('阿');
    BY_NAME.get(name).copied().filter(|_| alone)
}

static BY_NAME: LazyLock<BTreeMap<&str, u16>> = LazyLock::new(|| {
    let lists = SURNAMES.iter().rev();
    lists.flat_map(|(one_in, list)| list.split_ascii_whitespace().map(|it| (it, *one_in))).collect()
});

static OF_MANY: LazyLock<BTreeSet<&str>> = LazyLock::new(|| GIVEN.split_ascii_whitespace().collect());
