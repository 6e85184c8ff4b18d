//! A small study of our own invention, with everything that a real one brings: two pairs, talk in
//! English, Cantonese and both in one sentence, four formats, one file in Big5, a recording, a signed
//! form, and files that are broken. The README's first command and the tests run the whole line on it.
//!
//! Every person in it is made up. This module writes nothing; it gives the bytes.

use std::collections::BTreeMap;

/// The study's id.
pub const STUDY: &str = "HARBOUR";

/// The study's roster.
pub const ROSTER: &str = include_str!("sample/roster.csv");

/// What the line makes of a file, with the gate `automatic`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum Fate {
    /// De-identified, sealed and released.
    Released,
    /// Waits for a steward: something may be a name, and nobody can be sure.
    Held,
    /// Sealed, and never released, for want of somebody's consent.
    NotConsented,
    /// Sealed as it is: recordings and signed forms are never read and never released.
    SealedOnly,
    /// Set aside with a plain reason: unfinished, or of a format that is not read.
    Quarantined,
}

/// A file as a fieldworker would drop it.
#[derive(Clone, Debug)]
pub struct SampleFile {
    /// Where it goes, from the study's folder on.
    pub path: &'static str,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// What it is there to show.
    pub note: &'static str,
    /// What the line makes of it.
    pub fate: Fate,
}

/// Strings that stand in the sample's files or roster and must not stand in any release.
const PLANTED: &[&str] = &[
    "Yip Lok Yan",
    "Joanne",
    "葉樂恩",
    "樂恩",
    "Miss Yip",
    "Mok Chun Wai",
    "Terence",
    "莫振威",
    "阿威",
    "Fung Kai Ming",
    "Kelvin",
    "馮啟明",
    "Kwok Sau Ling",
    "Shirley",
    "郭秀玲",
    "玲姐",
    "Hui Wing Lam",
    "Winnie",
    "許詠琳",
    "Lau Pui Shan",
    "Pui Shan",
    "梁嘉欣",
    "Desmond",
    "阿強",
    "9123 4567",
    "nine one two three, four five six seven",
    "九一二三五五六六",
    "joanne.yip@example.org",
    "A123456(3)",
    "K123456(0)",
    "6f0b2c1e-3a57-4d0e-9c41-7b1f5e2d8a90",
];

/// Strings that carry the study's matter: a release without them has lost what was said.
const KEPT: &[(&str, &str)] = &[
    ("D01/JOINT/W1/session/session1.vtt", "olanzapine"),
    ("D01/JOINT/W1/session/session1.vtt", "00:01:25.500 --> 00:01:29.880"),
    ("D01/JOINT/W1/session/session1.vtt", "I would keep that one."),
    ("D01/JOINT/W1/session/session1.vtt", "其實好耐冇試過咁"),
    ("D01/PSW/W1/interview/interview.txt", "PHQ-9"),
    ("D01/PSW/W1/interview/interview.txt", "milk tea"),
    ("D01/PIR/W1/interview/訪談.txt", "思覺失調"),
    ("D01/PIR/W1/interview/訪談.txt", "喺"),
    ("D02/JOINT/W1/session/session1.srt", "00:00:41,500 --> 00:00:47,900"),
    ("D02/PSW/W1/interview/interview.txt", "a diploma"),
];

/// Strings that must not stand in any release, in no encoding.
#[must_use]
pub const fn planted() -> &'static [&'static str] {
    PLANTED
}

/// For a file, a string of its that must still stand in its release.
#[must_use]
pub const fn kept() -> &'static [(&'static str, &'static str)] {
    KEPT
}

