//! Tables of characters (ISO 32000-2, 9.7.5 and 9.10.3): how many bytes a code has, and what it stands for.

use std::collections::BTreeMap;

use super::{
    Error,
    lexer::{Lexer, Object, Token},
};

/// The most lines of all the tables of a file.
pub(super) const MAX_LINES: usize = 256 * 1024;
/// The most characters that one code stands for.
const MAX_CHARACTERS: usize = 64;

/// A code: how many bytes it has, and the number that they are.
type Code = (usize, u32);

/// A table.
#[derive(Debug, Default)]
pub(super) struct CMap {
    /// First and last code of each space.
    spaces: Vec<(Code, u32)>,
    /// From the first code of a range to its last one and what the first stands for.
    text: BTreeMap<Code, (u32, Box<str>)>,
    pub(super) is_vertical: bool,
}

impl CMap {
    /// Reads a table; `left` is how many lines may still be read.
    pub(super) fn read(bytes: &[u8], left: &mut usize) -> Result<Self, Error> {
        let mut map = Self::default();
        let mut lexer = Lexer::new(bytes, 0);
        let mut operands: Vec<Object> = Vec::new();
        while let Some(token) = lexer.token()? {
            let operator = match token {
                Token::Operand(it) => {
                    *left = left.checked_sub(1).ok_or(Error::TooMuch)?;
                    operands.push(it);
                    continue;
                }
                Token::Operator(it) => it,
            };
            match operator {
                b"endcodespacerange" => map.spaces(&operands),
                b"endbfchar" => {
                    for pair in operands.chunks_exact(2) {
                        let [from, to] = pair else { continue };
                        map.characters(from, from, to, left)?;
                    }
                }
                b"endbfrange" => {
                    for three in operands.chunks_exact(3) {
                        let [from, to, what] = three else { continue };
                        map.characters(from, to, what, left)?;
                    }
                }
                b"def" => {
                    let is = |it: &Object| it.name() == Some(b"WMode");
                    if let [.., key, value] = operands.as_slice()
                        && is(key)
                    {
                        map.is_vertical = value.size() == Some(1);
                    }
                }
                _ => {}
            }
            operands.clear();
        }
        Ok(map)
    }

    fn spaces(&mut self, operands: &[Object]) {
        for pair in operands.chunks_exact(2) {
            if let [Object::String(from), Object::String(to)] = pair
                && let (Some(from), Some((len, to))) = (code(from), code(to))
                && from.0 == len
            {
                self.spaces.push((from, to));
            }
        }
    }

    fn characters(
        &mut self,
        from: &Object,
        to: &Object,
        what: &Object,
        left: &mut usize,
    ) -> Result<(), Error> {
        let (Object::String(from), Object::String(to)) = (from, to) else { return Ok(()) };
        let (Some(from), Some((len, last))) = (code(from), code(to)) else { return Ok(()) };
        if from.0 != len || last < from.1 {
            return Ok(());
        }
        if let Object::String(it) = what
            && let Some(text) = utf16(it)
        {
            self.text.insert(from, (last, text.into()));
        }
        for (it, n) in what.array().unwrap_or_default().iter().zip(from.1..=last) {
            *left = left.checked_sub(1).ok_or(Error::TooMuch)?;
            if let Object::String(it) = it
                && let Some(text) = utf16(it)
            {
                self.text.insert((len, n), (n, text.into()));
            }
        }
        Ok(())
    }

    /// The first code of some bytes, and how many bytes it has; of two bytes where no table says.
    pub(super) fn next(&self, bytes: &[u8]) -> Option<(u32, usize)> {
        for len in 1..=4 {
            let Some((len, number)) = bytes.get(..len).and_then(code) else { break };
            if self.spaces.iter().any(|(from, to)| from.0 == len && within(number, from.1, *to, len)) {
                return Some((number, len));
            }
        }
        let shortest = self.spaces.iter().map(|it| it.0.0).min().unwrap_or(2).min(bytes.len());
        bytes.get(..shortest).and_then(code).map(|(len, number)| (number, len))
    }

    /// What a code stands for.
    pub(super) fn text(&self, number: u32, len: usize) -> Option<String> {
        let (from, (last, text)) = self.text.range(..=(len, number)).next_back()?;
        if from.0 != len || number > *last {
            return None;
        }
        // Of a range, the last character goes on.
        let mut text: String = text.as_ref().to_owned();
        let end = text.pop()?;
        let end = u32::from(end).checked_add(number.checked_sub(from.1)?)?;
        text.push(char::from_u32(end)?);
        Some(text)
    }

    pub(super) fn has_spaces(&self) -> bool {
        !self.spaces.is_empty()
    }
}

/// Whether each byte of a code lies between those of two others.
fn within(number: u32, from: u32, to: u32, len: usize) -> bool {
    let bytes = |it: u32| it.to_be_bytes().into_iter().skip(4_usize.saturating_sub(len));
    bytes(number).zip(bytes(from).zip(bytes(to))).all(|(it, (from, to))| (from..=to).contains(&it))
}

fn code(bytes: &[u8]) -> Option<Code> {
    let is_one = (1..=4).contains(&bytes.len());
    is_one.then(|| (bytes.len(), bytes.iter().fold(0, |sum, it| sum << 8 | u32::from(*it))))
}

/// Text in UTF-16; a single byte is a character by itself, as some write it.
pub(super) fn utf16(bytes: &[u8]) -> Option<String> {
    let units: Vec<u16> = match bytes {
        [one] => vec![u16::from(*one)],
        _ => bytes.chunks(2).map(|it| it.iter().fold(0, |sum, it| sum << 8 | u16::from(*it))).collect(),
    };
    let text = String::from_utf16(&units).ok()?;
    (!text.is_empty() && text.chars().count() <= MAX_CHARACTERS).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> CMap {
        CMap::read(text.as_bytes(), &mut 1000).unwrap()
    }

    #[test]
    fn codes_stand_for_characters() {
        let map = read(
            "/CMapName /X def 1 begincodespacerange <0000> <FFFF> endcodespacerange \
             2 beginbfchar <0001> <0066006600690020> <0002> <D840DC00> endbfchar \
             2 beginbfrange <0010> <0012> <0041> <0020> <0021> [<0058> <0059>] endbfrange",
        );
        let text = |it| map.text(it, 2);
        assert_eq!(text(1).as_deref(), Some("ffi "));
        assert_eq!(text(2).as_deref(), Some("\u{20000}"));
        assert_eq!([text(0x10), text(0x12), text(0x13)], [Some("A".into()), Some("C".into()), None]);
        assert_eq!([text(0x20), text(0x21)], [Some("X".into()), Some("Y".into())]);
        assert_eq!(map.text(0x10, 1), None);
        assert_eq!(map.next(b"\0\x10\0"), Some((0x10, 2)));
        assert_eq!(map.next(b"\x01"), Some((1, 1)));
        assert_eq!(map.next(b""), None);
    }

    #[test]
    fn codes_have_as_many_bytes_as_their_space() {
        let map = read("begincodespacerange <00> <80> <8140> <FEFE> endcodespacerange /WMode 1 def");
        assert_eq!([map.next(b"AB"), map.next(b"\xA4\x40")], [Some((0x41, 1)), Some((0xA440, 2))]);
        assert_eq!(map.next(b"\xA4\x10"), Some((0xA4, 1)));
        assert!(map.is_vertical);
    }

    #[test]
    fn an_endless_table_is_refused() {
        let table = format!("{} endbfchar", "<00><00>".repeat(501));
        assert!(matches!(CMap::read(table.as_bytes(), &mut 1000), Err(Error::TooMuch)));
    }
}
