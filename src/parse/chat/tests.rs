use super::*;
use crate::parse::tests::left_out;

fn read(bytes: &[u8]) -> Result<String, Error> {
    super::read(bytes, &mut LeftOut::default())
}

fn of(body: &str) -> Result<String, Error> {
    read(format!("@UTF8\n@Begin\n{body}@End\n").replace('·', "\u{15}").as_bytes())
}

fn check(body: &str, want: Result<&str, Error>) {
    assert_eq!(of(body), want.map(str::to_owned), "{body}");
}

#[test]
fn main_lines_are_turns_and_times_end_stretches() {
    check(
        "@Languages:\teng, yue\n@Participants:\tPSW Ada Participant\n@ID:\teng|c|PSW||||Ada|Participant|||\n@Media:\tAda, audio\n\
         *PSW:\tso we went\n\thome . ·0_01200·\n%mor:\tn|Ada\n%com:\tAda\n\tagain\n%eng:\tso ·1_2· far .\n\
         *PIR:\ta . ·1200_1300· b: c . ·%snd:\"Ada_1\"_1300_1400·\n*PIR:\tno time .\n*PSW:\t·7_8·\n@Comment:\tAda\n",
        Ok(
            "~languages: eng, yue\n@0\t@01200\t#PSW\t=so we went home .\n#PSW\t~%eng\t=so far .\n@1200\t@1300\t#PIR\t=a .\n\
            @1300\t@1400\t#PIR\t=b: c .\n#PIR\t=no time .\n@7\t@8\t#PSW\t=\n",
        ),
    );
    check("@Languages:\tAda\n*A:\tx\r\n", Ok("#A\t=x\n"));
}

#[test]
fn underlining_and_pictures_leave_no_mark() {
    check("*A:\tM\u{2}\u{1}ab\u{2}\u{2}el ·%pic:\"Ada.jpg\"· x ·1_2·\n", Ok("#A\t=Mabel\n@1\t@2\t#A\t=x\n"));
}

#[test]
fn our_own_comment_says_what_a_code_stands_for() {
    check("@Comment:\tspeaker PSW03 stands for PSW-03\n*PSW03:\tx\n*B:\ty\n", Ok("#PSW-03\t=x\n#B\t=y\n"));
    check("@Comment:\tspeaker B stands for \n*B:\ty\n", Ok("#B\t=y\n"));
}

#[test]
fn utf_16_is_read_with_its_times() {
    let text = "\u{feff}@UTF8\n@Begin\n*A:\t\u{4e15}\u{1503}\u{4e03}七 \u{15}1_2\u{15}\n@End\n";
    for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        let file: Vec<u8> = text.encode_utf16().flat_map(bytes).collect();
        assert_eq!(read(&file).unwrap(), "@1\t@2\t#A\t=\u{4e15}\u{1503}\u{4e03}七\n");
    }
}

#[test]
fn what_is_no_sound_file_is_refused() {
    for (body, want) in [
        ("so we went\n", Error::NoCue { line: 3 }),
        ("\n*A:\tx\n*:\tx\n", Error::NoCue { line: 5 }),
        ("%eng:\tx\n", Error::NoCue { line: 3 }),
        ("*A\n", Error::Truncated { line: 3 }),
        ("*A:\tx ·1_2\n", Error::Timing { line: 3 }),
        ("*A:\tx ·1_Ada·\n", Error::Timing { line: 3 }),
        ("*A:\tx ·Ada_1_2·\n", Error::Timing { line: 3 }),
        ("*A:\tx ·1_91234567890·\n", Error::Timing { line: 3 }),
        ("*A:\tx ·2_1·\n", Error::EndBeforeStart { line: 3 }),
        ("*A:\tx \u{1b}1_2\u{1b}\n", Error::Binary),
        ("*A:\tx\n@End\n*B:\ty\n", Error::Damaged),
        ("@Languages:\teng\n", Error::Empty),
    ] {
        check(body, Err(want));
    }
    assert_eq!(read(b"*A:\tx\n@End\n"), Err(Error::Mismatch));
    assert_eq!(read(b"\tx\n"), Err(Error::NoCue { line: 1 }));
    assert_eq!(read(b"@Begin\n*A:\tx\n"), Err(Error::Truncated { line: 2 }));
    check(&"*A:\t\n".repeat(turns::MAX_ROWS + 1), Err(Error::TooMuch));
    check(&format!("*A:\t{}\n", "·".repeat(1_000_001)), Err(Error::Timing { line: 3 }));
    check(&format!("*A:\t{}\n", "·1_2·".repeat(1_000_000)), Err(Error::TooMuch));
}

#[test]
fn what_is_left_out_is_counted() {
    let file = b"@Begin\n@Comment:\tx\n@Comment:\tspeaker A stands for B\n*A:\tso\n%mor:\tx\n%eng:\ty\n%com:\tz\n*A:\tso\n%mor:\tx\n@End\n";
    assert_eq!(left_out(super::read, file), [(Omission::Comments, 2), (Omission::Tiers, 1)]);
}