/// All files, in the order in which they were dropped.
#[must_use]
pub fn files() -> Vec<SampleFile> {
    use Fate::{Held, NotConsented, Quarantined, Released, SealedOnly};
    let text = |text: &str| text.as_bytes().to_vec();
    let file = |path, bytes, fate, note| SampleFile { path, bytes, note, fate };
    vec![
        file(
            "D01/JOINT/W1/session/session1.vtt",
            text(include_str!("sample/d01_session.vtt")),
            Released,
            "an observed session from Teams: full names in every cue, cue ids that lead back to the account, a telephone number told in words",
        ),
        file(
            "D01/PSW/W1/interview/interview.txt",
            text(include_str!("sample/d01_psw_interview.txt")),
            Released,
            "an interview in English: identity card, telephone, e-mail, hospital, estate, age and date",
        ),
        file(
            "D01/PIR/W1/interview/訪談.txt",
            big5_hkscs(include_str!("sample/d01_pir_interview.txt")),
            Released,
            "an interview in Cantonese, saved as Big5-HKSCS by an older word processor",
        ),
        file(
            "D01/JOINT/W1/notes/fieldnotes.md",
            text(include_str!("sample/d01_notes.md")),
            Released,
            "a fieldworker's notes in Markdown",
        ),
        file(
            "D01/JOINT/W1/recording/session1.wav",
            recording(2, 2),
            SealedOnly,
            "the recording of the session: sealed as it is",
        ),
        file(
            "D01/PIR/W1/consent/signed.pdf",
            consent_form("Mok Chun Wai"),
            SealedOnly,
            "a signed consent form: sealed as it is",
        ),
        file(
            "D02/JOINT/W1/session/session1.srt",
            text(include_str!("sample/d02_session.srt")),
            Released,
            "an observed session as subtitles, in Cantonese with some English",
        ),
        file(
            "D02/PSW/W1/interview/interview.txt",
            text(include_str!("sample/d02_psw_interview.txt")),
            Held,
            "two languages in one sentence; four people who are not on the roster, one by a nickname only",
        ),
        file(
            "D02/PIR/W1/interview/interview.txt",
            text(include_str!("sample/d02_pir_interview.txt")),
            NotConsented,
            "she agreed to the session, and to keeping her interview, but not to sharing it",
        ),
        file(
            "D02/JOINT/W1/notes/fieldnotes.txt",
            text(include_str!("sample/d02_notes.txt")),
            Released,
            "a fieldworker's notes in plain text",
        ),
        file(
            "D02/JOINT/W2/session/session2.vtt",
            text(include_str!("sample/d02_session_cut.vtt")),
            Quarantined,
            "an upload that broke off in the middle of a time stamp",
        ),
        file(
            "D02/JOINT/W2/recording/session2.wav",
            recording(6, 2),
            Quarantined,
            "a recording that says it is six seconds long and holds two",
        ),
        file(
            "D01/PSW/W2/interview/interview.xyz",
            b"XYZ1\x00\x01\x02\x03\xff\xfe\x00\x10 export\x00".to_vec(),
            Quarantined,
            "a format that nobody here can read",
        ),
    ]
}

/// Encodes as Hong Kong's own Big5 does. The encoder of the web's standard leaves out the Hong Kong
/// characters, its decoder does not; so this turns the decoder round.
fn big5_hkscs(text: &str) -> Vec<u8> {
    let mut pairs: BTreeMap<char, [u8; 2]> = BTreeMap::new();
    for lead in 0x81..=0xfe_u8 {
        for trail in (0x40..=0x7e_u8).chain(0xa1..=0xfe) {
            let pair = [lead, trail];
            let (decoded, _, wrong) = encoding_rs::BIG5.decode(&pair);
            let mut chars = decoded.chars();
            if let (Some(char), None, false) = (chars.next(), chars.next(), wrong) {
                pairs.entry(char).or_insert(pair);
            }
        }
    }
    let mut bytes = Vec::with_capacity(text.len());
    for char in text.chars() {
        match (u8::try_from(char), pairs.get(&char)) {
            (Ok(byte), _) if byte.is_ascii() => bytes.push(byte),
            (_, Some(pair)) => bytes.extend_from_slice(pair),
            (_, None) => bytes.push(b'?'),
        }
    }
    bytes
}

/// A mono WAV file of 8,000 samples a second that says it lasts `declared` seconds and lasts `held`.
/// What it plays is a hum.
fn recording(declared: u32, held: u32) -> Vec<u8> {
    const RATE: u32 = 8000;
    let data = declared * RATE * 2;
    let mut bytes = Vec::new();
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&(36 + data).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt ");
    bytes.extend_from_slice(&16_u32.to_le_bytes());
    bytes.extend_from_slice(&1_u16.to_le_bytes());
    bytes.extend_from_slice(&1_u16.to_le_bytes());
    bytes.extend_from_slice(&RATE.to_le_bytes());
    bytes.extend_from_slice(&(RATE * 2).to_le_bytes());
    bytes.extend_from_slice(&2_u16.to_le_bytes());
    bytes.extend_from_slice(&16_u16.to_le_bytes());
    bytes.extend_from_slice(b"data");
    bytes.extend_from_slice(&data.to_le_bytes());
    for sample in 0..held * RATE {
        // A triangle of 64 samples: 125 Hz, about as low as a man's voice.
        let step = i16::try_from(sample % 64).unwrap_or(0);
        let height = if step < 32 { step } else { 64 - step };
        bytes.extend_from_slice(&((height - 16) * 200).to_le_bytes());
    }
    bytes
}

