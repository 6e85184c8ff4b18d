//! One REFI-QDA project (1.0) of all copies: sources and cases, no codes, no notes.
//!
//! What other programs are known to want: the folder is `sources/` in small letters; `project.qde` begins without a
//! byte-order mark, plain texts with one; a plain text has no `richTextPath`; ids are random; days have no time.

use std::collections::{BTreeMap, BTreeSet};

use super::{Copy, Error, text};
use crate::{
    id::{Code, GroupId, Handle, RoleId, Wave},
    item::Language,
    render::{escape, pack},
    residual::words::Words,
};

const HEAD: &str = r#"<?xml version="1.0" encoding="utf-8"?>
"#;
/// What an attribute of a case or a source is called, in this order.
const VARIABLES: [&str; 5] = ["role", "group", "wave", "activity", "language"];

/// The name of a joint item's place among its group.
const JOINT: &str = "JOINT";

/// Ids as they come: random, version 4 (RFC 9562).
struct Guids<'r>(&'r mut dyn FnMut() -> Option<[u8; 16]>);

impl Guids<'_> {
    fn next(&mut self) -> Result<String, Error> {
        let mut it = (self.0)().ok_or(Error::Random)?;
        if let Some(version) = it.get_mut(6) {
            *version = *version & 0x0F | 0x40;
        }
        if let Some(variant) = it.get_mut(8) {
            *variant = *variant & 0x3F | 0x80;
        }
        let hex = Handle::from_bytes(it).to_string();
        let part = |range: std::ops::Range<usize>| hex.get(range).unwrap_or_default();
        Ok(format!("{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)))
    }
}

/// A case: a group, or a participant in it. Copies that withhold the group have participants alone.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
struct Case {
    name: String,
    group: Option<GroupId>,
    role: Option<RoleId>,
}

/// The file. `random` gives random bytes.
///
/// # Errors
///
/// Fails if it gives none.
pub fn write(copies: &[Copy], random: &mut dyn FnMut() -> Option<[u8; 16]>) -> Result<Vec<u8>, Error> {
    let mut guids = Guids(random);
    let user = guids.next()?;
    let variables = VARIABLES.iter().map(|it| Ok((*it, guids.next()?))).collect::<Result<Vec<_>, Error>>()?;
    let sources = copies.iter().map(|it| Ok((it, guids.next()?))).collect::<Result<Vec<_>, Error>>()?;
    let study = copies.first().map_or("", |it| it.row.study.as_str());
    let day = copies.iter().map(Copy::day).max().unwrap_or_default();

    let mut xml = HEAD.to_owned();
    xml.push_str(r#"<Project xmlns="urn:QDA-XML:project:1.0""#);
    for (name, value) in [("name", study), ("origin", "vouchsafe"), ("creatingUserGUID", &user)] {
        attribute(name, value, &mut xml);
    }
    attribute("creationDateTime", &at(day), &mut xml);
    xml.push_str("><Users><User");
    attribute("guid", &user, &mut xml);
    attribute("name", "Analyst", &mut xml);
    xml.push_str("/></Users><Variables>");
    for (name, guid) in &variables {
        xml.push_str("<Variable");
        attribute("guid", guid, &mut xml);
        attribute("name", name, &mut xml);
        attribute("typeOfVariable", "Text", &mut xml);
        xml.push_str("/>");
    }
    xml.push_str("</Variables><Cases>");
    for (case, members) in cases(&sources) {
        xml.push_str("<Case");
        attribute("guid", &guids.next()?, &mut xml);
        attribute("name", &case.name, &mut xml);
        xml.push('>');
        let role = case.role.as_ref().map_or("", RoleId::as_str);
        values(&variables, &[("role", role), ("group", group_of(case.group.as_ref()))], &mut xml);
        for guid in members {
            xml.push_str("<SourceRef");
            attribute("targetGUID", guid, &mut xml);
            xml.push_str("/>");
        }
        xml.push_str("</Case>");
    }
    xml.push_str("</Cases><Sources>");
    for (copy, guid) in &sources {
        xml.push_str("<TextSource");
        attribute("guid", guid, &mut xml);
        attribute("name", copy.name(), &mut xml);
        attribute("plainTextPath", &format!("internal://{guid}.txt"), &mut xml);
        attribute("creatingUser", &user, &mut xml);
        attribute("creationDateTime", &at(copy.day()), &mut xml);
        xml.push('>');
        let row = &copy.row;
        let told = [
            ("role", row.role.as_str()),
            ("group", group_of(row.group.as_ref())),
            ("wave", row.wave.as_ref().map_or("", Wave::as_str)),
            ("activity", row.activity.folder()),
            ("language", row.language.map_or_else(|| language(copy), Language::name)),
        ];
        values(&variables, &told, &mut xml);
        xml.push_str("</TextSource>");
    }
    xml.push_str("</Sources></Project>\n");

    let texts: Vec<_> = sources
        .iter()
        .map(|(copy, guid)| {
            // What analysts' programs make of line feeds alone differs.
            (format!("sources/{guid}.txt"), format!("\u{FEFF}{}", text::write(copy).replace('\n', "\r\n")))
        })
        .collect();
    let mut members = vec![("project.qde", xml.as_bytes())];
    members.extend(texts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())));
    Ok(pack(&members))
}

