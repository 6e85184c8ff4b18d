//! Formats of turns: what is held comes back from its file, and nothing that is cut off or cracked brings anything down.

use proptest::prelude::*;

use super::{again, file, text::add};
use crate::{
    id::JobId,
    item::ItemKind,
    parse::{self, Hint},
    transcript::Format,
};

/// A turn before it is in any format: label, start, length, speech.
type Turn = (String, u32, u32, String);

const FORMATS: [Format; 4] = [Format::Elan, Format::TextGrid, Format::Chat, Format::Whisper];

fn label() -> impl Strategy<Value = String> {
    let odd =
        "[!-}\u{e9}\u{4e00}-\u{4e20}\u{1f600}]([ -}\u{ad}\u{200b}\u{2028}]{0,9}[!-}\u{4e00}-\u{4e20}])?";
    prop_oneof![
        5 => Just("PSW-03".to_owned()), 5 => Just("person-4".to_owned()), 1 => Just("PSW03".to_owned()),
        1 => Just("訪問員".to_owned()), 2 => odd
    ]
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let speech = "([!-~\u{e9}\u{4e00}-\u{4e20}]([ -~\u{4e00}-\u{4e20}\u{2028}\u{ad}\u{200b}\u{1f600}]{0,16}[!-~\u{4e00}])?)";
    proptest::collection::vec((label(), 0_u32..40, 1_u32..20, speech), 1..24)
}

/// The turns as the format would have read them.
fn held(format: Format, mut turns: Vec<Turn>) -> String {
    if matches!(format, Format::Elan | Format::TextGrid) {
        turns.sort_by_key(|it| (it.1, it.1 + it.2));
        for it in &mut turns {
            it.0 = it.0.replace('~', "-");
        }
    }
    let mut text = String::new();
    let mut untimed = String::new();
    for (n, (label, start, length, said)) in turns.into_iter().enumerate() {
        let (start, end) = if matches!(format, Format::TextGrid | Format::Whisper) {
            (format!("{start}.250"), format!("{}.25000000000000001", start + length))
        } else {
            (format!("0{start}00"), format!("{}00", start + length))
        };
        if length % 7 == 3 && format != Format::TextGrid {
            let into = if format == Format::Elan { &mut untimed } else { &mut text };
            add(into, format_args!("#{label}\t={said}\n"));
            if n % 2 == 0 && format == Format::Chat {
                add(into, format_args!("#{label}\t~%eng\t={said}\n"));
            }
        } else {
            add(&mut text, format_args!("@{start}\t@{end}\t#{label}\t={said}\n"));
        }
    }
    text + &untimed
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn turns_are_read_back_as_they_were_held(turns in turns()) {
        for format in FORMATS {
            let held = held(format, turns.clone());
            prop_assert_eq!(again(format, &held), Ok(held.clone()), "{:?}", format);
            prop_assert_eq!(file(format, &held), file(format, &held));
        }
    }

    #[test]
    fn what_is_cracked_brings_nothing_down(turns in turns(), at in 0_usize..4000, with in any::<[u8; 3]>()) {
        for format in FORMATS {
            let mut bytes = file(format, &held(format, turns.clone())).into_owned();
            let at = at % bytes.len();
            bytes.splice(at..(at + 3).min(bytes.len()), with);
            if let Ok(text) = read(format, &bytes) {
                prop_assert_eq!(again(format, &text), Ok(text.clone()), "{:?}", format);
            }
        }
    }
}

fn read(format: Format, bytes: &[u8]) -> Result<String, parse::Error> {
    let hint = Hint::of(format.extension().to_owned(), ItemKind::Transcript);
    // EXPOSE: made up here.
    parse::parse(JobId::from_bytes([7; 16]), bytes, &hint).map(|it| it.text().expose().clone())
}

#[test]
fn what_is_cut_off_is_refused_or_read() {
    let turns =
        (0..60).map(|n| (format!("P-{}", n % 3), n, 2, format!("so \"{n}\" & 去行山"))).collect::<Vec<_>>();
    for format in FORMATS {
        let bytes = file(format, &held(format, turns.clone())).into_owned();
        for n in 0..50 {
            let cut = read(format, &bytes[..bytes.len() * n / 50]);
            assert!(cut.is_err(), "{format:?} {n}");
        }
    }
}

#[test]
fn points_and_intervals_of_one_time_keep_their_order() {
    for held in [
        "@0.5\t#A\t=x\n@0.5\t#B\t=y\n@0.5\t#A\t=z\n@0.5\t@1\t#A\t=w\n",
        "@0\t#A\t=x\n",
        "@-1.5\t@2\t#A\t=x\n@-1.5\t@2\t#B\t=y\n@-1.5\t@2\t#A\t=z\n@3\t@4\t#B\t=u\n@3\t@4\t#A\t=v\n",
    ] {
        assert_eq!(again(Format::TextGrid, held).unwrap(), held);
    }
}

#[test]
fn parts_of_a_stretch_are_parts_again() {
    let held = "@0\t@9\t#A\t=x\n@0\t@9\t#A\t=y\n@0\t@9\t#A\t=z\n@0\t@9\t#B\t=\n@0\t@9\t#A~2\t=w\n@4\t@9\t#A\t=v\n#A\t=u\n#A\t=t\n";
    assert_eq!(again(Format::Elan, held).unwrap(), held);
    let file = String::from_utf8(file(Format::Elan, held).into_owned()).unwrap();
    assert_eq!(file.matches("<TIER ").count(), 5, "{file}");
    assert!(file.contains("PREVIOUS_ANNOTATION=\"a1\""), "{file}");
}

#[test]
fn a_label_that_is_no_code_has_one_in_chat() {
    let held = "#PSW-03\t=a\n#PSW03\t=b\n#訪\t=c\n#問\t=d\n#person-4-of-five\t=e\n";
    assert_eq!(again(Format::Chat, held).unwrap(), held);
    let file = String::from_utf8(file(Format::Chat, held).into_owned()).unwrap();
    for line in ["*PSW03:\ta", "*PSW031:\tb", "*SPK:\tc", "*SPK1:\td", "*PERSON4:\te", "@Languages:\tund"] {
        assert!(file.lines().any(|it| it == line), "{line}\n{file}");
    }
}

#[test]
fn many_turns_at_once_take_no_time() {
    let many = |label: &dyn Fn(usize) -> String, count: usize| {
        (0..count).fold(String::new(), |all, n| all + &format!("@{n}\t@100000000\t#{}\t=a\n", label(n)))
    };
    for held in [many(&|_| "A".to_owned(), 40_000), many(&|n| format!("P-{n}"), 40_000)] {
        for format in FORMATS {
            assert!(again(format, &held).unwrap() == held, "{format:?}");
        }
    }
}
