use std::io::{Cursor, Write as _};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

fn packed(members: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn check(body: &str, want: &[&str]) {
    let xml = format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>");
    let read = read(&packed(&[(BODY, &xml)])).unwrap();
    assert_eq!(read.lines().collect::<Vec<_>>(), want, "{body}");
}

#[test]
fn runs_are_joined_and_breaks_kept() {
    check(
        "<w:p><w:r><w:t>P: I am Dai</w:t></w:r><w:proofErr/><w:r><w:rPr><w:b/></w:rPr><w:t>sy</w:t><w:tab/><w:t>x</w:t><w:br/>\
         <w:t>y</w:t></w:r></w:p><w:p/><w:p><w:r><w:t xml:space='preserve'> z </w:t></w:r></w:p>",
        &["P: I am Daisy\tx\u{2028}y", "", " z "],
    );
}

#[test]
fn a_row_is_a_paragraph_and_two_cells_a_turn() {
    check(
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>P</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>hello</w:t></w:r></w:p>\
         <w:p><w:r><w:t>there</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r>\
         <w:t>b</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
        &["P: hello\u{2028}there", "a\tb\tc"],
    );
}

#[test]
fn what_no_reader_of_the_pages_sees_is_not_read() {
    check(
        "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom><w:ins><w:r>\
         <w:t>in</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:rPr><w:vanish w:val='0'/></w:rPr>\
         <w:t>shown</w:t></w:r><w:r><w:instrText>HYPERLINK \"mailto:a@b\"</w:instrText></w:r><w:hyperlink w:tooltip='t'><w:r><w:t>link</w:t></w:r>\
         </w:hyperlink><w:r><w:drawing><wp:docPr descr='alt'/></w:drawing></w:r></w:p>",
        &["inshownlink"],
    );
}

#[test]
fn text_boxes_are_read_once_and_before_what_they_stand_in() {
    check(
        "<w:p><w:r><w:t>outer</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p>\
         </w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></mc:Fallback>\
         </mc:AlternateContent></w:r></w:p>",
        &["box", "outer"],
    );
}

#[test]
fn headers_and_notes_are_read_and_other_parts_are_not() {
    let p = |it: &str| format!("<w:x xmlns:w='w'><w:p><w:r><w:t>{it}</w:t></w:r></w:p></w:x>");
    let file = packed(&[
        ("word/document.xml", &p("body")),
        ("word/header1.xml", &p("head")),
        ("word/footnotes.xml", &p("note")),
        ("word/footer2.xml", &p("foot")),
        ("word/comments.xml", &p("comment")),
        ("word/glossary/document.xml", &p("glossary")),
        ("docProps/core.xml", &p("author")),
    ]);
    assert_eq!(read(&file).unwrap(), "head\nbody\nnote\nfoot\n");
}

#[test]
fn what_is_no_sound_document_is_refused() {
    let body = "<w:document><w:body/></w:document>";
    for (members, want) in [
        (vec![("word/other.xml", body)], Error::Damaged),
        (vec![(BODY, body), ("word/vbaProject.bin", "")], Error::Macros),
        (vec![(BODY, body), ("../x", "")], Error::Members),
        (vec![(BODY, "<w:document>")], Error::Damaged),
        (vec![(BODY, "<!DOCTYPE a><a/>")], Error::Entities),
    ] {
        assert_eq!(read(&packed(&members)), Err(want), "{members:?}");
    }
    assert_eq!(read(b"PK\x03\x04"), Err(Error::Damaged));
    assert_eq!(read(b"so we went"), Err(Error::Mismatch));
    assert_eq!(read(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), Err(Error::Locked));
    let bomb = "<w:p/>".repeat(40_000_000 / 6 * 3);
    assert_eq!(read(&packed(&[(BODY, &bomb)])), Err(Error::TooMuch));
}
