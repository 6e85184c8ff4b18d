use super::*;
use crate::{
    config::Column,
    entity::EntityType,
    render::{self, pack},
    transcript::Format,
    transcript::Omission,
};

fn read(bytes: &[u8], kind: Kind) -> Result<String, Error> {
    read_with(bytes, kind, &Columns::default())
}

fn read_with(bytes: &[u8], kind: Kind, columns: &Columns) -> Result<String, Error> {
    super::read(bytes, kind, columns, &mut LeftOut::default())
}

#[track_caller]
fn check(kind: Kind, file: &str, want: &str) {
    check_with(&Columns::default(), kind, file, want);
}

#[track_caller]
fn check_with(columns: &Columns, kind: Kind, file: &str, want: &str) {
    let held = read_with(file.as_bytes(), kind, columns).unwrap();
    assert_eq!(held, want, "{file}");
    for (format, kind) in [(Format::Csv, Kind::Commas), (Format::Tsv, Kind::Tabs)] {
        let written = render::file(format, &held);
        assert_eq!(
            read_with(&written, kind, columns).unwrap(),
            held,
            "{}",
            String::from_utf8_lossy(&written)
        );
    }
}

#[test]
fn a_table_of_turns_has_labels_times_and_speech() {
    check(
        Kind::Commas,
        "Start,Speaker,Text,Note\n0:01,PSW,\"so, we \"\"went\"\"\nhome\",x\n0:02,PIR,=1+1,\n",
        "~Start\t~Speaker\t~Text\t~Note\n@0:01\t#PSW\t=so, we \"went\"\u{2028}home\t=x\n@0:02\t#PIR\t==1+1\t=\n",
    );
    check(Kind::Commas, "講者;內容\n阿文;係呀，好\n", "~講者\t~內容\n#阿文\t=係呀，好\n");
    check(Kind::Tabs, "who\tsaid\nP\thi, all;\n", "~who\t~said\n#P\t=hi, all;\n");
    check(Kind::Commas, "sep=;\r\ntext;speaker\r\na,b;P\r\n", "~text\t~speaker\n=a,b\t#P\n");
    check(Kind::Commas, "text\n\"hello, there\"\n-\n", "~text\n=hello, there\n=-\n");
    // What a copy can't hold stands between no words.
    assert_eq!(read(b"x\x1bphone\n1\n", Kind::Commas), Err(Error::Columns));
    check(Kind::Commas, "text,start\na,0:0\x1b1\n", "~text\t~start\n=a\t@0:01\n");
    check(Kind::Commas, "text,who\n a \tb ,P,over\n,,\nshort\n", "~text\t~who\n=a  b\t#P\t=over\n=short\n");
}

#[test]
fn only_times_are_kept_unsearched() {
    for (cells, timed) in [
        (["00:01", "00:02"], true),
        (["1500", "12000"], true),
        (["0.34", ""], true),
        (["10000000", "10000001"], true),
        (["98765432", "91234567"], false),
        (["12-03-24", "13-03-24"], false),
        (["2019-03-12", "1"], false),
        (["00:01", "at nine"], false),
    ] {
        let held =
            read(format!("time,text\n{},a\n{},b\n", cells[0], cells[1]).as_bytes(), Kind::Commas).unwrap();
        assert_eq!(held.contains('@'), timed, "{cells:?}");
    }
}

#[test]
fn a_table_of_facts_is_searched_cell_by_cell() {
    check(
        Kind::Commas,
        "code,name,age\nPIR-03,Daisy Quill,47\n",
        "~code\t~name\t~age\n=PIR-03\t=Daisy Quill\t=47\n",
    );
}

/// Headings that a study has named.
fn named(all: &[(&str, Column)]) -> Columns {
    let mut columns = Columns::default();
    for (heading, column) in all {
        assert_eq!(columns.name(heading, *column), None);
    }
    columns
}

#[test]
fn headings_of_the_study_say_what_stands_below_them() {
    let columns = named(&[
        ("Voice", Column::Speaker),
        ("Utt.", Column::Text),
        ("t0", Column::Time),
        ("content", Column::Keep),
        ("Real name", Column::LeaveOut),
    ]);
    check_with(
        &columns,
        Kind::Commas,
        "t0,Voice,Utt.,Content,Real name,speaker\n0:01,PSW,\"so, we\",A,Daisy Quill,x\n,,,,Otto,\n",
        "~t0\t~Voice\t~Utt.\t~Content\t~speaker\n@0:01\t#PSW\t=so, we\t=A\t=x\n",
    );
    check_with(
        &named(&[("Q1", Column::LeaveOut), ("Wohnort", Column::Fact(EntityType::Place))]),
        Kind::Commas,
        "Q1;Wohnort\nsep=;Sha Tin\nx;\n",
        "~Wohnort\n=Sha Tin\n",
    );
    let refused =
        |columns: &Columns, file: &str| read_with(file.as_bytes(), Kind::Commas, columns).unwrap_err();
    let out = named(&[("Q1", Column::LeaveOut)]);
    assert_eq!(refused(&out, "Q1,Q2\na,b\n"), Error::Columns);
    assert_eq!(refused(&out, "Q1,text\nDaisy,,\n"), Error::Empty);
    assert_eq!(refused(&out, "Q1,text\nQuill, Daisy,so\n"), Error::Damaged, "a comma that nobody quoted");
}

