//! WebVTT (W3C Candidate Recommendation, 2019), as Teams and Zoom write it.
//!
//! Notes, styles, regions, the header's text and cue ids are left out of what is written: Teams puts
//! GUIDs there, people put names. Stricter than a browser: text that no cue holds, which a browser would
//! skip without a word, is an error.

use std::{cell::Cell, collections::BTreeSet};

use super::{
    Error,
    cues::{self, Draft},
    lines::{Line, Lines},
};
use crate::transcript::{Format, Layout, LeftOut, Omission};

const SIGNATURE: &str = "WEBVTT";

/// Whether a text says that it is WebVTT.
pub(super) fn is_webvtt(text: &str) -> bool {
    text.strip_prefix(SIGNATURE).is_some_and(|it| it.is_empty() || it.starts_with([' ', '\t', '\n', '\r']))
}

/// Lays out a WebVTT file.
pub(super) fn lay_out(
    text: &str,
    encoding: &str,
    markers: &BTreeSet<String>,
    left_out: &mut LeftOut,
) -> Result<(String, Layout), Error> {
    if !is_webvtt(text) {
        return Err(Error::Mismatch);
    }
    let mut lines = Lines::plain(text).peekable();
    let mut draft = Draft::with_capacity(text.len());
    if let Some(line) = lines.next() {
        draft.structure(SIGNATURE);
        draft.dropped(line.text.strip_prefix(SIGNATURE).unwrap_or_default(), line.number)?;
        draft.structure(line.ending);
    }
    for line in cues::block(&mut lines)? {
        if line.text.contains("-->") {
            return Err(Error::BlankLine { line: line.number });
        }
        draft.dropped_line(&line)?;
    }
    let notes = Cell::new(0_u64);
    cues::blocks(lines, &mut draft, |block, is_last, draft| {
        let is_note = block.first().is_some_and(|it| it.text.starts_with("NOTE") && is_comment(it.text));
        notes.set(notes.get().saturating_add(u64::from(is_note)));
        lay_out_block(text, block, is_last, draft)
    })?;
    *left_out += (Omission::Notes, notes.get());
    draft.lay_out(Format::WebVtt, encoding, markers)
}

fn lay_out_block(text: &str, block: &[Line<'_>], is_last: bool, draft: &mut Draft) -> Result<(), Error> {
    let Some((first, rest)) = block.split_first() else { return Ok(()) };
    let is_timing = |it: &Line<'_>| it.text.contains("-->");
    if is_comment(first.text) {
        if let Some(line) = rest.iter().find(|it| is_timing(it)) {
            return Err(Error::BlankLine { line: line.number });
        }
        return block.iter().try_for_each(|it| draft.dropped_line(it));
    }
    let (timing, payload) = match rest.split_first() {
        _ if is_timing(first) => (first, rest),
        Some((second, payload)) if is_timing(second) => {
            draft.dropped_line(first)?;
            (second, payload)
        }
        None if is_last => return Err(Error::Truncated { line: first.number }),
        _ => return Err(Error::NoCue { line: first.number }),
    };
    draft.opening(&cues::timing(timing, &['.'])?, timing)?;
    draft.payload(text, timing, payload, is_last)
}

/// Whether a block is a note, a style sheet or a region.
fn is_comment(first: &str) -> bool {
    let first = first.trim_end();
    first == "NOTE"
        || first == "STYLE"
        || first == "REGION"
        || first.starts_with("NOTE ")
        || first.starts_with("NOTE\t")
}
