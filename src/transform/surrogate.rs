//! Surrogates: values that nobody has, of the form of what was said, without brackets, so that what was overlooked
//! hides among them.
//!
//! A person has one surrogate, by their code, in every file, wave, language and script: 陳大文 → 李志明, Chan Tai
//! Man → Lee Chi Ming, 阿文 → 阿明, Amy → Alice. Each part of it is drawn once from a pool and never put back, so no
//! two people share a given name; surnames come round again after forty people. Where none is
//! left, where the form is not understood, or where the surrogate is an alias of the roster or stands in the
//! source, the code takes its place.

pub mod known;
mod name;
mod number;
#[rustfmt::skip]
mod pools;

use std::collections::{BTreeMap, BTreeSet};

pub use self::{known::Known, pools::Gender};
use self::{
    name::{Form, Part},
    number::Pool,
};
use super::{CodeTable, Policy, date};
use crate::{
    config::Action,
    detect::Detected,
    entity::EntityType,
    roster::{matcher::Matcher, squeeze::squeezed_name},
    transcript::Transcript,
    view::{self, View},
};

/// Draws for good: the registry's part in this.
pub trait Draws {
    /// Why it could not.
    type Error;

    /// The number of `owner` in a pool of `size`: the one drawn before, or else the next that nobody has and that
    /// `fits`. None if none is left.
    ///
    /// # Errors
    ///
    /// Fails if it can't be kept.
    fn draw(
        &mut self,
        pool: &str,
        owner: &str,
        size: u32,
        fits: &mut dyn FnMut(u32) -> bool,
    ) -> Result<Option<u32>, Self::Error>;

    /// The gender that a person's surrogate has: the one kept before, or else this one from now on.
    ///
    /// # Errors
    ///
    /// Fails if it can't be kept.
    fn gender(&mut self, owner: &str, known: Gender) -> Result<Gender, Self::Error>;
}

/// What is known of the people of the roster.
#[derive(Clone, Copy)]
pub struct Rostered<'r> {
    /// All their aliases.
    pub aliases: &'r Matcher,
    /// The full names of whoever has a code, as names are compared.
    pub names: &'r dyn Fn(&str) -> Vec<String>,
}

impl std::fmt::Debug for Rostered<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rostered")
    }
}

/// The surrogates of an item's findings by their index, where the settings ask for any.
///
/// # Errors
///
/// Fails if nothing can be drawn.
pub fn surrogates<D: Draws>(
    detected: &Transcript<Detected>,
    codes: &CodeTable,
    policy: &Policy,
    roster: Rostered<'_>,
    draws: &mut D,
) -> Result<BTreeMap<usize, String>, D::Error> {
    let findings = &detected.state().scan().findings;
    let wanted = |it: EntityType| policy.action(it) == Action::Surrogate;
    let mut surrogates = BTreeMap::new();
    if !findings.iter().any(|it| it.is_transformed() && wanted(it.entity)) {
        return Ok(surrogates);
    }
    // EXPOSE: compared, and taken apart into forms.
    let text = detected.text().expose();
    let said = |n: usize| {
        let span = findings.get(n).map(|it| it.span.clone()).unwrap_or_default();
        let name = text.get(span).unwrap_or_default().trim();
        name.strip_suffix("'s").or_else(|| name.strip_suffix("’s")).unwrap_or(name)
    };
    let source = Source { folded: folded(text), roster: roster.aliases };
    let mut people: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (n, code) in codes.findings.iter().filter(|(n, _)| {
        findings.get(**n).is_some_and(|it| it.entity == EntityType::Person && wanted(it.entity))
    }) {
        people.entry(code).or_default().insert(said(*n));
    }
    let mut written: BTreeMap<(EntityType, &str, &str), Option<String>> = BTreeMap::new();
    for (n, finding) in findings.iter().enumerate().filter(|(_, it)| it.is_transformed() && wanted(it.entity))
    {
        let original = said(n);
        let code = codes.findings.get(&n).map_or("", String::as_str);
        let key = (finding.entity, code, original);
        let known = written.get(&key).cloned();
        let surrogate = match known {
            Some(it) => it,
            None => match finding.entity {
                EntityType::Person => match people.get(code) {
                    Some(said) => {
                        let mut names = (roster.names)(code);
                        names.extend(said.iter().map(|it| squeezed_name(it)));
                        person(code, original, &names, &source, draws)?
                    }
                    None => None,
                },
                EntityType::Date => moved(original, policy.shift_days()),
                EntityType::Phone
                | EntityType::Email
                | EntityType::Url
                | EntityType::Handle
                | EntityType::NetworkAddress
                | EntityType::Hkid
                | EntityType::Passport
                | EntityType::IdNumber
                | EntityType::Account
                | EntityType::Plate
                | EntityType::Address
                | EntityType::Coordinates
                | EntityType::Place
                | EntityType::Organisation
                | EntityType::Service
                | EntityType::Age
                | EntityType::Occupation
                | EntityType::Demographic
                | EntityType::Route
                | EntityType::Event => match number::pool(finding.entity, original) {
                    Some(pool) => drawn(&pool, &source, draws)?,
                    None => None,
                },
            },
        };
        written.insert(key, surrogate.clone());
        surrogates.extend(surrogate.map(|it| (n, it)));
    }
    Ok(surrogates)
}

