//! Names of characters, as HTML has them (section 13.5): those of Latin letters, punctuation and HTML 4.

/// The character of a name without its `&` and `;`.
pub(super) fn character(name: &str) -> Option<char> {
    let at = NAMES.binary_search_by_key(&name, |it| it.0).ok()?;
    NAMES.get(at).and_then(|it| char::from_u32(it.1))
}

/// The longest of the names that need no `;` that a text starts with.
pub(super) fn without_end(text: &str) -> Option<(&'static str, char)> {
    // The longest has six letters.
    (2..=6).rev().find_map(|len| {
        let at = text.get(..len).and_then(|it| BARE.binary_search(&it).ok())?;
        BARE.get(at).and_then(|it| Some((*it, character(it)?)))
    })
}

/// Those that need no `;`.
#[rustfmt::skip]
const BARE: &[&str] = &[
    "AElig", "AMP", "Aacute", "Acirc", "Agrave", "Aring", "Atilde", "Auml", "COPY", "Ccedil", "ETH", "Eacute",
    "Ecirc", "Egrave", "Euml", "GT", "Iacute", "Icirc", "Igrave", "Iuml", "LT", "Ntilde", "Oacute", "Ocirc",
    "Ograve", "Oslash", "Otilde", "Ouml", "QUOT", "REG", "THORN", "Uacute", "Ucirc", "Ugrave", "Uuml",
    "Yacute", "aacute", "acirc", "acute", "aelig", "agrave", "amp", "aring", "atilde", "auml", "brvbar",
    "ccedil", "cedil", "cent", "copy", "curren", "deg", "divide", "eacute", "ecirc", "egrave", "eth", "euml",
    "frac12", "frac14", "frac34", "gt", "iacute", "icirc", "iexcl", "igrave", "iquest", "iuml", "laquo", "lt",
    "macr", "micro", "middot", "nbsp", "not", "ntilde", "oacute", "ocirc", "ograve", "ordf", "ordm", "oslash",
    "otilde", "ouml", "para", "plusmn", "pound", "quot", "raquo", "reg", "sect", "shy", "sup1", "sup2",
    "sup3", "szlig", "thorn", "times", "uacute", "ucirc", "ugrave", "uml", "uuml", "yacute", "yen", "yuml",
];

