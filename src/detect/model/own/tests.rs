use super::*;
use crate::{
    detect::model::{Unread, beliefs},
    plugin::{Announced, Chosen, Error as Unfit},
};

#[path = "../../../../tests/models/tiny.rs"]
mod tiny;

const TOKENISER: &str = include_str!("../../../../tests/models/word-piece.json");

fn files(network: Vec<u8>) -> Files {
    Files { network, tokeniser: TOKENISER.into(), labels: tiny::CONFIG.into() }
}

fn pins(labels: &[(&str, EntityType)], window: (usize, usize)) -> Pins {
    let labels = labels.iter().map(|(it, entity)| ((*it).to_owned(), *entity)).collect();
    Pins::proposed(["tiny", "CC0", "made for a test"], window, labels)
}

fn plugin(files: Files) -> Plugin {
    let pins = pins(&[("PER", EntityType::Person), ("EMP", EntityType::Organisation)], (16, 4));
    Plugin::checked(pins.text(&files, &[]).into_bytes(), files).unwrap()
}

fn loaded(files: Files) -> Result<Model, Error> {
    model(plugin(files))
}

fn found(model: &Model, turns: &[&str]) -> Vec<Vec<(String, EntityType)>> {
    let heard = model.read(turns).unwrap();
    let of = |(turn, heard): (&&str, Vec<_>)| {
        beliefs(&heard, 0.5).into_iter().map(|it| (turn[it.range].to_owned(), it.entity)).collect()
    };
    turns.iter().zip(heard).map(of).collect()
}

#[test]
fn a_small_model_finds_what_it_was_made_to_find() {
    use EntityType::{Organisation, Person};
    let model = loaded(files(tiny::network())).unwrap();
    let person = |it: &str| (it.to_owned(), Person);
    let got =
        found(&model, &["So I rang MARA Quill at the clinic", "", "阿姐Mara話", "Márabel and marabél, mara"]);
    assert_eq!(got[0], [person("MARA Quill"), ("clinic".to_owned(), Organisation)]);
    assert_eq!(got[1], []);
    assert_eq!(got[2], [person("Mara")]);
    assert_eq!(
        got[3],
        [person("Márabel"), person("marabél"), person("mara")],
        "the first piece speaks for all"
    );
}

#[test]
fn every_unit_of_a_long_turn_is_judged_and_no_window_is_too_long() {
    let model = loaded(files(tiny::network())).unwrap();
    for turn in ["so mara ".repeat(300), "mara".repeat(300), "陳".repeat(99), "x".repeat(99)] {
        let units = vec![model.cut.units("mara"), model.cut.units(&turn), model.cut.units("mara")];
        for window in super::super::windows::plan(&units, model.sizes) {
            assert!(window.ids.len() <= 16 && window.ids[0] == 2 && window.ids.last() == Some(&3));
        }
        let got = found(&model, &["mara", &turn, "mara"]);
        assert_eq!((got[0].len(), got[2].len()), (1, 1));
        if turn.starts_with("so") {
            assert_eq!(got[1].len(), 300);
        }
    }
}

#[test]
fn an_operator_that_is_not_allowed_is_named() {
    for (domain, name, nested, told) in [
        ("", "Loop", true, "Loop"),
        ("", "If", true, "If"),
        ("", "Scan", true, "Scan"),
        ("", "Identity", true, "Identity"),
        ("", "NonMaxSuppression", false, "NonMaxSuppression"),
        ("com.microsoft", "GroupQueryAttention", false, "com.microsoft:GroupQueryAttention"),
        ("example.org", "Add", false, "example.org:Add"),
    ] {
        let error = loaded(files(tiny::with_operator(domain, name, nested))).unwrap_err();
        assert_eq!(error, Error::Operator(told.to_owned()));
    }
    assert!(loaded(files(tiny::with_operator("", "Identity", false))).is_ok());
    assert!(loaded(files(tiny::with_operator("ai.onnx", "Identity", false))).is_ok());
}

#[test]
fn a_network_that_is_no_token_classifier_of_these_labels_is_refused() {
    let mut other_input = tiny::proto(&tiny::rows());
    other_input.graph.as_mut().unwrap().input[1].name = Some("position_ids".to_owned());
    assert_eq!(loaded(files(other_input.write_buf().unwrap())).unwrap_err(), Error::Ends);
    let fewer = Files {
        labels: br#"{"id2label": {"0": "O", "1": "B-PER", "2": "B-EMP"}}"#.to_vec(),
        ..files(tiny::network())
    };
    assert_eq!(loaded(fewer).unwrap_err(), Error::Ends);
    for network in [Vec::new(), b"not a network".to_vec(), tiny::network()[..300].to_vec()] {
        assert!(matches!(loaded(files(network)), Err(Error::Network | Error::Ends)));
    }
    let mut wild = tiny::rows();
    wild.truncate(2);
    let outside = files(tiny::proto(&wild).write_buf().unwrap());
    assert_eq!(loaded(outside).unwrap_err(), Error::Ends, "pieces that the network does not know");
}

