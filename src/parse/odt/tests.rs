use super::*;
use crate::parse::tests::left_out;
use crate::render::pack;

fn read(bytes: &[u8]) -> Result<String, Error> {
    super::read(bytes, &mut LeftOut::default())
}

fn content(styles: &str, body: &str) -> String {
    format!(
        "<office:document-content><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{body}\
         </office:text></office:body></office:document-content>"
    )
}

fn check(body: &str, want: &[&str]) {
    check_with("", body, &[], want);
}

fn check_with(styles: &str, body: &str, others: &[(&str, &str)], want: &[&str]) {
    let content = content(styles, body);
    let mut members = vec![(CONTENT, content.as_str())];
    members.extend(others);
    let read = read(&pack(&members)).unwrap();
    assert_eq!(read.lines().collect::<Vec<_>>(), want, "{body}");
}

#[test]
fn white_space_counts_as_the_format_says() {
    check(
        "<text:p>\n  P:  I am <text:span>\tDai</text:span>sy <text:s text:c='2'/> x<text:tab/> y<text:line-break/>z\n</text:p><text:h/>",
        &["P: I am Daisy    x\t y\u{2028}z", ""],
    );
    check("<text:p><text:s/>a<text:s/></text:p>", &[" a "]);
}

#[test]
fn lists_tables_and_boxes_are_read() {
    check(
        "<text:list><text:list-header><text:p>a</text:p></text:list-header><text:list-item><text:p>b</text:p></text:list-item></text:list>\
         <table:table><table:table-column/><table:table-header-rows><table:table-row><table:table-cell><text:p>P</text:p></table:table-cell>\
         <table:table-cell><text:p>c</text:p><text:p>d</text:p></table:table-cell></table:table-row></table:table-header-rows></table:table>\
         <text:p>e<draw:frame><draw:text-box><text:p>box</text:p></draw:text-box><svg:title>t</svg:title><svg:desc>d</svg:desc>\
         </draw:frame></text:p>",
        &["a", "b", "P: c\u{2028}d", "box", "e"],
    );
}

#[test]
fn notes_stand_after_the_body() {
    check(
        "<text:p>Dai<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>note</text:p></text:note-body></text:note>sy\
         </text:p><text:p>x</text:p>",
        &["Daisy", "x", "note"],
    );
}

#[test]
fn what_no_reader_of_the_pages_sees_is_not_read() {
    check(
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion></text:changed-region>\
         </text:tracked-changes><office:forms><form:text/></office:forms><text:p>a<office:annotation><dc:creator>who</dc:creator><text:p>\
         comment</text:p></office:annotation><text:script>x()</text:script><text:variable-set text:display='none'>v</text:variable-set>\
         <text:hidden-text text:is-hidden='true'>h</text:hidden-text>b</text:p><text:section text:display='none'><text:p>s</text:p>\
         </text:section><text:section text:is-hidden='true' text:display='condition'><text:p>s</text:p></text:section><text:p>gone\
         <text:hidden-paragraph text:is-hidden='true'/>gone</text:p><text:p>c<text:bookmark-start text:name='m' loext:hidden='true'/>gone\
         <text:bookmark-end text:name='m'/>d</text:p><draw:frame draw:display='none'><draw:text-box><text:p>s</text:p></draw:text-box>\
         </draw:frame><zz:aside><text:p>unknown</text:p></zz:aside>",
        &["ab", "", "cd"],
    );
    let hidden = "<style:style style:name='P' style:family='paragraph'><style:text-properties text:display='none'/></style:style>\
        <style:style style:name='H' style:family='paragraph' style:parent-style-name='P'/><style:style style:name='S' style:family='text'>\
        <style:text-properties text:display='true'/></style:style>";
    check_with(
        hidden,
        "<text:p text:style-name='H'>gone<text:span text:style-name='S'>shown</text:span></text:p>",
        &[],
        &["shown"],
    );
}

