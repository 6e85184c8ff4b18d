//! A compact list: many terms, each with a weight, in a file that is searched where it lies.
//!
//! ```text
//! # source: …; licence: …\n          further lines that begin with # may follow
//! a finite state transducer of the `fst` crate: folded term to weight, with a checksum of its own
//! ```
//!
//! Opening one reads neither its terms nor anything else but its ends, so that a program with many such
//! lists starts at once. `vouchsafe lists import` makes them; nothing here knows what a weight means.

use std::{borrow::Cow, fmt, str};

use fst::{IntoStreamer as _, Map, MapBuilder, Streamer as _, raw::Output};

use super::list::{Flaw, is_source_line};
use crate::view::folded_name;

/// A list of terms with weights.
pub(crate) struct Compact(Map<Cow<'static, [u8]>>);

impl fmt::Debug for Compact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Compact({} terms)", self.0.len())
    }
}

impl Compact {
    /// Opens a list. Its terms are not looked at: [`Self::check`] does that.
    pub(crate) fn open(bytes: Cow<'static, [u8]>) -> Result<Self, Flaw> {
        let (head, from) = head(&bytes);
        if !head.lines().next().is_some_and(is_source_line) {
            return Err(Flaw::NoSource);
        }
        let rest = match bytes {
            Cow::Borrowed(it) => Cow::Borrowed(it.get(from..).unwrap_or_default()),
            Cow::Owned(mut it) => Cow::Owned(it.split_off(from)),
        };
        let map = Map::new(rest).map_err(|_| Flaw::Damaged)?;
        if map.is_empty() { Err(Flaw::NoTerms) } else { Ok(Self(map)) }
    }

    /// Whether it is whole, and each term is as the text is folded: otherwise it would never be found.
    pub(crate) fn check(&self) -> Result<(), Flaw> {
        self.0.as_fst().verify().map_err(|_| Flaw::Damaged)?;
        let mut terms = self.0.stream();
        while let Some((term, _)) = terms.next() {
            let term = str::from_utf8(term).map_err(|_| Flaw::Damaged)?;
            if !is_folded(term) {
                return Err(Flaw::Unfolded);
            }
        }
        Ok(())
    }

    /// The weight of a folded term.
    pub(crate) fn weight(&self, folded: &str) -> Option<u64> {
        self.0.get(folded)
    }

    /// The terms that a folded text begins with, the shortest first: so many bytes of it, and the weight.
    pub(crate) fn prefixes(&self, folded: &str, mut each: impl FnMut(usize, u64)) {
        let fst = self.0.as_fst();
        let (mut node, mut sum) = (fst.root(), Output::zero());
        for (len, byte) in (1_usize..).zip(folded.bytes()) {
            let Some(step) = node.find_input(byte).map(|it| node.transition(it)) else { return };
            sum = sum.cat(step.out);
            node = fst.node(step.addr);
            if node.is_final() {
                each(len, sum.cat(node.final_output()).value());
            }
        }
    }

    /// All terms, in order of their bytes.
    pub(crate) fn terms(&self) -> Vec<(String, u64)> {
        let mut terms = Vec::with_capacity(self.0.len());
        let mut stream = self.0.into_stream();
        while let Some((term, weight)) = stream.next() {
            terms.push((String::from_utf8_lossy(term).into_owned(), weight));
        }
        terms
    }

    /// The file of a list: what stands first, which ends in a line end, and folded terms in order of their bytes.
    pub(crate) fn encode<'t>(
        head: &str,
        terms: impl Iterator<Item = (&'t str, u64)>,
    ) -> Result<Vec<u8>, Flaw> {
        let mut builder = MapBuilder::memory();
        for (term, weight) in terms {
            builder.insert(term, weight).map_err(|_| Flaw::Damaged)?;
        }
        let map = builder.into_inner().map_err(|_| Flaw::Damaged)?;
        Ok([head.as_bytes(), &map].concat())
    }
}

/// The lines at the start that begin with `#`, and where what follows them starts.
pub(crate) fn head(bytes: &[u8]) -> (&str, usize) {
    let mut from = 0_usize;
    while let Some(rest) = bytes.get(from..).filter(|it| it.first() == Some(&b'#')) {
        let Some(line) = rest.iter().position(|it| *it == b'\n') else { break };
        from = from.saturating_add(line).saturating_add(1);
    }
    (bytes.get(..from).and_then(|it| str::from_utf8(it).ok()).unwrap_or_default(), from)
}

/// Asked in this order since most terms are Latin words or common Han characters, and folding takes long.
fn is_folded(term: &str) -> bool {
    let latin = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_lowercase() || it == b'-');
    let han = |it: char| matches!(it, '\u{4E00}'..='\u{9FFF}');
    !term.is_empty() && (term.split(' ').all(latin) || term.chars().all(han) || folded_name(term) == term)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "# source: our own; licence: CC0\n";

    fn encoded(head: &str, terms: &[(&str, u64)]) -> Cow<'static, [u8]> {
        Cow::Owned(Compact::encode(head, terms.iter().copied()).unwrap())
    }

    #[test]
    fn terms_have_their_weights() {
        let bytes =
            encoded(&format!("{HEAD}# weights: 1 to 9\n"), &[("mei ling", 7), ("ming", 3), ("陳", 0)]);
        let list = Compact::open(bytes).unwrap();
        assert!(list.check().is_ok());
        assert_eq!(list.weight("mei ling"), Some(7));
        assert_eq!((list.weight("陳"), list.weight("mei")), (Some(0), None));
        assert_eq!(list.terms().len(), 3);
        assert_eq!(format!("{list:?}"), "Compact(3 terms)");
    }

    #[test]
    fn what_lacks_a_source_or_terms_is_refused() {
        let open = |head: &str, terms: &[(&str, u64)]| Compact::open(encoded(head, terms)).map(|_| ());
        assert_eq!(open("", &[("a", 1)]), Err(Flaw::NoSource));
        assert_eq!(open("# ours\n", &[("a", 1)]), Err(Flaw::NoSource));
        assert_eq!(open(HEAD, &[]), Err(Flaw::NoTerms));
        assert_eq!(Compact::open(Cow::Borrowed(HEAD.as_bytes())).map(|_| ()), Err(Flaw::Damaged));
    }

    #[test]
    fn every_cut_and_every_flipped_bit_is_told() {
        let whole = encoded(HEAD, &[("mei ling", 7), ("ming", 3), ("陳", 9)]);
        let refused = |bytes: &[u8]| match Compact::open(Cow::Owned(bytes.to_vec())) {
            Ok(it) => it.check().is_err(),
            Err(_) => true,
        };
        assert!(!refused(&whole));
        for cut in 0..whole.len() {
            assert!(refused(&whole[..cut]), "{cut}");
        }
        for at in HEAD.len()..whole.len() {
            let mut bytes = whole.to_vec();
            bytes[at] ^= 1;
            assert!(refused(&bytes), "{at}");
        }
    }

    #[test]
    fn a_term_that_no_text_folds_to_is_told() {
        for bad in ["Ming", "mei  ling", " ming", "ming ", "ＭＩＮＧ", "\u{F900}", ""] {
            let list = Compact::open(encoded(HEAD, &[(bad, 1)])).unwrap();
            assert_eq!(list.check(), Err(Flaw::Unfolded), "{bad}");
        }
        for good in ["mei-ling", "o'neil", "josé", "陳大文", "阿may"] {
            let list = Compact::open(encoded(HEAD, &[(good, 1)])).unwrap();
            assert_eq!(list.check(), Ok(()), "{good}");
        }
    }
}
