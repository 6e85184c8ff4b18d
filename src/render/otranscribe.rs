//! oTranscribe (`.otr`): the transcript as HTML, its time stamps as the program marks them, and no recording.

use std::fmt::Write as _;

use serde::Serialize;

use crate::parse::rows::LINE;

/// The keys that the program looks for.
#[derive(Serialize)]
struct Document<'t> {
    text: &'t str,
    media: &'t str,
    #[serde(rename = "media-time")]
    time: u32,
}

pub(super) fn write(held: &str) -> Vec<u8> {
    let mut text = String::new();
    for line in held.lines() {
        text.push_str("<p>");
        let mut lines = line.split(LINE).peekable();
        while let Some(line) = lines.next() {
            let rest = stamp(line, &mut text);
            words(rest, &mut text);
            // The last break of a paragraph only makes room for it.
            if lines.peek().is_some() || line.is_empty() {
                text.push_str("<br>");
            }
        }
        text.push_str("</p>");
    }
    serde_json::to_vec(&Document { text: &text, media: "", time: 0 }).unwrap_or_default()
}

/// Writes the stamp that a line begins with. What follows it.
fn stamp<'l>(line: &'l str, text: &mut String) -> &'l str {
    let end = line.find(char::is_whitespace).unwrap_or(line.len());
    let (clock, rest) = line.split_at_checked(end).unwrap_or((line, ""));
    let Some(seconds) = seconds(clock) else { return line };
    let written = write!(text, r#"<span class="timestamp" data-timestamp="{seconds}">{clock}</span>"#);
    debug_assert!(written.is_ok());
    rest
}

/// The seconds of `m:ss` or `h:mm:ss`, as they are written: with a fraction as it stands.
fn seconds(clock: &str) -> Option<String> {
    let (whole, fraction) = clock.split_at_checked(clock.find('.').unwrap_or(clock.len()))?;
    let is_number =
        |it: &str, len: usize| (1..=len).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit());
    if !fraction.is_empty() && !is_number(fraction.get(1..)?, 3) {
        return None;
    }
    let fields: Vec<&str> = whole.split(':').collect();
    let (first, others) = fields.split_first()?;
    if !is_number(first, 3) || !(1..=2).contains(&others.len()) {
        return None;
    }
    let mut seconds: u32 = first.parse().ok()?;
    for it in others {
        let next = it.parse().ok().filter(|next| it.len() == 2 && is_number(it, 2) && *next < 60)?;
        seconds = seconds.checked_mul(60)?.checked_add(next)?;
    }
    Some(format!("{seconds}{fraction}"))
}

/// Text, with blanks that HTML would not keep as numbers.
fn words(line: &str, text: &mut String) {
    let mut before = None;
    let mut chars = line.chars().peekable();
    while let Some(it) = chars.next() {
        let next = chars.peek();
        let kept =
            before.is_some_and(|it: char| !it.is_whitespace()) && next.is_some_and(|it| !it.is_whitespace());
        match it {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            ' ' if !kept => text.push_str("&#32;"),
            '\t' => text.push_str("&#9;"),
            it => text.push(it),
        }
        before = Some(it);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_marked_where_they_are_sure() {
        for (clock, want) in [
            ("0:12", Some("12")),
            ("1:02:03.5", Some("3723.5")),
            ("12:60", None),
            ("0:1", None),
            ("1", None),
            ("1:02:03:04", None),
            ("0:12,", None),
            ("+1:02", None),
        ] {
            assert_eq!(seconds(clock).as_deref(), want, "{clock}");
        }
        let file = String::from_utf8(write("0:12 P: a\u{2028}b\n\n")).unwrap();
        let want = r#"{"text":"<p><span class=\"timestamp\" data-timestamp=\"12\">0:12</span>&#32;P: a<br>b</p><p><br></p>","media":"","media-time":0}"#;
        assert_eq!(file, want);
    }
}
