//! Numbered plain text: a line a turn, further lines of it indented.

use super::{Copy, Turn};

/// The file, in UTF-8.
#[must_use]
pub fn write(copy: &Copy) -> String {
    copy.turns.iter().flat_map(|it| [line(it), "\n".to_owned()]).collect()
}

/// `0012 [00:01:02 - 00:01:09] PSW-03: so we went`.
pub(super) fn line(turn: &Turn) -> String {
    format!("{} {}{}", turn.counted(), head(turn), turn.text.replace('\n', "\n     "))
}

/// Times and speaker of a turn, as far as they are known.
pub(super) fn head(turn: &Turn) -> String {
    let written = |it: &Option<super::Moment>| it.as_ref().map(|it| it.written.clone());
    let times = match (written(&turn.start), written(&turn.end)) {
        (Some(start), Some(end)) => format!("[{start} - {end}] "),
        (Some(it), None) | (None, Some(it)) => format!("[{it}] "),
        (None, None) => String::new(),
    };
    if turn.speaker.is_empty() { times } else { format!("{times}{}: ", turn.speaker) }
}
