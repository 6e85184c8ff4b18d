//! What a format can hide is in no copy: files with words in every such place, read and written again.
//! `training/hostile` makes them.

use std::{
    fs,
    io::{Cursor, Read as _},
};

use zip::ZipArchive;

use super::file;
use crate::{
    id::JobId,
    item::ItemKind,
    parse::{self, Hint},
};

/// The start of every word that must not be found.
const CANARY: &str = "CANARY";

/// Where a file of what is written says this word, and how often.
fn found(bytes: &[u8], word: &str) -> usize {
    let lower = word.to_ascii_lowercase();
    let count = |word: &[u8]| bytes.windows(word.len()).filter(|it| *it == word).count();
    let wide = |word: &str| -> [Vec<u8>; 2] {
        let units: Vec<u16> = word.encode_utf16().collect();
        [
            units.iter().flat_map(|it| it.to_le_bytes()).collect(),
            units.iter().flat_map(|it| it.to_be_bytes()).collect(),
        ]
    };
    [word, &lower]
        .iter()
        .map(|it| count(it.as_bytes()) + wide(it).iter().map(|it| count(it)).sum::<usize>())
        .sum()
}

/// Everything that can be found in a file: itself, and what is packed in it, with the names.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut all = bytes.to_vec();
    if bytes.starts_with(b"PK") {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
        for n in 0..zip.len() {
            let mut member = zip.by_index(n).unwrap();
            all.extend_from_slice(member.name().unwrap().as_bytes());
            all.push(b'\n');
            member.read_to_end(&mut all).unwrap();
            all.push(b'\n');
        }
    }
    all
}

fn check(ending: &str, visible: usize) {
    let hostile = fs::read(format!("tests/hostile-files/hidden.{ending}")).unwrap();
    assert!(found(&unpacked(&hostile), CANARY) > 10, "{ending}: nothing is hidden");
    let hint = Hint::of(ending.to_owned(), ItemKind::Transcript);
    let raw = parse::parse(JobId::from_bytes([7; 16]), &hostile, &hint).unwrap();
    // EXPOSE: nobody's.
    let held = raw.text().expose();
    let written = file(raw.layout().format, held);
    let all = unpacked(&written);
    let at = held.find(CANARY).map(|at| &held[at..(at + 8).min(held.len())]);
    assert_eq!((found(&all, CANARY), at), (0, None), "{ending}");
    assert_eq!(
        (found(&all, "VISIBLE"), held.matches("VISIBLE").count()),
        (visible, visible),
        "{ending}: {held}"
    );
}

#[test]
fn nothing_that_a_document_hides_is_in_its_copy() {
    check("docx", 15);
    check("odt", 11);
    check("rtf", 5);
    check("pdf", 5);
    check("html", 5);
    check("otr", 2);
}
