//! What a reader of Markdown does not see: comments, where links lead and their tips, pictures and what is said of them,
//! attributes of tags, scripts, definitions of references, and the properties that an editor keeps at the top.
//!
//! All that is left is text, as it is written; only what can be nothing else is taken out, for a colon, a bracket or a
//! parenthesis is more often a transcriber's. What is missed is searched like speech.

mod words;

use std::collections::BTreeSet;

use self::words::{ELEMENTS, ENDINGS, PROPERTIES};
use super::Error;
use crate::transcript::{LeftOut, Omission};

/// How often text may be unwrapped before it counts as hostile.
const MAX_PASSES: usize = 8;

/// The most bytes of a link's text, a link's target, a tag.
const MAX_SPAN_BYTES: usize = 2048;

/// The most lines of properties.
const MAX_PROPERTIES: usize = 200;

/// A text without what its readers don't see. `markers` are ours: what stands behind one is no link.
pub(super) fn clean(
    text: String,
    markers: &BTreeSet<String>,
    left_out: &mut LeftOut,
) -> Result<String, Error> {
    let mut now = text;
    for _ in 0..MAX_PASSES {
        match Pass::new(&now, markers, left_out).run() {
            None => return Ok(now),
            Some(next) => now = next,
        }
    }
    Err(Error::Damaged)
}

struct Pass<'t> {
    text: &'t str,
    markers: &'t BTreeSet<String>,
    left_out: &'t mut LeftOut,
    out: String,
    /// Where the last line of `out` begins, and whether nothing stands on it.
    line: (usize, bool),
    /// Up to where the text is in `out`, or left out.
    at: usize,
    /// Where comments, scripts and styles end last: looked for once, not for each that is never closed.
    last: [usize; 3],
}

impl<'t> Pass<'t> {
    fn new(text: &'t str, markers: &'t BTreeSet<String>, left_out: &'t mut LeftOut) -> Self {
        let last = |what: &[u8]| {
            let mut all = text.as_bytes().windows(what.len()).rev();
            all.position(|it| it.eq_ignore_ascii_case(what)).map_or(0, |it| text.len() - it - what.len())
        };
        let last = [last(b"-->"), last(b"</script>"), last(b"</style>")];
        Self { text, markers, left_out, out: String::new(), line: (0, true), at: 0, last }
    }

    /// The text without what this pass found; none if it found nothing.
    fn run(mut self) -> Option<String> {
        self.at = properties(self.text);
        let mut is_changed = self.at > 0;
        let mut from = self.at;
        while let Some(next) = self.rest(from).find(['<', ']', '[']) {
            let here = from + next;
            let end = match self.text.as_bytes().get(here) {
                _ if self.is_escaped(here) => None,
                Some(b'<') => self.tag(here),
                Some(b']') => self.target(here),
                _ => self.definition(here),
            };
            is_changed |= end.is_some();
            from = end.unwrap_or(here + 1);
        }
        self.keep(self.text.len());
        is_changed.then_some(self.out)
    }

