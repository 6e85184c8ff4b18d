//! What the loader accepts, refuses and finds.

use std::fmt::Write as _;

use super::*;
use crate::view::View;

const HEAD: &str =
    "schema = 1\nname = \"t\"\nversion = \"1\"\ntitle = \"T\"\nlanguages = [\"any\"]\nlicence = \"CC0\"\n";

/// A pack of the given files with a true manifest.
pub(crate) fn pack(files: &[(&str, &str)]) -> PackSource {
    sealed(
        files.iter().map(|(path, text)| PackFile { path: (*path).into(), content: text_of(text) }).collect(),
    )
}

fn text_of(text: &str) -> Content {
    Content::Text(text.to_owned().into())
}

fn sealed(files: Vec<PackFile>) -> PackSource {
    let mut source = PackSource { name: "t".into(), files };
    let mut text = format!("{HEAD}[files]\n");
    for (path, digest) in pack_digests(&source) {
        writeln!(text, "\"{path}\" = \"{digest}\"").unwrap();
    }
    source.files.push(PackFile { path: "PACK.toml".into(), content: text_of(&text) });
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
    changed.files[0].content = text_of(&format!("{}\n", changed.files[0].text()));
    let mut missing = good.clone();
    missing.files.remove(0);
    let mut added = good.clone();
    added.files.push(PackFile { path: "10-direct/b.toml".into(), content: text_of("schema = 1") });
    for it in [changed, missing, added] {
        assert_eq!(Engine::compile(&[it], &[]).unwrap_err().code(), "RU-02");
    }
    let mut site = good;
    site.files.push(PackFile { path: "site/a.toml".into(), content: text_of("schema = 1") });
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
        it.files
            .push(PackFile { path: "site/a.toml".into(), content: text_of(&format!("schema = 1\n{site}")) });
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

const WEIGHED: &str = r#"schema = 1
[[rule]]
id = "t.strong"
title = "a"
status = "stable"
since = "1"
lang = ["any"]
why = "a"
source = "a"
class = "direct"
entity = "PERSON"
patterns = ["I am (?P<v>[A-Z][a-z]+)"]
require = [{ group = "v", list = "names", min = 5 }]
forbid = [{ group = "v", list = "words", min = 3 }]
confidence = 0.9
must_match = [{ text = "I am Ming", find = "Ming" }]
must_not_match = [
  { text = "I am Happy", because = "its weight is low" },
  { text = "I am Fine", because = "a frequent word" },
  { text = "I am Xyz", because = "not in the list" },
]
"#;

/// A pack with two compact lists, the first as it is after `change`.
fn weighed(rules: &str, change: impl Fn(Vec<u8>) -> Vec<u8>) -> PackSource {
    let list = |csv: &str| import_weights(csv.as_bytes(), "our own", "CC0").unwrap().bytes;
    let fst =
        |path: &str, bytes: Vec<u8>| PackFile { path: path.into(), content: Content::Bytes(bytes.into()) };
    sealed(vec![
        PackFile { path: "20-names/a.toml".into(), content: text_of(rules) },
        fst("lists/names.fst", change(list("ming,7\nhappy,2\nfine,6\nHau,9\n"))),
        fst("lists/words.fst", list("fine,3\nming,1\n")),
    ])
}

fn codes(pack: PackSource) -> Vec<String> {
    Engine::faults(&[pack]).iter().map(|it| format!("{} {it}", it.code())).collect()
}

#[test]
fn a_lookup_asks_for_a_weight() {
    assert_eq!(codes(weighed(WEIGHED, |it| it)), Vec::<String>::new());
    let all = WEIGHED.replace(", min = 5", "");
    assert_eq!(codes(weighed(&all, |it| it)).len(), 1, "happy is a name of some weight");
    let weak = WEIGHED.replace(", min = 3", "");
    assert_eq!(codes(weighed(&weak, |it| it)).len(), 1, "ming is a word of some weight");
}

#[test]
fn a_rule_can_search_for_the_terms_of_a_compact_list() {
    let rules = PLACES.replace("places", "names").replace("沙田區", "ming");
    let engine = Engine::compile(&[weighed(&rules.replace("喺ming住", "to Ming"), |it| it)], &[]);
    let rules = rules.replace("喺ming住", "to ming");
    assert!(engine.is_err(), "examples are held to");
    let engine = Engine::compile(&[weighed(&rules, |it| it)], &[]).unwrap();
    let all = found(&engine, "Ming or HAU");
    assert_eq!(all.iter().map(|it| it.1.as_str()).collect::<Vec<_>>(), ["HAU", "Ming"]);
}

#[test]
fn weights_are_asked_of_lists_that_have_them() {
    let mut pack = weighed(WEIGHED, |it| it);
    pack.files.retain(|it| it.path != "lists/names.fst" && it.path != "PACK.toml");
    let text = "# source: our own; licence: CC0\nming\n";
    pack.files.push(PackFile { path: "lists/names.txt".into(), content: text_of(text) });
    let all = codes(sealed(pack.files));
    assert_eq!(all, ["RU-04 t/20-names/a.toml:2: min asks for weights, which only a .fst list has"]);
}

#[test]
fn a_compact_list_that_is_not_as_it_should_be_refuses_the_pack() {
    let told = |change: fn(Vec<u8>) -> Vec<u8>| codes(weighed(WEIGHED, change)).remove(0);
    let at = "RU-06 t/lists/names.fst";
    assert_eq!(
        told(|mut it| {
            let middle = it.len() - 30;
            it[middle] ^= 1;
            it
        }),
        format!("{at}:0: the list is damaged, or is not what the ending of its name says")
    );
    assert_eq!(
        told(|it| it[it.iter().position(|it| *it == b'\n').unwrap() + 1..].to_vec()),
        format!("{at}:1: the first line does not name source and licence")
    );
    assert_eq!(
        told(|_| compact::Compact::encode(HEAD_OF_LIST, [("Ming", 7)].into_iter()).unwrap()),
        format!("{at}:0: a term of the compact list is not folded, so that no text could match it")
    );
    assert_eq!(told(|_| vec![b'#'; 4 << 20]), format!("{at}:0: the list has more than 3 MiB"));
}

const HEAD_OF_LIST: &str = "# source: our own; licence: CC0\n";

#[test]
fn a_pack_crosses_the_pipe_as_it_is_and_what_is_built_in_by_name() {
    let through = |it: &PackSource| -> (PackSource, usize) {
        let sent = serde_json::to_string(it).unwrap();
        (serde_json::from_str(&sent).unwrap(), sent.len())
    };
    let own = weighed(WEIGHED, |it| it);
    assert_eq!(through(&own).0, own);
    let built_in = PackSource::built_in("hk").unwrap();
    let (came, bytes) = through(&built_in);
    assert!(came == built_in && bytes < 100, "{bytes}");
    let mut changed = built_in;
    changed.files.pop();
    let (came, bytes) = through(&changed);
    assert!(came == changed && bytes > 1000, "{bytes}");
    assert!(serde_json::from_str::<PackSource>("{\"built-in\":\"nobody\"}").is_err());
}

#[test]
fn the_wide_lists_tell_names_from_words() {
    let lists = ["en", "hk"].map(|it| PackSource::built_in(it).unwrap().files).concat();
    let weight = |list: &str, term: &str| {
        let file = lists.iter().find(|it| it.path == format!("lists/{list}.fst")).unwrap();
        let Content::Bytes(bytes) = &file.content else { panic!("{list} is text") };
        compact::Compact::open(bytes.clone()).unwrap().weight(term).unwrap_or(0)
    };
    for name in
        ["john", "mary", "priya", "fatima", "josé", "jose", "thuy", "gurung", "santos", "mehmet", "wojciech"]
    {
        assert!(weight("given-wide", name).max(weight("surnames-wide", name)) >= 5, "{name}");
        assert!(weight("words-en", name) <= 1, "{name}");
    }
    for word in ["will", "may", "grace", "mark", "hope", "joy", "young", "long", "law", "christian"] {
        assert!(weight("given-wide", word).max(weight("surnames-wide", word)) <= 3, "{word}");
        assert!(weight("words-en", word) >= 5, "{word}");
    }
    for word in ["the", "seen", "appointment", "counsellor", "gonna", "medication", "realised", "realized"] {
        assert!(weight("words-en", word) >= 3 && weight("given-wide", word) <= 3, "{word}");
    }
    for name in ["志明", "美玲", "嘉欣", "家豪", "麗華", "丽华", "國強", "国强"] {
        assert_eq!(weight("words-zh", name), 0, "{name}");
    }
    for word in ["時間", "时间", "小姐", "醫生", "醫院", "唔該", "覺得", "成日", "朱古力", "何必"]
    {
        assert!(weight("words-zh", word) >= 3, "{word}");
    }
    assert!(weight("syllables-rom-wide", "tsz") >= 7 && weight("surnames-rom-wide", "cheung") >= 7);
}