/// In order of their letters.
#[rustfmt::skip]
const NAMES: &[(&str, u32)] = &[
    ("AElig", 198), ("AMP", 38), ("Aacute", 193), ("Abreve", 0x102), ("Acirc", 194), ("Agrave", 192),
    ("Alpha", 0x391), ("Amacr", 0x100), ("Aogon", 0x104), ("ApplyFunction", 0x2061), ("Aring", 197),
    ("Atilde", 195), ("Auml", 196), ("Beta", 0x392), ("COPY", 169), ("Cacute", 0x106), ("Ccaron", 0x10C),
    ("Ccedil", 199), ("Ccirc", 0x108), ("Cdot", 0x10A), ("Cedilla", 184), ("CenterDot", 183), ("Chi", 0x3A7),
    ("CloseCurlyDoubleQuote", 0x201D), ("CloseCurlyQuote", 0x2019), ("Dagger", 0x2021), ("Dcaron", 0x10E),
    ("Delta", 0x394), ("DiacriticalAcute", 180), ("DiacriticalGrave", 96), ("Dot", 168), ("DoubleDot", 168),
    ("Dstrok", 0x110), ("ENG", 0x14A), ("ETH", 208), ("Eacute", 201), ("Ecaron", 0x11A), ("Ecirc", 202),
    ("Edot", 0x116), ("Egrave", 200), ("Emacr", 0x112), ("Eogon", 0x118), ("Epsilon", 0x395), ("Eta", 0x397),
    ("Euml", 203), ("GT", 62), ("Gamma", 0x393), ("Gbreve", 0x11E), ("Gcedil", 0x122), ("Gcirc", 0x11C),
    ("Gdot", 0x120), ("Hat", 94), ("Hcirc", 0x124), ("Hstrok", 0x126), ("IJlig", 0x132), ("Iacute", 205),
    ("Icirc", 206), ("Idot", 0x130), ("Igrave", 204), ("Imacr", 0x12A), ("InvisibleComma", 0x2063),
    ("InvisibleTimes", 0x2062), ("Iogon", 0x12E), ("Iota", 0x399), ("Itilde", 0x128), ("Iuml", 207),
    ("Jcirc", 0x134), ("Kappa", 0x39A), ("Kcedil", 0x136), ("LT", 60), ("Lacute", 0x139), ("Lambda", 0x39B),
    ("Lcaron", 0x13D), ("Lcedil", 0x13B), ("Lmidot", 0x13F), ("Lstrok", 0x141), ("MediumSpace", 0x205F),
    ("Mu", 0x39C), ("Nacute", 0x143), ("Ncaron", 0x147), ("Ncedil", 0x145), ("NegativeMediumSpace", 0x200B),
    ("NegativeThickSpace", 0x200B), ("NegativeThinSpace", 0x200B), ("NegativeVeryThinSpace", 0x200B),
    ("NoBreak", 0x2060), ("NonBreakingSpace", 160), ("Ntilde", 209), ("Nu", 0x39D), ("OElig", 0x152),
    ("Oacute", 211), ("Ocirc", 212), ("Odblac", 0x150), ("Ograve", 210), ("Omacr", 0x14C), ("Omega", 0x3A9),
    ("Omicron", 0x39F), ("OpenCurlyDoubleQuote", 0x201C), ("OpenCurlyQuote", 0x2018), ("Oslash", 216),
    ("Otilde", 213), ("Ouml", 214), ("OverBar", 0x203E), ("Phi", 0x3A6), ("Pi", 0x3A0), ("PlusMinus", 177),
    ("Prime", 0x2033), ("Psi", 0x3A8), ("QUOT", 34), ("REG", 174), ("Racute", 0x154), ("Rcaron", 0x158),
    ("Rcedil", 0x156), ("Rho", 0x3A1), ("Sacute", 0x15A), ("Scaron", 0x160), ("Scedil", 0x15E),
    ("Scirc", 0x15C), ("Sigma", 0x3A3), ("THORN", 222), ("Tau", 0x3A4), ("Tcaron", 0x164), ("Tcedil", 0x162),
    ("Theta", 0x398), ("ThinSpace", 0x2009), ("Tstrok", 0x166), ("Uacute", 218), ("Ubreve", 0x16C),
    ("Ucirc", 219), ("Udblac", 0x170), ("Ugrave", 217), ("Umacr", 0x16A), ("UnderBar", 95), ("Uogon", 0x172),
    ("Upsilon", 0x3A5), ("Uring", 0x16E), ("Utilde", 0x168), ("Uuml", 220), ("Verbar", 0x2016),
    ("Vert", 0x2016), ("VerticalLine", 124), ("VeryThinSpace", 0x200A), ("Wcirc", 0x174), ("Xi", 0x39E),
    ("Yacute", 221), ("Ycirc", 0x176), ("Yuml", 0x178), ("Zacute", 0x179), ("Zcaron", 0x17D), ("Zdot", 0x17B),
    ("ZeroWidthSpace", 0x200B), ("Zeta", 0x396), ("aacute", 225), ("abreve", 0x103), ("acirc", 226),
    ("acute", 180), ("aelig", 230), ("af", 0x2061), ("agrave", 224), ("alefsym", 0x2135), ("alpha", 0x3B1),
    ("amacr", 0x101), ("amp", 38), ("and", 0x2227), ("ang", 0x2220), ("angst", 197), ("aogon", 0x105),
    ("apos", 39), ("aring", 229), ("ast", 42), ("asymp", 0x2248), ("atilde", 227), ("auml", 228),
    ("backprime", 0x2035), ("bdquo", 0x201E), ("beta", 0x3B2), ("bprime", 0x2035), ("brvbar", 166),
    ("bsemi", 0x204F), ("bsol", 92), ("bull", 0x2022), ("bullet", 0x2022), ("cacute", 0x107), ("cap", 0x2229),
    ("caret", 0x2041), ("ccaron", 0x10D), ("ccedil", 231), ("ccirc", 0x109), ("cdot", 0x10B), ("cedil", 184),
    ("cent", 162), ("centerdot", 183), ("check", 0x2713), ("chi", 0x3C7), ("circ", 0x2C6), ("circledR", 174),
    ("clubs", 0x2663), ("colon", 58), ("comma", 44), ("commat", 64), ("cong", 0x2245), ("copy", 169),
    ("crarr", 0x21B5), ("cup", 0x222A), ("curren", 164), ("dArr", 0x21D3), ("dagger", 0x2020), ("darr", 0x2193),
    ("dash", 0x2010), ("dcaron", 0x10F), ("ddagger", 0x2021), ("deg", 176), ("delta", 0x3B4), ("diams", 0x2666),
    ("die", 168), ("div", 247), ("divide", 247), ("dollar", 36), ("dstrok", 0x111), ("eacute", 233),
    ("ecaron", 0x11B), ("ecirc", 234), ("edot", 0x117), ("egrave", 232), ("emacr", 0x113), ("empty", 0x2205),
    ("emsp", 0x2003), ("emsp13", 0x2004), ("emsp14", 0x2005), ("eng", 0x14B), ("ensp", 0x2002),
    ("eogon", 0x119), ("epsilon", 0x3B5), ("equals", 61), ("equiv", 0x2261), ("eta", 0x3B7), ("eth", 240),
    ("euml", 235), ("euro", 0x20AC), ("excl", 33), ("exist", 0x2203), ("female", 0x2640), ("flat", 0x266D),
    ("fnof", 0x192), ("forall", 0x2200), ("frac12", 189), ("frac14", 188), ("frac34", 190), ("frasl", 0x2044),
    ("gacute", 0x1F5), ("gamma", 0x3B3), ("gbreve", 0x11F), ("gcirc", 0x11D), ("gdot", 0x121), ("ge", 0x2265),
    ("grave", 96), ("gt", 62), ("hArr", 0x21D4), ("hairsp", 0x200A), ("half", 189), ("harr", 0x2194),
    ("hcirc", 0x125), ("hearts", 0x2665), ("hellip", 0x2026), ("horbar", 0x2015), ("hstrok", 0x127),
    ("hybull", 0x2043), ("hyphen", 0x2010), ("iacute", 237), ("ic", 0x2063), ("icirc", 238), ("iexcl", 161),
    ("igrave", 236), ("ijlig", 0x133), ("imacr", 0x12B), ("image", 0x2111), ("imath", 0x131), ("imped", 0x1B5),
    ("infin", 0x221E), ("inodot", 0x131), ("int", 0x222B), ("iogon", 0x12F), ("iota", 0x3B9), ("iquest", 191),
    ("isin", 0x2208), ("it", 0x2062), ("itilde", 0x129), ("iuml", 239), ("jcirc", 0x135), ("jmath", 0x237),
    ("kappa", 0x3BA), ("kcedil", 0x137), ("kgreen", 0x138), ("lArr", 0x21D0), ("lacute", 0x13A),
    ("lambda", 0x3BB), ("lang", 0x27E8), ("laquo", 171), ("larr", 0x2190), ("lbrace", 123), ("lbrack", 91),
    ("lcaron", 0x13E), ("lcedil", 0x13C), ("lceil", 0x2308), ("lcub", 123), ("ldquo", 0x201C),
    ("ldquor", 0x201E), ("le", 0x2264), ("lfloor", 0x230A), ("lmidot", 0x140), ("lowast", 0x2217),
    ("lowbar", 95), ("loz", 0x25CA), ("lpar", 40), ("lrm", 0x200E), ("lsaquo", 0x2039), ("lsqb", 91),
    ("lsquo", 0x2018), ("lsquor", 0x201A), ("lstrok", 0x142), ("lt", 60), ("macr", 175), ("male", 0x2642),
    ("mdash", 0x2014), ("micro", 181), ("midast", 42), ("middot", 183), ("minus", 0x2212), ("mldr", 0x2026),
    ("mu", 0x3BC), ("nabla", 0x2207), ("nacute", 0x144), ("napos", 0x149), ("nbsp", 160), ("ncaron", 0x148),
    ("ncedil", 0x146), ("ndash", 0x2013), ("ne", 0x2260), ("ni", 0x220B), ("nldr", 0x2025), ("not", 172),
    ("notin", 0x2209), ("nsub", 0x2284), ("ntilde", 241), ("nu", 0x3BD), ("num", 35), ("numsp", 0x2007),
    ("oacute", 243), ("ocirc", 244), ("odblac", 0x151), ("oelig", 0x153), ("ograve", 242), ("oline", 0x203E),
    ("omacr", 0x14D), ("omega", 0x3C9), ("omicron", 0x3BF), ("oplus", 0x2295), ("or", 0x2228), ("ordf", 170),
    ("ordm", 186), ("oslash", 248), ("otilde", 245), ("otimes", 0x2297), ("ouml", 246), ("para", 182),
    ("part", 0x2202), ("percnt", 37), ("period", 46), ("permil", 0x2030), ("perp", 0x22A5), ("pertenk", 0x2031),
    ("phi", 0x3C6), ("phone", 0x260E), ("pi", 0x3C0), ("piv", 0x3D6), ("plus", 43), ("plusmn", 177),
    ("pm", 177), ("pound", 163), ("prime", 0x2032), ("prod", 0x220F), ("prop", 0x221D), ("psi", 0x3C8),
    ("puncsp", 0x2008), ("qprime", 0x2057), ("quest", 63), ("quot", 34), ("rArr", 0x21D2), ("racute", 0x155),
    ("radic", 0x221A), ("rang", 0x27E9), ("raquo", 187), ("rarr", 0x2192), ("rbrace", 125), ("rbrack", 93),
    ("rcaron", 0x159), ("rcedil", 0x157), ("rceil", 0x2309), ("rcub", 125), ("rdquo", 0x201D),
    ("rdquor", 0x201D), ("real", 0x211C), ("reg", 174), ("rfloor", 0x230B), ("rho", 0x3C1), ("rlm", 0x200F),
    ("rpar", 41), ("rsaquo", 0x203A), ("rsqb", 93), ("rsquo", 0x2019), ("rsquor", 0x2019), ("sacute", 0x15B),
    ("sbquo", 0x201A), ("scaron", 0x161), ("scedil", 0x15F), ("scirc", 0x15D), ("sdot", 0x22C5), ("sect", 167),
    ("semi", 59), ("sharp", 0x266F), ("shy", 173), ("sigma", 0x3C3), ("sigmaf", 0x3C2), ("sim", 0x223C),
    ("sol", 47), ("spades", 0x2660), ("star", 0x2606), ("strns", 175), ("sub", 0x2282), ("sube", 0x2286),
    ("sum", 0x2211), ("sung", 0x266A), ("sup", 0x2283), ("sup1", 185), ("sup2", 178), ("sup3", 179),
    ("supe", 0x2287), ("szlig", 223), ("tau", 0x3C4), ("tcaron", 0x165), ("tcedil", 0x163), ("there4", 0x2234),
    ("theta", 0x3B8), ("thetasym", 0x3D1), ("thinsp", 0x2009), ("thorn", 254), ("tilde", 0x2DC), ("times", 215),
    ("tprime", 0x2034), ("trade", 0x2122), ("tstrok", 0x167), ("uArr", 0x21D1), ("uacute", 250),
    ("uarr", 0x2191), ("ubreve", 0x16D), ("ucirc", 251), ("udblac", 0x171), ("ugrave", 249), ("umacr", 0x16B),
    ("uml", 168), ("uogon", 0x173), ("upsih", 0x3D2), ("upsilon", 0x3C5), ("uring", 0x16F), ("utilde", 0x169),
    ("uuml", 252), ("verbar", 124), ("vert", 124), ("wcirc", 0x175), ("weierp", 0x2118), ("xi", 0x3BE),
    ("yacute", 253), ("ycirc", 0x177), ("yen", 165), ("yuml", 255), ("zacute", 0x17A), ("zcaron", 0x17E),
    ("zdot", 0x17C), ("zeta", 0x3B6), ("zwj", 0x200D), ("zwnj", 0x200C),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found() {
        assert!(NAMES.is_sorted());
        assert!(BARE.is_sorted() && BARE.iter().all(|it| character(it).is_some()));
        assert_eq!(character("nbsp"), Some('\u{a0}'));
        assert_eq!(character("rcaron"), Some('ř'));
        assert_eq!(character("x"), None);
        assert_eq!(without_end("ampx"), Some(("amp", '&')));
        assert_eq!(without_end("é"), None);
    }
}
