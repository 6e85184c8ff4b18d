//! The syntax of PDF (ISO 32000-2, 7.2 and 7.3): bytes to objects, and to operands and operators.

use std::{collections::BTreeMap, ops::Range};

use super::Error;

/// How deep arrays and dictionaries may stand in each other.
const MAX_DEPTH: usize = 64;
/// The most objects that one object may hold, at any depth, and all the operands of an operator; it bounds their
/// memory to 16 MiB.
const MAX_INSIDE: usize = 128 * 1024;
/// The most bytes of a number or a word.
const MAX_WORD_BYTES: usize = 64;

/// A dictionary; its keys are names without the slash.
pub(super) type Dict = BTreeMap<Vec<u8>, Object>;

/// An object.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Object {
    Null,
    Bool(bool),
    Number(f64),
    String(Vec<u8>),
    Name(Vec<u8>),
    Array(Vec<Object>),
    Dict(Dict),
    Stream(Dict, Range<usize>),
    Reference(u32),
}

impl Object {
    pub(super) const fn number(&self) -> Option<f64> {
        if let Self::Number(it) = self { Some(*it) } else { None }
    }

    /// A whole number that is not below nought.
    pub(super) fn size(&self) -> Option<usize> {
        whole(self.number()?)
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        if let Self::Name(it) = self { Some(it) } else { None }
    }

    pub(super) fn array(&self) -> Option<&[Self]> {
        if let Self::Array(it) = self { Some(it) } else { None }
    }

    /// How many objects it holds, itself included.
    pub(super) fn weight(&self) -> usize {
        let all: usize = match self {
            Self::Array(all) => all.iter().map(Self::weight).sum(),
            Self::Dict(all) | Self::Stream(all, _) => all.values().map(Self::weight).sum(),
            Self::Null
            | Self::Bool(_)
            | Self::Number(_)
            | Self::String(_)
            | Self::Name(_)
            | Self::Reference(_) => 0,
        };
        all.saturating_add(1)
    }

    pub(super) fn into_array(self) -> Option<Vec<Self>> {
        if let Self::Array(it) = self { Some(it) } else { None }
    }

    pub(super) fn into_stream(self) -> Option<(Dict, Range<usize>)> {
        if let Self::Stream(dict, range) = self { Some((dict, range)) } else { None }
    }

    /// The dictionary, also of a stream.
    pub(super) fn into_dict(self) -> Option<Dict> {
        if let Self::Dict(it) | Self::Stream(it, _) = self { Some(it) } else { None }
    }

    /// The dictionary, also of a stream.
    pub(super) const fn dict(&self) -> Option<&Dict> {
        if let Self::Dict(it) | Self::Stream(it, _) = self { Some(it) } else { None }
    }
}

/// A number as a size; none if it is not whole, below nought or over 2³².
pub(super) fn whole(it: f64) -> Option<usize> {
    let fits = it.fract() == 0.0 && (0.0..=4_294_967_296.0).contains(&it);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is whole and fits")]
    fits.then_some(it as usize)
}

/// What a page's program or a table of characters is made of.
#[derive(Debug)]
pub(super) enum Token<'b> {
    Operand(Object),
    Operator(&'b [u8]),
}

/// Reads objects one after another.
#[derive(Clone, Debug)]
pub(super) struct Lexer<'b> {
    bytes: &'b [u8],
    at: usize,
    inside: usize,
}

impl<'b> Lexer<'b> {
    pub(super) const fn new(bytes: &'b [u8], at: usize) -> Self {
        Self { bytes, at, inside: 0 }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'b [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count).min(self.bytes.len());
    }

    /// Passes over white space and comments.
    pub(super) fn blanks(&mut self) {
        while let Some(it) = self.peek() {
            if it == b'%' {
                while self.peek().is_some_and(|it| it != b'\n' && it != b'\r') {
                    self.skip(1);
                }
            } else if is_blank(it) {
                self.skip(1);
            } else {
                return;
            }
        }
    }

    /// Passes over a word if it stands here.
    pub(super) fn word(&mut self, word: &[u8]) -> bool {
        self.blanks();
        let rest = self.rest();
        let is = rest.starts_with(word) && rest.get(word.len()).is_none_or(|it| !is_regular(*it));
        if is {
            self.skip(word.len());
        }
        is
    }

    /// A whole number that stands here.
    pub(super) fn whole(&mut self) -> Option<usize> {
        self.blanks();
        let rest = self.rest();
        let len = rest.iter().take(11).take_while(|it| it.is_ascii_digit()).count();
        let number = std::str::from_utf8(rest.get(..len)?).ok()?.parse().ok()?;
        self.skip(len);
        Some(number)
    }

