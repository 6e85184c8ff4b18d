//! What the transform makes of talk as people talk, with the packs that are built in.

use std::collections::BTreeMap;

use super::*;
use crate::{
    config::{Bars, Columns, Detail, Language},
    detect::{self, Context, Participants, scan},
    entity::EntityType as E,
    id::JobId,
    item::Profile,
    roster::matcher::{AliasTable, Matcher},
    rules::{Engine, PackSource},
    transcript::Piece,
};

/// Everything said by one person in one turn.
struct Said {
    engine: Engine,
}

impl Said {
    fn new() -> Self {
        let packs: Vec<_> = ["core", "en", "hk"].iter().filter_map(|it| PackSource::built_in(it)).collect();
        Self { engine: Engine::compile(&packs, &[]).unwrap() }
    }

    fn becomes(&self, text: &str, policy: &Policy) -> String {
        let piece = Piece { start: 0, end: text.len(), role: Role::Speech, turn: 0 };
        let layout = Layout { format: Format::Text, encoding: "UTF-8".to_owned(), pieces: vec![piece] };
        let context = Context {
            engine: &self.engine,
            roster: &Matcher::new(&AliasTable::default()).unwrap(),
            languages: &[Language::En, Language::Yue, Language::Zh],
            participants: &Participants::default(),
            model: None,
            bars: Bars::default(),
            columns: &Columns::default(),
        };
        let found = scan(text, &layout, &context).unwrap();
        let raw = Transcript::new(JobId::from_bytes([1; 16]), text.to_owned(), layout).unwrap();
        let detected = detect::accept(raw, found).unwrap();
        // EXPOSE: invented talk, compared in a test.
        transform(detected, &CodeTable::default(), policy).0.text().expose().clone()
    }
}

#[test]
fn a_place_has_one_name_in_both_languages_and_goes_one_rung_further_outside() {
    let said = Said::new();
    let team = Policy::new(BTreeMap::new(), Detail::default(), 0);
    let external = team.clone().for_profile(Profile::External);
    for (text, at_home, outside) in [
        ("I live in Shatin", "New Territories", "New Territories"),
        ("I live in Sha Tin now", "New Territories", "New Territories"),
        ("我住沙田㗎", "New Territories", "New Territories"),
        ("喺沙田區嗰邊", "New Territories", "New Territories"),
        ("我住 Tai Wai 嗰邊", "Sha Tin", "New Territories"),
        ("我住大圍呀", "Sha Tin", "New Territories"),
        ("住咗喺瀝源邨好耐", "Sha Tin", "New Territories"),
        ("moved to Lek Yuen Estate", "Sha Tin", "New Territories"),
        ("我喺九龍返工", "Hong Kong", "Hong Kong"),
        ("she works in Kowloon", "Hong Kong", "Hong Kong"),
        ("佢去咗澳門", "overseas", "overseas"),
        ("he went to Macau", "overseas", "overseas"),
    ] {
        for (policy, want) in [(&team, at_home), (&external, outside)] {
            let out = said.becomes(text, policy);
            assert!(out.contains(&format!("[place: {want}]")), "{text} → {out}");
        }
    }
    let both = "我住 Shatin，即係沙田，close to Sha Tin station 大圍 side";
    let out = said.becomes(both, &team);
    for it in ["Shatin", "沙田", "大圍"] {
        assert!(!out.contains(it), "{it} in {out}");
    }
}

#[test]
fn ages_as_they_are_spoken() {
    let said = Said::new();
    let policy = Policy::new(BTreeMap::new(), Detail::default(), 0);
    for (text, want) in [
        ("I am thirty-four years old", "[age: 30-34]"),
        ("我今年三十四歲", "[age: 30-34]"),
        ("my son is 3 years old", "[age: 0-4]"),
        ("個仔兩歲", "[age: 0-4]"),
        // A decade is coarse enough, and found only where a rule sees more than that.
        ("I was in my forties then", "in my forties"),
        ("嗰陣三十幾歲", "[age: 30-39]"),
        ("my mother is ninety-three years old", "[age: 90+]"),
    ] {
        let out = said.becomes(text, &policy);
        assert!(out.contains(want), "{text} → {out}");
    }
}

#[test]
fn no_date_that_is_found_stays_where_it_was() {
    let said = Said::new();
    let policy = Policy::new(BTreeMap::from([(E::Date, Action::DateShift)]), Detail::default(), 30);
    for (text, want) in [
        ("it was on 12 March 2019", "[date: 11 April 2019]"),
        ("on the twelfth of March two thousand and nineteen", "[date: 11th April 2019]"),
        ("on Tuesday 12 March 2019 yes", "on [date: 11 April 2019] yes"),
        ("since March 2019", "[date: April 2019]"),
        ("喺2019年3月12號入院", "[date: 2019年4月11號]"),
        ("二零一九年三月出院", "[date: 二零一九年四月]"),
        ("born in nineteen sixty-one", "[date: 1961]"),
        ("年初二去拜年", "[date]"),
    ] {
        let out = said.becomes(text, &policy);
        assert!(out.contains(want), "{text} → {out}");
    }
}
