//! Text as XML has it.

/// Adds a text, its special characters as references.
pub(crate) fn escape(text: &str, into: &mut String) {
    for it in text.chars() {
        match it {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            // What XML can't hold can't be said in it either.
            '\u{FFFE}' | '\u{FFFF}' => {}
            it if it.is_control() && it != '\t' && it != '\n' => {}
            it => into.push(it),
        }
    }
}