    /// The next object of a file, in which objects may be named by number.
    pub(super) fn object(&mut self) -> Result<Object, Error> {
        self.inside = 0;
        match self.any(0, true)? {
            Some(Token::Operand(it)) => Ok(it),
            Some(Token::Operator(_)) | None => Err(Error::Damaged),
        }
    }

    /// The next operand or operator; none at the end.
    pub(super) fn token(&mut self) -> Result<Option<Token<'b>>, Error> {
        let token = self.any(0, false)?;
        if matches!(token, Some(Token::Operator(_))) {
            self.inside = 0;
        }
        Ok(token)
    }

    fn any(&mut self, depth: usize, is_file: bool) -> Result<Option<Token<'b>>, Error> {
        self.inside = self.inside.saturating_add(1);
        if depth > MAX_DEPTH || self.inside > MAX_INSIDE {
            return Err(Error::TooMuch);
        }
        self.blanks();
        let Some(first) = self.peek() else { return Ok(None) };
        let object = match first {
            b'/' => Object::Name(self.name()),
            b'(' => Object::String(self.string()?),
            b'<' if self.rest().starts_with(b"<<") => Object::Dict(self.dict(depth, is_file)?),
            b'<' => Object::String(self.hex()?),
            b'[' => Object::Array(self.array(depth, is_file)?),
            b'+' | b'-' | b'.' | b'0'..=b'9' => self.number(is_file),
            b')' | b'>' | b']' | b'{' | b'}' => {
                let brace = self.rest().get(..1).unwrap_or_default();
                self.skip(1);
                return Ok(Some(Token::Operator(brace)));
            }
            _ => match self.regular() {
                b"true" => Object::Bool(true),
                b"false" => Object::Bool(false),
                b"null" => Object::Null,
                word => return Ok(Some(Token::Operator(word))),
            },
        };
        Ok(Some(Token::Operand(object)))
    }

    fn regular(&mut self) -> &'b [u8] {
        let rest = self.rest();
        let len = rest.iter().take_while(|it| is_regular(**it)).count();
        self.skip(len);
        rest.get(..len).unwrap_or_default()
    }

    /// A number, or an object by number.
    fn number(&mut self, is_file: bool) -> Object {
        let word = self.regular();
        if is_file && word.iter().all(u8::is_ascii_digit) {
            let mut after = self.clone();
            if let Some(number) = std::str::from_utf8(word).ok().and_then(|it| it.parse().ok())
                && after.whole().is_some()
                && after.word(b"R")
            {
                self.at = after.at;
                return Object::Reference(number);
            }
        }
        Object::Number(number(word))
    }

    /// A name, with its bytes by number as bytes.
    fn name(&mut self) -> Vec<u8> {
        self.skip(1);
        let mut word = self.regular().iter().copied();
        let mut name = Vec::new();
        while let Some(it) = word.next() {
            let mut ahead = word.clone();
            if it == b'#'
                && let (Some(high), Some(low)) = (ahead.next().and_then(digit), ahead.next().and_then(digit))
            {
                name.push(high << 4 | low);
                word = ahead;
            } else {
                name.push(it);
            }
        }
        name
    }

    fn string(&mut self) -> Result<Vec<u8>, Error> {
        self.skip(1);
        let (mut string, mut open) = (Vec::new(), 1_usize);
        loop {
            let it = self.peek().ok_or(Error::Damaged)?;
            self.skip(1);
            match it {
                b'(' => open = open.saturating_add(1),
                b')' => {
                    open = open.saturating_sub(1);
                    if open == 0 {
                        return Ok(string);
                    }
                }
                b'\\' => {
                    self.escape(&mut string)?;
                    continue;
                }
                b'\r' => {
                    // A line end is one character, however it is written.
                    if self.peek() == Some(b'\n') {
                        self.skip(1);
                    }
                    string.push(b'\n');
                    continue;
                }
                _ => {}
            }
            string.push(it);
        }
    }

    fn escape(&mut self, string: &mut Vec<u8>) -> Result<(), Error> {
        let it = self.peek().ok_or(Error::Damaged)?;
        if matches!(it, b'0'..=b'7') {
            let mut byte = 0_u8;
            for _ in 0..3 {
                let Some(it @ b'0'..=b'7') = self.peek() else { break };
                byte = byte.wrapping_shl(3) | it.wrapping_sub(b'0');
                self.skip(1);
            }
            string.push(byte);
            return Ok(());
        }
        self.skip(1);
        string.push(match it {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'\n' => return Ok(()),
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.skip(1);
                }
                return Ok(());
            }
            it => it,
        });
        Ok(())
    }

    fn hex(&mut self) -> Result<Vec<u8>, Error> {
        self.skip(1);
        let (mut bytes, mut half) = (Vec::new(), None);
        loop {
            let it = self.peek().ok_or(Error::Damaged)?;
            self.skip(1);
            match (it, digit(it), half) {
                (b'>', _, _) => {
                    bytes.extend(half.map(|it: u8| it << 4));
                    return Ok(bytes);
                }
                (_, Some(it), None) => half = Some(it),
                (_, Some(it), Some(high)) => {
                    bytes.push(high << 4 | it);
                    half = None;
                }
                (it, None, _) if is_blank(it) => {}
                (_, None, _) => return Err(Error::Damaged),
            }
        }
    }

    fn array(&mut self, depth: usize, is_file: bool) -> Result<Vec<Object>, Error> {
        self.skip(1);
        let mut array = Vec::new();
        loop {
            match self.any(depth.saturating_add(1), is_file)?.ok_or(Error::Damaged)? {
                Token::Operator(b"]") => return Ok(array),
                Token::Operator(_) => return Err(Error::Damaged),
                Token::Operand(it) => array.push(it),
            }
        }
    }

    fn dict(&mut self, depth: usize, is_file: bool) -> Result<Dict, Error> {
        self.skip(2);
        let mut dict = Dict::new();
        loop {
            self.blanks();
            if self.rest().starts_with(b">>") {
                self.skip(2);
                return Ok(dict);
            }
            if self.peek() != Some(b'/') {
                return Err(Error::Damaged);
            }
            let key = self.name();
            let Some(Token::Operand(value)) = self.any(depth.saturating_add(1), is_file)? else {
                return Err(Error::Damaged);
            };
            // A key that stands there twice: whoever reads it elsewhere may see the other.
            if dict.insert(key, value).is_some() {
                return Err(Error::Damaged);
            }
        }
    }
}

