use super::*;

const WORD_PIECE: &str = include_str!("../../../../tests/models/word-piece.json");
const BYTE_LEVEL: &str = include_str!("../../../../tests/models/byte-level.json");
const CASES: &str = include_str!("../../../../tests/models/cases.jsonl");

#[derive(Deserialize)]
struct Case {
    tokeniser: String,
    text: String,
    ids: Vec<PieceId>,
}

fn tokenisers() -> [(&'static str, Tokeniser); 2] {
    let read = |json: &str| Tokeniser::read(json.as_bytes()).map_err(|it| it.to_string()).unwrap();
    [("word-piece", read(WORD_PIECE)), ("byte-level", read(BYTE_LEVEL))]
}

fn units<'t>(cut: &dyn Cut, text: &'t str) -> Vec<&'t str> {
    cut.units(text).into_iter().map(|it| &text[it.range]).collect()
}

#[test]
fn texts_are_read_as_somebody_elses_tokenisers_read_them() {
    let tokenisers = BTreeMap::from(tokenisers());
    let cases: Vec<Case> = CASES.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    assert!(cases.len() > 20);
    for case in cases {
        let units = tokenisers[case.tokeniser.as_str()].cut.units(&case.text);
        let ids: Vec<_> = units.into_iter().flat_map(|it| it.ids).collect();
        assert_eq!(ids, case.ids, "{}: {}", case.tokeniser, case.text);
    }
}

#[test]
fn units_lie_in_order_on_borders_of_characters_and_leave_no_letter_out() {
    let texts = CASES.lines().map(|it| serde_json::from_str::<Case>(it).unwrap().text);
    for (name, tokeniser) in tokenisers() {
        for text in texts.clone().chain([format!("{}é字", "é".repeat(999)), "字".repeat(999)]) {
            let mut covered = vec![false; text.len()];
            let mut end = 0;
            for unit in tokeniser.cut.units(&text) {
                assert!(end <= unit.range.start && unit.range.start < unit.range.end, "{name}: {text}");
                assert!(text.get(unit.range.clone()).is_some() && !unit.ids.is_empty(), "{name}: {text}");
                end = unit.range.end;
                covered[unit.range].fill(true);
            }
            for (at, c) in text.char_indices().filter(|it| it.1.is_alphanumeric()) {
                assert!(covered[at], "{name}: {c} of {text}");
            }
        }
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_cut_in_order_and_on_borders(text in "[a-zé\u{301}\u{200b}字陳 '🙂0-9.\t]{0,40}|\\PC{0,40}") {
        for (name, tokeniser) in tokenisers() {
            let mut end = 0;
            for unit in tokeniser.cut.units(&text) {
                assert!(end <= unit.range.start && unit.range.start < unit.range.end, "{name}");
                assert!(text.get(unit.range.clone()).is_some() && !unit.ids.is_empty(), "{name}");
                end = unit.range.end;
            }
        }
    }
}

#[test]
fn a_unit_ends_where_a_word_ends_or_beside_han() {
    let [(_, word_piece), (_, byte_level)] = tokenisers();
    let both = [&word_piece.cut, &byte_level.cut];
    for cut in both {
        assert_eq!(units(&**cut, "Márabel, MARA!"), ["Márabel", ",", "MARA", "!"]);
        assert_eq!(units(&**cut, "Zoë a1b2c3"), ["Zoë", "a1b2c3"]);
        assert_eq!(units(&**cut, "  mara \t said "), ["mara", "said"]);
        assert_eq!(units(&**cut, " "), [""; 0]);
    }
    assert_eq!(units(&*word_piece.cut, "阿姐Wendy住"), ["阿", "姐", "Wendy", "住"]);
    assert!(units(&*byte_level.cut, "阿姐Wendy住").contains(&"Wendy"));
    assert_eq!(units(&*word_piece.cut, "a\u{200b}b \u{301}"), ["a\u{200b}b"], "what is gone stays inside");
}

#[test]
fn whatever_is_not_understood_is_refused() {
    let whole: serde_json::Value = serde_json::from_str(WORD_PIECE).unwrap();
    let bpe: serde_json::Value = serde_json::from_str(BYTE_LEVEL).unwrap();
    let changed = |of: &serde_json::Value, path: &str, value: serde_json::Value| {
        let mut of = of.clone();
        *of.pointer_mut(path).unwrap() = value;
        Tokeniser::read(of.to_string().as_bytes()).err()
    };
    let kind = |it: &str| serde_json::json!({ "type": it });
    assert_eq!(Tokeniser::read(b"{").err(), Some(Unread::Form));
    assert_eq!(Tokeniser::read(&WORD_PIECE.as_bytes()[..900]).err(), Some(Unread::Form), "cut");
    assert_eq!(changed(&whole, "/model", kind("Unigram")), Some(Unread::Unigram));
    assert_eq!(changed(&whole, "/model", kind("WordLevel")), Some(Unread::Kind));
    assert_eq!(changed(&whole, "/normalizer", kind("Lowercase")), Some(Unread::Normaliser));
    assert_eq!(changed(&whole, "/normalizer", serde_json::Value::Null), Some(Unread::Normaliser));
    assert_eq!(changed(&whole, "/pre_tokenizer", kind("Whitespace")), Some(Unread::Words));
    assert_eq!(changed(&whole, "/post_processor", serde_json::Value::Null), Some(Unread::Ends));
    assert_eq!(changed(&whole, "/post_processor/single", serde_json::json!([])), Some(Unread::Ends));
    assert_eq!(changed(&whole, "/model/unk_token", "no such".into()), Some(Unread::Vocabulary));
    assert_eq!(changed(&bpe, "/normalizer", kind("NFC")), Some(Unread::Normaliser));
    assert_eq!(changed(&bpe, "/model/end_of_word_suffix", "</w>".into()), Some(Unread::Kind));
    assert_eq!(changed(&bpe, "/pre_tokenizer/use_regex", false.into()), Some(Unread::Words));
    assert_eq!(changed(&bpe, "/model/merges", serde_json::json!([["no", "such"]])), Some(Unread::Vocabulary));
    assert_eq!(changed(&bpe, "/model/vocab", serde_json::json!({})), Some(Unread::Vocabulary));
}
