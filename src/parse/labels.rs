//! Who speaks: the head of a line (time stamp, speaker, colon), and whether the words before a colon
//! are a speaker at all.
//!
//! A label becomes a code and is not searched; so what is taken for one can lose words, never leak
//! them, and what is not taken for one is speech and is searched. Both ways a name stays inside a piece.

mod words;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use self::words::{HEADINGS, PROSE};
use super::stamp::{self, Stamp};
use crate::{
    roster::role::is_role_word,
    view::{folded_name, hkscs, is_han},
};

/// The most characters that a label has.
const MAX_LABEL_CHARS: usize = 48;

/// The most different labels that are told apart in one file; later ones count as speech.
const MAX_LABELS: usize = 4096;

/// How a line's head is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Form {
    /// `Ada: …`
    Colon,
    /// `[00:12] Ada: …`, `Ada (00:12): …`
    StampedColon,
    /// `00:12:05 Ada` or `Ada 0:12`, and nothing else on the line.
    StampedAlone,
}

/// What may be a speaker at the head of a line. Offsets are those of the line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Name {
    pub(super) range: Range<usize>,
    pub(super) form: Form,
    /// A time stamp behind the name.
    pub(super) stamp: Option<Range<usize>>,
    /// Where speech starts.
    pub(super) body: usize,
}

/// The head of a line: what stands before speech.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Head {
    /// A time stamp at the start.
    pub(super) stamp: Option<(Stamp, Range<usize>)>,
    /// What may be a speaker.
    pub(super) name: Option<Name>,
    /// Where speech starts if it is none.
    pub(super) body: usize,
}

/// Reads the head of a line.
pub(super) fn head(line: &str) -> Head {
    let rest = |at: usize| line.get(at..).unwrap_or_default();
    let unmarked = markers(line);
    let mut at = unmarked;
    let mut head = Head { body: line.len() - line.trim_start().len(), ..Head::default() };
    if let Some((kind, len)) = stamp::at_start(rest(at)) {
        head.stamp = Some((kind, at..at + len));
        at += len;
        head.body = line.len() - rest(at).trim_start().len();
        at += markers(rest(at));
    }
    head.name = name(line, at, head.stamp.is_some());
    head
}

/// How many bytes of white space, list and emphasis marks a text starts with.
fn markers(text: &str) -> usize {
    let marks = |c: char| c.is_whitespace() || matches!(c, '>' | '*' | '_' | '-' | '–' | '—' | '•' | '|');
    let plain = text.len() - text.trim_start_matches(marks).len();
    let rest = text.get(plain..).unwrap_or_default();
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let after = rest.get(hashes..).unwrap_or_default();
    if hashes > 0 && after.starts_with(char::is_whitespace) {
        plain + hashes + (after.len() - after.trim_start_matches(marks).len())
    } else {
        plain
    }
}

fn name(line: &str, start: usize, stamped: bool) -> Option<Name> {
    let rest = |at: usize| line.get(at..).unwrap_or_default();
    let bracketed = rest(start).starts_with('[');
    let start = if bracketed { start + 1 } else { start };
    let mut end = None;
    let mut behind = None;
    let mut skip_to = start;
    for (count, (at, c)) in rest(start).char_indices().enumerate() {
        let at = start + at;
        if at < skip_to {
            continue;
        }
        if count > MAX_LABEL_CHARS {
            return None;
        }
        match c {
            ':' | '：' => {
                let after = rest(at + c.len_utf8());
                let digit = |it: Option<char>| it.is_some_and(|it| it.is_ascii_digit());
                if c == ':'
                    && (after.starts_with(['/', '\\', ':'])
                        || digit(after.chars().next()) && digit(line.get(..at)?.chars().next_back()))
                {
                    return None;
                }
                let form = if stamped || behind.is_some() { Form::StampedColon } else { Form::Colon };
                // Emphasis that closes behind the colon belongs to the label.
                let closing = after.len() - after.trim_start_matches(['*', '_']).len();
                let body = line.len() - rest(at + c.len_utf8() + closing).trim_start().len();
                return finish(line, start..end.unwrap_or(at), form, behind, body);
            }
            ']' if bracketed && end.is_none() => end = Some(at),
            '(' | '[' | '{' | '（' | '【' | '#' if behind.is_none() => {
                if let Some((Stamp::Bracketed, len)) = stamp::at_start(rest(at)) {
                    end = end.or(Some(at));
                    behind = Some(at..at + len);
                    skip_to = at + len;
                    if rest(skip_to).trim_matches(['*', '_', ' ', '\t']).is_empty() {
                        return finish(line, start..end?, Form::StampedAlone, behind, line.len());
                    }
                } else if end.is_some() || matches!(c, '{' | '【') {
                    return None;
                }
            }
            '*' | '_' => {}
            _ if c.is_whitespace() => {
                let next = line.len() - rest(at).trim_start().len();
                if end.is_none()
                    && rest(next).starts_with(|c: char| c.is_ascii_digit())
                    && let Some((Stamp::Bare, len)) = stamp::at_start(rest(next))
                    && rest(next + len).trim().is_empty()
                {
                    return finish(line, start..at, Form::StampedAlone, Some(next..next + len), line.len());
                }
            }
            _ if end.is_some() || !is_of_name(c) => return None,
            _ => {}
        }
    }
    (stamped && end.is_none() && behind.is_none())
        .then(|| finish(line, start..line.len(), Form::StampedAlone, None, line.len()))?
}

