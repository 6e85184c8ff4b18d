//! What parsing must do with whole files, by tables and by properties.

use proptest::prelude::*;

use super::*;
use crate::{
    render::round_trip,
    transcript::{Omission, Role},
};

mod programs;

const JOB: JobId = JobId::from_bytes([7; 16]);

fn hint(extension: &str) -> Hint {
    Hint::of(extension.to_owned(), ItemKind::Transcript)
}

fn shown(text: &str, layout: &Layout) -> Vec<String> {
    let mark = |role| match role {
        Role::Header => 'H',
        Role::Label => 'L',
        Role::Timing => 'T',
        Role::Speech => 'S',
        Role::Dropped => 'D',
    };
    layout.pieces.iter().map(|it| format!("{}{} {}", mark(it.role), it.turn, &text[it.range()])).collect()
}

/// Pieces as `S0 hello`: role, turn, text.
fn check(extension: &str, file: &str, want: &[&str]) {
    check_kind(&hint(extension), file, want);
}

fn check_kind(hint: &Hint, file: &str, want: &[&str]) {
    let (text, layout) = lay_out(file.as_bytes(), hint, &mut LeftOut::default()).unwrap();
    assert_eq!(shown(&text, &layout), want, "{file:?}");
    assert_stable(file.as_bytes(), hint);
}

fn assert_stable(bytes: &[u8], hint: &Hint) {
    assert_eq!(round_trip(bytes, hint), Ok(None));
}

fn check_error(extension: &str, bytes: &[u8], want: Error) {
    assert_eq!(
        parse(JOB, bytes, &hint(extension)).map(|it| it.layout().clone()),
        Err(want),
        "{:?}",
        &bytes[..bytes.len().min(80)]
    );
}

/// What a reader leaves out of a file.
pub(super) fn left_out(
    read: fn(&[u8], &mut LeftOut) -> Result<String, Error>,
    bytes: &[u8],
) -> Vec<(Omission, u64)> {
    let mut all = LeftOut::default();
    read(bytes, &mut all).unwrap();
    all.iter().collect()
}

#[test]
fn a_label_is_what_a_copy_can_hold_of_it() {
    let grid = |name: &str| {
        format!(
            "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n0\n3\n<exists>\n1\n\"TextTier\"\n\"{name}\"\n0\n3\n1\n0.5\n\"so\"\n"
        )
    };
    let elan = |name: &str| {
        format!(
            "<ANNOTATION_DOCUMENT><HEADER TIME_UNITS='milliseconds'/><TIME_ORDER><TIME_SLOT TIME_SLOT_ID='a' TIME_VALUE='0'/>\
             <TIME_SLOT TIME_SLOT_ID='b' TIME_VALUE='9'/></TIME_ORDER><TIER TIER_ID='{name}'><ANNOTATION><ALIGNABLE_ANNOTATION \
             ANNOTATION_ID='x' TIME_SLOT_REF1='a' TIME_SLOT_REF2='b'><ANNOTATION_VALUE>so</ANNOTATION_VALUE>\
             </ALIGNABLE_ANNOTATION></ANNOTATION></TIER></ANNOTATION_DOCUMENT>"
        )
    };
    for name in ["P~2\u{80}", "\u{80}~2", "\u{80}", "P\u{9f}~\u{9f}3"] {
        assert_stable(grid(name).as_bytes(), &hint("TextGrid"));
        assert_stable(elan(name).as_bytes(), &hint("eaf"));
        let whisper = format!("{{\"segments\":[{{\"speaker\":\"{name}\",\"text\":\"so\"}}]}}");
        assert_stable(whisper.as_bytes(), &hint("json"));
        let chat = format!("@Begin\n@Comment:\tspeaker P stands for {name}\n*P:\tso\n@End\n");
        assert_stable(chat.as_bytes(), &hint("cha"));
    }
}