/// A day without its hours.
fn at(day: &str) -> String {
    format!("{day}T00:00:00Z")
}

fn attribute(name: &str, value: &str, xml: &mut String) {
    xml.push(' ');
    xml.push_str(name);
    xml.push_str("=\"");
    escape(value, xml);
    xml.push('"');
}

fn values(variables: &[(&str, String)], told: &[(&str, &str)], xml: &mut String) {
    for (name, guid) in variables {
        let Some((_, value)) = told.iter().find(|it| it.0 == *name && !it.1.is_empty()) else { continue };
        xml.push_str("<VariableValue><VariableRef");
        attribute("targetGUID", guid, xml);
        xml.push_str("/><TextValue>");
        escape(value, xml);
        xml.push_str("</TextValue></VariableValue>");
    }
}

/// In which script most of it is; a language is more than that, and nobody has said which.
fn language(copy: &Copy) -> &'static str {
    copy.turns.iter().fold(Words::default(), |all, it| all.and(Words::of(&spoken(&it.text)))).script()
}

/// What was said, without what stands in its place: `[PSW-03]`.
fn spoken(text: &str) -> String {
    let mut parts = text.split('[');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |said, it| said + it.split_once(']').map_or(it, |it| it.1))
}

/// The cases, and the ids of the sources that each speaks in.
fn cases<'s>(sources: &'s [(&Copy, String)]) -> BTreeMap<Case, Vec<&'s str>> {
    let people = people(sources);
    let mut cases: BTreeMap<Case, Vec<&str>> = BTreeMap::new();
    for (copy, guid) in sources {
        let row = &copy.row;
        let group = |it: &GroupId| Case { name: it.to_string(), group: Some(it.clone()), role: None };
        let mut named: Vec<Case> = row.group.iter().map(group).collect();
        if row.role.as_str() == JOINT {
            let spoke: BTreeSet<_> = copy.turns.iter().map(|it| it.speaker.as_str()).collect();
            let there = people.iter().filter(|((home, _), it)| {
                *home == home_of(copy) && it.len() == 1 && it.iter().any(|it| spoke.contains(it.as_str()))
            });
            named.extend(there.map(|((_, role), it)| participant(copy, role, it)));
        } else {
            let none = BTreeSet::new();
            let known = people.get(&(home_of(copy), row.role.clone())).unwrap_or(&none);
            named.push(participant(copy, &row.role, known));
        }
        for it in named {
            cases.entry(it).or_default().push(guid);
        }
    }
    cases
}

/// Within what one role is one person: the group, or the copy where that is withheld.
fn home_of(copy: &Copy) -> &str {
    copy.row.group.as_ref().map_or(copy.name(), GroupId::as_str)
}

fn group_of(group: Option<&GroupId>) -> &str {
    group.map_or("", GroupId::as_str)
}

/// By their code, where there is no doubt whose it is.
fn participant(copy: &Copy, role: &RoleId, known: &BTreeSet<Code>) -> Case {
    let mut known = known.iter();
    let name = match (known.next(), known.next()) {
        (Some(code), None) => code.to_string(),
        _ => format!("{} {role}", home_of(copy)),
    };
    Case { name, group: copy.row.group.clone(), role: Some(role.clone()) }
}

/// The codes that speak in a group's copies, by the roles that have copies of their own.
fn people<'c>(sources: &[(&'c Copy, String)]) -> BTreeMap<(&'c str, RoleId), BTreeSet<Code>> {
    let roles: BTreeSet<_> =
        sources.iter().map(|it| &it.0.row.role).filter(|it| it.as_str() != JOINT).collect();
    let mut people: BTreeMap<_, BTreeSet<Code>> = BTreeMap::new();
    for (copy, _) in sources {
        let spoke: BTreeSet<_> = copy.turns.iter().map(|it| it.speaker.as_str()).collect();
        for (code, role) in spoke
            .iter()
            .filter_map(|it| it.parse::<Code>().ok())
            .flat_map(|code| roles.iter().map(move |role| (code.clone(), (*role).clone())))
        {
            let number = code.as_str().strip_prefix(role.as_str()).and_then(|it| it.strip_prefix('-'));
            if number.is_some_and(|it| !it.is_empty()) {
                people.entry((home_of(copy), role)).or_default().insert(code);
            }
        }
    }
    people
}
