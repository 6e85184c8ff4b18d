use super::*;
use crate::parse::tests::left_out;
use crate::render::pack;

fn read(bytes: &[u8]) -> Result<String, Error> {
    super::read(bytes, &mut LeftOut::default())
}

const BODY: &str = "word/document.xml";
const RELATIONS: &str = "word/_rels/document.xml.rels";

fn relations(all: &[(&str, &str)]) -> String {
    let each = |it: &(&str, &str)| format!("<r Id='{1}' Type='x/{0}' Target='{1}'/>", it.0, it.1);
    let all: String = all.iter().map(each).collect();
    format!("<a>{}</a>", all.replace("<r ", "<Relationship "))
}

/// A package of a body and of parts, which are named by their kinds.
fn document(body: &str, parts: &[(&str, &str, &str)]) -> Vec<u8> {
    let root = relations(&[("officeDocument", BODY)]);
    let xml = format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>");
    let all: Vec<_> = parts.iter().map(|it| (it.0, it.1)).collect();
    let names: Vec<_> = parts.iter().map(|it| format!("word/{}", it.1)).collect();
    let mut members = vec![("_rels/.rels", root.as_str()), (BODY, &xml)];
    let all = relations(&all);
    members.push((RELATIONS, &all));
    members.extend(names.iter().zip(parts).map(|(name, it)| (name.as_str(), it.2)));
    pack(&members)
}

fn check(body: &str, want: &[&str]) {
    check_with(body, &[], want);
}

fn check_with(body: &str, parts: &[(&str, &str, &str)], want: &[&str]) {
    let read = read(&document(body, parts)).unwrap();
    assert_eq!(read.lines().collect::<Vec<_>>(), want, "{body}");
}

fn run(text: &str) -> String {
    format!("<w:r><w:t>{text}</w:t></w:r>")
}

#[test]
fn runs_are_joined_and_breaks_kept() {
    check(
        "<w:p><w:r><w:t>P: I am Dai</w:t></w:r><w:proofErr/><w:r><w:rPr><w:b/></w:rPr><w:t>sy</w:t><w:tab/><w:t>x</w:t><w:br/>\
         <w:t>y</w:t></w:r></w:p><w:p/><w:p><w:r><w:t xml:space='preserve'> z </w:t></w:r></w:p>",
        &["P: I am Daisy\tx\u{2028}y", "", " z "],
    );
    check(
        "<w:p><w:r><w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t><w:softHyphen/><w:t>c</w:t><w:sym w:font='Symbol' w:char='F061'/>\
         <w:sym w:font='Wingdings' w:char='F04A'/><w:sym w:font='Arial' w:char='0041'/></w:r></w:p>",
        &["a-bcα□A"],
    );
}

