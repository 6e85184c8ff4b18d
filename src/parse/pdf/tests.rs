//! Small files, written here, and what is read of them.

use std::io::Write as _;

use flate2::{Compression, write::ZlibEncoder};
use proptest::prelude::*;

use super::*;

/// A file as it is written: its objects from number 1 on, each with what stands between `obj` and `endobj`.
struct Written {
    objects: Vec<Vec<u8>>,
    trailer: String,
}

fn stream(entries: &str, bytes: &[u8]) -> Vec<u8> {
    [format!("<</Length {} {entries}>>\nstream\n", bytes.len()).as_bytes(), bytes, b"\nendstream"].concat()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    zlib.write_all(bytes).unwrap();
    zlib.finish().unwrap()
}

const HELVETICA: &str = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>";

impl Written {
    /// Pages whose programs these are, with a font `F` and other things.
    fn pages(font: &str, resources: &str, programs: &[&str]) -> Self {
        let kids = (0..programs.len()).map(|n| format!("{} 0 R ", 10 + 2 * n)).collect::<Vec<_>>().concat();
        let mut objects = vec![b"null".to_vec(); 9];
        objects[0] = b"<</Type/Catalog/Pages 2 0 R>>".to_vec();
        objects[1] = format!(
            "<</Type/Pages/Kids[{kids}]/Count {}/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>{resources}>>>>",
            programs.len()
        )
        .into_bytes();
        objects[2] = font.as_bytes().to_vec();
        for (n, program) in programs.iter().enumerate() {
            objects.push(format!("<</Type/Page/Parent 2 0 R/Contents {} 0 R>>", 11 + 2 * n).into_bytes());
            objects.push(stream("", program.as_bytes()));
        }
        Self { objects, trailer: "/Root 1 0 R".to_owned() }
    }

    fn with(mut self, number: usize, object: impl AsRef<[u8]>) -> Self {
        self.objects[number - 1] = object.as_ref().to_vec();
        self
    }

    /// With a table in lines.
    fn bytes(&self) -> Vec<u8> {
        let (mut file, mut rows) = (b"%PDF-1.4\n".to_vec(), Vec::new());
        for (n, it) in self.objects.iter().enumerate() {
            rows.push(format!("{:010} 00000 n \n", file.len()));
            file.extend([format!("{} 0 obj\n", n + 1).as_bytes(), it, b"\nendobj\n"].concat());
        }
        let (start, count, rows) = (file.len(), self.objects.len() + 1, rows.concat());
        let end = format!(
            "xref\n0 {count}\n0000000000 65535 f \n{rows}trailer\n<</Size {count} {}>>\nstartxref\n{start}\n%%EOF\n",
            self.trailer
        );
        file.extend(end.as_bytes());
        file
    }

    /// With everything but streams packed in one, and a table that is one, its rows predicted from each other.
    fn packed(&self) -> Vec<u8> {
        let (mut heads, mut inside, mut n_inside) = (Vec::new(), Vec::new(), 0_u8);
        let mut file = b"%PDF-1.5\n".to_vec();
        let mut rows = vec![[0; 6]];
        let row = |kind: u8, second: usize, third: u8| {
            let second = u32::try_from(second).unwrap().to_be_bytes();
            [kind, second[0], second[1], second[2], second[3], third]
        };
        let holder = self.objects.len() + 1;
        for (n, it) in self.objects.iter().enumerate() {
            if it.ends_with(b"endstream") {
                rows.push(row(1, file.len(), 0));
                file.extend([format!("{} 0 obj ", n + 1).as_bytes(), it, b" endobj\n"].concat());
            } else {
                heads.push(format!("{} {} ", n + 1, inside.len()));
                inside.extend([it.as_slice(), b"\n"].concat());
                rows.push(row(2, holder, n_inside));
                n_inside += 1;
            }
        }
        rows.push(row(1, file.len(), 0));
        let heads = heads.concat();
        let entries = format!("/Type/ObjStm/N {n_inside}/First {}/Filter/FlateDecode", heads.len());
        let it = stream(&entries, &packed(&[heads.as_bytes(), &inside].concat()));
        file.extend([format!("{holder} 0 obj ").as_bytes(), &it, b" endobj\n"].concat());
        let start = file.len();
        rows.push(row(1, start, 0));
        let (mut above, mut predicted) = ([0; 6], Vec::new());
        for row in &rows {
            predicted.push(2);
            predicted.extend(row.iter().zip(above).map(|(it, above): (&u8, u8)| it.wrapping_sub(above)));
            above = *row;
        }
        let entries = format!(
            "/Type/XRef/W[1 4 1]/Size {} {} /Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 6>>",
            rows.len(),
            self.trailer
        );
        let it = stream(&entries, &packed(&predicted));
        file.extend([format!("{} 0 obj ", holder + 1).as_bytes(), &it, b" endobj\n"].concat());
        file.extend(format!("startxref\n{start}\n%%EOF").as_bytes());
        file
    }
}

