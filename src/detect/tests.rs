//! Whole scans over layouts of our own, with the packs that are built in where there are any.

use super::*;
use crate::{
    id::JobId,
    roster::matcher::AliasTable,
    rules::PackSource,
    transcript::{Format, Piece},
};

/// A pack with a phone rule, a name rule and a keep rule.
const RULES: &str = r#"schema = 1
[[rule]]
id = "t.phone"
title = "a"
entity = "PHONE"
class = "direct"
status = "stable"
since = "1"
lang = ["any"]
why = "a"
source = "a"
patterns = ['''[2-9][0-9]{3}[ ]?[0-9]{4}''']
bound = "number"
validator = "hk-phone"
confidence = 0.7
spoken = true
must_match = [{ text = "call 9123 4567 now", find = "9123 4567" }]
must_not_match = [{ text = "912345678", because = "nine digits" }]

[[rule]]
id = "t.intro"
title = "a"
entity = "PERSON"
class = "direct"
status = "stable"
since = "1"
lang = ["any"]
why = "a"
source = "a"
patterns = ['''[Mm]y name is (?P<v>[A-Z][a-z]+(?: [A-Z][a-z]+)*)''', '''我叫(?P<v>\p{Han}{2,3})''']
confidence = 0.9
must_match = [{ text = "My name is Quillon Marsh.", find = "Quillon Marsh" }]
must_not_match = [{ text = "my name is on it", because = "no capital" }]
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
patterns = ["Marsh fever"]
must_match = [{ text = "he had Marsh fever", find = "Marsh fever" }]
must_not_match = [{ text = "Marsh", because = "a name" }]
"#;

fn engine() -> Engine {
    let files = [("00-keep/a.toml", KEEP), ("10-direct/a.toml", RULES)];
    Engine::compile(&[crate::rules::tests::pack(&files)], &[]).unwrap()
}

fn raw(text: &str, format: &[(Role, u32, &str)]) -> Transcript<Raw> {
    let mut at = 0;
    let pieces = format
        .iter()
        .map(|&(role, turn, piece)| {
            let start = at + text[at..].find(piece).unwrap();
            at = start + piece.len();
            Piece { start, end: at, role, turn }
        })
        .collect();
    let layout = Layout { format: Format::Text, encoding: "UTF-8".into(), pieces };
    Transcript::new(JobId::from_bytes([1; 16]), text.to_owned(), layout).unwrap()
}

/// Turns of `label: speech` lines.
fn turns(text: &str) -> Transcript<Raw> {
    let mut pieces = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let turn = u32::try_from(n).unwrap();
        let (label, speech) = line.split_once(": ").unwrap();
        pieces.push((Role::Label, turn, label));
        pieces.push((Role::Speech, turn, speech));
    }
    raw(text, &pieces)
}

fn scanned(raw: &Transcript<Raw>, engine: &Engine) -> Scan {
    let roster = Matcher::new(&AliasTable::default()).unwrap();
    let context = Context {
        engine,
        roster: &roster,
        languages: &[Language::En, Language::Yue],
        participants: &Participants::default(),
        model: None,
        bars: Bars::default(),
        columns: &Columns::default(),
    };
    scan(raw.text().expose(), raw.layout(), &context).unwrap()
}

#[track_caller]
fn check(text: &str, want: &[(&str, &str)]) {
    let raw = turns(text);
    let scan = scanned(&raw, &engine());
    let got: Vec<_> = scan.findings.iter().map(|it| (it.rule.as_str(), &text[it.span.clone()])).collect();
    assert_eq!(got, want, "{text}");
    assert!(accept(raw, scan).is_ok());
}

