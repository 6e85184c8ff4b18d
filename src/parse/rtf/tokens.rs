//! RTF 1.9 as its three tokens: groups, control words, bytes of text.

use super::super::Error;

/// What comes next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Token<'b> {
    Open,
    Close,
    /// A control word and its number.
    Word(&'b str, Option<i32>),
    /// `\*`: whoever doesn't know the group's word passes over the group.
    Optional,
    /// A byte of text, as it stands or as `\'hh`.
    Byte(u8),
}

/// The tokens of a file; none after an error.
#[derive(Debug)]
pub(super) struct Tokens<'b> {
    rest: &'b [u8],
}

impl<'b> Tokens<'b> {
    pub(super) const fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Passes over bytes that are no text.
    pub(super) fn skip(&mut self, count: usize) -> Result<(), Error> {
        self.rest = self.rest.get(count..).ok_or(Error::Damaged)?;
        Ok(())
    }

    pub(super) fn next(&mut self) -> Result<Option<Token<'b>>, Error> {
        while let Some((first, rest)) = self.rest.split_first() {
            self.rest = rest;
            match first {
                b'{' => return Ok(Some(Token::Open)),
                b'}' => return Ok(Some(Token::Close)),
                b'\\' => return self.control().map(Some),
                // Line ends are the file's and not the text's.
                b'\r' | b'\n' | 0 => {}
                b'\t' => return Ok(Some(Token::Word("tab", None))),
                it => return Ok(Some(Token::Byte(*it))),
            }
        }
        Ok(None)
    }

    fn control(&mut self) -> Result<Token<'b>, Error> {
        let (first, rest) = self.rest.split_first().ok_or(Error::Damaged)?;
        if !first.is_ascii_alphabetic() {
            self.rest = rest;
            return match first {
                b'*' => Ok(Token::Optional),
                b'\'' => self.hex().map(Token::Byte),
                b'\\' | b'{' | b'}' => Ok(Token::Byte(*first)),
                b'~' => Ok(Token::Word("~", None)),
                b'_' => Ok(Token::Word("_", None)),
                b'\r' | b'\n' => Ok(Token::Word("par", None)),
                b'\t' => Ok(Token::Word("tab", None)),
                _ => Ok(Token::Word("", None)),
            };
        }
        let word = self.take(u8::is_ascii_alphabetic);
        let minus = self.rest.first() == Some(&b'-');
        let signed = self.rest.get(usize::from(minus)..).unwrap_or_default();
        let mut number = None;
        if signed.first().is_some_and(u8::is_ascii_digit) {
            self.rest = signed;
            let digits = self.take(u8::is_ascii_digit);
            // More than a number holds says nothing.
            let it: i32 = digits.parse().map_err(|_| Error::Damaged)?;
            number = Some(if minus { it.saturating_neg() } else { it });
        }
        if let Some((b' ', rest)) = self.rest.split_first() {
            self.rest = rest;
        }
        Ok(Token::Word(word, number))
    }

    fn take(&mut self, is: impl Fn(&u8) -> bool) -> &'b str {
        let len = self.rest.iter().position(|it| !is(it)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, &[]));
        self.rest = rest;
        std::str::from_utf8(taken).unwrap_or_default()
    }

    fn hex(&mut self) -> Result<u8, Error> {
        let digits = self.rest.get(..2).and_then(|it| std::str::from_utf8(it).ok()).ok_or(Error::Damaged)?;
        self.rest = self.rest.get(2..).unwrap_or_default();
        u8::from_str_radix(digits, 16).map_err(|_| Error::Damaged)
    }
}