    fn rest(&self, at: usize) -> &'t str {
        self.text.get(at..).unwrap_or_default()
    }

    /// What stands there, as far as anything that is left out reaches within a line.
    fn span(&self, at: usize) -> &'t str {
        let rest = self.rest(at);
        let rest = rest.get(..rest.floor_char_boundary(MAX_SPAN_BYTES)).unwrap_or_default();
        rest.split('\n').next().unwrap_or_default().trim_end_matches('\r')
    }

    fn is_escaped(&self, at: usize) -> bool {
        self.text.get(..at).is_some_and(|it| it.ends_with('\\'))
    }

    /// Takes over what stands before `end`.
    fn keep(&mut self, end: usize) {
        let kept = self.text.get(self.at..end).unwrap_or_default();
        let (start, is_blank) = self.line;
        self.line = match kept.rfind('\n') {
            Some(at) => (self.out.len() + at + 1, kept.get(at..).is_some_and(|it| it.trim().is_empty())),
            None => (start, is_blank && kept.trim().is_empty()),
        };
        self.out.push_str(kept);
        self.at = end;
    }

    /// Leaves out a range, and the line on which nothing else stands. Where the text goes on.
    fn leave_out(&mut self, start: usize, end: usize) -> usize {
        self.keep(start);
        self.at = end;
        let (line, is_alone) = self.line;
        let after = self.rest(end);
        let blank = after.len() - after.trim_start_matches([' ', '\t', '\r']).len();
        if is_alone && after.get(blank..).is_some_and(|it| it.is_empty() || it.starts_with('\n')) {
            self.out.truncate(line);
            self.at = (end + blank + 1).min(self.text.len());
        }
        self.at
    }

    /// A comment, a script, an instruction, or a tag's attributes, at the `<`.
    fn tag(&mut self, here: usize) -> Option<usize> {
        let [comments, scripts, styles] = self.last;
        let rest = self.rest(here);
        if rest.starts_with("<!--") && here < comments {
            let end = rest.get(4..)?.find("-->")?;
            self.left_out.add(Omission::Comments);
            return Some(self.leave_out(here, here + 4 + end + 3));
        }
        let span = self.span(here);
        let letter = |at: usize| span.as_bytes().get(at).is_some_and(u8::is_ascii_alphabetic);
        let opens = |with: &str| span.get(..with.len()).is_some_and(|it| it.eq_ignore_ascii_case(with));
        let instruction = if span.starts_with("<![CDATA[") {
            Some("]]>")
        } else if opens("<?xml") || opens("<?php") {
            Some("?>")
        } else {
            (span.starts_with("<!") && letter(2)).then_some(">")
        };
        if let Some(end) = instruction {
            return span.find(end).map(|at| self.leave_out(here, here + at + end.len()));
        }
        let inside = span.get(1..).filter(|_| letter(1))?;
        let name = inside.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next()?;
        let close = span.find('>')?;
        let attributes = span.get(1 + name.len()..close)?;
        for (not_shown, last) in [("script", scripts), ("style", styles)] {
            if name.eq_ignore_ascii_case(not_shown) && here < last {
                let end = format!("</{not_shown}>");
                let mut inside = rest.as_bytes().windows(end.len());
                let at = inside.position(|it| it.eq_ignore_ascii_case(end.as_bytes()))?;
                return Some(self.leave_out(here, here + at + end.len()));
            }
        }
        let is_element = ELEMENTS.iter().any(|it| name.eq_ignore_ascii_case(it));
        if !is_element || attributes.contains('<') || !has_attributes(attributes) {
            return None;
        }
        self.keep(here + 1 + name.len());
        self.at = here + close;
        Some(self.at)
    }

    /// Where a link leads, or all of a picture, at the `]`.
    fn target(&mut self, here: usize) -> Option<usize> {
        let after = self.span(here + 1);
        if !after.starts_with(['(', '[']) {
            return None;
        }
        let from = self.text.floor_char_boundary(here.saturating_sub(MAX_SPAN_BYTES)).max(self.at);
        let kept = self.text.get(from..here)?;
        let before = kept.rfind('[').filter(|it| kept.get(*it..).is_some_and(|it| !it.contains('\n')))?;
        let opening = from + before;
        let is_ours = |it: Option<&str>| it.is_none_or(|it| self.markers.contains(it));
        if self.is_escaped(opening) || is_ours(self.text.get(opening..=here)) {
            return None;
        }
        let is_picture = kept.get(..before)?.ends_with('!');
        let len = if after.starts_with('(') {
            link(after)?
        } else {
            let close = after.find(']').filter(|_| is_picture)?;
            if is_ours(after.get(..=close)) {
                return None;
            }
            close + 1
        };
        let end = here + 1 + len;
        if is_picture {
            self.left_out.add(Omission::Pictures);
            return Some(self.leave_out(opening - 1, end));
        }
        // Without its brackets: an analyst would take them for a code's.
        self.keep(opening);
        self.at = opening + 1;
        self.keep(here);
        self.at = end;
        Some(end)
    }

    /// `[label]: https://…` on a line of its own.
    fn definition(&mut self, here: usize) -> Option<usize> {
        let indent = self.text.get(self.at..here)?;
        let indent = indent.len() - indent.trim_end_matches(' ').len();
        if indent > 3 || !(here == indent || self.text.get(..here - indent)?.ends_with('\n')) {
            return None;
        }
        let line = self.span(here);
        let (label, to) = line.split_once("]:")?;
        if label.get(1..)?.contains(['[', ']']) || self.markers.contains(&format!("{label}]")) {
            return None;
        }
        let to = to.trim();
        // `[//]: # (…)` is how Markdown has remarks that nobody sees.
        let is_remark = label == "[//" && to.starts_with('#');
        if is_remark {
            self.left_out.add(Omission::Comments);
        }
        let to = format!("({to})");
        (is_remark || link(&to)? == to.len()).then(|| self.leave_out(here, here + line.len()))
    }
}

