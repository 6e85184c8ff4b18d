use super::*;
use crate::transcript::Format;

/// A copy of a text, as the list would have it.
pub(super) fn copy(format: Format, text: &str) -> Copy {
    let row = Row {
        name: format!("STUDY_D03_PIR_W2_interview_v2.{}", format.extension()),
        study: "STUDY".parse().unwrap(),
        group: Some("D03".parse().unwrap()),
        role: "PIR".parse().unwrap(),
        wave: Some("W2".parse().unwrap()),
        activity: crate::item::Activity::Interview,
        language: None,
        version: 2,
        format,
        turns: 2,
        bytes: 1,
        sha256: crate::id::Digest::from_bytes([0; 32]),
        released_at: "2026-11-23T20:28:51Z".to_owned(),
        log_index: 1,
    };
    Copy::read(&row, text.as_bytes()).unwrap()
}

#[track_caller]
fn check(format: Format, source: &str, want: &str) {
    assert_eq!(text::write(&copy(format, source)), want);
}

#[test]
fn turns_are_numbered_as_in_the_source() {
    check(
        Format::Text,
        "RES-01: so\nwe went\n\n[00:01:02] PIR-03: ah [00:01:05] [PSW-03]\n",
        "0001 RES-01: so\n     we went\n0002 [[00:01:02]] PIR-03: ah [00:01:05] [PSW-03]\n"
            .replace("[[", "[")
            .replace("]] PIR", "] PIR")
            .as_str(),
    );
    check(
        Format::WebVtt,
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v PSW-03>a &lt;b&gt; <00:01.500>c</v>\n\n00:03.000 --> 00:04.000\n\n00:05.000 --> 00:06.000\nso\n",
        "0001 [00:01.000 - 00:02.000] PSW-03: a <b> c\n0003 [00:05.000 - 00:06.000] so\n",
    );
    check(
        Format::SubRip,
        "1\n00:00:01,000 --> 00:00:02,000\nPSW-03: hi\n",
        "0001 [00:00:01,000 - 00:00:02,000] PSW-03: hi\n",
    );
    check(
        Format::Csv,
        "speaker,end,start,text,note\nPIR-03,0:02,0:01,\"so\nwe\",x\n",
        "0002 [0:01 - 0:02] PIR-03: so\n     we\n",
    );
    check(Format::Csv, "code,age\nPIR-03,[age: 45-49]\n", "0002 code: PIR-03\n     age: [age: 45-49]\n");
}

#[test]
fn ids_of_turns_are_those_of_every_version() {
    let copy = copy(Format::Text, "PIR-03: so\n");
    assert_eq!(copy.turn_id(&copy.turns[0]), "STUDY_D03_PIR_W2_interview#0001");
    assert_eq!((copy.stem(), copy.day()), ("STUDY_D03_PIR_W2_interview", "2026-11-23"));
}

#[test]
fn captions_hold_every_turn() {
    let source = "Heading\n\n[00:01:02] PIR-03: a --> <b> & c\n\nRES-01: d\n\n[00:02:00] PIR-03: e\nf\n";
    let captions = captions::write(&copy(Format::Text, source)).unwrap();
    assert_eq!(
        captions,
        "WEBVTT\n\n00:00:00.000 --> 00:01:02.000\nHeading\n\n00:01:02.000 --> 00:02:00.000\n<v PIR-03>a --&gt; &lt;b&gt; &amp; c</v>\n\
         <v RES-01>d</v>\n\n00:02:00.000 --> 00:02:05.000\n<v PIR-03>e\nf</v>\n"
    );
    let again = copy(Format::WebVtt, &captions);
    let said: Vec<_> = again.turns.iter().map(|it| (it.speaker.as_str(), it.text.as_str())).collect();
    assert_eq!(said, [("", "Heading"), ("PIR-03", "a --> <b> & c"), ("RES-01", "d"), ("PIR-03", "e\nf")]);
    assert_eq!(captions::write(&copy(Format::Text, "PIR-03: so\n")), None);
}

#[test]
fn tables_keep_what_spreadsheets_take_for_formulas() {
    let table = table::write(&copy(Format::Text, "[00:01:02] PIR-03: =1+1, \"so\"\n"));
    assert_eq!(
        String::from_utf8(table).unwrap(),
        "turn,start,end,speaker,text\nSTUDY_D03_PIR_W2_interview#0001,00:01:02,,PIR-03,\"=1+1, \"\"so\"\"\"\n"
    );
}
