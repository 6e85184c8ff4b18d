//! Numbers and addresses that nobody has: of the same layout, from ranges that are set aside for examples, or that
//! cannot be assigned. Each has a pool, which is drawn from without putting back.
//!
//! | What | From |
//! |---|---|
//! | phone in Hong Kong, Macau | begins with 0: no subscriber's does (no range is set aside there) |
//! | phone in the UK | 01632 960000–960999, mobile 07700 900000–900999 (Ofcom) |
//! | phone in North America | 555-0100 to 555-0199, area code 555 (NANPA) |
//! | phone in Australia | 5550 0000 to 5550 9999, mobile 0491 570 000–999 (ACMA) |
//! | mobile in the mainland | begins with 12: none does |
//! | HKID | letter Q, and a check digit that is wrong |
//! | card, account | begins with 0: no issuer has it (ISO/IEC 7812) |
//! | plate, passport, other number | every letter a Q, figures drawn |
//! | e-mail, web address | example.org (RFC 2606) |
//! | IP and MAC address | 192.0.2.0/24, 2001:db8::/32 (RFC 5737, 3849), 00-00-5E-00-53 (RFC 7042) |

use crate::{entity::EntityType, view::View};

/// Where a surrogate comes from, and how it is written once a number of the pool is drawn.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Pool {
    pub(super) name: String,
    /// What was written, without what differs between two ways to write the same.
    pub(super) owner: String,
    pub(super) size: u32,
    write: Write,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Write {
    /// The figures of the original in order, letters as Q; then the drawn number fills those that are `#`.
    Figures { original: String, pattern: String, hkid: bool },
    /// Text with the drawn number in the place of `#`.
    Text(String),
}

/// Spreads drawn numbers over as many figures as there are.
const SPREAD: u128 = 736_878_713_579_317;

/// The most that is drawn from a pool.
const MAX_POOL: u32 = 1_000_000;

/// The pool for what was written, if its form is understood.
pub(super) fn pool(entity: EntityType, written: &str) -> Option<Pool> {
    let view = View::of(written);
    let text = view.text();
    let figures = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = text.chars().all(|c| c.is_ascii() && !c.is_ascii_control());
    if !plain {
        return None;
    }
    match entity {
        EntityType::Phone => phone(text),
        EntityType::Hkid if figures >= 6 => {
            let ends_in_letter = text.trim_end_matches(')').ends_with(['a', 'A']);
            let fits = figures == if ends_in_letter { 6 } else { 7 };
            fits.then(|| Pool {
                name: "hkid".to_owned(),
                owner: plain_of(text),
                size: MAX_POOL,
                write: Write::Figures { original: text.to_owned(), pattern: "######".to_owned(), hkid: true },
            })
        }
        EntityType::Account if figures >= 6 => {
            Some(drawn("account", text, format!("0{}", "#".repeat(figures.saturating_sub(1)))))
        }
        EntityType::Plate | EntityType::Passport | EntityType::IdNumber
            if figures >= 2 && text.chars().filter(char::is_ascii_alphabetic).count() <= 6 =>
        {
            Some(drawn(entity.noun(), text, "#".repeat(figures)))
        }
        EntityType::Email => Some(named("email", text, "user#@example.org".to_owned())),
        EntityType::Handle => {
            let form = if text.starts_with('@') { "@user#" } else { "user#" };
            Some(named("handle", text, form.to_owned()))
        }
        EntityType::Url => {
            let scheme =
                ["https://", "http://"].into_iter().find(|it| text.starts_with(it)).unwrap_or_default();
            let www = if text.get(scheme.len()..)?.starts_with("www.") { "www." } else { "" };
            Some(named("url", text, format!("{scheme}{www}example.org/p#")))
        }
        EntityType::NetworkAddress => network(text),
        EntityType::Hkid
        | EntityType::Account
        | EntityType::Plate
        | EntityType::Passport
        | EntityType::IdNumber
        | EntityType::Person
        | EntityType::Address
        | EntityType::Coordinates
        | EntityType::Place
        | EntityType::Organisation
        | EntityType::Service
        | EntityType::Date
        | EntityType::Age
        | EntityType::Occupation
        | EntityType::Demographic
        | EntityType::Route
        | EntityType::Event => None,
    }
}

/// Letters and figures of what was written.
fn plain_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_lowercase()).collect()
}

fn named(name: &str, original: &str, text: String) -> Pool {
    Pool { name: name.to_owned(), owner: plain_of(original), size: 90_000, write: Write::Text(text) }
}