fn page(program: &str) -> Written {
    Written::pages(HELVETICA, "", &[program])
}

/// Lines of a page from its top on, one for each 14 units of height; an empty one leaves a gap.
fn lines(lines: &[&str]) -> String {
    let shown = lines.iter().map(|it| format!("({it}) Tj T* ")).collect::<Vec<_>>().concat();
    format!("BT /F 10 Tf 14 TL 50 780 Td {shown} ET")
}

fn check(file: &Written, want: &str) {
    assert_eq!(read(&file.bytes()).as_deref(), Ok(want));
    assert_eq!(read(&file.packed()).as_deref(), Ok(want), "packed");
}

fn check_error(file: &Written, want: Error) {
    assert_eq!(read(&file.bytes()), Err(want));
}

fn read(bytes: &[u8]) -> Result<String, Error> {
    super::read(bytes, &mut LeftOut::default())
}

#[test]
fn lines_are_read_from_the_top_whatever_their_order() {
    check(&page("BT /F 10 Tf 50 700 Td (P: b) Tj 0 50 Td (I: a) Tj ET"), "I: a\nP: b\n");
    check(&page("BT /F 10 Tf 1 0 0 1 90 700 Tm (Wong) Tj 1 0 0 1 50 700 Tm (I: Mrs) Tj ET"), "I: Mrs Wong\n");
}

#[test]
fn every_operator_that_shows_text_does() {
    let program = "BT /F 10 Tf 14 TL 50 780 Td (I: a) ' (b) ' 1 0 (I: c) \" [(I: d) -2 (e) -400 (f)] TJ 0 -20 TD (I: g) ' ET";
    check(&page(program), "I: a\nb\nI: cI: de f\n\nI: g\n");
}

#[test]
fn gaps_are_blanks_and_tabs() {
    check(
        &page("BT /F 10 Tf 50 700 Td [(Tai) -100 (Man) -300 (Chan) -4000 (cell)] TJ ET"),
        "TaiMan Chan\tcell\n",
    );
    // A blank that nobody sees, and a word that was struck twice.
    check(
        &page("BT /F 10 Tf 50 700 Td [(Ch) ( ) 278 (an)] TJ ET BT /F 10 Tf 50.2 700 Td (Chan) Tj ET"),
        "Chan\n",
    );
}

#[test]
fn a_paragraph_goes_on_where_the_next_word_had_no_room() {
    let long = "P: so we went to the old flat, the one that is near the harbour, with the two children";
    check(
        &page(&lines(&[long, "of Chan Tai", "P: and", "then", "P: home"])),
        &format!("{long} of Chan Tai\nP: and\nthen\nP: home\n"),
    );
    let hyphen = "P: so we went to the old flat, the one that is near the harbour, with the child of Tai-";
    check(&page(&lines(&[hyphen, "man Chan"])), &format!("{hyphen}man Chan\n"));
    // A word that was broken, and stands elsewhere in one piece.
    let broken = "P: Mohammed was in the old flat, the one that is near the old harbour, and so Moham-";
    check(&page(&lines(&[broken, "med went"])), &format!("{}med went\n", broken.trim_end_matches('-')));
    let dash = "P: so we went to the old flat, the one that is near the harbour, with the children 1 -";
    check(&page(&lines(&[dash, "man Chan"])), &format!("{dash} man Chan\n"));
    // A turn starts a line, however full the one before is.
    check(&page(&lines(&[long, "P: one", "P: two"])), &format!("{long}\nP: one\nP: two\n"));
    check(&page(&lines(&[long, "[00:01:02] one"])), &format!("{long}\n[00:01:02] one\n"));
    check(
        &page(&lines(&["P: one", "", "", "P: two", "P: three", "P: four"])),
        "P: one\n\nP: two\nP: three\nP: four\n",
    );
}

