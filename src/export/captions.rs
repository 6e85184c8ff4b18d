//! Captions: WebVTT (W3C Candidate Recommendation, 2019) of copies that have times. Nothing is left out: a turn without
//! a time stands in the cue of the one before.

use std::fmt::Write as _;

use super::{Copy, Turn};

/// How long a turn takes of which nobody said when it ends, and that none follows.
const LAST_MILLIS: u64 = 5000;

struct Cue<'c> {
    start: u64,
    end: Option<u64>,
    turns: Vec<&'c Turn>,
}

/// The file; none of a copy without times.
#[must_use]
pub fn write(copy: &Copy) -> Option<String> {
    if !copy.is_timed() {
        return None;
    }
    let mut cues: Vec<Cue<'_>> = Vec::new();
    for turn in &copy.turns {
        let millis = |it: &Option<super::Moment>| it.as_ref().and_then(|it| it.millis);
        match (millis(&turn.start), cues.last_mut()) {
            (Some(start), _) => cues.push(Cue { start, end: millis(&turn.end), turns: vec![turn] }),
            (None, Some(last)) => last.turns.push(turn),
            (None, None) => cues.push(Cue { start: 0, end: None, turns: vec![turn] }),
        }
    }
    cues.sort_by_key(|it| it.start);
    let starts: Vec<u64> = cues.iter().map(|it| it.start).collect();
    let mut file = "WEBVTT\n".to_owned();
    for cue in &cues {
        let next = starts.get(starts.partition_point(|it| *it <= cue.start)).copied();
        let end = cue.end.or(next).unwrap_or_else(|| cue.start.saturating_add(LAST_MILLIS));
        let (start, end) = (clock(cue.start), clock(end.max(cue.start.saturating_add(1))));
        let written = writeln!(file, "\n{start} --> {end}");
        debug_assert!(written.is_ok());
        for turn in &cue.turns {
            let text = escaped(&turn.text);
            let speaker = escaped(&turn.speaker.replace('\n', " "));
            let written = if speaker.is_empty() {
                writeln!(file, "{text}")
            } else {
                writeln!(file, "<v {speaker}>{text}</v>")
            };
            // Into memory.
            debug_assert!(written.is_ok());
        }
    }
    Some(file)
}

fn clock(millis: u64) -> String {
    let seconds = millis / 1000;
    format!("{:02}:{:02}:{:02}.{:03}", seconds / 3600, seconds / 60 % 60, seconds % 60, millis % 1000)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
