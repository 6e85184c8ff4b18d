//! The program of a page (ISO 32000-2, 8 and 9): which characters it shows, where, and whether anybody sees them.

use std::rc::Rc;

use super::{
    Error,
    cmap::utf16,
    file::File,
    font::{Font, Fonts, Shown},
    layers::Layers,
    lexer::{Dict, Lexer, Object, Token, is_blank},
    matrix::{Box, Matrix},
};

/// The most operators of a file; a page of text has a thousand.
pub(super) const MAX_OPERATORS: usize = 8 * 1024 * 1024;
/// How deep forms may stand in each other.
const MAX_FORMS: usize = 16;
/// The most bytes that forms in each other may have, and the objects that they name.
const MAX_HELD_BYTES: usize = 24 * 1024 * 1024;
/// About how many bytes an object takes.
const OBJECT_BYTES: usize = 128;
/// How many states may be kept, and how many marks be open.
const MAX_OPEN: usize = 4096;
/// The most operands of an operator.
const MAX_OPERANDS: usize = 512;
/// The most characters of a page; a printed one has ten thousand.
const MAX_GLYPHS: usize = 256 * 1024;
/// The most bytes that the program of a page has.
const MAX_PROGRAM_BYTES: usize = super::filters::MAX_STREAM_BYTES;
/// The most characters that a text in place of glyphs may have for each of them: a ligature has three.
const MAX_ACTUAL: usize = 3;

/// A character, or a few that are one glyph, as they stand on a page whose baseline was turned level.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    /// Where it starts and ends along the baseline.
    pub(super) left: f64,
    pub(super) right: f64,
    /// How high its baseline is.
    pub(super) base: f64,
    pub(super) size: f64,
    /// How far its line is turned, in degrees.
    pub(super) turned: i16,
    /// None if nobody can say what it is.
    pub(super) text: Option<std::boxed::Box<str>>,
    pub(super) is_seen: bool,
}

/// What a page shows.
#[derive(Debug, Default)]
pub(super) struct Shows {
    pub(super) glyphs: Vec<Glyph>,
    /// How large its pictures are, all together.
    pub(super) pictures: f64,
}

/// What holds until it is taken back.
#[derive(Clone, Debug)]
struct State {
    space: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    between: f64,
    between_words: f64,
    /// As a part of what it is otherwise.
    stretch: f64,
    leading: f64,
    rise: f64,
    mode: usize,
}

/// What is open around what is shown.
#[derive(Debug)]
enum Mark {
    Plain,
    /// Of a layer that is off.
    Hidden,
    /// Text for the glyphs from a number on.
    Actual(String, usize),
}

pub(super) struct Reader<'f, 'b> {
    file: &'f File<'b>,
    layers: &'f Layers,
    fonts: &'f mut Fonts,
    operators: &'f mut usize,
    held: usize,
    page: Box,
    shows: Shows,
    state: State,
    kept: Vec<State>,
    marks: Vec<Mark>,
    text: Matrix,
    line: Matrix,
}

impl<'f, 'b> Reader<'f, 'b> {
    pub(super) fn new(
        file: &'f File<'b>,
        layers: &'f Layers,
        fonts: &'f mut Fonts,
        operators: &'f mut usize,
        page: Box,
    ) -> Self {
        let state = State {
            space: Matrix::IDENTITY,
            font: None,
            size: 0.0,
            between: 0.0,
            between_words: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            mode: 0,
        };
        Self {
            file,
            layers,
            fonts,
            operators,
            held: 0,
            page,
            shows: Shows::default(),
            state,
            kept: Vec::new(),
            marks: Vec::new(),
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
        }
    }

    /// Reads the program of a page, which may be in parts.
    pub(super) fn page(mut self, contents: &Object, resources: &Dict) -> Result<Shows, Error> {
        let contents = self.file.resolve(contents)?;
        let parts = contents.array().unwrap_or(std::slice::from_ref(&contents));
        let parts = if contents == Object::Null { &[] } else { parts };
        let mut program = Vec::new();
        for part in parts {
            let Object::Stream(dict, range) = self.file.resolve(part)? else { return Err(Error::Damaged) };
            program.extend(self.file.stream(&dict, range)?);
            program.push(b'\n');
            if program.len() > MAX_PROGRAM_BYTES {
                return Err(Error::TooMuch);
            }
        }
        self.program(&program, resources, 0)?;
        Ok(self.shows)
    }