#[test]
fn headings_of_pages_stand_apart_once() {
    let long = "P: so we went to the old flat, the one that is near the harbour, with the two children";
    let sheet = |n: usize, body: &[&str]| {
        let foot =
            format!("BT /F 8 Tf 290 30 Td (Page {n}) Tj ET BT /F 8 Tf 50 820 Td (Talk with Chan) Tj ET");
        format!("{} {foot}", lines(body))
    };
    let sheets = [sheet(1, &["I: a", long]), sheet(2, &["of Chan Tai", "I: b"])];
    let file = Written::pages(HELVETICA, "", &[&sheets[0], &sheets[1]]);
    check(&file, &format!("Talk with Chan\nI: a\n{long} of Chan Tai\nI: b\nPage 1\n"));
}

#[test]
fn columns_are_read_one_after_the_other() {
    let column = |x: usize, words: &[&str]| {
        let shown = words.iter().map(|it| format!("({it}) Tj T* ")).collect::<Vec<_>>().concat();
        format!("BT /F 10 Tf 14 TL {x} 780 Td {shown} ET ")
    };
    let [left, right] = [
        [
            "P: so we went to the old flat near the",
            "harbour, the one that my aunt Chan Tai",
            "Man had, and we stayed there for years",
            "until she died, and that was that then",
        ],
        [
            "in the year when the bridge was built,",
            "the one with the lights. It was a good",
            "time all in all, and I do not think it",
            "will come back in this life, or after.",
        ],
    ];
    let both = [column(50, &left), column(300, &right)].concat();
    let text = read(&page(&both).bytes()).unwrap();
    assert!(text.contains("Chan Tai Man had") || text.contains("Chan Tai\nMan had"), "{text}");
    // Who speaks stands in a column that is narrow.
    let talk = [
        column(50, &["P1", "I", "P1", "I", "P1"]),
        column(120, &[left[0], left[1], left[2], left[3], left[0]]),
    ]
    .concat();
    let across: Vec<_> = ["P1", "I", "P1", "I", "P1"]
        .iter()
        .zip(left.iter().chain(&left))
        .map(|(who, it)| format!("{who}\t{it}\n"))
        .collect();
    assert_eq!(read(&page(&talk).bytes()).as_deref(), Ok(across.concat().as_str()));
}

#[test]
fn numbers_of_lines_go() {
    let numbered = (1..6)
        .map(|n| {
            format!(
                "1 0 0 1 30 {} Tm ({n}) Tj 1 0 0 1 50 {} Tm (P: line {n}) Tj ",
                800 - 14 * n,
                800 - 14 * n
            )
        })
        .collect::<Vec<_>>()
        .concat();
    check(
        &page(&format!("BT /F 10 Tf {numbered} ET")),
        "P: line 1\nP: line 2\nP: line 3\nP: line 4\nP: line 5\n",
    );
}

/// A font whose codes are two bytes, which a table says the characters of.
fn numbered(table: &str, encoding: &str) -> Written {
    let font = format!(
        "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/{encoding}/DescendantFonts[4 0 R]{}>>",
        if table.is_empty() { "" } else { "/ToUnicode 5 0 R" }
    );
    Written::pages(&font, "", &["BT /F 10 Tf 50 700 Td <00010002> Tj <0003> Tj ET"])
        .with(4, "<</Type/Font/Subtype/CIDFontType2/BaseFont/X/DW 1000/W[3[500]]>>")
        .with(5, stream("", table.as_bytes()))
}

