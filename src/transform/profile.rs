//! The copy for other readers, made of the team's: the same words, with other markers.
//!
//! What a reviewer approved is the team's copy, and no original is at hand any more. So a copy of another profile is
//! that text, in which every code is another, every rung, band and date a wider one, and for insiders all kin are of the
//! family. It says nothing that the team's copy does not. Codes and groups that somebody typed into the talk go with the others.
//!
//! | In the team's copy | `external` | `insider-safe` |
//! |---|---|---|
//! | a code, also one that was typed; a surrogate | a code of the participant's copies | a code of this session's copies |
//! | a group that was typed | `[id number]` | the same |
//! | a place and the like | one rung up, or its kind alone | the same |
//! | an age | ten years at least | the same |
//! | a year, a moved date | the same | its kind alone |
//! | a word of kinship: `my sister`, 家姐 | the same | `[family member]` |

use std::collections::{BTreeMap, BTreeSet};

use super::{
    LayoutFacts, Markers, Policy, Transformed, age,
    kin::{FAMILY_MEMBER, KinWords},
    marker::{self, Token},
    typed::TypedCodes,
};
use crate::{
    config::Action,
    detect::Scan,
    entity::EntityType,
    item::Profile,
    roster::squeeze::squeezed_name,
    transcript::{Edit, Raw, Replaced, Transcript},
};

/// Who or what a marker stands for, as the team's copy tells it.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum Named {
    /// By a code: `PSW-03`, `hospital-2`.
    Coded(String),
    /// By a surrogate of a kind, squeezed.
    Surrogate(EntityType, String),
}

/// What a copy of another profile is made with.
#[derive(Debug)]
pub struct Apart<'a> {
    /// Which profile; not the team's.
    pub profile: Profile,
    /// The code of everybody and everything that is [`named`].
    pub codes: &'a BTreeMap<Named, String>,
    /// The rung above each rung of a ladder.
    pub above: &'a BTreeMap<String, String>,
    /// The study's codes and groups, which may have been typed where nobody replaced them.
    pub typed: &'a TypedCodes,
    /// Words of kinship, of which insiders are told that somebody is of the family.
    pub kin: &'a KinWords,
}

/// Whoever and whatever has a code or a surrogate in a copy of the team's, each once.
#[must_use]
pub fn named(team: &Transcript<Raw>, markers: &Markers, typed: &TypedCodes) -> BTreeSet<Named> {
    // EXPOSE: searched for markers and codes of ours.
    let (text, pieces) = (team.text().expose(), &team.layout().pieces);
    let tokens = markers.tokens(text, pieces);
    let ours: Vec<_> = tokens.iter().map(|it| it.0.clone()).collect();
    let typed = typed.find(text, pieces, &ours).into_iter().filter_map(|it| it.1);
    let typed: Vec<Named> = typed.map(|it| Named::Coded(it.to_owned())).collect();
    tokens.into_iter().filter_map(|(_, it)| named_by(it)).chain(typed).collect()
}

/// Whether a copy of the team's has a marker that nobody would write now, and that could not be replaced for that.
#[must_use]
pub fn has_unknown(team: &Transcript<Raw>, markers: &Markers) -> bool {
    // EXPOSE: searched for what looks like a marker of ours.
    markers.has_unknown(team.text().expose(), &team.layout().pieces)
}

fn named_by(token: Token<'_>) -> Option<Named> {
    match token {
        Token::Code(code) => Some(Named::Coded(code.to_owned())),
        Token::Surrogate(entity, value) => Some(Named::Surrogate(entity, squeezed_name(value))),
        Token::Bare | Token::Left(..) => None,
    }
}