#[test]
fn what_is_no_number_is_no_answer() {
    for wild in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut rows = tiny::rows();
        rows[4][1] = wild;
        let model = loaded(files(tiny::proto(&rows).write_buf().unwrap())).unwrap();
        assert_eq!(model.read(&["so I rang"]).map(|it| it.len()), Ok(1));
        assert_eq!(model.read(&["so I rang mara"]), Err(Error::Broke));
    }
}

#[test]
fn labels_are_those_of_the_model() {
    let strange =
        |config: &str| Config::read(config.as_bytes()).and_then(|it| it.labels().map(|it| it.len()));
    assert_eq!(strange(tiny::CONFIG), Ok(tiny::LABELS));
    for config in [
        "",
        "{}",
        r#"{"id2label": {}}"#,
        r#"{"id2label": {"0": "O"}}"#,
        r#"{"id2label": {"0": "O", "2": "B-PER"}}"#,
        r#"{"id2label": {"0": "O", "1": "B-\nPER"}}"#,
        r#"{"id2label": {"0": "O", "1": 7}}"#,
    ] {
        assert_eq!(strange(config), Err(Error::Labels), "{config}");
    }
    for unknown in ["NAME", "O", "B-PER"] {
        let files = files(tiny::network());
        let text = pins(&[(unknown, EntityType::Person)], (16, 4)).text(&files, &[]);
        let plugin = Plugin::checked(text.into_bytes(), files).unwrap();
        assert_eq!(model(plugin).unwrap_err(), Error::Labels, "{unknown}");
    }
}

#[test]
fn labels_of_one_kind_are_one_name() {
    let labels = ["O", "B-GIVEN_NAME", "I-GIVEN_NAME", "B-SURNAME", "LOC", "S-ORG", "E-ORG"];
    let named = [("GIVEN_NAME", "PERSON"), ("SURNAME", "PERSON"), ("ORG", "ORG")];
    let named = named.map(|(it, entity)| (it.to_owned(), entity.parse().unwrap())).into();
    let (person, org) = (EntityType::Person, EntityType::Organisation);
    assert_eq!(
        meanings(&labels, &named).unwrap(),
        [
            Label::Outside,
            Label::Inside(person),
            Label::Inside(person),
            Label::Inside(person),
            Label::Outside,
            Label::Begins(org),
            Label::Inside(org)
        ]
    );
}

#[test]
fn a_look_says_what_there_is_and_proposes() {
    let look = look(&files(tiny::with_operator("", "Loop", true))).unwrap();
    assert_eq!(look.labels, [("EMP".to_owned(), None), ("PER".to_owned(), Some(EntityType::Person))].into());
    let all: Vec<_> = look.operators.iter().map(|it| (it.0.as_str(), it.1, it.2)).collect();
    assert_eq!(all, [("Gather", 1, true), ("Loop", 1, false), ("MatMul", 1, true)]);
    assert_eq!(look.window, (256, 64));
    for (label, entity) in
        [("given_name", "PERSON"), ("GPE", "LOC"), ("ZIP_CODE", "ADDRESS"), ("phone-number", "PHONE")]
    {
        assert_eq!(proposed(label), Some(entity.parse().unwrap()));
    }
    assert_eq!(proposed("MISC"), None);
}

#[test]
fn it_goes_through_the_pipe_whole_or_not_at_all() {
    let sent = Chosen::Own(plugin(files(tiny::network())).into());
    let (announced, parts) = sent.announced();
    let body = parts.concat();
    let arrived = Chosen::arrived(announced, body.clone()).unwrap();
    assert_eq!(Model::digest_of(&arrived), Model::digest_of(&sent));
    assert!(Model::of(arrived).unwrap().is_some());
    for at in [0, tiny::network().len() + 5, body.len() - 3] {
        let mut changed = body.clone();
        changed[at] ^= 1;
        assert!(Chosen::arrived(announced, changed).is_err());
    }
    assert_eq!(Chosen::arrived(announced, body[..100].to_vec()).unwrap_err(), Unfit::TooLarge);
    let cut = Chosen::arrived(announced, body[..body.len() - 20].to_vec());
    assert!(matches!(cut, Err(Unfit::Pins(_))));
    assert!(matches!(Chosen::arrived(Announced::Off, Vec::new()), Ok(Chosen::Off)));
}

#[test]
fn a_tokeniser_of_another_kind_is_named() {
    let unigram = TOKENISER.replace(r#""type":"WordPiece""#, r#""type":"Unigram""#);
    assert_ne!(unigram, TOKENISER);
    let files = Files { tokeniser: unigram.into_bytes(), ..files(tiny::network()) };
    let error = loaded(files).unwrap_err();
    assert_eq!(error, Error::Tokeniser(Unread::Unigram));
    assert!(error.to_string().contains("Unigram (SentencePiece)"));
}