#[test]
fn a_copy_of_ours_is_read_whatever_its_headings_are() {
    let held = read_with(b"Q1,Q2\na,b\n", Kind::Commas, &Columns::of_a_copy()).unwrap();
    assert_eq!(held, "~Q1\t~Q2\n=a\t=b\n");
}

#[test]
fn what_can_t_be_read_is_refused() {
    let refused = |file: &[u8], kind| read(file, kind).unwrap_err();
    assert_eq!(refused(b"PSW,hello there\nPIR,hi\n", Kind::Commas), Error::Columns);
    assert_eq!(refused(b"text,who\n", Kind::Commas), Error::Empty);
    assert_eq!(refused(b" \n", Kind::Tabs), Error::Empty);
    assert_eq!(refused(b"text,who\n,,\n", Kind::Commas), Error::Empty);
    assert_eq!(
        refused(format!("text{}\n", ",".repeat(MAX_COLUMNS)).as_bytes(), Kind::Commas),
        Error::TooMuch
    );
    assert_eq!(refused(b"a\x01b", Kind::Commas), Error::Binary);
    assert_eq!(refused(b"text,who\n", Kind::Workbook), Error::Mismatch);
}

#[test]
fn a_million_cells_are_read_and_no_more() {
    let rows = |n: usize| format!("code,text\n{}", "1,a\n".repeat(n));
    let most = MAX_CELLS / 2 - 1;
    assert_eq!(read(rows(most).as_bytes(), Kind::Commas).unwrap().lines().count(), most + 1);
    assert_eq!(read(rows(most + 1).as_bytes(), Kind::Commas), Err(Error::TooMuch));
    assert_eq!(read(",".repeat(30_000_000).as_bytes(), Kind::Commas), Err(Error::TooMuch));
}

const BOOK: &str = "<workbook xmlns:r='r'><workbookPr/><sheets><sheet name='Secret' state='hidden' r:id='rId1'/><sheet name='Daisy' r:id='rId2'/>\
    <sheet name='More' r:id='rId1'/></sheets><definedNames><definedName name='x'>Mabel</definedName></definedNames></workbook>";
const RELATIONS: &str = "<Relationships><Relationship Id='rId1' Target='worksheets/sheet1.xml'/><Relationship Id='rId2' Target='/xl/worksheets/sheet2.xml'/></Relationships>";
const STRINGS: &str = "<sst><si><t>age</t></si><si><r><t>Dai</t></r><r><t>sy</t></r><rPh><t>guide</t></rPh></si><si><t>name</t></si></sst>";
const STYLES: &str = "<styleSheet><numFmts><numFmt numFmtId='170' formatCode='[h]:mm:ss'/></numFmts><cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>\
    <cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='170'/></cellXfs></styleSheet>";

fn workbook(sheet: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let parts = [
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/sharedStrings.xml", STRINGS),
        ("xl/styles.xml", STYLES),
        (
            "xl/worksheets/sheet1.xml",
            "<worksheet><sheetData><row><c t='str'><v>Tamsin</v></c></row></sheetData></worksheet>",
        ),
        ("xl/comments1.xml", "<comments><text><t>Otto</t></text></comments>"),
        ("docProps/core.xml", "<creator>Mabel</creator>"),
        ("xl/worksheets/sheet2.xml", sheet),
    ];
    pack(&[&parts, more].concat())
}

const SHEET: &str = "<worksheet><cols><col min='3' max='3' hidden='1'/></cols><sheetData>\
    <row r='1'><c r='A1' t='s'><v>2</v></c><c r='B1' t='s'><v>0</v></c><c r='C1' t='str'><v>hidden</v></c><c r='D1' t='inlineStr'><is><t>date of birth</t></is></c>\
    <c r='E1' t='inlineStr'><is><t>said for</t></is></c></row>\
    <row r='2' hidden='1'><c r='A2' t='str'><v>Otto</v></c></row>\
    <row r='3'><c r='A3' t='s'><v>1</v></c><c r='B3'><f>40+7</f><v>47</v></c><c r='C3'><v>5</v></c><c r='D3' s='1'><v>26000</v></c><c r='E3' s='2'><v>0.5</v></c></row>\
    <row r='9'><c r='B9' t='b'><v>1</v></c><c t='e'><v>#N/A</v></c></row></sheetData></worksheet>";