/// How many bytes `(target "title")` has, if that is what a line starts with.
fn link(line: &str) -> Option<usize> {
    let inside = line.strip_prefix('(').filter(|it| it.contains(')'))?.trim_start_matches(' ');
    let (target, rest) = match inside.strip_prefix('<') {
        Some(it) => it.split_once('>')?,
        None => inside.split_at(inside.find([' ', '\t', ')'])?),
    };
    let rest = rest.trim_start();
    let rest = match rest.chars().next()? {
        it @ ('"' | '\'' | '(') => {
            rest.get(1..)?.split_once(if it == '(' { ')' } else { it })?.1.trim_start()
        }
        _ => rest,
    };
    let after = rest.strip_prefix(')')?;
    leads_somewhere(target).then_some(line.len() - after.len())
}

/// Whether what stands in a tag behind its name has an attribute: `href="…"`, `width=3`; in `went= and` there is none.
fn has_attributes(inside: &str) -> bool {
    let value = |c: char| c == '"' || c == '\'' || c.is_ascii_alphanumeric();
    inside.starts_with(char::is_whitespace)
        && inside.match_indices('=').any(|(at, _)| {
            let before = inside.get(..at).is_some_and(|it| it.ends_with(char::is_alphanumeric));
            before && inside.get(at + 1..).is_some_and(|it| it.starts_with(value))
        })
}

/// Whether it is an address or a file, and not what somebody put in parentheses: `laughs`, `00:12`, `so...yes`. What has
/// been replaced leads nowhere.
fn leads_somewhere(target: &str) -> bool {
    if target.contains(['[', ']']) || target.contains("..") {
        return false;
    }
    let scheme = target.split_once(':').is_some_and(|(scheme, rest)| {
        let is_word = scheme.len() > 1 && scheme.bytes().all(|it| it.is_ascii_alphabetic());
        is_word && rest.starts_with("//") || ["mailto", "tel", "data"].contains(&scheme) && !rest.is_empty()
    });
    let file = target.rsplit_once('.').is_some_and(|(name, ending)| {
        !name.is_empty() && ENDINGS.iter().any(|it| ending.eq_ignore_ascii_case(it))
    });
    scheme || file || target.starts_with("www.")
}