/// A page of PDF 1.4 that says who signed.
fn consent_form(name: &str) -> Vec<u8> {
    let page = format!(
        "BT /F1 16 Tf 72 740 Td (Consent to take part: study {STUDY}) Tj 0 -40 Td (Signed: {name}) Tj ET"
    );
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{page}\nendstream", page.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (n, object) in objects.iter().enumerate() {
        let row = format!("{:010} 00000 n \n", pdf.len());
        table.push_str(&row);
        let object = format!("{} 0 obj\n{object}\nendobj\n", n + 1);
        pdf.push_str(&object);
    }
    let start = pdf.len();
    pdf.push_str(&table);
    let trailer =
        format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    pdf.push_str(&trailer);
    pdf.into_bytes()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn words(file: &SampleFile) -> String {
        match std::str::from_utf8(&file.bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => encoding_rs::BIG5.decode(&file.bytes).0.into_owned(),
        }
    }

    #[test]
    fn what_is_planted_stands_in_the_files() {
        let all = files().iter().map(words).collect::<String>() + ROSTER;
        for it in planted() {
            assert!(all.replace('\n', " ").contains(it), "{it} is in no file and not on the roster");
        }
    }

    #[test]
    fn what_must_stay_stands_in_its_file_and_is_not_planted() {
        let files = files();
        for (path, text) in kept() {
            let file = files.iter().find(|it| it.path == *path).unwrap();
            assert!(words(file).contains(text), "{text} is not in {path}");
            assert!(planted().iter().all(|it| !text.contains(it)), "{text}");
        }
    }

    #[test]
    fn every_fate_is_met_and_most_files_are_released() {
        let files = files();
        let fates: BTreeSet<_> = files.iter().map(|it| it.fate).collect();
        assert_eq!(fates.len(), 5);
        let paths: BTreeSet<_> = files.iter().map(|it| it.path).collect();
        assert_eq!(paths.len(), files.len());
    }

    #[test]
    fn the_big5_file_is_big5_and_loses_no_character() {
        let text = include_str!("sample/d01_pir_interview.txt");
        let bytes = big5_hkscs(text);
        assert!(std::str::from_utf8(&bytes).is_err());
        let (decoded, _, wrong) = encoding_rs::BIG5.decode(&bytes);
        assert!(!wrong);
        assert_eq!(decoded, text);
        assert_eq!(big5_hkscs("喺😀"), [&big5_hkscs("喺")[..], b"?"].concat(), "and what it lacks is seen");
    }

    #[test]
    fn a_recording_is_as_long_as_it_says_or_broken_on_purpose() {
        let declared = |wav: &[u8]| u32::from_le_bytes(wav[40..44].try_into().unwrap()) as usize;
        let whole = recording(2, 2);
        assert_eq!(whole.len() - 44, declared(&whole));
        let cut = recording(6, 2);
        assert!(cut.len() - 44 < declared(&cut));
    }

    #[test]
    fn the_signed_form_is_a_pdf_whose_table_points_at_its_objects() {
        let pdf = String::from_utf8(consent_form("Ho")).unwrap();
        let start: usize = pdf.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap();
        assert!(pdf[start..].starts_with("xref\n"));
        for (n, line) in pdf[start..].lines().filter(|it| it.ends_with(" n ")).enumerate() {
            let at: usize = line[..10].parse().unwrap();
            assert!(pdf[at..].starts_with(&format!("{} 0 obj", n + 1)));
        }
    }

    #[test]
    fn the_roster_names_everybody_who_is_on_it_once() {
        let mut rows = csv::Reader::from_reader(ROSTER.as_bytes());
        let codes: Vec<_> = rows.records().map(|it| it.unwrap()[0].to_owned()).collect();
        assert_eq!(codes, ["PSW-01", "PIR-01", "PSW-02", "PIR-02", "RES-01"]);
    }
}
