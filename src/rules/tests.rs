//! What the loader accepts, refuses and finds.

use std::fmt::Write as _;

use super::*;
use crate::view::View;

const HEAD: &str =
    "schema = 1\nname = \"t\"\nversion = \"1\"\ntitle = \"T\"\nlanguages = [\"any\"]\nlicence = \"CC0\"\n";

/// A pack of the given files with a true manifest.
pub(crate) fn pack(files: &[(&str, &str)]) -> PackSource {
    let files: Vec<_> =
        files.iter().map(|(path, text)| PackFile { path: (*path).into(), text: (*text).into() }).collect();
    let mut source = PackSource { name: "t".into(), files };
    let mut text = format!("{HEAD}[files]\n");
    for (path, digest) in pack_digests(&source) {
        writeln!(text, "\"{path}\" = \"{digest}\"").unwrap();
    }
    source.files.push(PackFile { path: "PACK.toml".into(), text });
    source
}

fn rule(extra: &str) -> String {
    format!(
        "schema = 1\n[[rule]]\nid = \"t.code\"\ntitle = \"a\"\nstatus = \"stable\"\nsince = \"1\"\nlang = [\"any\"]\nwhy = \"a\"\nsource = \"a\"\n{extra}"
    )
}

const GOOD: &str = r#"
class = "direct"
entity = "IDNUM"
patterns = ['''T-(?P<v>[0-9]{4})''']
bound = "number"
near = { words = ["case", "個案"], within = 12, add = 0.3 }
not_near = { words = ["room"], within = 3, add = -0.5 }
confidence = 0.6
must_match = [{ text = "個案T-1234呀", find = "1234" }]
must_not_match = [{ text = "T-12345", because = "five digits" }, { text = "room T-1234", because = "a room" }]
"#;

fn faults(rules: &str) -> Vec<&'static str> {
    let errors = Engine::faults(&[pack(&[("10-direct/a.toml", rules)])]);
    errors.iter().map(Fault::code).collect()
}

#[track_caller]
fn refused(from: &str, to: &str, code: &str) {
    assert!(GOOD.contains(from), "{from}");
    assert_eq!(faults(&rule(&GOOD.replacen(from, to, 1))), [code], "{to}");
}

#[test]
fn a_good_rule_loads() {
    assert!(faults(&rule(GOOD)).is_empty());
}

#[test]
fn what_is_wrong_with_a_rule_is_told_by_code() {
    refused("class = ", "colour = \"red\"\nclass = ", "RU-03");
    refused("\"direct\"", "\"keep\"", "RU-04");
    refused("\"IDNUM\"", "\"NOBODY\"", "RU-03");
    refused("T-(?P<v>", "T-(?=x)(?P<v>", "RU-04");
    refused("T-(?P<v>", r"\bT-(?P<v>", "RU-04");
    refused("T-(?P<v>", "T-((?P<v>", "RU-05");
    refused("T-(?P<v>[0-9]{4})", "x*", "RU-04");
    refused("bound = \"number\"", "validator = \"nobody\"", "RU-07");
    refused("bound = \"number\"", "require = [{ group = \"v\", list = \"nobody\" }]", "RU-07");
    refused("add = 0.3", "add = -0.3", "RU-04");
    refused("confidence = 0.6", "confidence = 1.6", "RU-04");
    refused("because = \"a room\"", "because = \"\"", "RU-04");
    refused("find = \"1234\"", "find = \"T-1234\"", "RU-08");
    refused("text = \"T-12345\"", "text = \"T-1234\"", "RU-08");
    refused("confidence = 0.6", "confidence = 0.1", "RU-08");
}

#[test]
fn a_rule_needs_examples_of_both_kinds() {
    let none = GOOD.split("must_not_match").next().unwrap();
    assert_eq!(faults(&rule(none)), ["RU-04"]);
    let hong_kong = rule(GOOD).replace("t.code", "hk.code");
    assert!(faults(&hong_kong).is_empty());
    assert_eq!(faults(&hong_kong.replace("個案T-1234呀", "case T-1234 or")), ["RU-04"]);
}

#[test]
fn errors_tell_the_line() {
    let rules = rule(&GOOD.replacen("class", "colour = 1\nclass", 1));
    let errors = Engine::faults(&[pack(&[("10-direct/a.toml", &rules)])]);
    let line = rules.lines().position(|it| it.starts_with("colour")).unwrap() + 1;
    assert_eq!(errors[0].to_string(), format!("t/10-direct/a.toml:{line}: there is no such key"));
}

#[test]
fn a_changed_missing_or_added_file_refuses_the_pack() {
    let good = pack(&[("10-direct/a.toml", &rule(GOOD))]);
    assert!(Engine::compile(std::slice::from_ref(&good), &[]).is_ok());
    let mut changed = good.clone();
    changed.files[0].text.push('\n');
    let mut missing = good.clone();
    missing.files.remove(0);
    let mut added = good.clone();
    added.files.push(PackFile { path: "10-direct/b.toml".into(), text: "schema = 1".into() });
    for it in [changed, missing, added] {
        assert_eq!(Engine::compile(&[it], &[]).unwrap_err().code(), "RU-02");
    }
    let mut site = good;
    site.files.push(PackFile { path: "site/a.toml".into(), text: "schema = 1".into() });
    assert!(Engine::compile(&[site], &[]).is_ok(), "an override is no part of the manifest");
}

