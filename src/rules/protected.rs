//! The stretches of a text that keep rules protect. Decides nothing: detection asks it before it reports.

use std::ops::Range;

/// What keep rules protect, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Protected(Vec<Range<usize>>);

impl Protected {
    /// Whether some bytes lie wholly inside something protected.
    pub(crate) fn covers(&self, range: &Range<usize>) -> bool {
        let upto = self.0.partition_point(|it| it.start <= range.start);
        // Spans are merged where they touch, so that only the last one that starts before can reach.
        upto.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|it| it.end >= range.end)
    }

    /// The spans.
    pub(crate) fn spans(&self) -> &[Range<usize>] {
        &self.0
    }

    pub(crate) fn from(mut spans: Vec<Range<usize>>) -> Self {
        spans.sort_by_key(|it| (it.start, it.end));
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(spans.len());
        for it in spans {
            match merged.last_mut() {
                Some(last) if it.start < last.end => last.end = last.end.max(it.end),
                Some(_) | None => merged.push(it),
            }
        }
        Self(merged)
    }
}