/// A pool of figures: as many as the pattern has `#`.
fn drawn(name: &str, original: &str, pattern: String) -> Pool {
    let free = u32::try_from(pattern.matches('#').count()).unwrap_or(0);
    let size = 10_u32.checked_pow(free).map_or(MAX_POOL, |it| it.min(MAX_POOL));
    // Two layouts of the same figures are one surrogate: the pool is that of the figures.
    Pool {
        name: format!("{name} {pattern}"),
        owner: plain_of(original),
        size,
        write: Write::Figures { original: original.to_owned(), pattern, hkid: false },
    }
}

/// A number in a country: its code, how many figures follow, how they begin, and the pattern for those.
const ABROAD: &[(&str, usize, &str, &str)] = &[
    ("852", 8, "", "0#######"),
    ("853", 8, "", "0#######"),
    ("44", 10, "7", "7700900###"),
    ("44", 10, "", "1632960###"),
    ("1", 10, "", "55555501##"),
    ("61", 9, "4", "491570###"),
    ("61", 9, "", "25550####"),
    ("86", 11, "1", "12#########"),
];

/// The same as it is written at home: how many figures, how they begin, what stands before the pattern.
const AT_HOME: &[(usize, &str, &str, &str)] = &[
    (8, "", "", "0#######"),
    (11, "07", "0", "7700900###"),
    (11, "01", "0", "1632960###"),
    (11, "02", "0", "1632960###"),
    (11, "03", "0", "1632960###"),
    (11, "1", "", "12#########"),
    (10, "04", "0", "491570###"),
    (10, "0", "0", "25550####"),
    (10, "", "", "55555501##"),
];