#[test]
fn what_is_seen_on_the_first_sheet_that_is_seen_is_read() {
    let held = read(&workbook(SHEET, &[]), Kind::Workbook).unwrap();
    assert_eq!(
        held,
        "~name\t~age\t~date of birth\t~said for\n=Daisy\t=47\t=1971-03-08\t=12:00:00\n=\t=TRUE\n"
    );
    let written = render::file(Format::Csv, &held);
    assert_eq!(read(&written, Kind::Commas).unwrap(), held);
}

#[test]
fn workbooks_that_are_not_sound_are_refused() {
    let refused =
        |sheet: &str, more: &[(&str, &str)]| read(&workbook(sheet, more), Kind::Workbook).unwrap_err();
    assert_eq!(refused(SHEET, &[("xl/vbaProject.bin", "")]), Error::Macros);
    assert_eq!(refused(SHEET, &[("xl/macrosheets/sheet1.xml", "")]), Error::Macros);
    assert_eq!(refused(SHEET, &[("../x", "")]), Error::Members);
    assert_eq!(read(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Kind::Workbook), Err(Error::Locked));
    let row = |cells: &str| format!("<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>");
    for (cells, want) in [
        ("<c t='s'><v>99</v></c>", Error::Damaged),
        ("<c t='s'><v>x</v></c>", Error::Damaged),
        ("<c r='XFE1'><v>1</v></c>", Error::Damaged),
        ("<c r='A1'><v>1</v></c><c r='A1'><v>2</v></c>", Error::Damaged),
        ("<c t='str'><v>other</v></c>", Error::Columns),
        ("", Error::Empty),
    ] {
        assert_eq!(refused(&row(cells), &[]), want, "{cells}");
    }
    let far = "</row><row><c r='XFD1'><v>1</v></c>".repeat(100);
    assert_eq!(refused(&row(&far), &[]), Error::TooMuch);
    let bomb = format!("<sst><si><t>{}</t></si></sst>", "a".repeat(1_000_000));
    let file = pack(&[
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/sharedStrings.xml", &bomb),
        ("xl/worksheets/sheet2.xml", &row(&"<c t='s'><v>0</v></c>".repeat(1000))),
    ]);
    assert_eq!(read(&file, Kind::Workbook), Err(Error::TooLong));
}

#[test]
fn a_file_cut_off_anywhere_is_no_panic() {
    let book = workbook(SHEET, &[]);
    let text = "Start,Speaker,Text\n0:01,PSW,\"so, we \"\"went\"\"\nhome\"\n".as_bytes();
    for n in 0..50 {
        assert!(read(&book[..book.len() * n / 50], Kind::Workbook).is_err());
        for kind in [Kind::Commas, Kind::Tabs] {
            if let Ok(held) = read(&text[..text.len() * n / 50], kind) {
                assert!(held.starts_with('~'));
            }
        }
    }
}

#[test]
fn what_is_left_out_of_a_workbook_is_counted() {
    let drawing =
        "<wsDr><twoCellAnchor><pic/></twoCellAnchor><twoCellAnchor><graphicFrame/></twoCellAnchor></wsDr>";
    let beside = "<Relationships><Relationship Id='a' Type='x/comments' Target='../comments1.xml'/>\
        <Relationship Id='b' Type='x/drawing' Target='../drawings/d.xml'/><Relationship Id='c' Type='x/drawing' Target='gone.xml'/></Relationships>";
    let comments = "<comments><commentList><comment/><comment/></commentList></comments>";
    let all = [
        ("xl/drawings/d.xml", drawing),
        ("xl/worksheets/_rels/sheet2.xml.rels", beside),
        ("xl/comments2.xml", comments),
    ];
    let mut left_out = LeftOut::default();
    let file =
        workbook(&SHEET.replace("</worksheet>", "<oleObjects><oleObject/></oleObjects></worksheet>"), &all);
    super::read(&file, Kind::Workbook, &Columns::default(), &mut left_out).unwrap();
    assert_eq!(
        left_out.iter().collect::<Vec<_>>(),
        [
            (Omission::HiddenRows, 2),
            (Omission::Sheets, 2),
            (Omission::Pictures, 1),
            (Omission::Drawings, 1),
            (Omission::Objects, 1),
        ]
    );
    let beside = beside.replace("comments1", "comments2");
    let all = [("xl/worksheets/_rels/sheet2.xml.rels", beside.as_str()), ("xl/comments2.xml", comments)];
    let mut left_out = LeftOut::default();
    super::read(&workbook(SHEET, &all), Kind::Workbook, &Columns::default(), &mut left_out).unwrap();
    assert!(left_out.iter().any(|it| it == (Omission::Comments, 2)), "{left_out:?}");
}