#[test]
fn headers_of_the_pages_that_are_used_are_read() {
    let page = |name: &str, next: &str, it: &str| {
        format!(
            "<style:master-page style:name='{name}' style:next-style-name='{next}'><style:header><text:p>head {it}</text:p></style:header>\
             <style:header-left style:display='false'><text:p>left {it}</text:p></style:header-left>\
             <style:footer><text:p>foot {it}</text:p></style:footer></style:master-page>"
        )
    };
    let styles = format!(
        "<office:document-styles><office:master-styles>{}{}{}</office:master-styles></office:document-styles>",
        page("Standard", "", "a"),
        page("Unused", "", "b"),
        page("Used", "", "c")
    );
    check_with(
        "<style:style style:name='P1' style:family='paragraph' style:master-page-name='Used'/>",
        "<text:p>body</text:p>",
        &[(STYLES, &styles), ("meta.xml", "<a>who</a>"), ("Versions/1", "x")],
        &["head a", "head c", "body", "foot a", "foot c"],
    );
}

#[test]
fn what_is_no_sound_document_is_refused() {
    let body = content("", "<text:p>a</text:p>");
    let locked = "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
    let sheet =
        "<office:document-content><office:body><office:spreadsheet/></office:body></office:document-content>";
    let blanks = content("", "<text:p><text:s text:c='99999999'/></text:p>");
    for (members, want) in [
        (vec![("mimetype", "x")], Error::Damaged),
        (vec![(CONTENT, body.as_str()), (MANIFEST, locked)], Error::Locked),
        (vec![(CONTENT, &body), ("Basic/Standard/Module1.xml", "x")], Error::Macros),
        (vec![(CONTENT, &body), ("a/../../x", "")], Error::Members),
        (vec![(CONTENT, sheet)], Error::Mismatch),
        (vec![(CONTENT, &blanks)], Error::TooMuch),
    ] {
        assert_eq!(read(&pack(&members)), Err(want), "{members:?}");
    }
    let many = content("", &format!("<text:p>{}</text:p>", "<text:s text:c='4000'/>".repeat(10_000)));
    assert_eq!(read(&pack(&[(CONTENT, &many)])), Err(Error::TooLong));
    let many = content("", &"<text:p/>".repeat(1_000_000));
    assert_eq!(read(&pack(&[(CONTENT, &many)])), Err(Error::TooMuch));
    let boxes = "<text:p><draw:text-box>".repeat(80) + &"</draw:text-box></text:p>".repeat(80);
    assert_eq!(read(&pack(&[(CONTENT, &content("", &boxes))])), Err(Error::TooMuch));
}

#[test]
fn a_part_of_a_file_is_never_a_panic() {
    let body = content("", "<text:p>a</text:p>");
    let whole = pack(&[("mimetype", "x"), (CONTENT, &body)]);
    for n in 0..50 {
        assert!(read(&whole[..whole.len() * n / 50]).is_err());
    }
}

#[test]
fn what_is_left_out_is_counted() {
    let styles = "<style:style style:name='H' style:family='text'><style:text-properties text:display='none'/></style:style>";
    let body = "<text:tracked-changes><text:changed-region><text:deletion><text:p>x</text:p></text:deletion></text:changed-region>\
        <text:changed-region><text:insertion/></text:changed-region></text:tracked-changes>\
        <text:p>a<office:annotation><text:p>c</text:p></office:annotation><text:span text:style-name='H'>h</text:span> \
        <text:span text:style-name='H'>id</text:span>b<text:hidden-text>x</text:hidden-text>\
        <draw:frame><draw:image/><draw:image/></draw:frame><draw:frame><draw:object/><draw:image/></draw:frame></text:p>\
        <table:table><table:table-row table:visibility='collapse'><table:table-cell><text:p>r</text:p></table:table-cell></table:table-row></table:table>";
    assert_eq!(
        left_out(super::read, &pack(&[(CONTENT, content(styles, body).as_str())])),
        [
            (Omission::Comments, 1),
            (Omission::Deletions, 1),
            (Omission::HiddenText, 2),
            (Omission::HiddenRows, 1),
            (Omission::Pictures, 1),
            (Omission::Objects, 1),
        ]
    );
}