/// Writes the copy. `markers` are those of the team's copy, `before` is what the source's layout was; the new
/// markers come back with it.
pub fn for_profile(
    team: &Transcript<Raw>,
    markers: &Markers,
    before: LayoutFacts,
    apart: &Apart<'_>,
) -> (Transcript<Transformed>, Markers) {
    let policy = markers.policy.clone().for_profile(apart.profile);
    let mut rungs = BTreeSet::new();
    let mut edits = Vec::new();
    // EXPOSE: searched for markers of ours, which others take the place of.
    let text = team.text().expose();
    let tokens = markers.tokens(text, &team.layout().pieces);
    let marks: Vec<_> = tokens.iter().map(|it| it.0.clone()).collect();
    for (range, code) in apart.typed.find(text, &team.layout().pieces, &marks) {
        let code = code.and_then(|it| apart.codes.get(&Named::Coded(it.to_owned())));
        let with = code.map_or_else(|| marker::typed(EntityType::IdNumber), |it| marker::marker(it));
        edits.push(Edit { range, with });
    }
    for (range, token) in tokens {
        let is_marker = text.get(range.clone()).is_some_and(|it| it.starts_with('['));
        let code = named_by(token).and_then(|it| apart.codes.get(&it));
        let with = match (token, code) {
            (Token::Bare, _) => continue,
            (Token::Code(_), Some(code)) if !is_marker => code.clone(),
            (Token::Surrogate(entity, _), _) if policy.action(entity) == Action::Suppress => {
                marker::typed(entity)
            }
            (Token::Code(_) | Token::Surrogate(..), Some(code)) => marker::marker(code),
            // For which nobody drew a code.
            (Token::Code(_), None) => marker::typed(EntityType::Person),
            (Token::Surrogate(entity, _), None) => marker::typed(entity),
            (Token::Left(noun, rest), _) => match wider(noun, rest, &policy, apart.above) {
                Left::Bare(entity) => marker::typed(entity),
                Left::Rest(rest) => {
                    let entity = marker::entity_of(noun);
                    rungs.extend(entity.map(|it| marker::rung_digest(&markers.names, it, &rest)));
                    marker::with_rest(noun, &rest)
                }
            },
        };
        edits.push(Edit { range, with });
    }
    if apart.profile == Profile::InsiderSafe {
        let mut taken: Vec<_> = edits.iter().map(|it| it.range.clone()).chain(marks).collect();
        taken.sort_by_key(|it| it.start);
        let family = apart.kin.find(text, &team.layout().pieces, &taken).into_iter();
        edits.extend(family.map(|range| Edit { range, with: FAMILY_MEMBER.to_owned() }));
    }
    edits.sort_by_key(|it| it.range.start);
    let ours = Markers {
        codes: apart.codes.values().cloned().collect(),
        numbers: BTreeMap::new(),
        policy: policy.clone(),
        names: markers.names.share(),
        rungs,
        surrogates: Vec::new(),
    };
    let (copy, _) = team.again().rewrite(&edits, |_, _| Rewritten);
    let marks = ours.places(&copy);
    let copy = copy.advance((marks, before, policy), |Rewritten, (marks, before, policy)| Transformed {
        scan: Scan::default(),
        replaced: Replaced(marks),
        before,
        policy,
    });
    (copy, ours)
}

/// Between the states.
#[derive(Debug)]
struct Rewritten;

/// What is left of what was left.
enum Left {
    Bare(EntityType),
    Rest(String),
}

