//! Places on a page (ISO 32000-2, 8.3).

/// A transformation: what is across, up and where it starts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Matrix(pub(super) [f64; 6]);

impl Matrix {
    pub(super) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// Six numbers; none if they are fewer.
    pub(super) fn of(numbers: &[f64]) -> Option<Self> {
        Some(Self(numbers.get(..6)?.try_into().ok()?))
    }

    pub(super) const fn shift(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// First this one, then the other.
    pub(super) fn then(self, next: Self) -> Self {
        let Self([ax, ay, ux, uy, sx, sy]) = self;
        let Self([across_x, across_y, up_x, up_y, x, y]) = next;
        Self([
            ax * across_x + ay * up_x,
            ax * across_y + ay * up_y,
            ux * across_x + uy * up_x,
            ux * across_y + uy * up_y,
            sx * across_x + sy * up_x + x,
            sx * across_y + sy * up_y + y,
        ])
    }

    pub(super) fn place(self, x: f64, y: f64) -> (f64, f64) {
        let Self([across_x, across_y, up_x, up_y, from_x, from_y]) = self;
        (x * across_x + y * up_x + from_x, x * across_y + y * up_y + from_y)
    }

    /// How large the unit square is in it.
    pub(super) fn area(self) -> f64 {
        let Self([a, b, c, d, ..]) = self;
        (a * d - b * c).abs()
    }
}

/// What of the space is on the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Box {
    left: f64,
    low: f64,
    right: f64,
    high: f64,
}

impl Box {
    /// Two corners; none if there are none.
    pub(super) fn of(numbers: &[f64]) -> Option<Self> {
        let &[a, b, c, d] = numbers.get(..4)? else { return None };
        Some(Self { left: a.min(c), low: b.min(d), right: a.max(c), high: b.max(d) })
    }

    /// What is in both.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            low: self.low.max(other.low),
            right: self.right.min(other.right),
            high: self.high.min(other.high),
        }
    }

    pub(super) fn has(self, (x, y): (f64, f64)) -> bool {
        (self.left..=self.right).contains(&x) && (self.low..=self.high).contains(&y)
    }

    /// How far to the right a part of it goes.
    pub(super) fn part(self, part: f64) -> f64 {
        self.left + part * (self.right - self.left)
    }

    pub(super) fn area(self) -> f64 {
        (self.right - self.left).max(0.0) * (self.high - self.low).max(0.0)
    }
}