#[test]
fn plain_text_has_headers_turns_and_paragraphs() {
    check(
        "txt",
        "Talk 4\nVenue: the hall\n\nI: hello\r\nP: well\r\nyes\r\n\r\nlaughter\r\n",
        &["H0 Talk 4", "H1 Venue: the hall", "L2 I", "S2 hello", "L3 P", "S3 well\r\nyes", "S4 laughter"],
    );
    check("txt", "訪：你好\n受：好呀\n", &["L0 訪", "S0 你好", "L1 受", "S1 好呀"]);
    check(
        "txt",
        "日期：五月\n訪員：小美\n\n訪：你好\n",
        &["H0 日期：五月", "H1 訪員：小美", "L2 訪", "S2 你好"],
    );
    check(
        "txt",
        "[00:00:56] Participant: so [00:01:02] yes\n",
        &["T0 [00:00:56]", "L0 Participant", "S0 so ", "T0 [00:01:02]", "S0  yes"],
    );
    check(
        "txt",
        "Mabel (00:12): hi\nOtto (00:14): ho #00:00:15-0#\n",
        &["L0 Mabel", "T0 (00:12)", "S0 hi", "L1 Otto", "T1 (00:14)", "S1 ho ", "T1 #00:00:15-0#"],
    );
    check(
        "txt",
        "Mabel Ho  0:12\nhi\n\nMabel Ho  0:15\nho\n",
        &["L0 Mabel Ho", "T0 0:12", "S0 hi", "L1 Mabel Ho", "T1 0:15", "S1 ho"],
    );
    check(
        "txt",
        "[12.05] I: a\n[12.09] P: b\n",
        &["T0 [12.05]", "L0 I", "S0 a", "T1 [12.09]", "L1 P", "S1 b"],
    );
    check("txt", "[12.05] was the day\n", &["S0 [12.05] was the day"]);
    check(
        "md",
        "# Talk\n\n**Interviewer:** hi\n\n**Mabel**: ho\n**Mabel**: *hm*\n",
        &["H0 # Talk", "L1 Interviewer", "S1 hi", "L2 Mabel", "S2 ho", "L3 Mabel", "S3 *hm*"],
    );
    check("txt", "[PSW-03]: hi\n[person-1]: ho\n", &["L0 PSW-03", "S0 hi", "L1 person-1", "S1 ho"]);
}

#[test]
fn separators_of_every_kind_end_lines() {
    check("txt", "I: a\rP: b\r", &["L0 I", "S0 a", "L1 P", "S1 b"]);
    check("txt", "I: a\u{85}P: b\u{2028}I: c\u{2029}", &["L0 I", "S0 a", "L1 P", "S1 b", "L2 I", "S2 c"]);
    check("txt", "Mabel\nHo: a\n", &["S0 Mabel\nHo: a"]);
}

#[test]
fn names_that_hide_lie_in_a_label() {
    check(
        "txt",
        "Mabel\u{202E}oH\u{202C}: a\nMabel\u{202E}oH\u{202C}: b\n",
        &["L0 Mabel\u{202E}oH\u{202C}", "S0 a", "L1 Mabel\u{202E}oH\u{202C}", "S1 b"],
    );
    check(
        "txt",
        "\u{E000}\u{F8F0}: a\n\u{F8F0}: b\n\u{F8F0}: c\n",
        &["L0 \u{20547}\u{F8F0}", "S0 a", "L1 \u{F8F0}", "S1 b", "L2 \u{F8F0}", "S2 c"],
    );
}

#[test]
fn field_notes_have_no_speakers() {
    let notes = Hint { kind: ItemKind::Fieldnote, ..hint("txt") };
    check_kind(
        &notes,
        "10:30 Mabel: came\nMabel: left\n\nWent home.\n",
        &["T0 10:30", "S0 Mabel: came\nMabel: left", "S1 Went home."],
    );
}