fn wider(noun: &str, rest: &str, policy: &Policy, above: &BTreeMap<String, String>) -> Left {
    // A year has a noun of its own.
    let entity = marker::entity_of(noun).unwrap_or(EntityType::Date);
    let rest = if entity == EntityType::Date {
        (policy.action(entity) != Action::Suppress).then(|| rest.to_owned())
    } else if entity == EntityType::Age {
        age::widened(rest, policy.detail().age_years)
    } else {
        above.get(rest).cloned()
    };
    rest.map_or(Left::Bare(entity), Left::Rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::Detail,
        id::JobId,
        item::ItemKind,
        parse::{Hint, parse},
        roster::name_key::NameKey,
        rules::Kin,
        secret::Sensitive,
    };

    const TEAM: &str = "INT-1: [PSW-03] of [hospital-2], [age: 30-34], [age: 85-89], [age: 90+], [place: Tuen Mun], [place: Mars]\n\
        PIR-03: [phone] in [year: 1961], [source: PSW-03] [laughs], [PSW-03]'s [person-1]\n\
        person-1: [PIR-03] on [date: 1 April 2019]\nPIR-03: yes\nINT-1: so, Mum's the word\nperson-1: bye Mum, 我家姐\n";

    fn check(profile: Profile, dates: Action, want: &str) {
        let names = || NameKey::new(Sensitive::new([3; 32]));
        let policy = Policy::new(BTreeMap::from([(EntityType::Date, dates)]), Detail::default(), 20);
        let rung = |it| marker::rung_digest(&names(), EntityType::Place, it);
        let markers = Markers {
            codes: ["PSW-03", "PIR-03", "INT-1"].map(str::to_owned).into(),
            numbers: EntityType::ALL.iter().map(|it| (*it, 9)).collect(),
            rungs: ["Tuen Mun", "Mars"].map(rung).into(),
            policy,
            names: names(),
            surrogates: Vec::new(),
        };
        let team = TEAM.replace("hospital", EntityType::Service.noun());
        let read = |text: &str| {
            let hint = Hint::of("txt".to_owned(), ItemKind::Transcript);
            parse(JobId::from_bytes([1; 16]), text.as_bytes(), &hint).unwrap()
        };
        let raw = read(&team);
        let typed = TypedCodes::new(["PSW-03", "PIR-03", "INT-1"], ["D03"]).unwrap();
        let kin = Kin {
            words: vec!["家姐".into(), "mum".into(), "place".into()],
            others: vec!["mum's the word".into()],
        };
        let kin = KinWords::new(&kin).unwrap();
        let everybody = named(&raw, &markers, &typed);
        let codes: BTreeMap<_, _> = everybody
            .into_iter()
            .zip(1000..)
            .map(|(it, n)| {
                let Named::Coded(code) = &it else { panic!("there are no surrogates") };
                let code = format!("{}-{n}", code.rsplit_once('-').unwrap().0);
                (it, code)
            })
            .collect();
        let above = BTreeMap::from([("Tuen Mun".to_owned(), "New Territories".to_owned())]);
        let apart = Apart { profile, codes: &codes, above: &above, typed: &typed, kin: &kin };
        let before = LayoutFacts::of(&team, raw.layout());
        let (copy, ours) = for_profile(&raw, &markers, before, &apart);
        let want = want.replace("hospital", EntityType::Service.noun());
        assert_eq!(copy.text().expose(), &want);
        // Read again, it is laid out as it was written, and every marker is known.
        let again = read(&want);
        assert_eq!(again.layout().pieces, copy.layout().pieces);
        assert_eq!(ours.places(&again), copy.state().replaced());
        assert_eq!(LayoutFacts::of(&want, again.layout()), before);
        let (left, family) = (want.matches('[').count(), want.matches(FAMILY_MEMBER).count());
        assert_eq!(
            copy.state().replaced().len(),
            left - family + 6 - 3,
            "six labels, and three that are no markers"
        );
    }

    #[test]
    fn every_code_is_another_and_every_rung_and_band_a_wider_one() {
        let want = |year: &str, date: &str, mum: &str, sister: &str| {
            format!(
                "INT-1000: [PSW-1002] of [hospital-1004], [age: 30-39], [age: 80-89], [age: 90+], \
                 [place: New Territories], [place]\n\
                 PIR-1001: [phone] in {year}, [source: [PSW-1002]] [laughs], [PSW-1002]'s [person-1003]\n\
                 person-1003: [PIR-1001] on {date}\nPIR-1001: yes\nINT-1000: so, Mum's the word\n\
                 person-1003: bye {mum}, 我{sister}\n"
            )
        };
        let (year, date) = ("[year: 1961]", "[date: 1 April 2019]");
        check(Profile::External, Action::YearOnly, &want(year, date, "Mum", "家姐"));
        check(Profile::External, Action::DateShift, &want(year, date, "Mum", "家姐"));
        // What is no marker of this study is speech and stays; the study's own say nothing any more.
        check(Profile::InsiderSafe, Action::YearOnly, &want("[date]", date, FAMILY_MEMBER, FAMILY_MEMBER));
        check(Profile::InsiderSafe, Action::DateShift, &want(year, "[date]", FAMILY_MEMBER, FAMILY_MEMBER));
    }
}