#[test]
fn a_name_found_once_is_found_everywhere() {
    check(
        "P: My name is Quillon Marsh.\nI: Thanks, quillon. Is QUILLON MARSH's sister Ms Marsh here?\nP: I had Marsh fever.",
        &[("t.intro", "Quillon Marsh"), ("sweep", "quillon"), ("sweep", "QUILLON MARSH"), ("sweep", "Marsh")],
    );
    check(
        "P: 我叫黎曉彤呀\nI: 曉彤，黎曉彤",
        &[("t.intro", "黎曉彤"), ("sweep", "曉彤"), ("sweep", "黎曉彤")],
    );
}

#[test]
fn labels_that_are_names_are_found_and_swept() {
    check(
        "Quillon: hello\nInterviewer: hi Quillon\nP2: yes",
        &[("label.name", "Quillon"), ("sweep", "Quillon")],
    );
}

#[test]
fn numbers_told_over_turns_are_found() {
    check(
        "P: it is nine one two three\nI: mm-hm\nP: four five six seven",
        &[("t.phone", "nine one two three\nI: mm-hm\nP: four five six seven")],
    );
    check("P: 電話係九一二三四五六七", &[("t.phone", "九一二三四五六七")]);
    check("P: one two three four five six seven eight", &[]);
}

#[test]
fn a_number_at_a_block_border_is_found_once() {
    let line = format!("P: {} 9123 4567 {}", "word ".repeat(52_418), "word ".repeat(60_000));
    let raw = turns(&line);
    let scan = scanned(&raw, &engine());
    let got: Vec<_> = scan.findings.iter().map(|it| &line[it.span.clone()]).collect();
    assert_eq!(got, ["9123 4567"]);
}

#[track_caller]
fn covered(text: &str, want: Option<Gap>) {
    let raw = raw(text, &[(Role::Speech, 0, text)]);
    let scan = scanned(&raw, &engine());
    assert_eq!(scan.uncovered.first().map(|it| it.gap), want, "{text}");
}

#[test]
fn turns_of_other_languages_hold_the_item() {
    for text in [
        "میرا نام کیا ہے اور میں کہاں رہتا ہوں",
        "I told him میرا گھر and left",
        "Kumusta ka na, matagal na akong hindi nakakatulog dahil sa boses na naririnig ko gabi-gabi",
        "Nggak bisa tidur karena suara itu selalu datang setiap malam dan saya takut sekali",
        "ngo5 zung6 mei6 hou2 faan1 saai3",
        "Ich habe die ganze Nacht nicht geschlafen weil die Stimmen so laut waren",
        "今日ももうねむれない",
        "Сегодня я опять не спала",
        "ngo gam maan dou m fan dak zoek yan wai go bin dou hou cou",
        "나는 요즘 잠을 못 자요",
    ] {
        covered(text, Some(Gap::Language));
    }
}

#[test]
fn turns_that_packs_cover_do_not() {
    for text in [
        "So I was like, well, you know, I couldn't really sleep that week.",
        "我琴晚真係瞓唔到覺，個 voice 成日嘈住晒，然後我 call 咗 case manager 囉",
        "mm-hm",
        "yeah",
        "um i dunno i guess it just sort of got worse after they upped the olanzapine to fifteen milligrams",
        "Olanzapine, risperidone, clozapine, lithium, sertraline and quetiapine",
        "Quillon Marsh, Odalys Venn, Tamsin Roke, Ng Sze Wai, Lo Ka Yan, Peregrine Ashdown",
        "# Interview 3\n\n**Setting:** a quiet room at the centre",
        "Vitamin B12, D3 and CO2, then ward E6",
        "OK la, 冇嘢嘅",
        "β-blockers and α waves",
        "😀😀 ok",
    ] {
        covered(text, None);
    }
}

#[test]
fn private_use_characters_that_nobody_can_read_hold_the_item() {
    covered("我叫\u{F8FF}呀", Some(Gap::PrivateUse));
    covered("我\u{ECE1}呀", None);
}