#[test]
fn what_wraps_text_lets_it_be_read() {
    let inner = "<w:p><w:smartTag><w:r><w:t>a</w:t></w:r></w:smartTag><w:bdo w:val='rtl'><w:r><w:t>b</w:t></w:r></w:bdo>\
        <w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>c</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>d</w:t></w:r></w:rubyBase></w:ruby></w:r>\
        <m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath></w:p>";
    check(
        &format!(
            "<w:sdt><w:sdtPr><w:alias w:val='x'/><w:tag w:val='y'/></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"
        ),
        &["abcd12"],
    );
    check(
        &format!(
            "<w:p><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt></w:p>",
            run("Click")
        ),
        &[""],
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
    let p = |it: &str| format!("<w:p>{}</w:p>", run(it));
    let nested = format!(
        "<w:tbl><w:tr><w:tc>{}<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>{}</w:tc></w:tr>\
         <w:tr><w:trPr><w:del w:id='1'/></w:trPr><w:tc>{}</w:tc></w:tr></w:tbl>",
        p("a"),
        p("b"),
        p("c"),
        p("gone")
    );
    check(&nested, &["a\u{2028}b\u{2028}c"]);
}

#[test]
fn what_no_reader_of_the_pages_sees_is_not_read() {
    check(
        "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom><w:ins><w:r>\
         <w:t>in</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:rPr><w:vanish w:val='0'/></w:rPr>\
         <w:t>shown</w:t></w:r><w:r><w:instrText>HYPERLINK \"mailto:a@b\"</w:instrText></w:r><w:hyperlink w:tooltip='t'><w:r><w:t>link</w:t></w:r>\
         </w:hyperlink><w:r><w:drawing><wp:docPr descr='alt'/></w:drawing></w:r><zz:aside><w:r><w:t>unknown</w:t></w:r></zz:aside></w:p>",
        &["inshownlink"],
    );
    // As it was before a change is not as it is.
    check(
        "<w:p><w:r><w:rPr><w:webHidden/><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr><w:t>shown</w:t></w:r></w:p>",
        &["shown"],
    );
}

#[test]
fn of_a_field_the_result_is_read() {
    let mark = |it: &str| format!("<w:r><w:fldChar w:fldCharType='{it}'/></w:r>");
    let (begin, separate, end) = (mark("begin"), mark("separate"), mark("end"));
    check(
        &format!(
            "<w:p>{a}{begin}{code}{begin}{code}{separate}{code}{end}{separate}{b}{end}{c}<w:fldSimple w:instr='x'>{d}</w:fldSimple></w:p>",
            a = run("a"),
            b = run("b"),
            c = run("c"),
            d = run("d"),
            code = run("code")
        ),
        &["abcd"],
    );
    let open = format!("<w:p>{begin}</w:p><w:p>{}</w:p>", run("x"));
    assert_eq!(read(&document(&open, &[])), Err(Error::Damaged));
}

#[test]
fn styles_hide_what_is_written_in_them() {
    let styles = "<w:styles><w:style w:type='paragraph' w:styleId='Base'><w:rPr><w:vanish/></w:rPr></w:style>\
        <w:style w:type='paragraph' w:styleId='Heir'><w:basedOn w:val='Base'/></w:style>\
        <w:style w:type='character' w:styleId='C'><w:rPr><w:vanish/></w:rPr></w:style></w:styles>";
    let p = |style: &str, rest: &str| format!("<w:p><w:pPr><w:pStyle w:val='{style}'/></w:pPr>{rest}</w:p>");
    let r = |props: &str, it: &str| format!("<w:r><w:rPr>{props}</w:rPr><w:t>{it}</w:t></w:r>");
    check_with(
        &[
            p("Heir", &run("hidden")),
            p("Heir", &r("<w:rStyle w:val='C'/>", "both")),
            p("Heir", &r("<w:vanish w:val='false'/>", "direct")),
            p("None", &r("<w:rStyle w:val='C'/>", "hidden")),
            p("None", &run("shown")),
        ]
        .concat(),
        &[("styles", "styles.xml", styles)],
        &["", "both", "direct", "", "shown"],
    );
}

#[test]
fn text_boxes_are_read_once_and_before_what_they_stand_in() {
    let boxed = |it: &str| format!("<w:txbxContent><w:p>{}</w:p></w:txbxContent>", run(it));
    let either = |requires: &str, hidden: &str| {
        format!(
            "<w:p>{}<w:r>{hidden}<mc:AlternateContent><mc:Choice Requires='{requires}'>{}</mc:Choice><mc:Fallback>{}</mc:Fallback>\
             </mc:AlternateContent><w:t>after</w:t></w:r></w:p>",
            run("outer"),
            boxed("choice"),
            boxed("fallback")
        )
    };
    check(&either("wps", ""), &["choice", "outerafter"]);
    check(&either("zz", ""), &["fallback", "outerafter"]);
    check(&either("wps", "<w:rPr><w:vanish/></w:rPr>"), &["outer"]);
}

#[test]
fn headers_and_notes_that_are_printed_are_read() {
    let p = |it: &str| format!("<w:x><w:p>{}</w:p></w:x>", run(it));
    let part = |root: &str, it: &str| format!("<w:{root}><w:p>{}</w:p></w:{root}>", run(it));
    let notes = format!(
        "<w:footnotes><w:footnote w:id='1'><w:p>{}</w:p></w:footnote><w:footnote w:id='2'><w:p>{}</w:p></w:footnote></w:footnotes>",
        run("note"),
        run("of deleted text")
    );
    let body = format!(
        "<w:p>{}<w:r><w:footnoteReference w:id='1'/></w:r><w:del><w:r><w:footnoteReference w:id='2'/></w:r></w:del></w:p><w:sectPr>\
         <w:headerReference w:type='default' r:id='head.xml'/><w:headerReference w:type='first' r:id='first.xml'/>\
         <w:headerReference w:type='even' r:id='even.xml'/><w:footerReference w:type='default' r:id='foot.xml'/></w:sectPr>",
        run("body")
    );
    check_with(
        &body,
        &[
            ("header", "head.xml", &part("hdr", "head")),
            ("header", "first.xml", &part("hdr", "never printed")),
            ("header", "even.xml", &part("hdr", "never printed")),
            ("header", "other.xml", &part("hdr", "not named")),
            ("footnotes", "notes.xml", &notes),
            ("footer", "foot.xml", &part("ftr", "foot")),
            ("comments", "comments.xml", &p("comment")),
            ("glossaryDocument", "glossary/document.xml", &p("glossary")),
        ],
        &["head", "body", "note", "foot"],
    );
}

#[test]
fn the_document_is_the_one_that_the_package_names() {
    let root = relations(&[("officeDocument", "w/main.xml")]);
    let of = |it: &str| format!("<w:document><w:body><w:p>{}</w:p></w:body></w:document>", run(it));
    let (named, other) = (of("named"), of("other"));
    let utf_16: Vec<u8> =
        std::iter::once(0xFEFF).chain(named.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let file = pack(&[("_rels/.rels", &root), (BODY, &other), ("W/Main.xml", &named)]);
    assert_eq!(read(&file).unwrap(), "named\n");
    let file = pack(&[("_rels/.rels", root.as_bytes()), ("w/main.xml", &utf_16)]);
    assert_eq!(read(&file).unwrap(), "named\n");
}

#[test]
fn what_is_no_sound_document_is_refused() {
    let body = "<w:document><w:body/></w:document>";
    let root = relations(&[("officeDocument", BODY)]);
    let many = format!("<a>{}</a>", "<Relationship Id='a' Type='x/header' Target='h.xml'/>".repeat(4097));
    for (members, want) in [
        (vec![(BODY, body), (RELATIONS, many.as_str())], Error::TooMuch),
        (vec![("word/other.xml", body)], Error::Damaged),
        (vec![(BODY, body), ("word/vbaProject.bin", "")], Error::Macros),
        (vec![(BODY, body), ("../x", "")], Error::Members),
        (vec![(BODY, body), ("WORD/document.xml", body)], Error::Members),
        (vec![(BODY, "<w:document>")], Error::Damaged),
        (vec![(BODY, "<!DOCTYPE a><a/>")], Error::Entities),
        (vec![(BODY, body), (RELATIONS, "<a><Relationship Type='x/aFChunk' Target='y'/></a>")], Error::Parts),
        (
            vec![
                (BODY, body),
                (RELATIONS, "<a><Relationship Type='x/styles' Target='y' TargetMode='External'/></a>"),
            ],
            Error::Parts,
        ),
    ] {
        let mut all = vec![("_rels/.rels", root.as_str())];
        all.extend(members);
        assert_eq!(read(&pack(&all)), Err(want), "{all:?}");
    }
    assert_eq!(read(&pack(&[(BODY, body)])), Err(Error::Damaged));
    assert_eq!(read(b"PK\x03\x04"), Err(Error::Damaged));
    assert_eq!(read(b"so we went"), Err(Error::Mismatch));
    assert_eq!(read(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), Err(Error::Locked));
    let bomb = "<w:p/>".repeat(40_000_000 / 6 * 3);
    assert_eq!(read(&pack(&[(BODY, &bomb)])), Err(Error::TooMuch));
    assert_eq!(read(&document(&"<w:p/>".repeat(1_000_000), &[])), Err(Error::TooMuch));
    let boxes = "<w:p><w:r><w:txbxContent>".repeat(80) + &"</w:txbxContent></w:r></w:p>".repeat(80);
    assert_eq!(read(&document(&boxes, &[])), Err(Error::TooMuch));
}

#[test]
fn a_part_of_a_file_is_never_a_panic() {
    let whole = document(&format!("<w:p>{}</w:p>", run("hello")), &[]);
    for n in 0..50 {
        assert!(read(&whole[..whole.len() * n / 50]).is_err());
    }
}

#[test]
fn what_is_left_out_is_counted() {
    let body = "<w:p><w:r><w:t>a</w:t><w:commentReference w:id='1'/></w:r><w:del><w:r><w:delText>x</w:delText></w:r></w:del>\
        <w:moveFrom><w:r><w:t>m</w:t></w:r></w:moveFrom>\
        <w:r><w:rPr><w:del/><w:vanish/></w:rPr><w:t>h</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>id</w:t></w:r>\
        <w:r><w:t>b</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>hid</w:t></w:r>\
        <w:r><w:drawing><wp:inline><a:graphic><a:graphicData><pic:pic/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>\
        <w:r><w:drawing><wp:inline><a:graphic><a:graphicData><c:chart/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>\
        <w:r><w:drawing><wp:inline><a:graphic><a:graphicData><dgm:relIds/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>\
        <w:r><w:pict><v:shape><v:imagedata/></v:shape></w:pict></w:r>\
        <w:r><w:object><v:shape><v:imagedata/></v:shape><o:OLEObject/></w:object></w:r></w:p>\
        <w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl><w:sectPr/>";
    let header = |text: &str| format!("<w:hdr><w:p>{}</w:p></w:hdr>", run(text));
    let (said, empty) = (header("x"), header(" "));
    let parts =
        [("header", "h1.xml", said.as_str()), ("header", "h2.xml", &empty), ("footer", "f.xml", "<w")];
    assert_eq!(
        left_out(super::read, &document(body, &parts)),
        [
            (Omission::Comments, 1),
            (Omission::Deletions, 1),
            (Omission::HiddenText, 2),
            (Omission::HiddenRows, 1),
            (Omission::Headers, 1),
            (Omission::Pictures, 2),
            (Omission::Drawings, 2),
            (Omission::Objects, 1),
        ]
    );
    assert_eq!(left_out(super::read, &document(&format!("<w:p>{}</w:p>", run("a")), &[])), []);
}
