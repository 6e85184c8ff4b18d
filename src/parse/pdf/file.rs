//! The file of objects (ISO 32000-2, 7.5): where each object lies, as the newest table says, and nothing that no
//! table names. A table that is wrong is not guessed at: a search for objects finds what was taken out, too.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    rc::Rc,
};

use super::{
    Error, filters,
    lexer::{Dict, Lexer, Object},
};

/// The most bytes of a file.
pub(super) const MAX_BYTES: usize = 32 * 1024 * 1024;
/// The most objects that its tables name.
const MAX_OBJECTS: usize = 256 * 1024;
/// The most tables: one for each time that the file was added to.
const MAX_TABLES: usize = 1024;
/// The most bytes that are unpacked or read as objects, all together; the longest book takes a tenth.
const MAX_WORK_BYTES: usize = 256 * 1024 * 1024;
/// The most bytes of unpacked streams of objects, which are kept.
const MAX_KEPT_BYTES: usize = 24 * 1024 * 1024;
/// How many references may lead to each other.
const MAX_REFERENCES: usize = 16;
/// How far from the ends of a file its head and its last line are looked for.
const MARGIN_BYTES: usize = 1024;

#[derive(Clone, Copy, Debug)]
enum Place {
    /// From the head of the file on.
    At(usize),
    /// In a stream of objects, which it is there.
    In(u32, usize),
    /// It was taken out.
    Free,
}

/// Objects that are packed in one stream: the bytes, and each object's number and place in them.
#[derive(Debug)]
struct Packed {
    bytes: Vec<u8>,
    places: Vec<(usize, usize)>,
}

/// A file whose objects can be asked for by number.
#[derive(Debug)]
pub(super) struct File<'b> {
    bytes: &'b [u8],
    places: BTreeMap<u32, Place>,
    trailer: Dict,
    packed: RefCell<BTreeMap<u32, Rc<Packed>>>,
    kept: Cell<usize>,
    work: Cell<usize>,
}