#[test]
fn fonts_of_numbers_are_read_by_their_tables() {
    let spaces = "1 begincodespacerange <0000> <FFFF> endcodespacerange";
    let table = format!(
        "{spaces} 2 beginbfchar <0001> <5353> <0003> <D840DC00> endbfchar 1 beginbfrange <0002> <0002> [<6C38>] endbfrange"
    );
    check(&numbered(&table, "Identity-H"), "卓永\u{20000}\n");
    let ligature = format!("{spaces} 3 beginbfchar <0001> <006F0066> <0002> <FB01> <0003> <2F43> endbfchar");
    check(&numbered(&ligature, "Identity-H"), "offi斗\n");
    let vertical = numbered(&table, "Identity-V");
    check(&vertical, "卓永\u{20000}\n");
    let named = |encoding: &str, codes: &str| {
        numbered("", encoding)
            .with(11, stream("", format!("BT /F 10 Tf 50 700 Td <{codes}> Tj ET").as_bytes()))
    };
    check(&named("UniCNS-UTF16-H", "5353D840DC00"), "卓\u{20000}\n");
    check(&named("UniGB-UCS2-H", "0041535300420043"), "A卓BC\n");
    check(&named("ETen-B5-H", "A8F4A5C3"), "卓永\n");
    check(&named("GBK-EUC-H", "D7BF"), "卓\n");
}

#[test]
fn what_no_table_names_is_refused() {
    check_error(&numbered("", "Identity-H"), Error::LostCharacters);
    check_error(&numbered("1 beginbfchar <0001> <E123> endbfchar", "Identity-H"), Error::LostCharacters);
    check_error(&numbered("", "90ms-RKSJ-H"), Error::LostCharacters);
    let own = "<</Type/Font/Subtype/Type1/BaseFont/ABCDEF+X/FontDescriptor<</Flags 4/FontFile 9 0 R>>>>";
    check_error(&Written::pages(own, "", &[&lines(&["a"])]), Error::LostCharacters);
    let drawn =
        "<</Type/Font/Subtype/Type3/FontMatrix[.001 0 0 .001 0 0]/Encoding<</Differences[97/g1/B]>>>>";
    check_error(&Written::pages(drawn, "", &[&lines(&["ab"])]), Error::LostCharacters);
    check(&Written::pages(drawn, "", &[&lines(&["b"])]), "B\n");
}

#[test]
fn simple_fonts_are_read_by_their_encoding() {
    let font =
        |encoding: &str| format!("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding {encoding}>>");
    let program = "BT /F 10 Tf 50 700 Td (a\\222\\351) Tj ET";
    check(&Written::pages(&font("/WinAnsiEncoding"), "", &[program]), "a’é\n");
    check(&Written::pages(&font("/MacRomanEncoding"), "", &["BT /F 10 Tf 50 700 Td (a\\216) Tj ET"]), "aé\n");
    let differences = "<</BaseEncoding/WinAnsiEncoding/Differences[97/uni5353/f_i 233/eacute]>>";
    check(&Written::pages(&font(differences), "", &["BT /F 10 Tf 50 700 Td (abc) Tj ET"]), "卓fic\n");
    let signs = "<</Type/Font/Subtype/Type1/BaseFont/Symbol>>";
    check(&Written::pages(signs, "", &["BT /F 10 Tf 50 700 Td (a b) Tj ET"]), "□ □\n");
}