#[test]
fn webvtt_of_teams_and_zoom() {
    check(
        "vtt",
        "WEBVTT - of Mabel\nKind: captions\n\nNOTE by Mabel\nand Otto\n\n1f3a-9/12-0\n00:01.000 --> 00:02.000 align:start region:mabel\n\
         <v.loud Mabel Ho>hello <c.x>O<i>t</i>to</c></v>\n\nSTYLE\n::cue {}\n",
        &[
            "D0  - of Mabel",
            "D0 Kind: captions\n",
            "D0 NOTE by Mabel\n",
            "D0 and Otto\n",
            "D0 1f3a-9/12-0\n",
            "T0 00:01.000 --> 00:02.000 align:start",
            "L0 Mabel Ho",
            "S0 hello Otto",
            "D0 STYLE\n",
            "D0 ::cue {}\n",
        ],
    );
    check(
        "vtt",
        "WEBVTT\r\n\r\n1\r\n00:00:01.000 --> 00:00:02.000\r\nMabel Ho: hi\r\n\r\n2\r\n00:00:02.000 --> 00:00:03.000\r\nMabel Ho: ho <00:00:02.500> hm\r\n",
        &[
            "D0 1\r\n",
            "T0 00:00:01.000 --> 00:00:02.000",
            "L0 Mabel Ho",
            "S0 hi",
            "D0 2\r\n",
            "T1 00:00:02.000 --> 00:00:03.000",
            "L1 Mabel Ho",
            "S1 ho ",
            "T1 <00:00:02.500>",
            "S1  hm",
        ],
    );
    check(
        "txt",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>x</v> <v B>y</v>\n",
        &["T0 00:01.000 --> 00:02.000", "L0 A", "S0 x", "L1 B", "S1 y"],
    );
    // Between two line ends something goes, and they stay two.
    check(
        "vtt",
        "WEBVTT\rKind: x\n\n00:01.000 --> 00:02.000\na\rb\r\n\r\n00:02.000 --> 00:03.000\r<i></i>\n",
        &["D0 Kind: x\n", "T0 00:01.000 --> 00:02.000", "S0 a\rb", "T1 00:02.000 --> 00:03.000"],
    );
    check(
        "vtt",
        "WEBVTT\n\n00:01.000 --> 00:05.000\na\n<b></b>\nb\n\n00:02.000 --> 00:03.000\n<i></i>",
        &["T0 00:01.000 --> 00:05.000", "S0 a\nb", "T1 00:02.000 --> 00:03.000"],
    );
}

#[test]
fn subrip_keeps_counters_and_times() {
    check(
        "srt",
        "1\n00:00:01,000 --> 00:00:02,500\n{\\an8}<i>Mabel</i>: hi\n\n2\n00:00:02,000 --> 00:00:03,000\nMabel: ho\nyes\n",
        &[
            "T0 1",
            "T0 00:00:01,000 --> 00:00:02,500",
            "L0 Mabel",
            "S0 hi",
            "T1 2",
            "T1 00:00:02,000 --> 00:00:03,000",
            "L1 Mabel",
            "S1 ho\nyes",
        ],
    );
    check(
        "srt",
        "1\n00:00:01,000 --> 00:00:02,500\n<v Mabel Ho>hi</v>\n",
        &["T0 1", "T0 00:00:01,000 --> 00:00:02,500", "L0 Mabel Ho", "S0 hi"],
    );
    check(
        "txt",
        "1\r00:00:01,000 --> 00:00:02,500 X1:1 Mabel\rhi\r",
        &["T0 1", "T0 00:00:01,000 --> 00:00:02,500", "S0 hi"],
    );
}

#[test]
fn no_telephone_number_passes_for_a_counter_or_a_setting() {
    check(
        "vtt",
        "WEBVTT\n\n00:01.000 --> 00:02.000 line:91234567 position:10.25%,line-left line:-1 size:9123.4567%\nhi\n",
        &["T0 00:01.000 --> 00:02.000 position:10.25%,line-left line:-1", "S0 hi"],
    );
    check_error("srt", b"91234567\n00:00:01,000 --> 00:00:02,000\nhi\n", Error::NoCue { line: 1 });
    check(
        "srt",
        "1048576\n00:00:01,000 --> 00:00:02,000\nhi\n",
        &["T0 1048576", "T0 00:00:01,000 --> 00:00:02,000", "S0 hi"],
    );
}

#[test]
fn malformed_cues_name_their_line() {
    let vtt = |body: &str| format!("WEBVTT\n\n{body}");
    for (body, want) in [
        ("00:01.000 --> 00:0x.000\nhi\n", Error::Timing { line: 3 }),
        ("00:01,000 --> 00:02,000\nhi\n", Error::Timing { line: 3 }),
        ("00:61.000 --> 00:62.000\nhi\n", Error::Timing { line: 3 }),
        ("00:02.000 --> 00:01.000\nhi\n", Error::EndBeforeStart { line: 3 }),
        ("00:01.000 --> 00:02.000\nhi\n00:02.000 --> 00:03.000\nho\n", Error::BlankLine { line: 5 }),
        ("00:01.000 --> 00:02.000\nhi\n\nho\nhm\n", Error::NoCue { line: 6 }),
        ("00:01.000 --> 00:02.000\nhi\n\n00:02.000 --> 00:03.000", Error::Truncated { line: 6 }),
        ("00:01.000 --> 00:02.000\nhi\n\n2\n", Error::Truncated { line: 6 }),
        ("00:01.000 --> 00:02.000\n<v Mabel\n", Error::Tag { line: 4 }),
        ("NOTE x\n00:01.000 --> 00:02.000\nhi\n", Error::BlankLine { line: 4 }),
        ("NOTE x\n", Error::Empty),
        ("", Error::Empty),
    ] {
        check_error("vtt", vtt(body).as_bytes(), want);
    }
    check_error("vtt", b"WEBVTT\n00:01.000 --> 00:02.000\nhi\n", Error::BlankLine { line: 2 });
    check_error(
        "srt",
        b"1\n00:00:01,000 --> 00:00:02,000\nhi\n2\n00:00:02,000 --> 00:00:03,000\nho\n",
        Error::BlankLine { line: 5 },
    );
    check_error("srt", b"1\n00:00:01,000 -> 00:00:02,000\nhi\n", Error::NoCue { line: 1 });
    check_error("srt", b"1\n00:00:01,000 --> 00:00:02,000\nhi\n\n2\n", Error::Truncated { line: 5 });
    check_error("srt", b"hello\n", Error::NoCue { line: 1 });
}

