//! SubRip: counter, times, text, blank line. No standard; this is what players agree on. A counter may
//! be missing; coordinates behind the times are left out.

use std::collections::BTreeSet;

use super::{
    Error,
    cues::{self, Draft},
    lines::{Line, Lines},
};
use crate::transcript::{Format, Layout};

/// Whether a text starts like SubRip: a counter and a time below it.
pub(super) fn is_subrip(text: &str) -> bool {
    let mut lines = Lines::plain(text).skip_while(Line::is_blank);
    let counter = lines.next().is_some_and(|it| is_counter(it.text));
    counter && lines.next().is_some_and(|it| it.text.contains("-->"))
}

/// No file has cues that fill more digits; a longer row of them could be somebody's number.
fn is_counter(text: &str) -> bool {
    let text = text.trim();
    (1..=7).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit())
}

/// Lays out a SubRip file.
pub(super) fn lay_out(
    text: &str,
    encoding: &str,
    markers: &BTreeSet<String>,
) -> Result<(String, Layout), Error> {
    let mut draft = Draft::with_capacity(text.len());
    cues::blocks(Lines::plain(text).peekable(), &mut draft, |block, is_last, draft| {
        lay_out_block(text, block, is_last, draft)
    })?;
    draft.lay_out(Format::SubRip, encoding, markers)
}

fn lay_out_block(text: &str, block: &[Line<'_>], is_last: bool, draft: &mut Draft) -> Result<(), Error> {
    let Some((first, rest)) = block.split_first() else { return Ok(()) };
    let (timing, payload) = if first.text.contains("-->") {
        draft.opening(&cues::timing(first, &[',', '.'])?, first)?;
        (first, rest)
    } else {
        let is_counter = is_counter(first.text);
        let (second, payload) = match rest.split_first() {
            Some((second, payload)) if is_counter && second.text.contains("-->") => (second, payload),
            None if is_last && is_counter => return Err(Error::Truncated { line: first.number }),
            _ => return Err(Error::NoCue { line: first.number }),
        };
        draft.opening(first.text.trim(), first)?;
        draft.timing(&cues::timing(second, &[',', '.'])?, second)?;
        (second, payload)
    };
    draft.payload(text, timing, payload, is_last)
}
