//! Packs turns into windows that the model can read at once. Nothing is left out, however long a turn is.
//!
//! A window is `<s> turn </s> turn </s> …`, or `<s> turn turn … </s>` for models that have read whole texts. A turn that
//! is longer than a window goes through windows of its own that overlap; of a unit that is in two of them, that one
//! counts in which it is further from an edge.

use super::pieces::{PieceId, Unit};

/// How the model wants to be fed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    /// The most pieces and ends of turns after `<s>`.
    pub(super) most: usize,
    /// How many pieces after the start of one window of a long turn the next one starts.
    pub(super) stride: usize,
    /// Opens a window.
    pub(super) start: PieceId,
    /// Stands after each turn, if anything does.
    pub(super) between: Option<PieceId>,
    /// Closes a window.
    pub(super) end: PieceId,
}

/// What the model reads at once.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    /// The pieces.
    pub(super) ids: Vec<PieceId>,
    /// The units whose first pieces are in it.
    pub(super) marks: Vec<Mark>,
}

/// Where a unit stands in a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// The place of its first piece.
    pub(super) at: usize,
    /// Its turn.
    pub(super) turn: usize,
    /// Its number in the turn.
    pub(super) unit: usize,
    /// How far it is from the nearer edge.
    pub(super) central: usize,
}

/// The windows of some turns, in order.
pub(super) fn plan(turns: &[Vec<Unit>], sizes: Sizes) -> Vec<Window> {
    let mut windows = Vec::new();
    let mut open = Window::opened(sizes);
    for (turn, units) in turns.iter().enumerate() {
        let size: usize = units.iter().map(|it| it.ids.len()).sum();
        let long = size >= sizes.most;
        if long || open.ids.len().saturating_add(size) > sizes.most {
            windows.extend(std::mem::replace(&mut open, Window::opened(sizes)).closed(sizes));
        }
        if long {
            windows.extend(overlapping(turn, units, sizes));
            continue;
        }
        for (unit, it) in units.iter().enumerate() {
            open.marks.push(Mark { at: open.ids.len(), turn, unit, central: sizes.most });
            open.ids.extend_from_slice(&it.ids);
        }
        open.ids.extend(sizes.between);
    }
    windows.extend(open.closed(sizes));
    windows
}

impl Window {
    fn opened(sizes: Sizes) -> Self {
        Self { ids: vec![sizes.start], marks: Vec::new() }
    }

    /// Ready to be read; nothing, if there is nothing to judge in it.
    fn closed(mut self, sizes: Sizes) -> Option<Self> {
        if sizes.between != Some(sizes.end) {
            self.ids.push(sizes.end);
        }
        (!self.marks.is_empty()).then_some(self)
    }
}

/// The windows of a turn that is longer than one. Each starts and ends between units.
fn overlapping(turn: usize, units: &[Unit], sizes: Sizes) -> Vec<Window> {
    let room = sizes.most.saturating_sub(1);
    let mut windows = Vec::new();
    let mut first = 0;
    while first < units.len() {
        let mut window = Window::opened(sizes);
        let mut last = first;
        for (unit, it) in units.iter().enumerate().skip(first) {
            let fits = window.ids.len().saturating_add(it.ids.len()).saturating_sub(1) <= room;
            if !fits && last > first {
                break;
            }
            window.marks.push(Mark { at: window.ids.len(), turn, unit, central: 0 });
            // A unit that is longer than a window is judged by how it begins.
            window.ids.extend(it.ids.iter().take(room));
            last = unit.saturating_add(1);
            if !fits {
                break;
            }
        }
        let (opens, closes, size) = (first == 0, last == units.len(), window.ids.len());
        for it in &mut window.marks {
            let before = if opens { sizes.most } else { it.at };
            let after = if closes { sizes.most } else { size.saturating_sub(it.at) };
            it.central = before.min(after);
        }
        window.ids.push(sizes.end);
        windows.push(window);
        if closes {
            break;
        }
        let mut step = 0_usize;
        while first < last && step < sizes.stride {
            step = step.saturating_add(units.get(first).map_or(1, |it| it.ids.len()));
            first = first.saturating_add(1);
        }
    }
    windows
}