    fn program(&mut self, program: &[u8], resources: &Dict, depth: usize) -> Result<(), Error> {
        self.file.spend(program.len())?;
        let (kept, marks) = (self.kept.len(), self.marks.len());
        let mut lexer = Lexer::new(program, 0);
        let mut operands = Vec::new();
        while let Some(token) = lexer.token()? {
            match token {
                Token::Operand(it) => {
                    operands.push(it);
                    if operands.len() > MAX_OPERANDS {
                        return Err(Error::TooMuch);
                    }
                }
                Token::Operator(operator) => {
                    *self.operators = self.operators.checked_sub(1).ok_or(Error::TooMuch)?;
                    match operator {
                        b"BI" => self.picture(&mut lexer)?,
                        b"Q" if self.kept.len() <= kept => {}
                        b"EMC" if self.marks.len() <= marks => {}
                        b"Do" => self.draw(&operands, resources, depth)?,
                        _ => self.operator(operator, &operands, resources)?,
                    }
                    operands.clear();
                }
            }
        }
        while self.marks.len() > marks {
            self.unmark();
        }
        self.kept.truncate(kept);
        Ok(())
    }

    /// Passes over a picture that stands in the program.
    fn picture(&mut self, lexer: &mut Lexer<'_>) -> Result<(), Error> {
        loop {
            match lexer.token()?.ok_or(Error::Damaged)? {
                Token::Operator(b"ID") => break,
                Token::Operator(_) => return Err(Error::Damaged),
                Token::Operand(_) => {}
            }
        }
        self.shows.pictures += self.state.space.area();
        let is_end = |rest: &[u8]| {
            let after = rest.get(3..).unwrap_or_default();
            rest.get(1..3) == Some(b"EI")
                && rest.first().is_some_and(|it| is_blank(*it))
                && after.first().is_none_or(|it| is_blank(*it))
                // What looks like the end may stand in a picture: a program goes on in letters.
                && after.iter().take(16).all(|it| is_blank(*it) && *it != 0 || (0x20..0x7F).contains(it))
        };
        let rest = lexer.rest();
        let end = (0..rest.len()).find(|at| rest.get(*at..).is_some_and(is_end)).ok_or(Error::Damaged)?;
        lexer.skip(end.saturating_add(3));
        Ok(())
    }

    fn operator(&mut self, operator: &[u8], operands: &[Object], resources: &Dict) -> Result<(), Error> {
        let number = |n: usize| operands.get(n).and_then(Object::number).unwrap_or_default();
        let numbers = || operands.iter().filter_map(Object::number).collect::<Vec<_>>();
        let state = &mut self.state;
        match operator {
            b"q" => {
                if self.kept.len() >= MAX_OPEN {
                    return Err(Error::TooMuch);
                }
                self.kept.push(state.clone());
            }
            b"Q" => {
                if let Some(it) = self.kept.pop() {
                    self.state = it;
                }
            }
            b"cm" => {
                let it = Matrix::of(&numbers()).ok_or(Error::Damaged)?;
                state.space = it.then(state.space);
            }
            b"gs" => self.graphics(operands, resources)?,
            b"BT" => (self.text, self.line) = (Matrix::IDENTITY, Matrix::IDENTITY),
            b"Tc" => state.between = number(0),
            b"Tw" => state.between_words = number(0),
            b"Tz" => state.stretch = number(0) / 100.0,
            b"TL" => state.leading = number(0),
            b"Ts" => state.rise = number(0),
            b"Tr" => state.mode = operands.first().and_then(Object::size).unwrap_or_default(),
            b"Tf" => {
                let name = operands.first().and_then(Object::name).ok_or(Error::Damaged)?;
                state.size = number(1);
                let font = self.resource(resources, b"Font", name)?.ok_or(Error::Damaged)?;
                self.state.font = Some(self.fonts.get(self.file, &font)?);
            }
            b"Td" => self.next_line(number(0), number(1)),
            b"TD" => {
                state.leading = -number(1);
                self.next_line(number(0), number(1));
            }
            b"Tm" => {
                self.line = Matrix::of(&numbers()).ok_or(Error::Damaged)?;
                self.text = self.line;
            }
            b"T*" => self.next_line(0.0, -self.state.leading),
            b"Tj" => self.show(operands.first())?,
            b"'" => {
                self.next_line(0.0, -self.state.leading);
                self.show(operands.first())?;
            }
            b"\"" => {
                (state.between_words, state.between) = (number(0), number(1));
                self.next_line(0.0, -self.state.leading);
                self.show(operands.get(2))?;
            }
            b"TJ" => {
                for it in operands.first().and_then(Object::array).ok_or(Error::Damaged)? {
                    if let Some(it) = it.number() {
                        self.go_on(-it / 1000.0 * self.state.size);
                    } else {
                        self.show(Some(it))?;
                    }
                }
            }
            b"BMC" => self.mark(Mark::Plain)?,
            b"BDC" => {
                let mark = self.marked(operands, resources)?;
                self.mark(mark)?;
            }
            b"EMC" => self.unmark(),
            _ => {}
        }
        Ok(())
    }

