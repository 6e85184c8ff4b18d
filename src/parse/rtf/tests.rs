use super::*;
use crate::parse::tests::left_out;

fn read(bytes: &[u8]) -> Result<String, Error> {
    super::read(bytes, &mut LeftOut::default())
}

fn check(body: &str, want: &[&str]) {
    let held = read(format!("{{\\rtf1\\ansi {body}}}").as_bytes()).unwrap();
    assert_eq!(held.lines().collect::<Vec<_>>(), want, "{body}");
}

fn check_error(file: &[u8], want: Error) {
    assert_eq!(read(file), Err(want), "{}", String::from_utf8_lossy(&file[..file.len().min(80)]));
}

#[test]
fn paragraphs_and_signs_are_read() {
    check(
        "P: I am {\\b Dai}\\i sy\\i0\\line x\\tab y\\par\r\n\\par {\\'93z\\'94}\\emdash\\~\\_\\-a \\\\\\{\\}\\\nb\\par",
        &["P: I am Daisy\u{2028}x\ty", "", "“z”—\u{a0}-a \\{}", "b"],
    );
    check("caf\\'e9 \\u25105?\\uc2\\u21733 xxz{\\uc0\\u-10179\\u-8704}a", &["café 我哥z😀a"]);
}

#[test]
fn rows_are_paragraphs() {
    check(
        "\\trowd\\pard\\intbl P\\cell hello\\par there\\cell\\row\\pard\\intbl a\\cell b\\cell c\\cell\\row\\pard d\\par",
        &["P: hello\u{2028}there", "a\tb\tc", "d"],
    );
    check(
        "\\pard\\intbl x\\par\\pard\\intbl\\itap2 a\\nestcell b\\nestcell{\\*\\nesttableprops\\trowd\\nestrow}{\\nonesttables no\\par}\\pard\
         \\intbl y\\cell\\row",
        &["x\u{2028}a\tb\u{2028}y"],
    );
    check("\\pard\\intbl a\\cell b", &["a: b"]);
}

#[test]
fn what_no_reader_of_the_pages_sees_is_not_read() {
    check(
        "{\\info{\\title no}{\\author no}{\\doccomm no}}{\\stylesheet{\\s0 no;}}{\\*\\generator no;}{\\*\\unknown no{\\b no}}{\\colortbl;}\
         a{\\v no}{\\v0 b}\\v no\\plain c{\\deleted no}{\\pict 00ff}{\\object{\\*\\objdata 00}{\\result shown}}\
         {\\field{\\*\\fldinst HYPERLINK \"no\"}{\\fldrslt link}}{\\*\\bkmkstart no}{\\*\\atnauthor no}{\\*\\annotation no}{\\xe no}\
         {\\upr{no}{\\*\\ud{d}}}{\\bin4 no}}}e",
        &["abcshownlinkde"],
    );
}

#[test]
fn boxes_notes_and_headers_are_read_where_they_are_printed() {
    check(
        "{\\header head\\par}{\\headerf first}{\\headerl left}{\\footer foot}Dai{\\super\\chftn{\\footnote note\\par}}sy\\par\
         {\\shp{\\*\\shpinst{\\sp{\\sn no}{\\sv no}}{\\shptxt box\\par}}{\\shprslt no}}last\\par",
        &["head", "Daisy", "box", "last", "note", "foot"],
    );
    check(
        "\\titlepg\\facingp{\\headerf first}{\\headerl left}{\\*\\footnote note}a",
        &["first", "left", "a", "note"],
    );
}

#[test]
fn runs_are_in_the_encoding_of_their_font_or_of_the_document() {
    let fonts = "{\\fonttbl{\\f0\\fnil\\fcharset0 A;}{\\f1\\fnil\\fcharset136 \\'b7\\'73;}{\\f2\\fcharset134 C;}{\\f3\\fcharset2 S;}{\\f4\\fcharset255 T;}}";
    let of = |bytes: &[u8]| encoding_rs::BIG5.decode_without_bom_handling(bytes).0.into_owned();
    check(
        &format!("{fonts}\\f1 \\'a7\\'da\\'ad\\'f9\\f2 \\'ce\\'d2\\f0 \\'e9\\f3 \\'b7\\u-3913?"),
        &[format!("{}我é□□", of(b"\xA7\xDA\xAD\xF9")).as_str()],
    );
    // The second byte of a character may be a brace or a backslash.
    check(&format!("{fonts}\\f1 \\'b3\\\\\\'a7@"), &[of(b"\xB3\x5C\xA7@").as_str()]);
    check_error(format!("{{\\rtf1{fonts}\\f4 \\'e9}}").as_bytes(), Error::Encoding);
    check_error(format!("{{\\rtf1\\ansi\\ansicpg950{fonts}\\f0 \\'a7\\'da}}").as_bytes(), Error::Encoding);
    check_error(b"{\\rtf1\\ansi\\ansicpg850 \\'e9}", Error::Encoding);
    check_error(b"{\\rtf1\\ansi\\ansicpg950 \\'a7}", Error::Encoding);
    assert_eq!(read(b"{\\rtf1\\ansi\\ansicpg936\\'ce\\'d2}").unwrap(), "我\n");
    assert_eq!(read("{\\rtf1\\ansi\\ansicpg65001 é}".as_bytes()).unwrap(), "é\n");
}

#[test]
fn what_is_no_sound_file_is_refused() {
    check_error(b"so we went", Error::Mismatch);
    check_error(b"{\\rtf1 a", Error::Damaged);
    check_error(b"{\\rtf1 \\bin99 a}", Error::Damaged);
    check_error(b"{\\rtf1 \\bin-9 a}", Error::Damaged);
    check_error(b"{\\rtf1 \\'zz}", Error::Damaged);
    check_error(b"{\\rtf1 \\u99999999999 }", Error::Damaged);
    check_error(b"{\\rtf1 \\u-10179 ?a}", Error::LostCharacters);
    check_error(format!("{{\\rtf1{}", "{".repeat(1_000_000)).as_bytes(), Error::TooMuch);
    check_error(format!("{{\\rtf1{}}}", "{\\footnote}".repeat(70_000)).as_bytes(), Error::TooMuch);
    check_error(format!("{{\\rtf1{}}}", "\\par".repeat(MAX_ENDS + 1)).as_bytes(), Error::TooMuch);
    assert_eq!(read(b"{\\rtf1 a}no").unwrap(), "a\n");
    assert_eq!(read(format!("{{\\rtf1{}}}", "{}".repeat(1_000_000)).as_bytes()).unwrap(), "");
    let whole = b"{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset136 A;}}\\u-10179 ?\\u-8704 ?\\f0\\'a7\\'da{\\shptxt x}\\cell\\row}";
    for n in 0..whole.len() {
        assert!(read(&whole[..n]).is_err());
    }
}

#[test]
fn what_is_left_out_is_counted() {
    let file = r"{\rtf1\ansi a{\*\annotation x}{\deleted gone} {\deleted too}b{\v hid}{\mvf moved}{\v den}c{\v again \'e9}
        {\*\shppict{\pict 00}}{\nonshppict{\pict 00}}{\object{\*\objdata 00}{\result{\pict 00}shown}}{\headerf first}\par}";
    assert_eq!(
        left_out(super::read, file.as_bytes()),
        [
            (Omission::Comments, 1),
            (Omission::Deletions, 1),
            (Omission::HiddenText, 2),
            (Omission::Headers, 1),
            (Omission::Pictures, 1),
            (Omission::Objects, 1),
        ]
    );
    assert_eq!(left_out(super::read, br"{\rtf1 a\par}"), []);
}
