//! The words of a date or an age: numbers as digits, in English and in Chinese, and what stands between them.

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Token {
    /// A number, its digits as written, and whether they were Chinese.
    Number(u32, usize, bool),
    /// `twelfth`.
    Ordinal(u32),
    /// A Latin word, or one Han character.
    Word(String),
    /// Anything else but white space.
    Sign(char),
}

pub(super) fn tokens(folded: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut chars = folded.chars().peekable();
    while let Some(c) = chars.next() {
        let mut run = String::from(c);
        let same: fn(char) -> bool = match c {
            _ if c.is_ascii_digit() => |it| it.is_ascii_digit(),
            _ if c.is_ascii_alphabetic() => |it| it.is_ascii_alphabetic(),
            _ if numeral(c).is_some() => |it| numeral(it).is_some(),
            _ => |_| false,
        };
        while let Some(next) = chars.next_if(|it| same(*it)) {
            run.push(next);
        }
        let token = if c.is_ascii_digit() {
            run.parse().map_or(Token::Word(run.clone()), |n| Token::Number(n, run.len(), false))
        } else if numeral(c).is_some() {
            chinese(&run).map_or(Token::Word(run.clone()), |n| Token::Number(n, run.chars().count(), true))
        } else if c.is_ascii_alphabetic() {
            match english(&run) {
                Some(n) => Token::Number(n, 0, false),
                None => ordinal(&run).map_or(Token::Word(run), Token::Ordinal),
            }
        } else if c.is_alphabetic() {
            Token::Word(run)
        } else if c.is_whitespace() {
            continue;
        } else {
            Token::Sign(c)
        };
        // `thirty-four`, `thirty four` and `thirty-first` are one number.
        let (token, is_ordinal) = match token {
            Token::Ordinal(n) => (Token::Number(n, 0, false), true),
            it @ (Token::Number(..) | Token::Word(_) | Token::Sign(_)) => (it, false),
        };
        match (tokens.as_slice(), &token) {
            (
                [.., Token::Number(tens, 0, false), Token::Sign('-')],
                Token::Number(ones @ 1..=9, 0, false),
            ) if tens % 10 == 0 => {
                let n = tens.saturating_add(*ones);
                tokens.truncate(tokens.len().saturating_sub(2));
                tokens.push(Token::Number(n, 0, false));
            }
            ([.., Token::Number(tens @ 20..=90, 0, false)], Token::Number(ones @ 1..=9, 0, false))
                if tens % 10 == 0 =>
            {
                let n = tens.saturating_add(*ones);
                tokens.pop();
                tokens.push(Token::Number(n, 0, false));
            }
            _ => tokens.push(token),
        }
        if is_ordinal && let Some(Token::Number(n, 0, false)) = tokens.pop() {
            tokens.push(Token::Ordinal(n));
        }
    }
    spoken_years(tokens)
}

/// Makes a year of four digits of `nineteen ninety-five`, `twenty oh five` and `two thousand and five`.
fn spoken_years(tokens: Vec<Token>) -> Vec<Token> {
    let word = |it: &Token, want: &[&str]| matches!(it, Token::Word(it) if want.contains(&it.as_str()));
    let mut out = Vec::with_capacity(tokens.len());
    let mut rest = tokens.as_slice();
    loop {
        let (year, after) = match rest {
            [Token::Number(c @ (19 | 20), 0, false), Token::Number(n @ 10..=99, 0, false), after @ ..] => {
                (c.saturating_mul(100).saturating_add(*n), after)
            }
            [Token::Number(c @ (19 | 20), 0, false), oh, Token::Number(n @ 1..=9, 0, false), after @ ..]
                if word(oh, &["oh", "o"]) =>
            {
                (c.saturating_mul(100).saturating_add(*n), after)
            }
            [Token::Number(2, 0, false), thousand, after @ ..] if word(thousand, &["thousand"]) => {
                match after {
                    [and, Token::Number(n @ 1..=99, 0, false), after @ ..] if word(and, &["and"]) => {
                        (n.saturating_add(2000), after)
                    }
                    [Token::Number(n @ 1..=99, 0, false), after @ ..] => (n.saturating_add(2000), after),
                    after => (2000, after),
                }
            }
            [one, after @ ..] => {
                out.push(one.clone());
                rest = after;
                continue;
            }
            [] => return out,
        };
        out.push(Token::Number(year, 4, false));
        rest = after;
    }
}

/// `twelfth`, `third`, `thirtieth`; not those of figures.
fn ordinal(word: &str) -> Option<u32> {
    let irregular = match word {
        "first" => 1,
        "second" => 2,
        "third" => 3,
        "fifth" => 5,
        "eighth" => 8,
        "ninth" => 9,
        "twelfth" => 12,
        _ => 0,
    };
    if irregular > 0 {
        return Some(irregular);
    }
    let stem = word.strip_suffix("th")?;
    english(stem).or_else(|| english(&format!("{}y", stem.strip_suffix("ie")?)))
}

fn english(word: &str) -> Option<u32> {
    const ONES: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [(&str, u32); 9] = [
        ("twent", 20),
        ("thirt", 30),
        ("fort", 40),
        ("fift", 50),
        ("sixt", 60),
        ("sevent", 70),
        ("eight", 80),
        ("ninet", 90),
        ("fourt", 40),
    ];
    if let Some(n) = ONES.iter().position(|it| *it == word) {
        return u32::try_from(n).ok();
    }
    let stem = word.strip_suffix('y').or_else(|| word.strip_suffix("ies"))?;
    TENS.iter().find(|(it, _)| *it == stem).map(|(_, n)| *n)
}

pub(super) const fn numeral(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' | '○' => 0,
        '一' | '元' => 1,
        '二' | '兩' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '十' => 10,
        '廿' => 20,
        '卅' => 30,
        '百' => 100,
        _ => return None,
    })
}

/// `二零一九`, `十二`, `廿五`, `三十一`, `一百零二`.
fn chinese(run: &str) -> Option<u32> {
    let values: Vec<u32> = run.chars().filter_map(numeral).collect();
    if values.len() > 1 && values.iter().all(|it| *it < 10) {
        return values.iter().try_fold(0_u32, |n, it| n.checked_mul(10)?.checked_add(*it));
    }
    let (mut total, mut last) = (0_u32, None);
    for value in values {
        match value {
            10 | 100 => total = total.checked_add(value.checked_mul(last.take().unwrap_or(1))?)?,
            20 | 30 => total = total.checked_add(value)?,
            _ => last = Some(value),
        }
    }
    total.checked_add(last.unwrap_or(0))
}

/// The numbers in a text: digits, English words up to ninety-nine, Chinese numerals.
pub(in crate::transform) fn numbers_in(folded: &str) -> Vec<u32> {
    let numbers = tokens(folded).into_iter().filter_map(|it| match it {
        Token::Number(n, ..) => Some(n),
        Token::Ordinal(_) | Token::Word(_) | Token::Sign(_) => None,
    });
    numbers.collect()
}

/// The numbers of four digits in a text, also those that are spoken as years.
pub(super) fn years_in(folded: &str) -> Vec<u32> {
    let years = tokens(folded).into_iter().filter_map(|it| match it {
        Token::Number(n, 4, _) => Some(n),
        Token::Number(..) | Token::Ordinal(_) | Token::Word(_) | Token::Sign(_) => None,
    });
    years.collect()
}
