//! subrip