#[test]
fn endings_and_content_agree_or_are_asked_about() {
    check_error("doc", b"hello", Error::Format);
    for ending in ["docx", "odt", "rtf", "pdf", "html", "otr"] {
        check_error(ending, b"hello", Error::Mismatch);
    }
    check_error("", b"hello", Error::Format);
    check_error("txt", b"PK\x03\x04....", Error::Format);
    check_error("txt", b"%PDF-1.7", Error::Format);
    // Also where it looks so only as UTF-8.
    check_error("txt", &utf_16("%PDF-1.7\n", true, false), Error::Format);
    check("txt", "ID3: hello\nID4: hi\n", &["L0 ID3", "S0 hello", "L1 ID4", "S1 hi"]);
    check_error("txt", b"{\\rtf1 hi}", Error::Format);
    check_error("vtt", b"hello", Error::Mismatch);
    check_error("srt", b"WEBVTT\n", Error::Mismatch);
    check_error("vtt", b"1\n00:00:01,000 --> 00:00:02,000\nhi\n", Error::Mismatch);
}

#[test]
fn what_is_no_text_is_refused() {
    check_error("txt", b"", Error::Empty);
    check_error("txt", b" \r\n\t", Error::Empty);
    check_error("txt", b"\xEF\xBB\xBF", Error::Empty);
    check_error("txt", b"I: a\0b\n", Error::Binary);
    check_error("txt", b"I: \x01\x02\n", Error::Binary);
    check_error("txt", b"I: \x01\xFF\n", Error::Binary);
    check_error("txt", "I: Mab\u{FFFD}l\n".as_bytes(), Error::LostCharacters);
}

const TALK: &str = "訪問員：你好，今日覺得點呀？\n受訪者：我覺得幾好，同社工傾咗好耐，佢話我可以返工。\n訪問員：咁你鍾意做啲乜嘢？\n\
                    受訪者：我鍾意煮飯同埋行山，星期日同朋友去飲茶。\n";
const SIMPLE: &str = "访问员：你好，今天觉得怎么样？\n受访者：我觉得很好，跟社工谈了很久，他说我可以回去工作。\n访问员：那么你喜欢做什么？\n\
                      受访者：我喜欢做饭和爬山，星期天跟朋友去喝茶。\n";

fn utf_16(text: &str, mark: bool, big: bool) -> Vec<u8> {
    let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    units.flat_map(|it| if big { it.to_be_bytes() } else { it.to_le_bytes() }).collect()
}

/// With the characters of HKSCS, which the encoder of the web leaves out and the decoder knows.
fn big5(text: &str) -> Vec<u8> {
    let mut table = std::collections::BTreeMap::new();
    for lead in 0x81..=0xFE_u8 {
        for trail in (0x40..=0x7E).chain(0xA1..=0xFE_u8) {
            if let Some(it) =
                encoding_rs::BIG5.decode_without_bom_handling_and_without_replacement(&[lead, trail])
            {
                table.insert(it.into_owned(), vec![lead, trail]);
            }
        }
    }
    text.chars()
        .flat_map(|it| if it.is_ascii() { vec![it as u8] } else { table[it.to_string().as_str()].clone() })
        .collect()
}