#[test]
fn a_language_that_is_not_enabled_is_not_covered() {
    let engine = engine();
    let gap = |text: &str, languages: &[Language]| coverage::gap(text, languages, &engine);
    assert_eq!(gap("我琴晚瞓唔到", &[Language::En]), Some(Gap::Language));
    assert_eq!(gap("I could not sleep last night", &[Language::Yue]), Some(Gap::Language));
    assert_eq!(gap("我 check 咗 email", &[Language::Yue]), None);
}

#[test]
fn findings_that_do_not_fit_are_refused() {
    let text = "Ada: hello 陳大文 there\nP: bye";
    let good = person(11..20, Tier::Certain, Layer::Rule, "t.intro");
    let ok = |findings: Vec<Finding>| {
        accept(turns(text), Scan { findings, uncovered: vec![], weighed: false }).is_ok()
    };
    assert!(ok(vec![good.clone()]));
    assert!(ok(vec![person(0..3, Tier::Certain, Layer::Label, "label.name"), good.clone()]));
    let with = |change: &dyn Fn(&mut Finding)| {
        let mut it = good.clone();
        change(&mut it);
        vec![it]
    };
    let bad: &[(&str, Vec<Finding>)] = &[
        ("cut character", with(&|it| it.span = 12..20)),
        ("out of bounds", with(&|it| it.span = 11..200)),
        ("empty", with(&|it| it.span = 11..11)),
        ("in structure", with(&|it| it.span = 3..8)),
        ("confidence", with(&|it| it.confidence = 101)),
        ("rule", with(&|it| it.rule = "陳大文".into())),
        ("no rule", with(&|it| it.rule = String::new())),
        ("ladder", with(&|it| it.ladder = vec!["x".repeat(MAX_RUNG_BYTES + 1)])),
        ("overlap", vec![good.clone(), good.clone()]),
        ("order", vec![good.clone(), person(0..3, Tier::Certain, Layer::Label, "label.name")]),
    ];
    for (what, findings) in bad {
        assert!(!ok(findings.clone()), "{what}");
    }
    let uncovered = vec![Uncovered { turn: 2, gap: Gap::Language }];
    assert!(accept(turns(text), Scan { findings: vec![], uncovered, weighed: false }).is_err());
}

fn built_in() -> Engine {
    let packs = PackSource::built_in_names().into_iter().map(PackSource::built_in);
    Engine::compile(&packs.collect::<Option<Vec<_>>>().unwrap(), &[Language::En, Language::Yue]).unwrap()
}

#[test]
fn identifiers_read_aloud_over_turns_are_known_for_what_they_are() {
    let engine = built_in();
    for (text, want) in [
        ("P: it is nine one, um\nI: mm-hm\nP: two three four five, six seven\nI: ta", EntityType::Phone),
        ("P: oh seven seven double oh\nI: yeah\nP: nine hundred one two three\nI: ok", EntityType::Phone),
        ("P: 我電話係九一二三\nI: 係\nP: 五六孖八\nI: 好", EntityType::Phone),
        ("P: my id is A one two three\nI: yes\nP: four five six bracket three\nI: ok", EntityType::Hkid),
        ("P: 我身份證係A一二三\nI: 嗯\nP: 四五六括弧三\nI: 好", EntityType::Hkid),
        ("P: the plate is A B one two\nI: right\nP: three four\nI: ok then", EntityType::Plate),
    ] {
        let scan = scanned(&turns(text), &engine);
        let found: Vec<_> = scan.findings.iter().filter(|it| it.is_transformed()).collect();
        assert!(
            matches!(found[..], [it] if it.entity == want && text[it.span.clone()].contains("\nI: ")),
            "{text}"
        );
    }
}

#[test]
fn the_same_text_gives_the_same_findings() {
    let engine = built_in();
    let raw = turns("P: My name is Quillon Marsh, call 9123 4567, I live in 沙田.\nI: 我識得黎曉彤");
    assert_eq!(scanned(&raw, &engine), scanned(&raw, &engine));
}