/// A number as it is written; what is none counts as nought, as every reader has it.
fn number(word: &[u8]) -> f64 {
    let word = word.get(..MAX_WORD_BYTES).unwrap_or(word);
    // `--5` and `1-2` are written by some.
    let sign = if word.starts_with(b"-") { -1.0 } else { 1.0 };
    let digits = word.iter().skip_while(|it| matches!(it, b'+' | b'-'));
    let digits: String =
        digits.take_while(|it| it.is_ascii_digit() || **it == b'.').map(|it| char::from(*it)).collect();
    sign * digits.parse::<f64>().unwrap_or_default()
}

pub(super) const fn is_blank(it: u8) -> bool {
    matches!(it, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

const fn is_regular(it: u8) -> bool {
    !is_blank(it) && !matches!(it, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

pub(super) fn digit(it: u8) -> Option<u8> {
    char::from(it).to_digit(16).and_then(|it| u8::try_from(it).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Object, Error> {
        Lexer::new(text.as_bytes(), 0).object()
    }

    #[test]
    fn objects_are_what_the_standard_says() {
        let string = |it: &str| Ok(Object::String(it.as_bytes().to_vec()));
        assert_eq!(read("(a(b)\\)\\101\\\nc\\n)"), string("a(b))Ac\n"));
        assert_eq!(read("<41 4>"), string("A@"));
        assert_eq!(read("/A#42c%x"), Ok(Object::Name(b"ABc".to_vec())));
        assert_eq!(read("[1 2 R -.5 --3 4. true]").unwrap().array().unwrap().len(), 5);
        assert_eq!(read("12 0 R"), Ok(Object::Reference(12)));
        assert_eq!(read("12 0 RG"), Ok(Object::Number(12.0)));
        assert_eq!(read("<</A 1/B<</C null>>>>").unwrap().dict().unwrap().len(), 2);
    }

    #[test]
    fn what_is_broken_or_endless_is_refused() {
        for it in ["", "(a", "<4", "<4g>", "[1", "[ >>", "<</A>>", "<</A 1/A 2>>", "<<1 2>>", "endobj"] {
            assert_eq!(read(it), Err(Error::Damaged), "{it}");
        }
        assert_eq!(read(&"[".repeat(100_000)), Err(Error::TooMuch));
        assert!(read(&format!("{}{}", "[".repeat(60), "]".repeat(60))).is_ok());
        assert_eq!(read(&format!("[{}]", "0 ".repeat(MAX_INSIDE))), Err(Error::TooMuch));
    }
}
