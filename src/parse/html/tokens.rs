//! Web pages as tags and text (HTML, section 13.2.5), as a browser without scripts would take them apart. Tolerant:
//! everything is some token. Comments, instructions and the text of scripts and the like are passed over.

use super::entities;

/// What comes next in a page.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Token<'t> {
    Start(Tag),
    End(String),
    /// As it is written.
    Text(&'t str),
    /// Text that a browser does not take apart.
    Raw(&'t str),
    /// One that is written by its name or number.
    Character(char),
    /// A character that there is none of.
    Lost,
}

/// A tag that opens an element: its name in small letters, and the attributes that matter.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Tag {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    pub(super) is_closed: bool,
}

impl Tag {
    /// One without attributes.
    pub(super) fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// An attribute's value; empty where it has none.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|it| it.0 == name).map(|it| it.1.as_str())
    }
}

/// Attributes that say whether something is shown, or how; what the others say is nobody's business.
const KEPT: &[&str] = &["hidden", "style", "class", "open", "popover"];

/// Elements whose text is no markup. Of these only `xmp` and `plaintext` show it.
const RAW: &[&str] = &[
    "script",
    "style",
    "title",
    "textarea",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
];

/// The tokens of a page.
#[derive(Debug)]
pub(super) struct Tokens<'t> {
    rest: &'t str,
    raw: Option<String>,
}

impl<'t> Tokens<'t> {
    pub(super) const fn new(page: &'t str) -> Self {
        Self { rest: page, raw: None }
    }

    fn skip(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Past the next of these; past everything if there is none.
    fn skip_past(&mut self, end: &str) {
        let to = self.rest.find(end).map_or(self.rest.len(), |at| at.saturating_add(end.len()));
        self.skip(to);
    }

    /// The text of an element that has no markup in it.
    fn raw(&mut self, name: &str) -> Token<'t> {
        let ends = |at: usize| {
            let tag = self.rest.get(at.saturating_add(2)..).unwrap_or_default();
            let same = tag.get(..name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name));
            let after = tag.get(name.len()..).and_then(|it| it.chars().next());
            same && after.is_none_or(|it| it.is_ascii_whitespace() || matches!(it, '/' | '>'))
        };
        let end = self.rest.match_indices("</").map(|it| it.0).find(|at| ends(*at));
        let end = if name == "plaintext" { None } else { end };
        let text = self.skip(end.unwrap_or(self.rest.len()));
        if matches!(name, "xmp" | "plaintext") { Token::Raw(text) } else { Token::Raw("") }
    }

    /// What stands at a `<`; none if it was passed over.
    fn markup(&mut self) -> Option<Token<'t>> {
        let after = self.rest.get(1..).unwrap_or_default();
        let next = after.chars().next();
        match next {
            Some(it) if it.is_ascii_alphabetic() => {
                self.skip(1);
                let tag = self.tag();
                if RAW.contains(&tag.name.as_str()) {
                    self.raw = Some(tag.name.clone());
                }
                Some(Token::Start(tag))
            }
            Some('/')
                if after.get(1..).is_some_and(|it| it.starts_with(|c: char| c.is_ascii_alphabetic())) =>
            {
                self.skip(2);
                Some(Token::End(self.tag().name))
            }
            Some('!') if after.starts_with("!--") => {
                self.skip(4);
                self.comment();
                None
            }
            Some('/' | '!' | '?') => {
                self.skip_past(">");
                None
            }
            _ => Some(Token::Text(self.skip(1))),
        }
    }

    fn comment(&mut self) {
        if self.rest.starts_with('>') || self.rest.starts_with("->") {
            return self.skip_past(">");
        }
        let end = self.rest.match_indices("--").map(|it| it.0).find(|at| {
            let after = self.rest.get(at.saturating_add(2)..).unwrap_or_default();
            after.starts_with('>') || after.starts_with("!>")
        });
        self.skip(end.unwrap_or(self.rest.len()));
        self.skip_past(">");
    }

    /// A tag from its name on, up to its `>`.
    fn tag(&mut self) -> Tag {
        let mut tag = Tag { name: self.word(&['/', '>']).to_ascii_lowercase(), ..Tag::default() };
        loop {
            self.blanks();
            if self.rest.starts_with('/') {
                self.skip(1);
                tag.is_closed = self.rest.starts_with('>');
                continue;
            }
            if self.rest.is_empty() || self.rest.starts_with('>') {
                self.skip(1);
                return tag;
            }
            // A `=` may begin a name, and is part of none otherwise.
            let first = usize::from(self.rest.starts_with('='));
            let first = self.skip(first);
            let name = format!("{first}{}", self.word(&['/', '>', '='])).to_ascii_lowercase();
            self.blanks();
            let mut value = String::new();
            if self.rest.starts_with('=') {
                self.skip(1);
                self.blanks();
                let said = self.value();
                if KEPT.contains(&name.as_str()) {
                    value = said.chars().take(4096).collect();
                }
            }
            if KEPT.contains(&name.as_str()) && tag.get(&name).is_none() {
                tag.attributes.push((name, value));
            }
        }
    }

    fn value(&mut self) -> &'t str {
        for quote in ['"', '\''] {
            if self.rest.starts_with(quote) {
                self.skip(1);
                let end = self.rest.find(quote).unwrap_or(self.rest.len());
                let value = self.skip(end);
                self.skip(1);
                return value;
            }
        }
        self.word(&['>'])
    }

    fn word(&mut self, ends: &[char]) -> &'t str {
        let end = self.rest.find(|it: char| it.is_ascii_whitespace() || ends.contains(&it));
        self.skip(end.unwrap_or(self.rest.len()))
    }

    fn blanks(&mut self) {
        let text = self.rest.trim_start_matches(|it: char| it.is_ascii_whitespace());
        self.rest = text;
    }

    /// What stands at a `&`.
    fn reference(&mut self) -> Token<'t> {
        let after = self.rest.get(1..).unwrap_or_default();
        if let Some(number) = after.strip_prefix('#') {
            let (digits, radix) = match number.strip_prefix(['x', 'X']) {
                Some(it) => (it, 16),
                None => (number, 10),
            };
            let len = digits.find(|it: char| !it.is_digit(radix)).unwrap_or(digits.len());
            if len > 0 {
                let code = u32::from_str_radix(digits.get(..len).unwrap_or_default(), radix);
                let before = self.rest.len().saturating_sub(digits.len());
                self.skip(before.saturating_add(len));
                self.skip(usize::from(self.rest.starts_with(';')));
                return code.ok().and_then(by_number).map_or(Token::Lost, Token::Character);
            }
        }
        let len = after.find(|it: char| !it.is_ascii_alphanumeric()).unwrap_or(after.len());
        let name = after.get(..len.min(32)).unwrap_or_default();
        if after.get(len..).is_some_and(|it| it.starts_with(';'))
            && let Some(it) = entities::character(name)
        {
            self.skip(len.saturating_add(2));
            return Token::Character(it);
        }
        match entities::without_end(after) {
            Some((name, it)) => {
                self.skip(name.len().saturating_add(1));
                Token::Character(it)
            }
            None => Token::Text(self.skip(1)),
        }
    }
}