fn finish(
    line: &str,
    range: Range<usize>,
    form: Form,
    stamp: Option<Range<usize>>,
    body: usize,
) -> Option<Name> {
    let edge = |c: char| c.is_whitespace() || matches!(c, '*' | '_');
    let name = line.get(range.clone())?;
    let start = range.end - name.trim_start_matches(edge).len();
    let name = name.trim_matches(edge);
    // What ends in a year and is parted from the time by a bullet is the day: `Nov 6, 2023 • 45:12`.
    let is_name = name.contains(|c: char| c.is_alphanumeric() || hkscs::is_private_use(c)) && !is_day(name);
    is_name.then(|| Name { range: start..start + name.len(), form, stamp, body })
}

/// Whether it is a day as Otter writes it before the length: `Nov 6, 2023 •`.
fn is_day(name: &str) -> bool {
    let day = name.strip_suffix('•').map(str::trim_end);
    day.and_then(|it| it.rsplit_once(' '))
        .is_some_and(|(_, year)| year.len() == 4 && year.bytes().all(|it| it.is_ascii_digit()))
}

/// Sentences end and quotations start outside a name; everything else may be part of what somebody
/// calls himself on a screen.
const fn is_of_name(c: char) -> bool {
    !matches!(
        c,
        '?' | '!'
            | ';'
            | '"'
            | '<'
            | '>'
            | '='
            | '\\'
            | '{'
            | '}'
            | '%'
            | '$'
            | '^'
            | '~'
            | '\u{85}'
            | '\u{2028}'
            | '\u{2029}'
            | '。'
            | '！'
            | '？'
            | '；'
            | '，'
            | '、'
            | '“'
            | '”'
            | '「'
            | '」'
            | '『'
            | '』'
            | '…'
    )
}

/// Whether what stands before a line's colon is a heading of a transcript's first lines.
pub(super) fn is_heading(name: &str) -> bool {
    HEADINGS.contains(&folded_name(name).as_str())
}

/// `PSW-03`, `[person-1]`, `P07`: what we and other studies put in a name's place.
fn is_code(name: &str) -> bool {
    let letters = name.trim_matches(['[', ']']).trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = name.trim_matches(['[', ']']).len() - letters.len();
    let letters = letters.trim_end_matches(['-', '_', ' ']);
    (1..=4).contains(&digits)
        && (1..=16).contains(&letters.len())
        && letters.bytes().all(|it| it.is_ascii_alphabetic() || it == b'-' || it == b' ')
        && !PROSE.contains(&letters.to_ascii_lowercase().as_str())
}

/// How often something stands where a speaker would.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    colon: usize,
    stamped: usize,
    alone: usize,
    /// Of these, names with a time behind them: `Ada  0:12`.
    behind: usize,
}

/// Decides, from the whole file, who is a speaker.
#[derive(Debug)]
pub(super) struct Speakers<'t> {
    /// What between brackets is no speaker.
    markers: &'t BTreeSet<String>,
    tallies: BTreeMap<&'t str, (Tally, bool)>,
    lines: usize,
}