    /// A thing that the page calls by a name.
    fn resource(&self, resources: &Dict, kind: &[u8], name: &[u8]) -> Result<Option<Object>, Error> {
        let all = match resources.get(kind) {
            Some(Object::Dict(all)) => return Ok(all.get(name).cloned()),
            all => self.file.dict(all)?,
        };
        Ok(all.and_then(|mut it| it.remove(name)))
    }

    /// A state may name a font, too.
    fn graphics(&mut self, operands: &[Object], resources: &Dict) -> Result<(), Error> {
        let Some(name) = operands.first().and_then(Object::name) else { return Ok(()) };
        let Some(state) = self.resource(resources, b"ExtGState", name)? else { return Ok(()) };
        let state = self.file.dict(Some(&state))?.unwrap_or_default();
        if let Object::Array(font) = self.file.resolved(state.get(b"Font".as_slice()))?
            && let [font, size] = font.as_slice()
        {
            self.state.size = self.file.resolve(size)?.number().unwrap_or_default();
            self.state.font = Some(self.fonts.get(self.file, font)?);
        }
        Ok(())
    }

    fn mark(&mut self, mark: Mark) -> Result<(), Error> {
        self.marks.push(mark);
        if self.marks.len() > MAX_OPEN { Err(Error::TooMuch) } else { Ok(()) }
    }

    fn marked(&self, operands: &[Object], resources: &Dict) -> Result<Mark, Error> {
        let [tag, properties, ..] = operands else { return Ok(Mark::Plain) };
        let named = match properties.name() {
            Some(it) => self.resource(resources, b"Properties", it)?.unwrap_or(Object::Null),
            None => properties.clone(),
        };
        if tag.name() == Some(b"OC") {
            return Ok(if self.layers.hide(self.file, &named)? { Mark::Hidden } else { Mark::Plain });
        }
        let properties = self.file.dict(Some(&named))?.unwrap_or_default();
        if let Object::String(it) = self.file.resolved(properties.get(b"ActualText".as_slice()))?
            && let Some(text) = it.strip_prefix(b"\xFE\xFF").and_then(utf16)
        {
            return Ok(Mark::Actual(text, self.shows.glyphs.len()));
        }
        Ok(Mark::Plain)
    }