/// The character of a number: those of windows-1252 are meant where there are controls.
fn by_number(code: u32) -> Option<char> {
    if let Ok(byte @ 0x80..=0x9F) = u8::try_from(code) {
        return encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next();
    }
    char::from_u32(code).filter(|it| *it != '\0' && *it != '\u{FFFD}')
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        if let Some(name) = self.raw.take() {
            return Some(self.raw(&name));
        }
        loop {
            let token = match self.rest.chars().next()? {
                '<' => self.markup(),
                '&' => Some(self.reference()),
                _ => {
                    let end = self.rest.find(['<', '&']).unwrap_or(self.rest.len());
                    Some(Token::Text(self.skip(end)))
                }
            };
            if token.is_some() {
                return token;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(page: &str) -> String {
        let each = |it: Token<'_>| match it {
            Token::Start(it) => format!("<{}>", it.name),
            Token::End(it) => format!("</{it}>"),
            Token::Text(it) | Token::Raw(it) => it.to_owned(),
            Token::Character(it) => format!("({it})"),
            Token::Lost => "(lost)".to_owned(),
        };
        Tokens::new(page).map(each).collect()
    }

    #[test]
    fn pages_are_taken_apart_as_a_browser_does() {
        for (page, want) in [
            ("a<B x=1>b</b >c", "a<b>b</b>c"),
            ("<a title='x>y' href=\"</a>\" b=c/>d", "<a>d"),
            ("<!-- a > b -->c<!-->d<!--->e<!-- f --!>g<!doctype x><?y ?></ z>h", "cdegh"),
            ("a < b <3 </> x", "a < b <3  x"),
            ("&amp;&AMP &lt;&nbspx&#65;&#x42&#150;&foo; &", "(&)(&) (<)(\u{a0})x(A)(B)(–)&foo; &"),
            ("&#0;&#xD800;&#x110000;&#99999999999;", "(lost)(lost)(lost)(lost)"),
            ("<script>if (a</b>) </scripty></SCRIPT >x", "<script></script>x"),
            ("<title>a<b></title><xmp><b></xmp>", "<title></title><xmp><b></xmp>"),
            ("<p", "<p>"),
            ("<!-- a", ""),
            ("<script>a", "<script>"),
        ] {
            assert_eq!(shown(page), want, "{page}");
        }
    }
}