impl<'t> Speakers<'t> {
    pub(super) const fn new(markers: &'t BTreeSet<String>) -> Self {
        Self { markers, tallies: BTreeMap::new(), lines: 0 }
    }

    fn is_marker(&self, line: &str, name: &Name) -> bool {
        let whole = name.range.start.saturating_sub(1)..name.range.end.saturating_add(1);
        line.get(whole).is_some_and(|it| self.markers.contains(it))
    }

    /// Counts a line that is not blank.
    pub(super) fn count(&mut self, line: &'t str) {
        self.lines += 1;
        let Some(name) = head(line).name.filter(|it| !self.is_marker(line, it)) else { return };
        let Some(label) = line.get(name.range) else { return };
        if self.tallies.len() >= MAX_LABELS && !self.tallies.contains_key(label) {
            return;
        }
        let (tally, _) = self.tallies.entry(label).or_default();
        match name.form {
            Form::Colon => tally.colon += 1,
            Form::StampedColon => tally.stamped += 1,
            Form::StampedAlone => tally.alone += 1,
        }
        tally.behind += usize::from(name.form == Form::StampedAlone && name.stamp.is_some());
    }

    /// Ends the counting.
    pub(super) fn decide(&mut self) {
        let mut labelled = 0;
        for (label, (tally, accepted)) in &mut self.tallies {
            *accepted = is_speaker(label, *tally);
            if *accepted {
                labelled += tally.colon + tally.stamped + tally.alone;
            }
        }
        // Where names with a time behind them head the turns, somebody who speaks once has one, too.
        let behind = self.tallies.iter().filter(|(label, (it, _))| it.behind > 0 && is_name_like(label));
        let behind: usize = behind.map(|(_, (it, _))| it.behind).sum();
        if behind >= 2 && 3 * behind >= self.lines {
            for (label, (tally, accepted)) in &mut self.tallies {
                *accepted |= tally.behind > 0 && is_name_like(label);
            }
        }
        // Where nearly every line has its speaker, somebody who speaks once is one too.
        if 2 * labelled >= self.lines {
            for (label, (tally, accepted)) in &mut self.tallies {
                *accepted |= tally.colon > 0 && is_name_like(label);
            }
        }
    }

    /// The speaker at the head of a line, if it is one.
    pub(super) fn of(&self, line: &str, head: &Head) -> Option<Name> {
        let name = head.name.as_ref().filter(|it| !self.is_marker(line, it))?;
        let label = line.get(name.range.clone())?;
        let accepted = self.tallies.get(label).is_some_and(|(_, accepted)| *accepted);
        accepted.then(|| name.clone())
    }
}

fn is_speaker(label: &str, tally: Tally) -> bool {
    let colons = tally.colon + tally.stamped;
    if is_role_word(label) || is_code(label) {
        return true;
    }
    if is_heading(label) {
        return false;
    }
    if is_name_like(label) {
        return tally.stamped > 0 || colons >= 2 || tally.alone >= 2;
    }
    colons >= 3 && label.split_whitespace().count() <= 3 && !has_prose(label)
}

fn has_prose(label: &str) -> bool {
    let folded = folded_name(label);
    folded.split([' ', ',']).any(|it| PROSE.contains(&it))
        || folded.contains(['我', '你', '佢', '他', '她', '們', '们'])
        || folded.ends_with(['話', '话', '講', '讲', '說', '说', '問', '问', '係', '是', '有'])
}

