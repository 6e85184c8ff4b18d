//! Pieces of a text as bytes: there are too many of them for JSON.

use crate::transcript::{Piece, Role};

/// How many bytes a piece takes on the pipe: start, end and turn as big-endian `u32`, and its role.
pub(super) const PACKED_PIECE_BYTES: usize = 13;

pub(super) fn pack(pieces: &[Piece]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(pieces.len().checked_mul(PACKED_PIECE_BYTES)?);
    for piece in pieces {
        bytes.extend(u32::try_from(piece.start).ok()?.to_be_bytes());
        bytes.extend(u32::try_from(piece.end).ok()?.to_be_bytes());
        bytes.extend(piece.turn.to_be_bytes());
        bytes.push(match piece.role {
            Role::Header => 0,
            Role::Label => 1,
            Role::Timing => 2,
            Role::Speech => 3,
            Role::Dropped => 4,
        });
    }
    Some(bytes)
}

pub(super) fn unpack(body: &[u8], count: usize) -> Option<Vec<Piece>> {
    let packed = body.get(..count.checked_mul(PACKED_PIECE_BYTES)?)?;
    packed.chunks_exact(PACKED_PIECE_BYTES).map(unpack_one).collect()
}

fn unpack_one(bytes: &[u8]) -> Option<Piece> {
    let number = |from: usize| {
        let bytes = bytes.get(from..from.checked_add(4)?)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?))
    };
    let role = match bytes.get(12)? {
        0 => Role::Header,
        1 => Role::Label,
        2 => Role::Timing,
        3 => Role::Speech,
        4 => Role::Dropped,
        _ => return None,
    };
    Some(Piece {
        start: usize::try_from(number(0)?).ok()?,
        end: usize::try_from(number(4)?).ok()?,
        role,
        turn: number(8)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_back_as_they_went() {
        let roles = [Role::Header, Role::Label, Role::Timing, Role::Speech, Role::Dropped];
        let pieces: Vec<_> = (0..5)
            .zip(0..)
            .map(|(n, turn): (usize, u32)| Piece {
                start: n * 70_000,
                end: n * 70_000 + 9,
                role: roles[n],
                turn,
            })
            .collect();
        let packed = pack(&pieces).unwrap();
        assert_eq!(unpack(&packed, pieces.len()), Some(pieces.clone()));
        assert_eq!(unpack(&packed[1..], pieces.len()), None, "cut");
        let mut strange = packed;
        strange[12] = 5;
        assert_eq!(unpack(&strange, pieces.len()), None, "no such role");
    }
}