#[test]
fn text_of_a_scan_is_read_and_hidden_text_is_not() {
    let hidden = "BT /F 10 Tf 3 Tr 50 700 Td (hidden) Tj ET";
    let shown = "BT /F 10 Tf 0 Tr 50 600 Td (shown) Tj ET";
    check(&page(hidden), "hidden\n");
    check(&page(&format!("{hidden} {shown}")), "shown\n");
    let scan = |program: &str| {
        Written::pages(
            HELVETICA,
            "/XObject<</I 4 0 R>>",
            &[&format!("q 595 0 0 842 0 0 cm /I Do Q {program}")],
        )
        .with(4, stream("/Subtype/Image/Filter/DCTDecode", b"x"))
    };
    check(&scan(hidden), "hidden\n");
    check(&scan(&format!("{hidden} {shown}")), "hidden\nshown\n");
    check_error(&scan(""), Error::NoText);
    check_error(&page(""), Error::NoText);
    // One page of a talk that is a scan is not passed over.
    let mut two = scan("");
    two.objects[1] =
        b"<</Kids[10 0 R 12 0 R]/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>/XObject<</I 4 0 R>>>>>>"
            .to_vec();
    two.objects.push(b"<</Contents 13 0 R>>".to_vec());
    two.objects.push(stream("", shown.as_bytes()));
    check_error(&two, Error::NoText);
}

#[test]
fn text_in_place_of_glyphs_is_read_where_it_can_be_what_they_show() {
    let span = |actual: &str, shown: &str| {
        page(&format!("BT /F 10 Tf 50 700 Td /Span<</ActualText {actual}>>BDC ({shown}) Tj EMC ET"))
    };
    check(&span("<FEFF535353535353>", "x"), "卓卓卓\n");
    check(&span("<FEFF0073006500630072006500740020>", "x"), "x\n");
    check(&span("(x)", "y"), "y\n");
    check_error(&span("<FEFF0073>", ""), Error::NoText);
}

#[test]
fn forms_are_read_as_deep_as_they_are_sane() {
    let form = |program: &str| stream("/Subtype/Form/Matrix[1 0 0 1 0 20]", program.as_bytes());
    let resources = "/XObject<</X 4 0 R>>";
    let file = Written::pages(HELVETICA, resources, &["BT /F 10 Tf 50 700 Td (I: a) Tj ET /X Do"]);
    check(&file.with(4, form("BT /F 10 Tf 50 640 Td (P: b) Tj ET")), "I: a\nP: b\n");
    let endless = Written::pages(HELVETICA, resources, &["/X Do"]).with(4, form("/X Do /X Do"));
    check_error(&endless, Error::TooMuch);
}

#[test]
fn what_is_locked_filled_in_or_a_folder_is_refused() {
    let text = lines(&["P: a"]);
    let mut locked = page(&text);
    locked.trailer.push_str("/Encrypt 4 0 R");
    check_error(&locked, Error::Locked);
    let root = |entries: &str| page(&text).with(1, format!("<</Type/Catalog/Pages 2 0 R{entries}>>"));
    check_error(&root("/Collection<<>>"), Error::Parts);
    check_error(&root("/AcroForm<</Fields[4 0 R]>>").with(4, "<</Kids[<</V(yes)>>]>>"), Error::Parts);
    check_error(&root("/AcroForm<</XFA 4 0 R>>"), Error::Parts);
    check(&root("/AcroForm<</Fields[4 0 R]>>").with(4, "<</V()/Kids[<</V/Off>>]>>"), "P: a\n");
    let files = page("").with(1, "<</Pages 2 0 R/Names<</EmbeddedFiles<<>>>>>>");
    check_error(&files, Error::Parts);
}

#[test]
fn what_is_damaged_is_refused_and_not_repaired() {
    let good = page(&lines(&["P: a"])).bytes();
    let text = String::from_utf8(good.clone()).unwrap();
    assert_eq!(read(b"x"), Err(Error::Mismatch));
    assert_eq!(read(b"%PDF-1.7"), Err(Error::Damaged));
    assert!(read(&[b"junk\n".as_slice(), &good].concat()).is_ok());
    for (from, to) in [
        ("startxref\n", "startxref\n9"),
        ("1 0 obj", "8 0 obj"),
        ("/Length ", "/Length 1"),
        ("endstream", "endstrean"),
        ("/MediaBox[0 0 595 842]", "/MediaBox[0 0 595 000]"),
        ("/Kids[10 0 R ]", "/Kids[ 2 0 R ]"),
        ("/Font<<", "/Fxnt<<"),
        ("/Root", "/Rxxt"),
    ] {
        assert!(text.contains(from), "{from}");
        assert_eq!(read(text.replacen(from, to, 1).as_bytes()), Err(Error::Damaged), "{from}");
    }
    let twice = page(&lines(&["P: a"])).with(2, "<</Kids[10 0 R 10 0 R]/MediaBox[0 0 9 9]>>");
    check_error(&twice, Error::Damaged);
}

