//! What a format can hide is in no copy: files with words in every such place, read and written again.
//! `training/hostile` makes them.

use std::{
    collections::BTreeSet,
    fs,
    io::{Cursor, Read as _},
};

use encoding_rs::{BIG5, GB18030};
use zip::ZipArchive;

use super::file;
use crate::{
    id::JobId,
    item::ItemKind,
    parse::{self, Hint},
};

/// The start of every word that must not be found.
pub(super) const CANARY: &str = "CANARY";

/// The end of every such word: other bytes in every encoding.
pub(super) const HAN: &str = "匿雀";

/// A word's bytes in every encoding that a file can be in.
pub(super) fn spellings(word: &str) -> BTreeSet<Vec<u8>> {
    let units: Vec<u16> = word.encode_utf16().collect();
    [
        word.as_bytes().to_vec(),
        units.iter().flat_map(|it| it.to_le_bytes()).collect(),
        units.iter().flat_map(|it| it.to_be_bytes()).collect(),
        BIG5.encode(word).0.into_owned(),
        GB18030.encode(word).0.into_owned(),
    ]
    .into()
}

/// How often a file of what is written says this word.
pub(super) fn found(bytes: &[u8], word: &str) -> usize {
    let words = BTreeSet::from([word.to_owned(), word.to_ascii_lowercase()]);
    let count = |it: Vec<u8>| bytes.windows(it.len()).filter(|at| *at == it).count();
    words.iter().flat_map(|it| spellings(it)).map(count).sum()
}

/// Everything that can be found in a file: itself, and what is packed in it, with the names.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut all = bytes.to_vec();
    if bytes.starts_with(b"PK") {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
        for n in 0..zip.len() {
            let mut member = zip.by_index(n).unwrap();
            let mut inner = member.name().unwrap().as_bytes().to_vec();
            inner.push(b'\n');
            all.extend_from_slice(&inner);
            inner.clear();
            member.read_to_end(&mut inner).unwrap();
            all.extend(unpacked(&inner));
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
    assert_eq!((found(&all, CANARY), found(&all, HAN), at), (0, 0, None), "{ending}");
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
    check("xlsx", 3);
    check("qdpx", 17);
}