#[test]
fn digests_tell_packs_apart() {
    let one = Engine::compile(&[pack(&[("10-direct/a.toml", &rule(GOOD))])], &[]).unwrap();
    let two = Engine::compile(&[pack(&[("10-direct/b.toml", &rule(GOOD))])], &[]).unwrap();
    assert_ne!(one.digest(), two.digest());
}

#[test]
fn a_site_disables_a_direct_rule_only_with_a_name_and_a_date() {
    let with = |site: &str| {
        let mut it = pack(&[("10-direct/a.toml", &rule(GOOD))]);
        it.files.push(PackFile { path: "site/a.toml".into(), text: format!("schema = 1\n{site}") });
        it
    };
    let signed = "reason = \"ours are public\"\nby = \"KL\"\ndate = \"2026-11-02\"\n";
    let off = format!("[[override]]\nid = \"t.code\"\nenabled = false\n{signed}");
    let engine = Engine::compile(&[with(&off)], &[]).unwrap();
    assert_eq!(engine.disabled(), ["t.code"]);
    assert_eq!(engine.rules().count(), 0);
    let unsigned = off.replace("2026-11-02", "soon");
    assert_eq!(Engine::compile(&[with(&unsigned)], &[]).unwrap_err().code(), "RU-04");
    let nobody = off.replace("t.code", "t.none");
    assert_eq!(Engine::compile(&[with(&nobody)], &[]).unwrap_err().code(), "RU-07");
}

fn found(engine: &Engine, text: &str) -> Vec<(String, String, String)> {
    let view = View::of(text);
    let (hits, _) = engine.find(view.text(), view.folded());
    let mut all: Vec<_> = hits
        .into_iter()
        .map(|it| (it.rule.to_owned(), text[view.source(it.range)].to_owned(), it.ladder.join(">")))
        .collect();
    all.sort();
    all
}

const PLACES: &str = r#"schema = 1
[[rule]]
id = "t.place"
title = "a"
status = "stable"
since = "1"
lang = ["any"]
why = "a"
source = "a"
class = "quasi"
entity = "LOC"
list = "places"
confidence = 0.7
must_match = [{ text = "喺沙田區住", find = "沙田區" }]
must_not_match = [{ text = "tokwawana", because = "no word" }]
"#;
const KEEP: &str = r#"schema = 1
[[rule]]
id = "t.keep"
title = "a"
class = "keep"
status = "stable"
since = "1"
lang = ["any"]
why = "a"
source = "a"
patterns = ["sha tin wai college"]
must_match = [{ text = "at sha tin wai college", find = "sha tin wai college" }]
must_not_match = [{ text = "sha tin", because = "shorter" }]
"#;
const LIST: &str =
    "# source: our own; licence: CC0\n沙田,新界東\n沙田區,新界東,香港\nSha Tin,NT East\nTokwawan,Kowloon\n";

#[test]
fn terms_are_found_longest_at_word_borders_in_any_case() {
    let engine = Engine::compile(
        &[pack(&[("00-keep/a.toml", KEEP), ("30-places/a.toml", PLACES), ("lists/places.csv", LIST)])],
        &[],
    )
    .unwrap();
    let is = |text: &str, want: &[(&str, &str)]| {
        let want: Vec<_> = want
            .iter()
            .map(|(found, ladder)| ("t.place".to_owned(), (*found).to_owned(), (*ladder).to_owned()))
            .collect();
        assert_eq!(found(&engine, text), want, "{text}");
    };
    is("我喺沙田區住", &[("沙田區", "新界東>香港")]);
    is("in ＳＨＡ tin.", &[("ＳＨＡ tin", "NT East")]);
    is("喺Sha Tin住", &[("Sha Tin", "NT East")]);
    is("sha tins", &[]);
    is("sha tin wai college", &[]);
    is("my sha tin wai college in sha tin", &[("sha tin", "NT East")]);
}

#[test]
fn cases_hold_or_refuse_the_pack() {
    let with = |case: &str| {
        let packs = [pack(&[("10-direct/a.toml", &rule(GOOD)), ("cases/a.txt", case)])];
        Engine::faults(&packs).iter().map(Fault::code).collect::<Vec<_>>()
    };
    assert!(with("# a comment\ncase T-[[1234|IDNUM]] and room 5\n").is_empty());
    assert_eq!(with("case T-[[1234|PHONE]]\n"), ["RU-08"]);
    assert_eq!(with("case T-1234\n"), ["RU-08"], "what is not marked is not found");
    assert_eq!(with("[[nothing|IDNUM]]\n"), ["RU-08"]);
}

#[test]
fn a_refused_match_does_not_hide_the_one_inside_it() {
    let engine = Engine::compile(&[pack(&[("10-direct/a.toml", &rule(GOOD))])], &[]).unwrap();
    let view = View::of("case T-12345 T-4321, T-9999");
    let (hits, _) = engine.find(view.text(), view.folded());
    assert_eq!(hits.len(), 2);
}
