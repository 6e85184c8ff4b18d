//! Plain texts as programs for transcribing and coding write them.

use super::{check, check_error};
use crate::parse::Error;

#[test]
fn otter_says_who_and_when_on_a_line_of_its_own() {
    check(
        "txt",
        "Visit to Ada Wong\nMon, Nov 6, 2023 3:00PM \u{2022} 45:12\n\nSUMMARY KEYWORDS\nAda, Quarry Bay, hiking\n\n\
         SPEAKERS\nAda Wong, Speaker 2\n\nAda Wong  00:04\nSo we went.\n\nSpeaker 2  0:12\nWhere to?\n\n\
         Ada Wong  1:02:30\nHome.\n\nTranscribed by https://otter.ai\n",
        &[
            "H0 Visit to Ada Wong",
            "H1 Mon, Nov 6, 2023 3:00PM \u{2022} 45:12",
            "H2 SUMMARY KEYWORDS",
            "H3 Ada, Quarry Bay, hiking",
            "H4 SPEAKERS",
            "H5 Ada Wong, Speaker 2",
            "L6 Ada Wong",
            "T6 00:04",
            "S6 So we went.",
            "L7 Speaker 2",
            "T7 0:12",
            "S7 Where to?",
            "L8 Ada Wong",
            "T8 1:02:30",
            "S8 Home.",
            "S9 Transcribed by https://otter.ai",
        ],
    );
}

#[test]
fn the_day_in_otters_heading_is_nobody() {
    check(
        "txt",
        "F01\nMar 5, 2025 \u{2022} 00:08:58\n\nSPEAKERS\nAda, Po\n\nAda  00:05\nSo we went.\n\nPo  00:09\nHome.\n\nAda  00:12\nAh.\n\nPo  00:14\nYes.\n",
        &[
            "H0 F01",
            "H1 Mar 5, 2025 \u{2022} 00:08:58",
            "H2 SPEAKERS",
            "H3 Ada, Po",
            "L4 Ada",
            "T4 00:05",
            "S4 So we went.",
            "L5 Po",
            "T5 00:09",
            "S5 Home.",
            "L6 Ada",
            "T6 00:12",
            "S6 Ah.",
            "L7 Po",
            "T7 00:14",
            "S7 Yes.",
        ],
    );
}

#[test]
fn markdown_that_hides_what_else_it_is_is_refused() {
    check_error("md", b"0<!Mabel>\n00:00:01,000 --> 00:00:02,000\n\nso\n", Error::Mismatch);
    check_error("md", b"<!-- a --><html>so", Error::Format);
}

#[test]
fn who_speaks_once_in_otter_has_a_label_too() {
    check(
        "txt",
        "Ada Wong  0:00  \nSo we went.\n\nPo Lam  0:12  \nWhere to?\n",
        &["L0 Ada Wong", "T0 0:00", "S0 So we went.", "L1 Po Lam", "T1 0:12", "S1 Where to?"],
    );
    check("txt", "Ada came\nlate\nto us\nLunch 12:30\n", &["S0 Ada came\nlate\nto us\nLunch 12:30"]);
}

#[test]
fn stamps_of_f4_maxqda_and_qualcoder() {
    check(
        "txt",
        "I: So we went. #00:00:00-0#\n\nP: Where? #00:01:02-3#\n\nI: Home. #01:00:00-12#\n",
        &[
            "L0 I",
            "S0 So we went. ",
            "T0 #00:00:00-0#",
            "L1 P",
            "S1 Where? ",
            "T1 #00:01:02-3#",
            "L2 I",
            "S2 Home. ",
            "T2 #01:00:00-12#",
        ],
    );
    check(
        "txt",
        "#00:00:01-5# Ada: So we went.\n#00:00:02-5# Po: Where?\n",
        &["T0 #00:00:01-5#", "L0 Ada", "S0 So we went.", "T1 #00:00:02-5#", "L1 Po", "S1 Where?"],
    );
    check(
        "txt",
        "[12.05] Ada: So [12.07] we went.\n[12.10] Po: Where?\n[12.15]\nHome.\n",
        // Inside a turn it may be a date, and is searched.
        &[
            "T0 [12.05]",
            "L0 Ada",
            "S0 So [12.07] we went.",
            "T1 [12.10]",
            "L1 Po",
            "S1 Where?",
            "T2 [12.15]",
            "S2 Home.",
        ],
    );
    check(
        "txt",
        "[01:02:03] Ada: So [01:02:04] we went.\n",
        &["T0 [01:02:03]", "L0 Ada", "S0 So ", "T0 [01:02:04]", "S0  we went."],
    );
    check(
        "txt",
        "{01:02:03} Ada: So we went.\n{01:02:04} Where?\n",
        &["T0 {01:02:03}", "L0 Ada", "S0 So we went.", "T1 {01:02:04}", "S1 Where?"],
    );
    check(
        "txt",
        "#01:02:03.456# Ada: So we went.\n#01:02:04.000#\nWhere?\n",
        &["T0 #01:02:03.456#", "L0 Ada", "S0 So we went.", "T1 #01:02:04.000#", "S1 Where?"],
    );
}