    /// Ends a mark; a text in place of glyphs takes their place where it can be what they show.
    fn unmark(&mut self) {
        let Some(Mark::Actual(text, from)) = self.marks.pop() else { return };
        let Some(shown) = self.shows.glyphs.get(from..) else { return };
        let (Some(first), Some(last)) = (shown.first(), shown.last()) else { return };
        let is_likely = text.chars().count() <= shown.len().saturating_mul(MAX_ACTUAL);
        let in_line =
            shown.iter().all(|it| it.turned == first.turned && (it.base - first.base).abs() < first.size);
        if is_likely && in_line && shown.iter().all(|it| it.is_seen == first.is_seen) {
            let one = Glyph { right: last.right, text: Some(text.into()), ..first.clone() };
            self.shows.glyphs.truncate(from);
            self.shows.glyphs.push(one);
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = Matrix::shift(x, y).then(self.line);
        self.text = self.line;
    }

    /// Moves on along the line.
    fn go_on(&mut self, by: f64) {
        let is_vertical = self.state.font.as_ref().is_some_and(|it| it.is_vertical);
        let by =
            if is_vertical { Matrix::shift(0.0, by) } else { Matrix::shift(by * self.state.stretch, 0.0) };
        self.text = by.then(self.text);
    }

    fn show(&mut self, string: Option<&Object>) -> Result<(), Error> {
        let Some(Object::String(bytes)) = string else { return Err(Error::Damaged) };
        let font = self.state.font.clone().ok_or(Error::Damaged)?;
        for shown in font.shown(bytes) {
            self.glyph(&font, shown)?;
        }
        Ok(())
    }

    fn glyph(&mut self, font: &Font, shown: Shown) -> Result<(), Error> {
        let state = self.state.clone();
        let words = if shown.is_blank { state.between_words } else { 0.0 };
        let size = state.size;
        let to_page =
            Matrix([size * state.stretch, 0.0, 0.0, size, 0.0, state.rise]).then(self.text).then(state.space);
        // From top to bottom a glyph hangs below its place, and is as high as the font is.
        let (start, end, by) = if font.is_vertical {
            ((0.0, 0.0), (0.0, -1.0), -size - state.between - words)
        } else {
            ((0.0, 0.0), (shown.width, 0.0), shown.width * size + state.between + words)
        };
        let (from, to) = (to_page.place(start.0, start.1), to_page.place(end.0, end.1));
        let middle = to_page.place(f64::midpoint(start.0, end.0), if font.is_vertical { -0.5 } else { 0.25 });
        self.go_on(by);
        let is_hidden = self.marks.iter().any(|it| matches!(it, Mark::Hidden));
        if is_hidden || !self.page.has(middle) {
            return Ok(());
        }
        let (across, up) = if font.is_vertical { (0.0, -1.0) } else { (1.0, 0.0) };
        let origin = to_page.place(0.0, 0.0);
        let end = to_page.place(across, up);
        let (x, y) = (end.0 - origin.0, end.1 - origin.1);
        let angle = y.atan2(x);
        let level =
            |(x, y): (f64, f64)| (x * angle.cos() + y * angle.sin(), y * angle.cos() - x * angle.sin());
        let (from, to) = (level(from), level(to));
        let (left, right) = (from.0.min(to.0), from.0.max(to.0));
        // A size of nought, or one that is no number: nobody sees it.
        let size = to_page.area().sqrt();
        if ![left, right, from.1, size].iter().all(|it| it.is_finite()) || size <= 0.0 {
            return Ok(());
        }
        if self.shows.glyphs.len() >= MAX_GLYPHS {
            return Err(Error::TooMuch);
        }
        #[expect(clippy::cast_possible_truncation, reason = "an angle has at most 180 degrees")]
        let turned = angle.to_degrees().round() as i16;
        self.shows.glyphs.push(Glyph {
            left,
            right,
            base: from.1,
            size,
            turned: if turned == -180 { 180 } else { turned },
            text: shown.text.map(Into::into),
            is_seen: !matches!(state.mode, 3 | 7),
        });
        Ok(())
    }

    /// Draws a form or a picture.
    fn draw(&mut self, operands: &[Object], resources: &Dict, depth: usize) -> Result<(), Error> {
        let name = operands.first().and_then(Object::name).ok_or(Error::Damaged)?;
        let Some(object) = self.resource(resources, b"XObject", name)? else { return Ok(()) };
        let Object::Stream(dict, range) = self.file.resolve(&object)? else { return Ok(()) };
        if let Some(layer) = dict.get(b"OC".as_slice())
            && self.layers.hide(self.file, layer)?
        {
            return Ok(());
        }
        if self.file.resolved(dict.get(b"Subtype".as_slice()))?.name() != Some(b"Form") {
            self.shows.pictures += self.state.space.area();
            return Ok(());
        }
        if depth >= MAX_FORMS {
            return Err(Error::TooMuch);
        }
        let program = self.file.stream(&dict, range)?;
        let own = self.file.dict(dict.get(b"Resources".as_slice()))?;
        let objects = own.as_ref().map_or(0, |it| it.values().map(Object::weight).sum());
        let holds = objects.saturating_mul(OBJECT_BYTES).saturating_add(program.len());
        self.held = self.held.saturating_add(holds);
        if self.held > MAX_HELD_BYTES {
            return Err(Error::TooMuch);
        }
        let before = (self.state.clone(), self.text, self.line);
        if let Some(it) = self.file.numbers(dict.get(b"Matrix".as_slice()))?.and_then(|it| Matrix::of(&it)) {
            self.state.space = it.then(self.state.space);
        }
        self.program(&program, own.as_ref().unwrap_or(resources), depth.saturating_add(1))?;
        (self.state, self.text, self.line) = before;
        self.held = self.held.saturating_sub(holds);
        Ok(())
    }
}
