//! What stands inside a cue's text and is not what was said: tags, styling overrides, character
//! references. They are taken out or resolved before the text is laid out, so that detection reads
//! `Ada` where the file says `A<i>d</i>&#97;`.
//!
//! Kept: voice tags, time stamps, and `&lt;`, `&gt;` and `&amp;`, which a reader of the format needs.

use std::borrow::Cow;

use super::{Error, lines::Lines};
use crate::view::hkscs;

/// How often text may be unwrapped before it counts as hostile.
const MAX_PASSES: usize = 8;

/// Tags that are taken out, with whatever they carry.
const TAGS: &[&str] =
    &["c", "i", "b", "u", "s", "ruby", "rt", "rp", "lang", "font", "em", "strong", "span", "br"];

/// References with a name. Those of Latin-1's letters stand in the order of their code points.
const NAMED: &[(&str, char)] = &[
    ("nbsp", '\u{A0}'),
    ("quot", '"'),
    ("apos", '\''),
    ("lrm", '\u{200E}'),
    ("rlm", '\u{200F}'),
    ("shy", '\u{AD}'),
    ("hellip", '…'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("ensp", ' '),
    ("emsp", ' '),
    ("thinsp", ' '),
    ("zwj", '\u{200D}'),
    ("zwnj", '\u{200C}'),
    ("commat", '@'),
    ("period", '.'),
    ("colon", ':'),
    ("lowbar", '_'),
    ("hyphen", '-'),
    ("Tab", ' '),
    ("NewLine", ' '),
    ("middot", '·'),
    ("lt", '<'),
    ("gt", '>'),
    ("amp", '&'),
    ("LT", '<'),
    ("GT", '>'),
    ("AMP", '&'),
    ("QUOT", '"'),
];
const LATIN_1: &[&str] = &[
    "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc",
    "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde",
    "Ouml", "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN", "szlig", "agrave",
    "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc", "euml",
    "igrave", "iacute", "icirc", "iuml", "eth", "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml",
    "divide", "oslash", "ugrave", "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml",
];

/// A cue's text without tags, overrides, references and lines that have nothing left.
pub(super) fn clean(text: &str, line: usize) -> Result<Cow<'_, str>, Error> {
    if !text.contains(['<', '&', '{']) {
        return Ok(Cow::Borrowed(text));
    }
    let mut now = text.to_owned();
    for _ in 0..MAX_PASSES {
        let next = unwrapped(&now, line)?;
        if next == now {
            return Ok(Cow::Owned(now));
        }
        now = without_blank_lines(&next);
        if now.contains("-->") {
            return Err(Error::BlankLine { line });
        }
    }
    Err(Error::Tag { line })
}

fn without_blank_lines(text: &str) -> String {
    let kept = Lines::plain(text)
        .filter(|it| !it.is_blank())
        .flat_map(|it| [it.text, it.ending])
        .collect::<String>();
    kept.trim_end_matches(['\r', '\n']).to_owned()
}

fn unwrapped(text: &str, line: usize) -> Result<String, Error> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Looked for once, not for every bracket that is never closed.
    let last_brace = text.rfind('}').unwrap_or(0);
    while let Some(at) = rest.find(['<', '&', '{']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let len = if from.starts_with('<') {
            tag(from, line, &mut out)?
        } else if from.starts_with('&') {
            reference(from, &mut out)
        } else {
            let closes = text.len() - from.len() < last_brace;
            from.strip_prefix("{\\").filter(|_| closes).and_then(|it| it.find('}')).map(|it| it + 3)
        };
        // What is none of them is text.
        let len = len.unwrap_or_else(|| {
            out.push_str(from.get(..1).unwrap_or_default());
            1
        });
        rest = from.get(len..).unwrap_or_default();
    }
    out.push_str(rest);
    Ok(out)
}