impl<'b> File<'b> {
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_BYTES {
            return Err(Error::TooMuch);
        }
        let head = bytes.get(..MARGIN_BYTES.min(bytes.len())).unwrap_or_default();
        let start = head.windows(5).position(|it| it == b"%PDF-").ok_or(Error::Mismatch)?;
        let bytes = bytes.get(start..).unwrap_or_default();
        let tail = bytes.len().saturating_sub(MARGIN_BYTES);
        let last = bytes.get(tail..).unwrap_or_default().windows(9).rposition(|it| it == b"startxref");
        let last = tail.saturating_add(last.ok_or(Error::Damaged)?).saturating_add(9);
        let mut file = Self {
            bytes,
            places: BTreeMap::new(),
            trailer: Dict::new(),
            packed: RefCell::default(),
            kept: Cell::new(0),
            work: Cell::new(0),
        };
        let table = Lexer::new(bytes, last).whole().ok_or(Error::Damaged)?;
        file.tables(table)?;
        Ok(file)
    }

    /// The root of what the file shows.
    pub(super) fn root(&self) -> Result<Dict, Error> {
        self.dict(self.trailer.get(b"Root".as_slice()))?.ok_or(Error::Damaged)
    }

    /// Counts what is read, so that nothing is read forever.
    pub(super) fn spend(&self, bytes: usize) -> Result<(), Error> {
        self.work.set(self.work.get().saturating_add(bytes));
        if self.work.get() > MAX_WORK_BYTES { Err(Error::TooMuch) } else { Ok(()) }
    }

    fn tables(&mut self, newest: usize) -> Result<(), Error> {
        let (mut next, mut seen) = (Some(newest), BTreeSet::new());
        while let Some(at) = next {
            if seen.len() >= MAX_TABLES {
                return Err(Error::TooMuch);
            }
            if !seen.insert(at) {
                return Err(Error::Damaged);
            }
            let trailer = self.table(at)?;
            if trailer.contains_key(b"Encrypt".as_slice()) {
                return Err(Error::Locked);
            }
            next = match trailer.get(b"Prev".as_slice()) {
                None => None,
                Some(it) => Some(it.size().ok_or(Error::Damaged)?),
            };
            if seen.len() == 1 {
                self.trailer = trailer;
            }
        }
        Ok(())
    }

    /// Reads a table and gives its trailer.
    fn table(&mut self, at: usize) -> Result<Dict, Error> {
        let mut lexer = Lexer::new(self.bytes, at);
        if !lexer.word(b"xref") {
            return self.stream_table(at);
        }
        let mut found = Vec::new();
        while !lexer.word(b"trailer") {
            let (first, count) = (lexer.whole(), lexer.whole());
            let (first, count) = first.zip(count).ok_or(Error::Damaged)?;
            if count > MAX_OBJECTS {
                return Err(Error::TooMuch);
            }
            for n in first..first.saturating_add(count) {
                let place = lexer.whole().ok_or(Error::Damaged)?;
                lexer.whole().ok_or(Error::Damaged)?;
                let place = if lexer.word(b"n") {
                    Place::At(place)
                } else if lexer.word(b"f") {
                    Place::Free
                } else {
                    return Err(Error::Damaged);
                };
                if found.len() >= MAX_OBJECTS {
                    return Err(Error::TooMuch);
                }
                found.push((n, place));
            }
        }
        let before = lexer.at();
        let Object::Dict(trailer) = lexer.object()? else { return Err(Error::Damaged) };
        self.spend(lexer.at().saturating_sub(before))?;
        // Of a file for old and new readers: what is packed, which its table says is not there (7.5.8.4).
        if let Some(at) = trailer.get(b"XRefStm".as_slice()) {
            self.stream_table(at.size().ok_or(Error::Damaged)?)?;
        }
        for (n, place) in found {
            self.place(n, place)?;
        }
        Ok(trailer)
    }

    fn place(&mut self, n: usize, place: Place) -> Result<(), Error> {
        let n = u32::try_from(n).map_err(|_| Error::Damaged)?;
        // What a newer table says holds.
        self.places.entry(n).or_insert(place);
        if self.places.len() > MAX_OBJECTS { Err(Error::TooMuch) } else { Ok(()) }
    }

    fn stream_table(&mut self, at: usize) -> Result<Dict, Error> {
        let (_, object) = self.object_at(at)?;
        let Object::Stream(dict, range) = object else { return Err(Error::Damaged) };
        if dict.get(b"Type".as_slice()).and_then(Object::name) != Some(b"XRef") {
            return Err(Error::Damaged);
        }
        let bytes = self.unpacked(&dict, range)?;
        let sizes =
            |key: &[u8]| -> Option<Vec<usize>> { dict.get(key)?.array()?.iter().map(Object::size).collect() };
        let widths = sizes(b"W").ok_or(Error::Damaged)?;
        let &[kind, second @ 0..=8, third @ 0..=8] = widths.as_slice() else { return Err(Error::Damaged) };
        if kind > 8 || second == 0 {
            return Err(Error::Damaged);
        }
        let size = dict.get(b"Size".as_slice()).and_then(Object::size).ok_or(Error::Damaged)?;
        let sections = match dict.get(b"Index".as_slice()) {
            None => vec![0, size],
            Some(_) => sizes(b"Index").ok_or(Error::Damaged)?,
        };
        let mut rows = bytes.chunks_exact(kind.saturating_add(second).saturating_add(third));
        for section in sections.chunks(2) {
            let &[first, count] = section else { return Err(Error::Damaged) };
            for n in first..first.saturating_add(count) {
                let row = rows.next().ok_or(Error::Damaged)?;
                let (first, row) = row.split_at_checked(kind).ok_or(Error::Damaged)?;
                let (second, third) = row.split_at_checked(second).ok_or(Error::Damaged)?;
                let place = match if kind == 0 { 1 } else { big(first)? } {
                    0 => Place::Free,
                    1 => Place::At(big(second)?),
                    2 => Place::In(u32::try_from(big(second)?).map_err(|_| Error::Damaged)?, big(third)?),
                    // A kind that a later standard may know: as if it were not there.
                    _ => continue,
                };
                self.place(n, place)?;
            }
        }
        Ok(dict)
    }

    /// An object that stands at a place, with its number.
    fn object_at(&self, at: usize) -> Result<(usize, Object), Error> {
        let mut lexer = Lexer::new(self.bytes, at);
        let number = lexer.whole().ok_or(Error::Damaged)?;
        lexer.whole().ok_or(Error::Damaged)?;
        if !lexer.word(b"obj") {
            return Err(Error::Damaged);
        }
        let object = lexer.object()?;
        self.spend(lexer.at().saturating_sub(at))?;
        let Object::Dict(dict) = object else { return Ok((number, object)) };
        if !lexer.word(b"stream") {
            return Ok((number, Object::Dict(dict)));
        }
        let rest = lexer.rest();
        lexer.skip(if rest.starts_with(b"\r\n") { 2 } else { usize::from(rest.starts_with(b"\n")) });
        let length = dict.get(b"Length".as_slice()).ok_or(Error::Damaged)?;
        // A length may stand elsewhere, but in no stream: that would need one.
        let length = if let Object::Reference(it) = length {
            let Some(Place::At(at)) = self.places.get(it) else { return Err(Error::Damaged) };
            self.number_at(*at)?
        } else {
            length.size().ok_or(Error::Damaged)?
        };
        let range = lexer.at()..lexer.at().saturating_add(length);
        let mut after = Lexer::new(self.bytes, range.end);
        if self.bytes.get(range.clone()).is_none() || !after.word(b"endstream") {
            return Err(Error::Damaged);
        }
        Ok((number, Object::Stream(dict, range)))
    }

    fn number_at(&self, at: usize) -> Result<usize, Error> {
        let mut lexer = Lexer::new(self.bytes, at);
        let _head = (lexer.whole(), lexer.whole());
        if lexer.word(b"obj") { lexer.whole().ok_or(Error::Damaged) } else { Err(Error::Damaged) }
    }

    /// The object of a number; one that is not there is null, as the standard has it (7.3.10).
    pub(super) fn get(&self, n: u32) -> Result<Object, Error> {
        match self.places.get(&n) {
            None | Some(Place::Free) => Ok(Object::Null),
            Some(Place::At(at)) => match self.object_at(*at)? {
                (number, object) if u32::try_from(number) == Ok(n) => Ok(object),
                _ => Err(Error::Damaged),
            },
            Some(Place::In(stream, index)) => {
                let packed = self.packed(*stream)?;
                let (number, at) = packed.places.get(*index).ok_or(Error::Damaged)?;
                if u32::try_from(*number) != Ok(n) {
                    return Err(Error::Damaged);
                }
                let mut lexer = Lexer::new(&packed.bytes, *at);
                let object = lexer.object()?;
                self.spend(lexer.at().saturating_sub(*at))?;
                Ok(object)
            }
        }
    }

    fn packed(&self, n: u32) -> Result<Rc<Packed>, Error> {
        if let Some(it) = self.packed.borrow().get(&n) {
            return Ok(Rc::clone(it));
        }
        let Some(Place::At(at)) = self.places.get(&n) else { return Err(Error::Damaged) };
        let (number, Object::Stream(dict, range)) = self.object_at(*at)? else { return Err(Error::Damaged) };
        let of = |key: &[u8]| dict.get(key).and_then(Object::size).ok_or(Error::Damaged);
        let (count, first) = (of(b"N")?, of(b"First")?);
        if u32::try_from(number) != Ok(n) || count > MAX_OBJECTS {
            return Err(Error::Damaged);
        }
        let bytes = self.unpacked(&dict, range)?;
        let mut lexer = Lexer::new(&bytes, 0);
        let mut places = Vec::new();
        for _ in 0..count {
            let (number, at) = lexer.whole().zip(lexer.whole()).ok_or(Error::Damaged)?;
            places.push((number, first.saturating_add(at)));
        }
        self.kept.set(self.kept.get().saturating_add(bytes.len()).saturating_add(places.len() * 16));
        if self.kept.get() > MAX_KEPT_BYTES {
            return Err(Error::TooMuch);
        }
        let packed = Rc::new(Packed { bytes, places });
        self.packed.borrow_mut().insert(n, Rc::clone(&packed));
        Ok(packed)
    }

    fn unpacked(&self, dict: &Dict, range: Range<usize>) -> Result<Vec<u8>, Error> {
        self.spend(range.len())?;
        let bytes = filters::unpack(dict, self.bytes.get(range).ok_or(Error::Damaged)?)?;
        self.spend(bytes.len())?;
        Ok(bytes)
    }

    /// What a stream packs; what its filters are may stand elsewhere.
    pub(super) fn stream(&self, dict: &Dict, range: Range<usize>) -> Result<Vec<u8>, Error> {
        let mut own = Dict::new();
        for key in [b"Filter".as_slice(), b"DecodeParms", b"F"] {
            let mut it = self.resolved(dict.get(key))?;
            if let Object::Array(all) = &it {
                let all: Result<_, _> = all.iter().take(64).map(|it| self.resolve(it)).collect();
                it = Object::Array(all?);
            }
            if it != Object::Null {
                own.insert(key.to_vec(), it);
            }
        }
        self.unpacked(&own, range)
    }

    /// What an object stands for, itself if it is no reference.
    pub(super) fn resolve(&self, object: &Object) -> Result<Object, Error> {
        // A copy costs as many bytes as it takes to write the least of it, or more.
        self.spend(object.weight().saturating_mul(16))?;
        let mut object = object.clone();
        for _ in 0..MAX_REFERENCES {
            let Object::Reference(n) = object else { return Ok(object) };
            object = self.get(n)?;
        }
        Err(Error::Damaged)
    }

    /// As [`Self::resolve`]; null if there is nothing.
    pub(super) fn resolved(&self, object: Option<&Object>) -> Result<Object, Error> {
        object.map_or(Ok(Object::Null), |it| self.resolve(it))
    }

    /// A dictionary, or that of a stream; none if there is none.
    pub(super) fn dict(&self, object: Option<&Object>) -> Result<Option<Dict>, Error> {
        Ok(self.resolved(object)?.into_dict())
    }

    /// Numbers of an array; none if it is none of numbers.
    pub(super) fn numbers(&self, object: Option<&Object>) -> Result<Option<Vec<f64>>, Error> {
        let Object::Array(all) = self.resolved(object)? else { return Ok(None) };
        let mut numbers = Vec::new();
        for it in &all {
            let Some(number) = self.resolve(it)?.number() else { return Ok(None) };
            numbers.push(number);
        }
        Ok(Some(numbers))
    }
}

fn big(bytes: &[u8]) -> Result<usize, Error> {
    let number = bytes.iter().fold(0_u64, |sum, it| sum.wrapping_shl(8) | u64::from(*it));
    usize::try_from(number).map_err(|_| Error::Damaged)
}
