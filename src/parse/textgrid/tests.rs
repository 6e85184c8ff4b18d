use super::*;

const LONG: &str = r#"File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0 
xmax = 2.5 
tiers? <exists> 
size = 2 
item []: 
    item [1]:
        class = "IntervalTier" 
        name = "PSW" ! Ada "Wong"
        xmin = 0 
        xmax = 2.5 
        intervals: size = 3 
        intervals [1]:
            xmin = 0 
            xmax = 0.50 
            text = "so ""we"" went" 
        intervals [2]:
            xmin = 0.50 
            xmax = 1.25
            text = " " 
        intervals [3]:
            xmin = 1.25 
            xmax = 2.5 
            text = "home!
and back" 
    item [2]:
        class = "TextTier" 
        name = "PSW~2" 
        xmin = 0 
        xmax = 2.5 
        points: size = 2 
        points [1]:
            number = 0.7 
            mark = "bell" 
        points [2]:
            time = 0.8 
            mark = "" 
"#;
const HELD: &str =
    "@0\t@0.50\t#PSW\t=so \"we\" went\n@0.7\t#PSW\t=bell\n@1.25\t@2.5\t#PSW\t=home!\u{2028}and back\n";
const SHORT: &str = "File type = \"ooTextFile short\"\n\"TextGrid\"\n\n0\n2.5\n<exists>\n2\n\"IntervalTier\"\n\"PSW\"\n0\n2.5\n3\n0\n0.50\n\
    \"so \"\"we\"\" went\"\n0.50\n1.25\n\" \"\n1.25\n2.5\n\"home!\r\nand back\"\n\"TextTier\"\n\"PSW~2\"\n0\n2.5\n2\n0.7\n\"bell\"\n0.8\n\"\"\n";

fn of(rest: &str) -> Result<String, Error> {
    read(format!("\"ooTextFile\" \"TextGrid\" 0 9 <exists> {rest}").as_bytes())
}

#[test]
fn long_and_short_text_say_the_same() {
    assert_eq!(read(LONG.as_bytes()).unwrap(), HELD);
    assert_eq!(read(SHORT.as_bytes()).unwrap(), HELD);
    assert_eq!(read(LONG.replace('\n', "\r\n").as_bytes()).unwrap(), HELD);
}

#[test]
fn praat_writes_utf_16_where_it_must() {
    let be: Vec<u8> =
        "\u{feff}".encode_utf16().chain(LONG.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let le: Vec<u8> =
        "\u{feff}".encode_utf16().chain(SHORT.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(&be).unwrap(), HELD);
    assert_eq!(read(&le).unwrap(), HELD);
}

#[test]
fn only_what_stands_alone_is_a_number() {
    let text =
        "tiers=2 1 tier[7]: \"IntervalTier\" \"A\" x 0 a9 9 [4] 1 !2 3\n 1 2 t=\"x\" trailing \"CANARY\" 9";
    assert_eq!(of(text).unwrap(), "@1\t@2\t#A\t=x\n");
}

#[test]
fn what_is_no_sound_textgrid_is_refused() {
    for (rest, want) in [
        ("1 \"IntervalTier\" \"A\" 0 9 1 1 2", Error::Truncated { line: 1 }),
        ("1 \"IntervalTier\" \"A\" 0 9 1 1 2 \"x", Error::Truncated { line: 1 }),
        ("2 \"IntervalTier\" \"A\" 0 9 1 1 2 \"x\"", Error::Truncated { line: 1 }),
        ("1 \"IntervalTier\" \"A\" 0 9 1\n2 1 \"x\"", Error::EndBeforeStart { line: 2 }),
        ("1 \"IntervalTier\" \"A\" 0 9 1\n1e5 2e5 \"x\"", Error::Timing { line: 2 }),
        ("1 \"IntervalTier\" \"A\" 0 9 1\n1 91234567890 \"x\"", Error::Timing { line: 2 }),
        ("1 \"IntervalTier\" \"A\" 0 9 1.5 1 2 \"x\"", Error::Damaged),
        ("-1 \"IntervalTier\" \"A\" 0 9 1 1 2 \"x\"", Error::Damaged),
        ("1 \"OtherTier\" \"A\" 0 9 1 1 2 \"x\"", Error::Damaged),
        ("1 \"IntervalTier\" 0 9 1 1 2 \"x\"", Error::Damaged),
        ("99999999999999999999999 \"IntervalTier\"", Error::Damaged),
        ("9999999999999999999 \"IntervalTier\" \"A\" 0 9 0", Error::Truncated { line: 1 }),
        ("1 \"IntervalTier\" \"A\" 0 9 1 1 2 \" \"", Error::Empty),
        ("0", Error::Empty),
    ] {
        assert_eq!(of(rest), Err(want), "{rest}");
    }
    assert_eq!(read(b"ooBinaryFile\x08TextGrid\0\0"), Err(Error::Format));
    assert_eq!(read(b"\"ooTextFile\" \"PitchTier\" 0 1"), Err(Error::Format));
    assert_eq!(read(b"\"Praat chronological TextGrid text file\""), Err(Error::Mismatch));
    assert_eq!(read(b"so we went"), Err(Error::Truncated { line: 1 }));
    assert_eq!(read(b"\"ooTextFile\" \"TextGrid\" 0 1 <absent>"), Err(Error::Empty));
    let empty = format!("1 \"IntervalTier\" \"A\" 0 9 1000000 {}", "0 1 \"\" ".repeat(1_000_000));
    assert_eq!(of(&empty), Err(Error::Empty));
    assert_eq!(of(&empty.replace("\"\" ", "\"a\" ")), Err(Error::TooMuch));
}