/// Takes out a tag, keeps a voice; how many bytes it had.
fn tag(text: &str, line: usize, out: &mut String) -> Result<Option<usize>, Error> {
    let inside = text.get(1..).unwrap_or_default();
    let (closing, inside) = inside.strip_prefix('/').map_or((false, inside), |it| (true, it));
    let name_len = inside.len() - inside.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).len();
    let (name, attributes) = inside.split_at(name_len);
    let is_end = |c: char| c == '>' || c == '.' || c == '/' || c.is_whitespace();
    let is_tag = attributes.starts_with(is_end) || name == "v" && attributes.is_empty();
    if !is_tag {
        return Ok(None);
    }
    let end =
        attributes.find(['<', '>']).filter(|it| attributes.get(*it..).is_some_and(|it| it.starts_with('>')));
    let len = |end: usize| 1 + usize::from(closing) + name_len + end + 1;
    if !name.eq_ignore_ascii_case("v") {
        let known = TAGS.iter().any(|it| name.eq_ignore_ascii_case(it));
        return Ok(end.filter(|_| known).map(len));
    }
    let end = end.ok_or(Error::Tag { line })?;
    let attributes = attributes.get(..end).unwrap_or_default();
    if closing {
        out.push_str("</v>");
    } else if let Some((_, who)) = attributes.split_once(char::is_whitespace)
        && !who.trim().is_empty()
    {
        out.push_str("<v ");
        out.extend(who.trim().chars().map(|c| if c == '\n' || c == '\r' { ' ' } else { c }));
        out.push('>');
    }
    Ok(Some(len(end)))
}

/// Resolves a character reference; how many bytes it had.
fn reference(text: &str, out: &mut String) -> Option<usize> {
    let end = text.bytes().take(12).position(|it| it == b';')?;
    let name = text.get(1..end)?;
    let c = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).unwrap_or(' ')
        }
        None => named(name)?,
    };
    match c {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '&' => out.push_str("&amp;"),
        '\u{FFFD}' | '\u{FEFF}' | '\u{2028}' | '\u{2029}' => out.push(' '),
        c if c.is_control() => out.push(' '),
        c => out.push(hkscs::standard(c).unwrap_or(c)),
    }
    Some(end + 1)
}

fn named(name: &str) -> Option<char> {
    let latin = || {
        let at = LATIN_1.iter().position(|it| *it == name)?;
        char::from_u32(0xC0 + u32::try_from(at).ok()?)
    };
    NAMED.iter().find(|(it, _)| *it == name).map(|(_, c)| *c).or_else(latin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &str) {
        assert_eq!(clean(text, 1).as_deref(), Ok(want), "{text:?}");
        assert_eq!(clean(want, 1).as_deref(), Ok(want), "{want:?}");
    }

    #[test]
    fn nothing_hides_a_name() {
        check("A<i>d</i>&#97; <c.loud>Wong</c>", "Ada Wong");
        check("{\\an8}<font color=\"red\">Ada</font>", "Ada");
        check("Jos&eacute; &#x42;&#xdf;&yuml;", "José Bßÿ");
        check("a&nbsp;b&lrm;", "a\u{A0}b\u{200E}");
        check("&#xECE1;", "𠺢");
    }

    #[test]
    fn voices_stay_without_their_classes() {
        check("<v.first.loud Ada Wong>hi</v>", "<v Ada Wong>hi</v>");
        check("<v Ada\nWong>hi", "<v Ada Wong>hi");
        check("<v>hi <v >there", "hi there");
    }

    #[test]
    fn what_the_format_needs_stays() {
        check("a &lt;b&gt; &amp; c &#60;", "a &lt;b&gt; &amp; c &lt;");
        check("R&D < 3, <3, <foo>, {x}, &bogus;", "R&D < 3, <3, <foo>, {x}, &bogus;");
        check("<00:00:01.000>hi", "<00:00:01.000>hi");
    }

    #[test]
    fn wrapping_in_wrapping_is_unwrapped() {
        check("<<i>b>x", "x");
        check("&n&#98;sp;x", "\u{A0}x");
        check("a\n<i></i>\nb", "a\nb");
        check("<i></i>", "");
    }

    #[test]
    fn what_is_opened_and_never_closed_costs_no_more_than_it_is_long() {
        let clock = crate::clock::SystemClock::new();
        for opened in ["{\\", "<v", "<i ", "&#", "<", "</", "<c.", "{", "&"] {
            let text = opened.repeat(crate::parse::MAX_TURN_BYTES / opened.len());
            drop(clean(&text, 1));
        }
        let took = crate::clock::Clock::monotonic(&clock);
        assert!(took < std::time::Duration::from_secs(30), "{took:?}");
    }

    #[test]
    fn a_cue_that_could_become_structure_is_refused() {
        assert_eq!(clean("--<i></i>> x", 4), Err(Error::BlankLine { line: 4 }));
        assert_eq!(clean("<v Ada", 4), Err(Error::Tag { line: 4 }));
        assert_eq!(clean("<v Ada <i>x</i>", 4), Err(Error::Tag { line: 4 }));
    }
}
