//! Time stamps as transcribers write them. A stamp is digits, colons and points in a fixed shape and
//! nothing else: it is kept to the byte and not searched, so nothing that could name a person is one.

/// How a stamp was written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Stamp {
    /// `[00:12:05]`, `(00:12)`, `{00:12:05}`, `<00:12>`, `#00:00:00-0#`, and ranges of them.
    Bracketed,
    /// `[12.05]`: also how a date is written, so one alone is none.
    Pointed,
    /// `00:12:05`, only where a line starts or ends.
    Bare,
}

/// The stamp that a text starts with, and how many bytes it has, brackets included.
pub(super) fn at_start(text: &str) -> Option<(Stamp, usize)> {
    let mut chars = text.chars();
    let open = chars.next()?;
    let close = match open {
        '[' => ']',
        '(' => ')',
        '{' => '}',
        '<' => '>',
        '（' => '）',
        '【' => '】',
        '［' => '］',
        '#' => '#',
        '0'..='9' => {
            let len = clock(text)?;
            let after = text.get(len..).and_then(|it| it.chars().next());
            return after.is_none_or(char::is_whitespace).then_some((Stamp::Bare, len));
        }
        _ => return None,
    };
    let inside = chars.as_str();
    let skip = |text: &str| text.len() - text.trim_start_matches(' ').len();
    let mut at = skip(inside);
    let rest = |at: usize| inside.get(at..).unwrap_or_default();
    let (kind, len) = match clock(rest(at)) {
        Some(len) => (Stamp::Bracketed, len),
        None if open == '[' => (Stamp::Pointed, pointed(rest(at))?),
        None => return None,
    };
    at += len;
    at += skip(rest(at));
    if kind == Stamp::Bracketed
        && let Some(dash) =
            ["-->", "->", "-", "–", "—", "~", "to "].iter().find(|it| rest(at).starts_with(**it))
    {
        let mut range = at + dash.len();
        range += skip(rest(range));
        if let Some(len) = clock(rest(range)) {
            at = range + len;
            at += skip(rest(at));
        } else if open == '#'
            && let Some(end) = digits(rest(at).as_bytes(), 1, 1, 3)
        {
            at += end;
        }
    }
    rest(at).starts_with(close).then_some((kind, open.len_utf8() + at + close.len_utf8()))
}

/// `h:mm:ss`, `m:ss`, each with a fraction: how many bytes.
fn clock(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = digits(bytes, 0, 1, 3)?;
    let mut fields = 1;
    while fields < 3 && bytes.get(at) == Some(&b':') && sixty(bytes, at + 1) {
        at += 3;
        fields += 1;
    }
    if fields < 2 {
        return None;
    }
    if matches!(bytes.get(at), Some(b'.' | b',' | b':'))
        && let Some(end) = digits(bytes, at + 1, 1, 3)
    {
        at = end;
    }
    match bytes.get(at) {
        Some(it) if it.is_ascii_alphanumeric() || *it == b':' => None,
        _ => Some(at),
    }
}

/// `mm.ss` or `hh.mm.ss`: how many bytes.
fn pointed(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = digits(bytes, 0, 1, 2)?;
    let mut fields = 1;
    while fields < 3 && bytes.get(at) == Some(&b'.') && sixty(bytes, at + 1) {
        at += 3;
        fields += 1;
    }
    (fields > 1).then_some(at)
}

/// Whether two digits below 60 stand there and no third.
fn sixty(bytes: &[u8], at: usize) -> bool {
    digits(bytes, at, 2, 2).is_some() && bytes.get(at).is_some_and(|it| *it < b'6')
}

/// One past a run of `min` to `max` digits; none if the run is of another length.
fn digits(bytes: &[u8], at: usize, min: usize, max: usize) -> Option<usize> {
    let run = bytes.get(at..)?.iter().take(max + 1).take_while(|it| it.is_ascii_digit()).count();
    (min..=max).contains(&run).then_some(at + run)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: Option<(Stamp, &str)>) {
        let got = at_start(text).map(|(kind, len)| (kind, &text[..len]));
        assert_eq!(got, want, "{text:?}");
    }

    #[test]
    fn stamps_are_known_by_their_shape() {
        for stamp in [
            "[00:00:56]",
            "(00:12)",
            "{01:02:03}",
            "[1:02:03.456]",
            "#00:00:00-0#",
            "#00:12:05-3#",
            "#00:12:05-125#",
            "#00:12:05.125#",
            "【00:12】",
            "[00:00:01.000 --> 00:00:05.000]",
            "[00:01 - 00:05]",
            "<00:01:02.000>",
            "[ 00:12 ]",
        ] {
            check(&format!("{stamp} Ada"), Some((Stamp::Bracketed, stamp)));
        }
        check("[12.05] Ada", Some((Stamp::Pointed, "[12.05]")));
        check("00:12:05 Ada", Some((Stamp::Bare, "00:12:05")));
        check("0:12", Some((Stamp::Bare, "0:12")));
    }

    #[test]
    fn what_is_no_stamp_stays_text() {
        for text in [
            "",
            "[",
            "[Ada]",
            "[91234567]",
            "[1234:56]",
            "(12.03)",
            "[00:00:56",
            "00:12pm",
            "12",
            "(9:75)",
            "[00:12 Ada]",
            "#1#",
            "#00:00:00-1234#",
            "#00:00:00-#",
            "[12.05.Ada]",
            "00:12:05Ada",
            "[12:30-Ada]",
        ] {
            check(text, None);
        }
    }
}