fn gb18030(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

fn check_encoding(bytes: &[u8], name: &str, text: &str) {
    let (decoded, layout) =
        lay_out(bytes, &hint("txt"), &mut LeftOut::default()).unwrap_or_else(|it| panic!("{it} for {name}"));
    assert_eq!((decoded.as_str(), layout.encoding.as_str()), (text, name));
    assert_stable(bytes, &hint("txt"));
}

#[test]
fn encodings_are_found() {
    check_encoding(TALK.as_bytes(), "UTF-8", TALK);
    check_encoding(format!("\u{FEFF}\u{FEFF}{TALK}").as_bytes(), "UTF-8", TALK);
    for text in [TALK, "I: hello\r\nP: café 陳\r\n"] {
        check_encoding(&utf_16(text, true, false), "UTF-16LE", text);
        check_encoding(&utf_16(text, true, true), "UTF-16BE", text);
        check_encoding(&utf_16(text, false, false), "UTF-16LE", text);
        check_encoding(&utf_16(text, false, true), "UTF-16BE", text);
    }
    check_encoding(&big5(TALK), "Big5", TALK);
    check_encoding(&gb18030(SIMPLE), "gb18030", SIMPLE);
    check_encoding("I: \u{ECE1}\n".as_bytes(), "UTF-8", "I: 𠺢\n");
}

#[test]
fn an_encoding_that_is_not_sure_is_asked_about() {
    check_error("txt", b"I: don\x92t\nP: caf\xE9\n", Error::Encoding);
    check_error("txt", &[&big5(TALK), b"\xFF\xFF".as_slice()].concat(), Error::Encoding);
    let cut = utf_16(TALK, true, false);
    check_error("txt", &cut[..cut.len() - 1], Error::Encoding);
}

#[test]
fn mixed_encodings_are_noticed() {
    for bytes in [
        [big5(TALK), TALK.as_bytes().to_vec()].concat(),
        [big5(TALK), "受訪者：陳小美\n".as_bytes().to_vec()].concat(),
        [TALK.as_bytes().to_vec(), big5(TALK)].concat(),
        [gb18030(SIMPLE), TALK.as_bytes().to_vec()].concat(),
        [b"\xEF\xBB\xBF".to_vec(), big5(TALK)].concat(),
    ] {
        check_error("txt", &bytes, Error::MixedEncodings);
    }
    for bytes in [[gb18030(SIMPLE), big5(TALK)].concat(), [big5(TALK), gb18030(SIMPLE)].concat()] {
        let error = parse(JOB, &bytes, &hint("txt")).unwrap_err();
        assert!(matches!(error, Error::MixedEncodings | Error::Encoding), "{error:?}");
    }
}

#[test]
fn a_transcript_is_kept_to_its_limit() {
    let line = "I: hello there, how are you\n";
    let mut at_limit = line.repeat(1000);
    let rest = MAX_TRANSCRIPT_BYTES - at_limit.len();
    let long = format!("P: {}\n", "a".repeat(400_000 - 4));
    at_limit.push_str(&long.repeat(rest / long.len()));
    at_limit.push_str(&"\n".repeat(MAX_TRANSCRIPT_BYTES - at_limit.len()));
    assert!(parse(JOB, at_limit.as_bytes(), &hint("txt")).is_ok());
    at_limit.push('\n');
    check_error("txt", at_limit.as_bytes(), Error::TooLong);
    // Within the limit as it came, over it as UTF-8.
    let wide = utf_16(&"陳陳\n".repeat(MAX_TRANSCRIPT_BYTES / 6 + 1), true, false);
    check_error("txt", &wide[..MAX_TRANSCRIPT_BYTES], Error::TooLong);
}

#[test]
fn a_turn_is_kept_to_its_limit() {
    let turn = |n: usize| format!("\nI: {}\n", "a".repeat(n - 3));
    assert!(parse(JOB, turn(MAX_TURN_BYTES).as_bytes(), &hint("txt")).is_ok());
    check_error("txt", turn(MAX_TURN_BYTES + 1).as_bytes(), Error::TurnTooLong { line: 2 });
    let cue = |n: usize| format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{}\n", "a".repeat(n - 24));
    assert!(parse(JOB, cue(MAX_TURN_BYTES).as_bytes(), &hint("vtt")).is_ok());
    check_error("vtt", cue(MAX_TURN_BYTES + 1).as_bytes(), Error::TurnTooLong { line: 3 });
}

#[test]
fn turns_are_kept_to_their_number() {
    let turns = |n: usize| "a\n\n".repeat(n);
    assert!(parse(JOB, turns(MAX_TURNS).as_bytes(), &hint("txt")).is_ok());
    check_error("txt", turns(MAX_TURNS + 1).as_bytes(), Error::TooManyTurns);
}

#[test]
fn errors_say_nothing_of_the_text() {
    let error = parse(JOB, b"WEBVTT\n\nMabel\nHo\n", &hint("vtt")).unwrap_err();
    assert!(!format!("{error} {error:?} {}", error.remedy()).contains("Mabel"));
    assert_eq!(error.code(), "PA-14");
}

/// Text out of which formats are made, so that random files are often nearly right.
fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop::sample::select(vec![
        "WEBVTT",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\u{2028}",
        " ",
        "NOTE ",
        "STYLE",
        "1",
        "00:01.000 --> 00:02.000",
        "00:00:01,000 --> 00:00:02,000",
        " align:start",
        " region:x",
        "<v Mabel>",
        "<v.x Otto>",
        "</v>",
        "<v",
        "<i>",
        "</i>",
        "<",
        ">",
        "&",
        "&#97;",
        "&lt;",
        "#97;",
        "{\\an8}",
        "Mabel: ",
        "I: ",
        "受訪者：",
        "[PSW-03]: ",
        "[00:01:02]",
        "(00:12)",
        "00:12:05 ",
        "[12.05] ",
        "#00:00:01-0#",
        "hello",
        "係呀",
        "**",
        "- ",
        "# ",
        "\u{202E}",
        "\u{E001}",
        "\u{F8F0}",
        "-->",
        "--",
        ":",
        "Date: ",
        "a",
        "9",
        "[",
        "]",
        "(",
        ")",
        "\u{FEFF}",
        "é",
        "&nbsp;",
        "\t",
    ]);
    prop::collection::vec(scrap, 0..40).prop_map(|it| it.concat())
}