fn moved(date: &str, days: i32) -> Option<String> {
    if days == 0 { None } else { date::shifted(date, days) }
}

/// What a surrogate must not be.
struct Source<'s> {
    /// The text of the item, as [`folded`] has it.
    folded: String,
    roster: &'s Matcher,
}

impl Source<'_> {
    /// Whether a surrogate, or a part of one, names nobody of the roster and stands nowhere in the source.
    fn is_free(&self, surrogate: &str) -> bool {
        let own = folded(surrogate);
        !own.trim().is_empty()
            && !self.folded.contains(&own)
            && self.roster.find(&View::of(surrogate)).is_empty()
    }
}

/// Folded, words apart by one space each, and one at either end; Han characters stand by themselves.
fn folded(text: &str) -> String {
    let view = View::of(text);
    let mut out = String::from(" ");
    for c in view.folded().chars() {
        if view::is_han(c) {
            out.push(c);
        } else if c.is_alphanumeric() {
            if out.chars().next_back().is_some_and(view::is_han) {
                out.push(' ');
            }
            out.push(c);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    let han = |c: Option<char>| c.is_some_and(view::is_han);
    // Han has no words: a name of Han is looked for anywhere.
    if han(out.trim().chars().next()) && out.trim().chars().all(view::is_han) {
        return out.trim().to_owned();
    }
    if !out.ends_with(' ') {
        out.push(' ');
    }
    out
}

fn drawn<D: Draws>(pool: &Pool, source: &Source<'_>, draws: &mut D) -> Result<Option<String>, D::Error> {
    let free = |n: u32| source.is_free(&pool.write(n));
    let n = draws.draw(&pool.name, &pool.owner, pool.size, &mut |n| free(n))?;
    Ok(n.filter(|n| free(*n)).map(|n| pool.write(n)))
}

fn person<D: Draws>(
    code: &str,
    original: &str,
    names: &[String],
    source: &Source<'_>,
    draws: &mut D,
) -> Result<Option<String>, D::Error> {
    let fuller: Vec<String> = names.iter().map(|it| it.replace('-', " ")).collect();
    let Some(form) = name::form(original, &fuller) else { return Ok(None) };
    let known = names.iter().map(|it| name::gender(it)).max().unwrap_or(Gender::Unknown);
    let gender = draws.gender(code, known)?;
    let mut parts = Vec::new();
    for part in &form.parts {
        match self::part(*part, code, gender, &form, names, source, draws)? {
            Some(it) => parts.push(it),
            None => return Ok(None),
        }
    }
    let surrogate = form.write(&parts);
    let free =
        parts.iter().all(|it| it.chars().count() == 1 || source.is_free(it)) && source.is_free(&surrogate);
    Ok((free && surrogate != original).then_some(surrogate))
}

fn part<D: Draws>(
    part: Part,
    code: &str,
    gender: Gender,
    form: &Form,
    names: &[String],
    source: &Source<'_>,
    draws: &mut D,
) -> Result<Option<String>, D::Error> {
    let own: BTreeSet<String> = names
        .iter()
        .flat_map(|it| it.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect::<Vec<_>>())
        .collect();
    // Neither a name of theirs, nor a character of one.
    let is_theirs = |it: &str| {
        let it = it.to_lowercase();
        own.contains(&it) || it.chars().all(view::is_han) && own.iter().any(|own| own.contains(&it))
    };
    let word = gender.word();
    let draw_from =
        |name: &str, list: &'static [&'static str], draws: &mut D| -> Result<Option<String>, D::Error> {
            let at = |n: u32| usize::try_from(n).ok().and_then(|n| list.get(n)).copied();
            let mut fits = |n: u32| at(n).is_some_and(|it| !is_theirs(it) && source.is_free(it));
            let size = u32::try_from(list.len()).unwrap_or(0);
            Ok(draws.draw(name, code, size, &mut fits)?.and_then(at).map(str::to_owned))
        };
    match part {
        Part::WestGiven => {
            let list = by_gender(gender, pools::WEST_MALE, pools::WEST_FEMALE, pools::WEST_EITHER);
            draw_from(&format!("west {word}"), list, draws)
        }
        Part::AsianGiven => {
            let list = by_gender(
                gender,
                pools::SOUTH_ASIAN_MALE,
                pools::SOUTH_ASIAN_FEMALE,
                pools::SOUTH_ASIAN_EITHER,
            );
            draw_from(&format!("south asian {word}"), list, draws)
        }
        Part::WestSurname => draw_from("west surname", pools::WEST_SURNAMES, draws),
        Part::AsianSurname => draw_from("south asian surname", pools::SOUTH_ASIAN_SURNAMES, draws),
        Part::Surname => {
            // As many rounds as it takes: people share surnames.
            let at = |n: u32| {
                let n = usize::try_from(n.checked_rem(pools::DRAWN_SURNAMES)?).ok()?;
                pools::HAN_SURNAMES.get(n).copied()
            };
            let mut fits = |n: u32| {
                at(n).is_some_and(|(han, roman)| {
                    !is_theirs(han) && !is_theirs(roman) && source.is_free(han) && source.is_free(roman)
                })
            };
            let n = draws.draw("surname", code, pools::DRAWN_SURNAMES.saturating_mul(1_000), &mut fits)?;
            Ok(n.and_then(at).map(|(han, roman)| if form.han { han } else { roman }.to_owned()))
        }
        Part::Given | Part::Last => {
            let (first, last) = by_gender(
                gender,
                (pools::MALE_FIRST, pools::MALE_LAST),
                (pools::FEMALE_FIRST, pools::FEMALE_LAST),
                (pools::EITHER_FIRST, pools::EITHER_LAST),
            );
            let size = u32::try_from(first.len().saturating_mul(last.len())).unwrap_or(0);
            let at = |n: u32| {
                let n = usize::try_from(n).ok()?;
                Some((*first.get(n.checked_rem(first.len())?)?, *last.get(n.checked_div(first.len())?)?))
            };
            let mut fits = |n: u32| {
                at(n).is_some_and(|(a, b)| {
                    let (han, roman) = (format!("{}{}", a.0, b.0), format!("{} {}", a.1, b.1));
                    let nickname = format!("阿{}", b.0);
                    source.roster.find(&View::of(&nickname)).is_empty()
                        && ![a.0, b.0, a.1, b.1].into_iter().any(is_theirs)
                        && source.is_free(&han)
                        && source.is_free(&roman)
                })
            };
            let pair = draws.draw(&format!("given {word}"), code, size, &mut fits)?.and_then(at);
            Ok(pair.map(|(a, b)| match (part, form.han) {
                (Part::Last, true) => b.0.to_owned(),
                (Part::Last, false) => b.1.to_owned(),
                (_, true) => format!("{}{}", a.0, b.0),
                (_, false) => format!("{} {}", a.1, b.1),
            }))
        }
    }
}

fn by_gender<T>(gender: Gender, male: T, female: T, either: T) -> T {
    match gender {
        Gender::Male => male,
        Gender::Female => female,
        Gender::Unknown => either,
    }
}

#[cfg(test)]
mod tests;
