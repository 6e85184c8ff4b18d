//! CHAT of `TalkBank`: the headers that a sound file must have, made anew, and a main line a turn.
//!
//! CHAT calls a speaker by up to seven capitals and digits. Where a label is more than that, a comment says what the
//! code stands for, and whoever reads the file with us has the label again.

use std::collections::{BTreeMap, BTreeSet};

use super::text::add;
use crate::{
    parse::{
        chat::{FOR, KNOWN_LANGUAGES, LANGUAGES, SAID, STANDS},
        rows::{self, Row},
    },
    transcript::Role,
};

const MAX_CODE_CHARS: usize = 7;

pub(super) fn write(held: &str) -> Vec<u8> {
    let rows = rows::rows(held).unwrap_or_default();
    let languages = rows.first().and_then(languages);
    let rows = rows.get(usize::from(languages.is_some())..).unwrap_or_default();
    let languages = languages.unwrap_or("und");
    let mut codes = Codes::default();
    for row in rows {
        codes.of(row.label());
    }
    let all: Vec<_> = codes.order.iter().map(|it| format!("{} Participant", it.1)).collect();
    let mut file = format!("@UTF8\n@Begin\n@Languages:\t{languages}\n@Participants:\t{}\n", all.join(" , "));
    for (_, code) in &codes.order {
        add(&mut file, format_args!("@ID:\t{languages}|study|{code}|||||Participant|||\n"));
    }
    for (label, code) in codes.order.iter().filter(|it| it.0 != it.1) {
        add(&mut file, format_args!("@Comment:\t{STANDS}{code}{FOR}{label}\n"));
    }
    let mut before = None;
    for row in rows {
        let label = row.label();
        let tier = row.0.iter().find(|it| it.role == Role::Header).map_or("", |it| it.text.as_str());
        if before == Some(label) && SAID.contains(&tier) {
            add(&mut file, format_args!("{tier}:\t{}\n", row.speech()));
            continue;
        }
        add(&mut file, format_args!("*{}:\t{}", codes.of(label), row.speech()));
        if let [start, end] = *row.times().collect::<Vec<_>>() {
            add(&mut file, format_args!(" \u{15}{start}_{end}\u{15}"));
        }
        file.push('\n');
        before = Some(label);
    }
    file.push_str("@End\n");
    file.into_bytes()
}

/// The languages that a row names, if it is such a row.
fn languages(row: &Row) -> Option<&str> {
    let [cell] = row.0.as_slice() else { return None };
    let said = cell.text.strip_prefix(LANGUAGES).filter(|_| cell.role == Role::Header)?;
    said.split(", ").all(|it| KNOWN_LANGUAGES.contains(&it)).then_some(said)
}

/// The speakers' codes, in the order of their first turns.
#[derive(Default)]
struct Codes<'h> {
    order: Vec<(&'h str, String)>,
    at: BTreeMap<&'h str, usize>,
    taken: BTreeSet<String>,
    last: BTreeMap<String, usize>,
}

impl<'h> Codes<'h> {
    fn of(&mut self, label: &'h str) -> &str {
        let at = *self.at.entry(label).or_insert(self.order.len());
        if at == self.order.len() {
            let code = self.next(label);
            self.order.push((label, code));
        }
        self.order.get(at).map_or("", |it| it.1.as_str())
    }

    fn next(&mut self, label: &str) -> String {
        let letters = label.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_uppercase());
        let mut code: String = letters.take(MAX_CODE_CHARS).collect();
        if code.is_empty() {
            "SPK".clone_into(&mut code);
        }
        let last = self.last.entry(code.clone()).or_default();
        let mut named = code.clone();
        while !self.taken.insert(named.clone()) {
            *last = last.saturating_add(1);
            let number = last.to_string();
            named = code.chars().take(MAX_CODE_CHARS.saturating_sub(number.len())).collect();
            named.push_str(&number);
        }
        named
    }
}