/// One to six words that each start like a name.
fn is_name_like(label: &str) -> bool {
    const PARTICLES: &[&str] =
        &["de", "da", "van", "von", "der", "bin", "binti", "al", "el", "la", "le", "of", "the", "and"];
    let is_word = |word: &str| {
        let first = word.trim_start_matches(|c: char| !c.is_alphanumeric()).chars().next();
        PARTICLES.contains(&word) || first.is_none_or(|c| !c.is_lowercase())
    };
    let mut words = label.split_whitespace();
    let count = words.clone().count();
    (1..=6).contains(&count)
        && words.all(is_word)
        && label.chars().filter(|it| is_han(*it)).count() <= 8
        && !is_heading(label)
        && !(count == 1 && PROSE.contains(&folded_name(label).as_str()))
        && !has_prose(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, want: Option<(&str, Form, &str)>) {
        let head = head(line);
        let got = head.name.map(|it| (&line[it.range], it.form, &line[it.body..]));
        assert_eq!(got, want, "{line:?}");
    }

    #[test]
    fn a_head_is_a_stamp_a_name_and_a_colon() {
        use Form::{Colon, StampedAlone, StampedColon};
        for (line, want) in [
            ("P: hello", ("P", Colon, "hello")),
            ("I:hello", ("I", Colon, "hello")),
            ("受訪者：係呀", ("受訪者", Colon, "係呀")),
            ("Dr. Lau: yes", ("Dr. Lau", Colon, "yes")),
            ("Szeto Tsz Kit: yes", ("Szeto Tsz Kit", Colon, "yes")),
            ("[00:00:56] Participant: yes", ("Participant", StampedColon, "yes")),
            ("#00:00:00-0# Ada: yes", ("Ada", StampedColon, "yes")),
            ("{01:02:03} Ada: yes", ("Ada", StampedColon, "yes")),
            ("[12.05] Ada: yes", ("Ada", StampedColon, "yes")),
            ("Ada (00:12): yes", ("Ada", StampedColon, "yes")),
            ("Ada Wong [00:12:01]: yes", ("Ada Wong", StampedColon, "yes")),
            ("00:12:05 Ada: yes", ("Ada", StampedColon, "yes")),
            ("00:12:05 Ada Wong", ("Ada Wong", StampedAlone, "")),
            ("Ada Wong  0:12", ("Ada Wong", StampedAlone, "")),
            ("**Interviewer:** yes", ("Interviewer", Colon, "yes")),
            ("**Interviewer**: yes", ("Interviewer", Colon, "yes")),
            ("> - __Ada__: yes", ("Ada", Colon, "yes")),
            ("[PSW-03]: yes", ("PSW-03", Colon, "yes")),
            ("Ada\u{202E}gnoW: yes", ("Ada\u{202E}gnoW", Colon, "yes")),
            ("\u{E001}: yes", ("\u{E001}", Colon, "yes")),
        ] {
            check(line, Some(want));
        }
    }

    #[test]
    fn no_head_stays_speech() {
        for line in [
            "",
            ":",
            "::",
            "10:30 is late?",
            "http://example.org",
            "what? no: yes",
            "我話，佢講：係",
            "[laughs] so: yes",
        ] {
            check(line, None);
        }
    }

    fn speakers(text: &str) -> Vec<&str> {
        let none = BTreeSet::new();
        let mut speakers = Speakers::new(&none);
        for line in text.lines() {
            speakers.count(line);
        }
        speakers.decide();
        text.lines().filter_map(|it| Some(&it[speakers.of(it, &head(it))?.range])).collect()
    }

    #[test]
    fn speakers_are_roles_codes_or_names_that_come_again() {
        for (text, want) in [
            ("Interviewer 2: a", vec!["Interviewer 2"]),
            ("PSW-03: a", vec!["PSW-03"]),
            ("訪：a\n受訪者A：b", vec!["訪", "受訪者A"]),
            ("Mabel: a\nOtto: b\nMabel: c\nMabel: d", vec!["Mabel", "Otto", "Mabel", "Mabel"]),
            ("mabel: a\nmabel: b\nmabel: c", vec!["mabel"; 3]),
            ("司徒小美：a\n司徒小美：b", vec!["司徒小美"; 2]),
            ("[00:12] Mabel Ho: a", vec!["Mabel Ho"]),
        ] {
            assert_eq!(speakers(text), want, "{text:?}");
        }
    }

    #[test]
    fn prose_with_a_colon_is_no_speaker() {
        for text in [
            "Note: a\nNote: b\nNote: c",
            "We saw Mabel there.\nMabel: a",
            "She said: a\nShe said: b\nShe said: c",
            "[00:12] Yes\n[00:14] Yes\n[00:15] Yes",
            "Date: a\nDate: b",
            "at 10:30\nat 10:30",
            "佢話：a\n佢話：b",
            "I thought about it\nthe thing is this: a",
        ] {
            assert_eq!(speakers(text), Vec::<&str>::new(), "{text:?}");
        }
    }
}
