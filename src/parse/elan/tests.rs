use super::*;

fn eaf(slots: &str, tiers: &str) -> String {
    format!(
        "<?xml version='1.0'?><ANNOTATION_DOCUMENT AUTHOR='Ada' DATE='2024-01-01' VERSION='2.8'><HEADER TIME_UNITS='milliseconds'>\
         <MEDIA_DESCRIPTOR MEDIA_URL='file:///Ada.wav'/><PROPERTY NAME='URN'>Ada</PROPERTY></HEADER>\
         <TIME_ORDER>{slots}</TIME_ORDER>{tiers}</ANNOTATION_DOCUMENT>"
    )
}

/// Slots `a`, `b`, …, each with its time or without one.
fn slots(times: &[&str]) -> String {
    let one = |(id, time): (char, &&str)| match *time {
        "" => format!("<TIME_SLOT TIME_SLOT_ID='{id}'/>"),
        it => format!("<TIME_SLOT TIME_SLOT_ID='{id}' TIME_VALUE='{it}'/>"),
    };
    ('a'..).zip(times).map(one).collect()
}

fn aligned(id: &str, from: char, to: char, said: &str) -> String {
    format!(
        "<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID='{id}' TIME_SLOT_REF1='{from}' TIME_SLOT_REF2='{to}'>\
         <ANNOTATION_VALUE>{said}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
    )
}

fn refers(id: &str, to: &str, said: &str) -> String {
    format!(
        "<ANNOTATION><REF_ANNOTATION ANNOTATION_ID='{id}' ANNOTATION_REF='{to}'><ANNOTATION_VALUE>{said}</ANNOTATION_VALUE>\
         </REF_ANNOTATION></ANNOTATION>"
    )
}

fn tier(attributes: &str, annotations: &[String]) -> String {
    format!("<TIER {attributes} ANNOTATOR='Ada' DEFAULT_LOCALE='en'>{}</TIER>", annotations.concat())
}

fn check(times: &[&str], tiers: &[String], want: Result<&[&str], Error>) {
    let got = read(eaf(&slots(times), &tiers.concat()).as_bytes());
    let lines = got.as_ref().map(|it| it.lines().collect::<Vec<_>>()).map_err(|it| *it);
    assert_eq!(lines, want.map(<[_]>::to_vec), "{times:?}");
}

#[test]
fn turns_stand_in_the_order_of_their_times() {
    check(
        &["0010", "500", "500", "900"],
        &[
            tier(
                "TIER_ID='words' PARTICIPANT='PSW'",
                &[aligned("1", 'b', 'd', "later"), aligned("2", 'a', 'b', "so &lt;1&gt;")],
            ),
            tier(
                "TIER_ID='PIR' PARTICIPANT=' '",
                &[aligned("3", 'a', 'c', "<![CDATA[at & once]]>"), aligned("4", 'c', 'd', "")],
            ),
        ],
        Ok(&[
            "@0010\t@500\t#PSW\t=so <1>",
            "@0010\t@500\t#PIR\t=at & once",
            "@500\t@900\t#PSW\t=later",
            "@500\t@900\t#PIR\t=",
        ]),
    );
}

#[test]
fn what_refers_has_the_times_of_what_it_refers_to() {
    check(
        &["0", "500"],
        &[
            tier("TIER_ID='gloss' PARENT_REF='A'", &[refers("3", "2", "deep"), refers("2", "1", "gloss")]),
            tier("TIER_ID='A'", &[aligned("1", 'a', 'b', "said")]),
        ],
        Ok(&["@0\t@500\t#gloss\t=deep", "@0\t@500\t#gloss\t=gloss", "@0\t@500\t#A\t=said"]),
    );
}

#[test]
fn parts_of_a_stretch_have_its_times_and_what_has_none_stands_last() {
    check(
        &["0", "", "", "500", "", "700", "900"],
        &[
            tier("TIER_ID='A'", &[aligned("9", 'e', 'f', "half"), aligned("8", 'e', 'e', "none")]),
            tier(
                "TIER_ID='w'",
                &[aligned("1", 'a', 'b', "x"), aligned("2", 'b', 'c', "y"), aligned("3", 'c', 'd', "z")],
            ),
            tier("TIER_ID='B'", &[aligned("4", 'f', 'g', "end")]),
        ],
        Ok(&[
            "@0\t@500\t#w\t=x",
            "@0\t@500\t#w\t=y",
            "@0\t@500\t#w\t=z",
            "@700\t@900\t#B\t=end",
            "#A\t=half",
            "#A\t=none",
        ]),
    );
}

#[test]
fn what_is_not_sound_is_refused() {
    let one = |it: String| [tier("TIER_ID='A'", &[it])];
    for (times, annotation, want) in [
        (&["0", "1"][..], refers("1", "1", "x"), Error::Damaged),
        (&["0", "1"], refers("1", "2", "x"), Error::Damaged),
        (&["0", "1"], refers("1", "2", "x") + &refers("2", "1", "x"), Error::Damaged),
        (&["0", "1"], aligned("1", 'a', 'z', "x"), Error::Damaged),
        (&["0", "1"], aligned("1", 'b', 'a', "x"), Error::Damaged),
        (&["0", "1"], aligned("1", 'a', 'b', "x") + &aligned("1", 'a', 'b', "x"), Error::Damaged),
        (&["0", "-1"], aligned("1", 'a', 'b', "x"), Error::Damaged),
        (&["0", "9123 4567"], aligned("1", 'a', 'b', "x"), Error::Damaged),
        (&["0", "1234567890"], aligned("1", 'a', 'b', "x"), Error::Damaged),
        (&["0", "1"], aligned("1", 'a', 'b', "x<b/>"), Error::Damaged),
        (&["0", "1"], aligned("1", 'a', 'b', "&#xFFFD;"), Error::LostCharacters),
        (&["0", "1"], aligned("1", 'a', 'b', "&ada;"), Error::Entities),
        (&["0", "1"], "<ANNOTATION><OTHER/></ANNOTATION>".to_owned(), Error::Damaged),
        (&["0", "1"], String::new(), Error::Empty),
    ] {
        check(times, &one(annotation), Err(want));
    }
    assert_eq!(read(b"<html/>"), Err(Error::Mismatch));
    assert_eq!(read(b"so we went"), Err(Error::Damaged));
    let deep: String = (0..70).map(|it| refers(&it.to_string(), &(it + 1).to_string(), "")).collect();
    check(&["0", "1"], &one(deep + &aligned("70", 'a', 'b', "")), Err(Error::Damaged));
}

#[test]
fn there_is_an_end_to_what_is_read() {
    let many: String = (0..=MAX_ROWS).map(|it| refers(&it.to_string(), "0", "")).collect();
    check(&["0", "1"], &[tier("TIER_ID='A'", &[many])], Err(Error::TooMuch));
    let slot = |it| format!("<TIME_SLOT TIME_SLOT_ID='t{it}'/>");
    let many = (0..=2 * MAX_ROWS).map(slot).collect::<Vec<_>>().concat();
    assert_eq!(read(eaf(&many, "").as_bytes()), Err(Error::TooMuch));
    assert_eq!(read(eaf("", &"<TIER TIER_ID=''/>".repeat(1_000_000)).as_bytes()), Err(Error::TooMuch));
}
