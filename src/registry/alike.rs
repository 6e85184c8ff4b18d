//! Codes that may be one person's, for a steward to say: a short form by itself, and a fuller name that it may be short
//! for; a Han name, and how Hong Kong may spell it; in different items of a group. Nothing is joined for that; two people may be called so.
//!
//! Of names there are keyed digests here, as in all of `station.db`; a pair is two numbers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Error, Registry, Scope, code, codes::List};
use crate::{
    entity::EntityType,
    id::{GroupId, StudyId},
    roster::{latin, romanised},
    view::is_han,
};

const PAIRS: &str = "alike";
const PARTS: &str = "part-of";
const SPELLED: &str = "spelled";

/// The most names that are remembered of a short form or a spelling: one of more names tells nothing.
const MAX_NAMES: usize = 8;

/// Two codes that may be one person's.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub struct Alike {
    /// The group in whose items they stand.
    pub group: GroupId,
    /// The codes: of a short form and of a fuller name, or of a name in two scripts.
    pub codes: [String; 2],
}

/// A row.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    group: GroupId,
    one: u32,
    other: u32,
}

impl Registry {
    /// Codes of a study that may be one person's, in the order in which they were given out.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn alike(&self, study: &StudyId) -> Result<Vec<Alike>, Error> {
        let rows = self.listed(&[PAIRS, study.as_str()])?;
        // EXPOSE: numbers.
        let pairs = rows.iter().map(|it| serde_json::from_slice(it.expose()).map_err(|_| Error::Row));
        let mut pairs = pairs.collect::<Result<Vec<Pair>, _>>()?;
        pairs.sort_by_key(|it| (it.one.max(it.other), it.one));
        let person = |number| code(EntityType::Person, number);
        let alike = |it: Pair| Alike { group: it.group, codes: [person(it.one), person(it.other)] };
        Ok(pairs.into_iter().map(alike).collect())
    }

    /// Notes, when a name of a person gets a number of its own, whose it may be besides.
    pub(super) fn note_alike(&self, list: List<'_>, name: &str, number: u32) -> Result<(), Error> {
        if list.entity != EntityType::Person {
            return Ok(());
        }
        for full in self.names_of(PARTS, list.scope, name)? {
            self.put_pair(list.scope, number, full)?;
        }
        for part in parts(name) {
            self.add_name(PARTS, list.scope, &part, number)?;
            if let Some(short) = self.own_number(list, &part)? {
                self.put_pair(list.scope, short, number)?;
            }
        }
        let is_han = name.chars().all(is_han);
        for spelling in spellings(name) {
            let before = self.add_name(SPELLED, list.scope, &spelling, (number, is_han))?;
            for (other, _) in before.into_iter().filter(|it| it.1 != is_han) {
                self.put_pair(list.scope, other, number)?;
            }
        }
        Ok(())
    }

    /// Of which names, by their numbers, a short form or a spelling is.
    fn names_of<T: DeserializeOwned + Ord>(
        &self,
        what: &str,
        scope: &Scope,
        form: &str,
    ) -> Result<BTreeSet<T>, Error> {
        Ok(self.get_json(&[what, scope.study.as_str()], &[scope.group.as_str(), form])?.unwrap_or_default())
    }

    /// Adds one; the answer is what was known before.
    fn add_name<T: Clone + DeserializeOwned + Ord + Serialize>(
        &self,
        what: &str,
        scope: &Scope,
        form: &str,
        it: T,
    ) -> Result<BTreeSet<T>, Error> {
        let before: BTreeSet<T> = self.names_of(what, scope, form)?;
        let mut all = before.clone();
        if all.len() < MAX_NAMES && all.insert(it) {
            self.put_json(&[what, scope.study.as_str()], &[scope.group.as_str(), form], &all)?;
        }
        Ok(before)
    }

    fn put_pair(&self, scope: &Scope, one: u32, other: u32) -> Result<(), Error> {
        if one == other {
            return Ok(());
        }
        let place = format!("{}+{}", one.min(other), one.max(other));
        let pair = Pair { group: scope.group.clone(), one, other };
        self.put_json(&[PAIRS, scope.study.as_str()], &[&place], &pair)
    }
}

/// What somebody of that name, squeezed, may be called for short, but for the family name alone, which a whole family has.
fn parts(name: &str) -> BTreeSet<String> {
    let mut parts = BTreeSet::new();
    if name.chars().all(is_han) {
        let chars: Vec<char> = name.chars().collect();
        if let [.., one, last] = chars.as_slice()
            && chars.len() > 2
        {
            parts.extend([format!("{one}{last}"), format!("阿{last}")]);
        }
        return parts;
    }
    let words = words(name);
    for many in 1..words.len() {
        for part in words.windows(many) {
            match part {
                // A syllable is a family name, or a part of a given one.
                [one] if latin::is_surname(one) || latin::is_syllable(one) || one.chars().count() < 3 => {}
                _ => drop(parts.insert(part.join(" "))),
            }
        }
    }
    parts
}

/// How the given name of somebody of that name, squeezed, is spelled in Latin letters, or may be; as one word.
fn spellings(name: &str) -> BTreeSet<String> {
    if name.chars().all(is_han) {
        return romanised::given_spellings(name).into_iter().collect();
    }
    let words = words(name);
    let two = words.windows(2).filter(|it| it.iter().all(|it| latin::is_syllable(it)));
    let one = words.iter().filter(|it| it.len() >= 4 && it.is_ascii() && !latin::is_surname(it));
    two.map(<[&str]>::concat).chain(one.map(|it| (*it).to_owned())).collect()
}

fn words(name: &str) -> Vec<&str> {
    name.split(' ').map(|it| it.trim_end_matches(',')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_short_forms_that_tell_something() {
        let of = |name: &str| parts(name).into_iter().collect::<Vec<_>>();
        assert_eq!(of("daisy quill"), ["daisy", "quill"]);
        assert_eq!(of("ida ng"), ["ida"]);
        assert_eq!(of("chan tai man"), ["chan tai", "tai man"]);
        assert_eq!(
            of("fiona chan tai man"),
            ["chan tai", "chan tai man", "fiona", "fiona chan", "fiona chan tai", "tai man"]
        );
        assert_eq!(of("陳大文"), ["大文", "阿文"]);
        assert_eq!(of("ida"), [""; 0]);
        assert_eq!(of("大文"), [""; 0]);
    }

    #[test]
    fn a_han_name_and_its_spelling_meet() {
        for (han, latin) in [
            ("沈洛珩", "shum lok hang"),
            ("洛珩", "lok hang"),
            ("董婉雯", "tung yuenman"),
            ("文懿", "man yi"),
        ] {
            assert!(!spellings(han).is_disjoint(&spellings(latin)), "{han} {latin}");
        }
        for (han, latin) in [("沈洛珩", "shum ka yan"), ("洛珩", "winky"), ("陳大文", "chan")] {
            assert!(spellings(han).is_disjoint(&spellings(latin)), "{han} {latin}");
        }
    }
}