fn check_any(bytes: &[u8], hint: &Hint) {
    let refused = round_trip(bytes, hint).unwrap();
    assert_ne!(refused, Some(Error::Layout));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_scraps_are_parsed_stably_or_refused(text in scraps(), notes: bool) {
        let kind = if notes { ItemKind::Fieldnote } else { ItemKind::Transcript };
        for extension in ["txt", "md", "vtt", "srt"] {
            check_any(text.as_bytes(), &Hint::of(extension.to_owned(), kind));
        }
        let hint = Hint::of("vtt".to_owned(), kind);
        check_any(format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{text}").as_bytes(), &hint);
        let hint = Hint::of("srt".to_owned(), kind);
        check_any(format!("1\n00:00:01,000 --> 00:00:02,000\n{text}").as_bytes(), &hint);
    }

    #[test]
    fn any_bytes_are_parsed_stably_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for extension in ["txt", "md", "vtt", "srt", "docx"] {
            check_any(&bytes, &hint(extension));
        }
    }

    #[test]
    fn any_text_is_parsed_stably_or_refused(text in "\\PC{0,60}(\n\\PC{0,30}){0,4}") {
        check_any(text.as_bytes(), &hint("txt"));
        check_any(&utf_16(&text, true, true), &hint("txt"));
    }
}

#[test]
fn a_marker_of_ours_is_no_speaker() {
    let text = "[PSW-01]: [PIR-01], hi\n[PIR-01]: Hello you\n[PIR-01]: so\nPIR-01: yes\n";
    let markers = ["[PSW-01]", "[PIR-01]"].map(str::to_owned).into();
    let raw = parse(JobId::from_bytes([1; 16]), text.as_bytes(), &Hint { markers, ..hint("txt") }).unwrap();
    let labels = raw.layout().pieces.iter().filter(|it| it.role == Role::Label);
    let labels: Vec<_> = labels.map(|it| &text[it.range()]).collect();
    assert_eq!(labels, ["PIR-01"]);
}

#[test]
fn notes_of_captions_are_counted() {
    let file = "WEBVTT\nKind: x\n\nNOTE Daisy\n\nSTYLE\n::cue {}\n\nid\n00:01.000 --> 00:02.000\nNOTE so\n\nNOTE\nx\n";
    let raw = parse(JobId::from_bytes([1; 16]), file.as_bytes(), &hint("vtt")).unwrap();
    assert_eq!(raw.left_out().iter().collect::<Vec<_>>(), [(Omission::Notes, 2)]);
}
