//! How a steward sees an item on a terminal: findings marked by colour and by shape, candidates numbered.
//! Nothing of an item reaches the terminal as a command to it.

use super::{
    bundle::Bundle,
    candidate::{Candidate, Said},
};
use crate::{entity::Tier, intake::receipt, secret::Sensitive};

/// How findings are marked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Look {
    /// By brackets alone.
    Plain,
    /// By brackets and colours.
    Colour,
}

struct Paint {
    open: &'static str,
    close: &'static str,
    colour: &'static str,
}

const RESET: &str = "\u{1b}[0m";

const fn paint(tier: Tier) -> Paint {
    match tier {
        Tier::Certain => Paint { open: "⟦", close: "⟧", colour: "\u{1b}[32m" },
        Tier::Probable => Paint { open: "⟨", close: "⟩", colour: "\u{1b}[33m" },
        Tier::Possible => Paint { open: "‹", close: "?›", colour: "\u{1b}[1;35m" },
    }
}

/// The item and its candidates.
pub(super) fn item(bundle: &Bundle, candidates: &[Candidate], look: Look) -> Sensitive<String> {
    // EXPOSE: into a text that is wiped, for the steward's own terminal.
    let text = bundle.text.expose();
    let mut out = String::with_capacity(text.len() * 2);
    let mut at = 0;
    for finding in &bundle.facts.scan.findings {
        if finding.span.start < at {
            continue;
        }
        push_safe(&mut out, text.get(at..finding.span.start).unwrap_or_default());
        let marks = paint(finding.tier);
        if look == Look::Colour {
            out.push_str(marks.colour);
        }
        out.push_str(marks.open);
        push_safe(&mut out, text.get(finding.span.clone()).unwrap_or_default());
        out.push_str(marks.close);
        if look == Look::Colour {
            out.push_str(RESET);
        }
        at = finding.span.end;
    }
    push_safe(&mut out, text.get(at..).unwrap_or_default());
    out.push_str("\n\n");
    for (n, it) in candidates.iter().enumerate() {
        let state = match (it.said, it.tier) {
            (Some(Said::Keep), _) => "keep",
            (Some(Said::Redact), _) => "redact",
            (Some(Said::Mark), _) => "marked",
            (None, Tier::Possible) => "DECIDE",
            (None, Tier::Probable | Tier::Certain) => "redacted",
        };
        let code = it.code.as_deref().unwrap_or("-");
        let row =
            format!("{:>4}  {state:<8}  {:>4}x  {:<16}  {code:<14}  ", n + 1, it.count, it.entity.name());
        out.push_str(&row);
        // EXPOSE: as above.
        push_safe(&mut out, it.text.expose());
        out.push('\n');
    }
    if !bundle.facts.left_out.is_empty() {
        out.extend(["\n", &receipt::not_taken_over(&bundle.facts.left_out), "\n"]);
    }
    Sensitive::new(out)
}

/// A text as a terminal may have it: nothing of it is a command to the terminal.
#[must_use]
pub fn printable(text: &str) -> Sensitive<String> {
    let mut out = String::with_capacity(text.len() * 2);
    push_safe(&mut out, text);
    Sensitive::new(out)
}

/// Copies text without the characters that a terminal obeys: control characters and changes of direction.
fn push_safe(out: &mut String, text: &str) {
    for c in text.chars() {
        let obeyed = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        match c {
            '\n' | '\t' => out.push(c),
            '\r' => {}
            _ if c.is_control() || obeyed => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transcript_cannot_steer_the_terminal() {
        let mut out = String::new();
        push_safe(&mut out, "a\u{1b}[2Jb\u{7}c\u{202e}d\r\n\te\u{9b}");
        assert_eq!(out, "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d\n\te\u{fffd}");
    }
}