/// Where the text begins behind the properties at its top; 0 if it has none.
fn properties(text: &str) -> usize {
    let mut lines = text.split_inclusive('\n');
    let Some(first) = lines.next().filter(|it| it.trim_end() == "---") else { return 0 };
    let (mut at, mut any, mut is_open) = (first.len(), false, false);
    for line in lines.take(MAX_PROPERTIES) {
        at += line.len();
        let said = line.trim_end();
        if matches!(said, "---" | "...") {
            return if any { at } else { 0 };
        }
        let property =
            said.split_once(':').filter(|it| PROPERTIES.contains(&it.0.to_ascii_lowercase().as_str()));
        // A list stands below a key that has no value of its own.
        let goes_on = is_open && said.starts_with([' ', '\t', '-']);
        match property {
            Some((_, value)) => (any, is_open) = (true, value.trim().is_empty()),
            None if goes_on => {}
            None => return 0,
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, want: &str) {
        let markers = BTreeSet::from(["[PSW-03]".to_owned()]);
        let got = clean(text.to_owned(), &markers, &mut LeftOut::default()).unwrap();
        assert_eq!(got, want, "{text}");
    }

    #[test]
    fn what_is_not_shown_goes() {
        check("Ada: so <!-- who? --> we went\n", "Ada: so  we went\n");
        check("Ada: so\n<!-- who?\n\nPo: no -->\nwe went\n", "Ada: so\nwe went\n");
        check("so <!<!-- a -->-- b --> on", "so  on");
        check("see [the plan](https://a.example/x \"by Ada\") now", "see the plan now");
        check("[a](<x y.docx>) [b](c/d.PDF 'e') [f](mailto:g) [h](i.png (j))", "a b f h");
        check("so ![Ada](img/ada.png \"Ada\") on", "so  on");
        check("so ![Ada][1] on\n\n[1]: ada.png \"Ada\"\n", "so  on\n\n");
        check("[//]: # (Ada said so)\r\nso\r\n", "so\r\n");
        check("<a href=\"x\" title='y'>so</a> <br/>", "<a>so</a> <br/>");
        check("a<?php echo ?>b<!DOCTYPE x>c<![CDATA[ d ]]>e", "abce");
        check("<Script>x</SCRIPT>so<style type=\"a\">y\n</style>\n", "so\n");
        check("---\ntitle: Ada\ntags:\n  - Po\n---\nso\n", "so\n");
    }

    #[test]
    fn what_transcribers_write_stays() {
        for it in [
            "Ada(laughs): [PSW-03](approx.ish) [laughs](00:12) [x](e.g.) [y] (http://a.example)",
            "<laughs> <?> so <?unclear <v Ada> a < b = c",
            "[P]: I went home\n[P]: yes\n[PSW-03]: a.png\n",
            "<!-- never closed\n\nso",
            "---\nAda: title\n---\nso\n",
            "---\n---\n",
            "---\ntitle: never closed\n",
            "\\<!-- shown --> \\[a](b.png)",
            "so![PSW-03](a.png) [^1]: a note ![a][PSW-03] ![photo]([PSW-03].jpg)",
            "[P]: Um...yeah\n[P]: Dr.Chan\n[P]: 8.30am\n[P]: No:really\n[P]: #metoo\n[P]: /sigh/\n",
            "[overlap](so...yes) [crosstalk](Ada:yes) [x](#3) <So I went= and then> <i went= and> <?I think so?>",
            "---\ntitle: Interview 3\n\n- So how was it?\n---\n",
            "---\ntitle: Interview 3\n- So how was it?\n---\n",
            "<style>never closed",
        ] {
            check(it, it);
        }
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let mut left_out = LeftOut::default();
        let text = "a <!-- b --> ![c](d.png) ![e][f]\n";
        clean(text.to_owned(), &BTreeSet::new(), &mut left_out).unwrap();
        let want = [(Omission::Comments, 1), (Omission::Pictures, 2)];
        assert_eq!(left_out.iter().collect::<Vec<_>>(), want);
    }

    #[test]
    fn it_costs_what_it_is_long() {
        let start = std::time::Instant::now();
        for it in [
            "<!--",
            "[",
            "](",
            "![](",
            "<a ",
            "<script>",
            "[a](b.cd",
            "<![CDATA[",
            "<?a",
            "[a]: b.cd\n",
            " <!-- -->",
            "<a b=c>",
            "<![a>",
            "[a](b.cd)",
        ] {
            let text = it.repeat(100_000 / it.len()) + "</style>";
            drop(clean(text, &BTreeSet::new(), &mut LeftOut::default()));
        }
        assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    }
}