#[test]
fn what_has_no_end_is_refused() {
    let bomb = stream("/Filter/FlateDecode", &packed(&vec![b' '; filters::MAX_STREAM_BYTES + 1]));
    check_error(&page("").with(11, bomb), Error::TooMuch);
    // Each page is small, and all of them have the same large program.
    let program = stream("/Filter/FlateDecode", &packed(&vec![b' '; filters::MAX_STREAM_BYTES - 10]));
    let kids = (12..60).map(|n| format!("{n} 0 R ")).collect::<Vec<_>>().concat();
    let mut many = page("").with(11, program).with(2, format!("<</Kids[{kids}]/MediaBox[0 0 9 9]>>"));
    many.objects.resize(60, b"<</Contents 11 0 R>>".to_vec());
    check_error(&many, Error::TooMuch);
    let deep = page("").with(2, format!("{}{}", "<</Kids[".repeat(80), "]>>".repeat(80)));
    check_error(&deep, Error::TooMuch);
    check_error(&page(&"q ".repeat(5000)), Error::TooMuch);
    check_error(&page(&"1 ".repeat(600)), Error::TooMuch);
    assert_eq!(read(&[b"%PDF-1.7\n".as_slice(), &vec![b' '; file::MAX_BYTES]].concat()), Err(Error::TooMuch));
}

#[test]
fn only_the_newest_version_is_read() {
    let old = page(&lines(&["P: old"])).bytes();
    let at = old.len();
    let new =
        [&old, b"11 0 obj ".as_slice(), &stream("", lines(&["P: new"]).as_bytes()), b" endobj\n"].concat();
    let table = old.windows(5).rposition(|it| it == b"xref\n").unwrap();
    let before = old[..table].windows(5).rposition(|it| it == b"xref\n").unwrap_or(table);
    let start = new.len();
    let end = format!(
        "xref\n11 1\n{at:010} 00000 n \ntrailer\n<</Size 12/Root 1 0 R/Prev {before}>>\nstartxref\n{start}\n%%EOF\n"
    );
    let table = String::from_utf8_lossy(&old).find("xref\n0 ").unwrap();
    let end = end.replace(&format!("/Prev {before}"), &format!("/Prev {table}"));
    assert_eq!(read(&[&new, end.as_bytes()].concat()).as_deref(), Ok("P: new\n"));
    let endless = end.replace(&format!("/Prev {table}"), &format!("/Prev {start}"));
    assert_eq!(read(&[&new, endless.as_bytes()].concat()), Err(Error::Damaged));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_is_changed_in_a_file_nothing_breaks(
        is_packed in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        end in any::<prop::sample::Index>(),
    ) {
        let spaces = "begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfchar <0001> <5353> endbfchar";
        let file = numbered(spaces, "Identity-H").with(9, "[1 2 (a)]");
        let mut bytes = if is_packed { file.packed() } else { file.bytes() };
        for (at, to) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *to;
        }
        drop(read(&bytes));
        bytes.truncate(end.index(bytes.len()));
        drop(read(&bytes));
    }

    #[test]
    fn whatever_a_page_says_nothing_breaks(program in "([ -~]{0,6}( |\n))?((Tj|TJ|Tm|Td|cm|q|Q|BT|BI ID|Do|Tf|BDC|EMC|'|\"|/F|<<|>>|\\[|\\]|\\(a\\)|[0-9.-]{1,5}) ){0,60}") {
        drop(read(&page(&program).bytes()));
    }
}
