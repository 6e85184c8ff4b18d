use super::*;
use crate::parse::tests::left_out;

fn paragraphs(page: &str) -> Result<String, Error> {
    super::paragraphs(page, &mut LeftOut::default())
}

fn read(bytes: &[u8]) -> Result<String, Error> {
    super::read(bytes, &mut LeftOut::default())
}

fn check(page: &str, want: &[&str]) {
    let held = paragraphs(page).unwrap();
    assert_eq!(held.lines().collect::<Vec<_>>(), want, "{page}");
}

#[test]
fn paragraphs_are_what_a_browser_shows_as_such() {
    check(
        "<html><head><title>who</title><style>p{}</style></head><body>\n <h1>Talk</h1><p>P: I  am\n Dai<b>sy</b><br>x<p>y</p><p></p>z<div>\
         <i>a</i> b</div></body></html>",
        &["Talk", "P: I am Daisy\u{2028}x", "y", "z", "a b"],
    );
    check("<ul><li>a<li>b<ul><li>c</ul></ul><dl><dt>d<dd>e</dl>", &["a", "b", "c", "d", "e"]);
    check("<p>a<br></p><p><br></p><pre>\nb  c\n d</pre>", &["a", "", "b  c\u{2028} d"]);
    check("a&#32;&#32;b &amp; c&nbsp;d", &["a  b & c\u{a0}d"]);
}

#[test]
fn a_row_is_a_paragraph_and_two_cells_a_turn() {
    check(
        "<table><tr><th>P<td><p>hello<p>there<tr><td>a</td><td>b</td><td hidden>x</td><td>c</td></tr></table>d",
        &["P: hello\u{2028}there", "a\tb\tc", "d"],
    );
    check("<table><td>a<table><tr><td>b</table>c</td></table><tr><td>d", &["a\u{2028}b\u{2028}c", "d"]);
}

#[test]
fn what_is_not_shown_is_not_read() {
    check(
        "<p>a<script>if (x) '</p>'</script><!-- no --><span hidden>no</span><span style='color:red; Display : none'>no<b>no</span>b</b>\
         <img alt=no title=no><svg><title>no</title><text>no</text></svg><template><p>no</p></template><noscript>no</noscript>\
         <iframe>no</iframe><object>no</object><select><option>no</select><textarea>no</textarea><input value=no>\
         <a href='no' title='no'>c</a></p><p style=\"visibility:/**/hidden !important\">no</p><dialog>no</dialog><p style='mso-hide:all'>no",
        &["abc"],
    );
    check("<p><b hidden>no</p><p>no</p></b>a", &["a"]);
    check("<div hidden><p>no</span><table><tr><td>no</div></table></div>a", &["a"]);
    check("<svg><text>no<p>a", &["a"]);
    check("<body hidden><p>a</body>", &[]);
}

#[test]
fn the_encoding_is_the_one_that_is_said_or_none() {
    let page = |label: &str, text: &[u8]| {
        [format!("<meta http-equiv=x content='text/html; charset={label}'><p>").as_bytes(), text].concat()
    };
    let big5 = BIG5.encode("我哋今日去咗飲茶，好開心").0.into_owned();
    let gbk = GBK.encode("我们今天去喝茶，很开心").0.into_owned();
    assert_eq!(read(&page("big5", &big5)).unwrap(), "我哋今日去咗飲茶，好開心\n");
    assert_eq!(read(&page("gb2312", &gbk)).unwrap(), "我们今天去喝茶，很开心\n");
    assert_eq!(read(&page("utf-8", "é我".as_bytes())).unwrap(), "é我\n");
    assert_eq!(read(&page("windows-1252", b"caf\xE9 \x96 x")).unwrap(), "café – x\n");
    let utf_16: Vec<u8> =
        std::iter::once(0xFEFF).chain("<p>我".encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(&utf_16).unwrap(), "我\n");
    assert_eq!(read(&page("windows-1252", &big5)), Err(Error::Encoding));
    assert_eq!(read(&page("windows-1252", "é".as_bytes())), Err(Error::Encoding));
    assert_eq!(read(&page("utf-8", &big5)), Err(Error::Encoding));
    assert_eq!(read(&page("x-none", &big5)), Err(Error::Encoding));
}

#[test]
fn what_is_no_page_is_refused() {
    assert_eq!(read(b"so we went"), Err(Error::Mismatch));
    assert_eq!(read(b"PK\x03\x04\x14\x00\x00\x00"), Err(Error::Binary));
    assert_eq!(read(b"<p>&#0;"), Err(Error::LostCharacters));
    assert_eq!(paragraphs(&"<b>".repeat(MAX_DEPTH + 1)), Err(Error::TooMuch));
    assert_eq!(paragraphs(&"<b></b>".repeat(MAX_TAGS / 2 + 2)), Err(Error::TooMuch));
    assert_eq!(paragraphs(&"<b>".repeat(MAX_DEPTH)), Ok(String::new()));
    for page in ["<", "<!--", "<a b='", "<script>", "&#", "&", "</", "<p"].map(|it| it.repeat(200_000)) {
        drop(paragraphs(&page));
    }
}

#[test]
fn a_part_of_a_page_is_never_a_panic() {
    let whole = "<!doctype html><meta charset=utf-8><table><tr><td hidden>é<td>我&eacute;<!-- x --></table><script>x</script>".as_bytes();
    for n in 0..whole.len() {
        drop(read(&whole[..n]));
    }
}

#[test]
fn what_is_left_out_is_counted() {
    let page = "<p>a<img src=x><svg><text>x</text></svg><!-- c --><script>x</script><p hidden>b<b>c</b><p hidden> <p>d<video>x</video>\
        <iframe src=x></iframe><div style='display:none'>e<img></div>";
    assert_eq!(
        left_out(super::read, page.as_bytes()),
        [(Omission::HiddenText, 2), (Omission::Pictures, 1), (Omission::Drawings, 1), (Omission::Objects, 2)]
    );
    assert_eq!(left_out(super::read, b"<p>a<template>x</template>"), []);
}