fn phone(text: &str) -> Option<Pool> {
    if text.contains(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let (idd, rest) = digits.strip_prefix("00").map_or(("", digits.as_str()), |it| ("00", it));
    let abroad = ABROAD.iter().find_map(|(code, len, begins, pattern)| {
        let own = rest.strip_prefix(code).filter(|it| it.len() == *len && it.starts_with(begins))?;
        let said = text.trim_start().starts_with('+') || !idd.is_empty() || code.len() == 3;
        said.then(|| (format!("{idd}{code}"), own, *pattern))
    });
    let is_abroad = text.trim_start().starts_with('+') || !idd.is_empty();
    let at_home = || {
        let (_, _, before, pattern) =
            AT_HOME.iter().find(|(len, begins, ..)| digits.len() == *len && digits.starts_with(begins))?;
        Some(((*before).to_owned(), digits.strip_prefix(before)?, *pattern))
    };
    let (before, own, pattern) = abroad.or_else(|| (!is_abroad).then(at_home).flatten())?;
    // With its country's code or without it, a number is the same.
    Some(Pool {
        name: format!("phone {pattern}"),
        owner: own.to_owned(),
        ..drawn("phone", text, format!("{before}{pattern}"))
    })
}

fn network(written: &str) -> Option<Pool> {
    let mac = |sep: char| written.split(sep).filter(|it| it.len() == 2).count() == 6;
    let (name, text, size) = if mac(':') {
        ("mac", "00:00:5E:00:53:#", 90)
    } else if mac('-') {
        ("mac", "00-00-5E-00-53-#", 90)
    } else if written.contains(':') {
        ("ipv6", "2001:db8::#", 9_000)
    } else if written.split('.').count() == 4 {
        ("ipv4", "192.0.2.#", 154)
    } else {
        return None;
    };
    let owner = plain_of(written);
    Some(Pool { name: name.to_owned(), owner, size, write: Write::Text(text.to_owned()) })
}

impl Pool {
    /// The surrogate with that number.
    pub(super) fn write(&self, n: u32) -> String {
        match &self.write {
            Write::Text(text) => {
                let least = match self.name.as_str() {
                    "mac" => 10,
                    "ipv4" => 100,
                    "ipv6" => 1_000,
                    _ => 10_000,
                };
                text.replace('#', &n.saturating_add(least).to_string())
            }
            Write::Figures { original, pattern, hkid } => {
                let free = pattern.matches('#').count();
                // Spread over all figures by a factor that has no divisor in common with ten.
                let number = format!("{:0free$}", u128::from(n).saturating_mul(SPREAD));
                let tail = number.get(number.len().saturating_sub(free)..).unwrap_or_default();
                let mut drawn = tail.chars();
                let mut figures =
                    pattern.chars().map(|c| if c == '#' { drawn.next().unwrap_or('0') } else { c });
                let mut six = Vec::new();
                let mut out = String::with_capacity(original.len());
                for c in original.chars() {
                    let last = *hkid && six.len() == 6;
                    out.push(match c {
                        _ if last && (c.is_ascii_digit() || c.eq_ignore_ascii_case(&'a')) => {
                            wrong_check(&out, &six)
                        }
                        _ if c.is_ascii_digit() => {
                            let figure = figures.next().unwrap_or('0');
                            six.push(figure);
                            figure
                        }
                        _ if c.is_ascii_uppercase() => 'Q',
                        _ if c.is_ascii_lowercase() => 'q',
                        _ => c,
                    });
                }
                out
            }
        }
    }
}

/// A check digit that these letters and six figures do not have.
fn wrong_check(before: &str, six: &[char]) -> char {
    let letters = before.chars().filter(char::is_ascii_alphabetic).count();
    // Q counts 26; a missing first letter, 36. Weights 9, 8, then 7 to 2.
    let first = if letters > 1 { 26_u32 } else { 36 };
    let figures = six
        .iter()
        .zip((2..=7_u32).rev())
        .filter_map(|(c, weight)| Some(c.to_digit(10)?.saturating_mul(weight)));
    let sum = figures.sum::<u32>().saturating_add(first.saturating_mul(9)).saturating_add(26 * 8);
    let check = (11 - sum % 11) % 11;
    char::from_digit((check.saturating_add(1)) % 10, 10).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;
    use EntityType as E;

    fn check(entity: E, written: &str, n: u32, want: &str) {
        let pool = pool(entity, written).unwrap_or_else(|| panic!("{written}"));
        assert_eq!(pool.write(n), want, "{written}");
        assert!(n < pool.size, "{written}");
    }

    #[test]
    fn numbers_keep_their_layout_and_belong_to_nobody() {
        check(E::Phone, "9123 4567", 1, "0357 9317");
        check(E::Phone, "+852 9123-4567", 1, "+852 0357-9317");
        check(E::Phone, "９１２３４５６７", 1, "03579317");
        check(E::Phone, "+44 7911 123456", 1, "+44 7700 900317");
        check(E::Phone, "020 7946 0123", 1, "016 3296 0317");
        check(E::Phone, "(212) 664-7665", 1, "(555) 555-0117");
        check(E::Phone, "+1 212 664 7665", 1, "+1 555 555 0117");
        check(E::Phone, "+61 2 9374 4000", 1, "+61 2 5550 9317");
        check(E::Phone, "138 0013 8000", 1, "127 1357 9317");
        check(E::Hkid, "A123456(3)", 1, "Q579317(1)");
        check(E::Hkid, "AB987654A", 1, "QQ5793172");
        check(E::Email, "oi.lin@hospital.hk", 3, "user10003@example.org");
        check(E::Url, "https://www.facebook.com/oilin", 3, "https://www.example.org/p10003");
        check(E::Handle, "@oilin", 3, "@user10003");
        check(E::Plate, "AB 1234", 1, "QQ 9317");
        check(E::Account, "4111 1111 1111 1111", 1, "0736 8787 1357 9317");
        check(E::NetworkAddress, "10.0.0.7", 3, "192.0.2.103");
        check(E::NetworkAddress, "aa:bb:cc:dd:ee:ff", 3, "00:00:5E:00:53:13");
        check(E::IdNumber, "HN-12345678", 1, "QQ-13579317");
    }

    #[test]
    fn what_has_no_form_of_ours_has_no_surrogate() {
        for (entity, it) in [
            (E::Phone, "nine one two three four five six seven"),
            (E::Phone, "九一二三四五六七"),
            (E::Phone, "12345"),
            (E::Phone, "+49 30 1234567"),
            (E::Hkid, "A12345"),
            (E::NetworkAddress, "localhost"),
            (E::Place, "Sha Tin"),
        ] {
            assert_eq!(pool(entity, it), None, "{it}");
        }
    }

    #[test]
    fn two_numbers_of_a_pool_are_two_surrogates_and_no_identity_card_is_valid() {
        use crate::rules::is_valid_hkid;
        let card = pool(E::Hkid, "A123456(3)").unwrap();
        let phone = pool(E::Phone, "9123 4567").unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for n in (0..1_000_000).step_by(997) {
            assert!(!is_valid_hkid(&card.write(n)), "{}", card.write(n));
            assert!(seen.insert(phone.write(n)) && seen.insert(card.write(n)), "{n}");
        }
    }
}
