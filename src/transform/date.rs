//! Dates as people write them in English and Chinese: read, moved, written in the same form.
//!
//! A date of numbers is read as day, month, year, as Hong Kong writes it. What cannot be read whole is not
//! guessed: the caller writes a marker without a date.

use crate::{clock::Date, view::View};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WEEKDAYS: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tue",
    "tues",
    "wed",
    "thu",
    "thur",
    "thurs",
    "fri",
    "sat",
    "sun",
];

/// How a date was written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    /// `2019-03-12`, with its separator.
    YearFirst(char),
    /// `12/3/2019`, with its separator and whether the year has two digits.
    DayFirst(char, bool),
    /// `12 March 2019`; whether the month is shortened and the day is `12th`.
    DayMonth { short: bool, ordinal: bool },
    /// `March 12, 2019`.
    MonthDay { short: bool, ordinal: bool },
    /// `2019年3月12日`; whether in Chinese numerals, and whether the day ends in 號.
    Chinese { numerals: bool, hou: bool },
    /// `2019`.
    Year,
}

/// A date, some parts of which may be missing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Written {
    year: Option<u16>,
    month: Option<u8>,
    day: Option<u8>,
    form: Form,
}

/// The same date so many days later, in the same form.
pub(super) fn shifted(written: &str, days: i32) -> Option<String> {
    let date = read(written)?;
    // A missing year is taken as one without a leap day, a missing day as the middle of its span.
    let month = date.month.unwrap_or(7);
    let start = Date::new(
        date.year.unwrap_or(2001),
        month,
        date.day.unwrap_or(if date.month.is_some() { 15 } else { 1 }),
    )?;
    Some(date.write(Date::from_days(start.days().saturating_add(i64::from(days)))))
}

/// The year of a date as written, if it has one.
pub(super) fn year(written: &str) -> Option<u16> {
    if let Some(date) = read(written) {
        return date.year;
    }
    let view = View::of(written);
    let mut years = tokens(view.folded()).into_iter().filter_map(|it| match it {
        Token::Number(n, 4, _) => Some(n),
        Token::Number(..) | Token::Word(_) | Token::Sign(_) => None,
    });
    match (years.next(), years.next()) {
        (Some(year), None) if (1900..=2099).contains(&year) => u16::try_from(year).ok(),
        _ => None,
    }
}

/// The first number in a text: digits, English words up to ninety-nine, Chinese numerals.
pub(super) fn number_in(folded: &str) -> Option<u32> {
    tokens(folded).into_iter().find_map(|it| match it {
        Token::Number(n, ..) => Some(n),
        Token::Word(_) | Token::Sign(_) => None,
    })
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Token {
    /// A number, its digits as written, and whether they were Chinese.
    Number(u32, usize, bool),
    /// A Latin word, or one Han character.
    Word(String),
    /// Anything else but white space.
    Sign(char),
}

fn tokens(folded: &str) -> Vec<Token> {
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
            english(&run).map_or(Token::Word(run), |n| Token::Number(n, 0, false))
        } else if c.is_alphabetic() {
            Token::Word(run)
        } else if c.is_whitespace() {
            continue;
        } else {
            Token::Sign(c)
        };
        // `thirty-four` and `thirty four` are one number.
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
    }
    tokens
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

const fn numeral(c: char) -> Option<u32> {
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

fn month_of(word: &str) -> Option<(u8, bool)> {
    let n = MONTHS.iter().position(|it| {
        *it == word
            || word.len() >= 3
                && (it.starts_with(word) && word.len() == 3 || word == "sept" && it.starts_with("sept"))
    })?;
    let whole = MONTHS.get(n).is_some_and(|it| *it == word) && word != "may";
    Some((u8::try_from(n.saturating_add(1)).ok()?, !whole && word != "may"))
}

/// Reads a date that takes up the whole text.
fn read(written: &str) -> Option<Written> {
    let view = View::of(written);
    let mut tokens = tokens(view.folded());
    tokens.retain(|it| !matches!(it, Token::Word(word) if WEEKDAYS.contains(&word.as_str()) || word == "of" || word == "the" || word == "on"));
    tokens.retain(|it| !matches!(it, Token::Sign(',')));
    let date = chinese_date(&tokens).or_else(|| numeric_date(&tokens)).or_else(|| english_date(&tokens))?;
    // The day must exist; without a year, in a leap year.
    Date::new(date.year.unwrap_or(2000), date.month.unwrap_or(1), date.day.unwrap_or(1)).map(|_| date)
}

fn year_of(n: u32, digits: usize) -> Option<u16> {
    match digits {
        4 if (1800..=2199).contains(&n) => u16::try_from(n).ok(),
        2 if n < 50 => u16::try_from(n.saturating_add(2000)).ok(),
        2 => u16::try_from(n.saturating_add(1900)).ok(),
        _ => None,
    }
}

fn small(n: u32) -> Option<u8> {
    u8::try_from(n).ok().filter(|it| (1..=31).contains(it))
}

fn chinese_date(tokens: &[Token]) -> Option<Written> {
    let (mut year, mut month, mut day, mut hou, mut numerals) = (None, None, None, false, false);
    let mut rest = tokens;
    while let [Token::Number(n, digits, han), Token::Word(unit), after @ ..] = rest {
        numerals = numerals || *han;
        match unit.as_str() {
            "年" if year.is_none() && month.is_none() => {
                year = Some(year_of(*n, *digits).filter(|_| *digits == 4)?);
            }
            "月" if month.is_none() && day.is_none() => month = Some(small(*n)?),
            "日" | "號" | "号" if day.is_none() && month.is_some() => {
                day = Some(small(*n)?);
                hou = unit != "日";
            }
            _ => return None,
        }
        rest = after;
    }
    let weekday = matches!(rest, [] | [Token::Word(_), Token::Word(_)]) || is_weekday(rest);
    (weekday && (rest.is_empty() || is_weekday(rest)) && (year.is_some() || month.is_some()))
        .then_some(Written { year, month, day, form: Form::Chinese { numerals, hou } })
}

/// `星期二`, `禮拜日`, with or without parentheses.
fn is_weekday(rest: &[Token]) -> bool {
    let words: Vec<&Token> = rest.iter().filter(|it| !matches!(it, Token::Sign('(' | ')'))).collect();
    let word = |it: &&Token, want: &str| matches!(it, Token::Word(word) if word == want);
    match words.as_slice() {
        [a, b, _] => (word(a, "星") && word(b, "期")) || (word(a, "禮") && word(b, "拜")),
        _ => false,
    }
}

fn numeric_date(tokens: &[Token]) -> Option<Written> {
    match tokens {
        [
            Token::Number(y, 4, false),
            Token::Sign(sign @ ('-' | '/' | '.')),
            Token::Number(m, 1..=2, false),
            Token::Sign(again),
            Token::Number(d, 1..=2, false),
        ] if sign == again => Some(Written {
            year: Some(year_of(*y, 4)?),
            month: Some(small(*m)?),
            day: Some(small(*d)?),
            form: Form::YearFirst(*sign),
        }),
        [
            Token::Number(d, 1..=2, false),
            Token::Sign(sign @ ('-' | '/' | '.')),
            Token::Number(m, 1..=2, false),
            Token::Sign(again),
            Token::Number(y, digits @ (2 | 4), false),
        ] if sign == again => Some(Written {
            year: Some(year_of(*y, *digits)?),
            month: Some(small(*m)?),
            day: Some(small(*d)?),
            form: Form::DayFirst(*sign, *digits == 2),
        }),
        [Token::Number(y, 4, false)] => {
            Some(Written { year: Some(year_of(*y, 4)?), month: None, day: None, form: Form::Year })
        }
        _ => None,
    }
}

fn english_date(tokens: &[Token]) -> Option<Written> {
    let is_ordinal = |word: &str| matches!(word, "st" | "nd" | "rd" | "th");
    let ordinal = tokens.iter().any(|it| matches!(it, Token::Word(word) if is_ordinal(word)));
    let tokens: Vec<&Token> = tokens
        .iter()
        .filter(|it| !matches!(it, Token::Word(word) if is_ordinal(word)) && !matches!(it, Token::Sign('.')))
        .collect();
    let month = |word: &str| month_of(word);
    match tokens.as_slice() {
        [Token::Number(d, 1..=2, false), Token::Word(m)] => {
            let (month, short) = month(m)?;
            Some(Written {
                year: None,
                month: Some(month),
                day: Some(small(*d)?),
                form: Form::DayMonth { short, ordinal },
            })
        }
        [Token::Number(d, 1..=2, false), Token::Word(m), Token::Number(y, 4, false)] => {
            let (month, short) = month(m)?;
            let year = Some(year_of(*y, 4)?);
            Some(Written {
                year,
                month: Some(month),
                day: Some(small(*d)?),
                form: Form::DayMonth { short, ordinal },
            })
        }
        [Token::Word(m), Token::Number(d, 1..=2, false)] => {
            let (month, short) = month(m)?;
            Some(Written {
                year: None,
                month: Some(month),
                day: Some(small(*d)?),
                form: Form::MonthDay { short, ordinal },
            })
        }
        [Token::Word(m), Token::Number(d, 1..=2, false), Token::Number(y, 4, false)] => {
            let (month, short) = month(m)?;
            let year = Some(year_of(*y, 4)?);
            Some(Written {
                year,
                month: Some(month),
                day: Some(small(*d)?),
                form: Form::MonthDay { short, ordinal },
            })
        }
        [Token::Word(m), Token::Number(y, 4, false)] => {
            let (month, short) = month(m)?;
            let year = Some(year_of(*y, 4)?);
            Some(Written {
                year,
                month: Some(month),
                day: None,
                form: Form::DayMonth { short, ordinal: false },
            })
        }
        _ => None,
    }
}

impl Written {
    /// Writes another date in this one's form, with the parts that this one has.
    fn write(&self, to: Date) -> String {
        let year = self.year.map(|_| to.year);
        let month = |short: bool| {
            let name = MONTHS.get(usize::from(to.month.saturating_sub(1))).copied().unwrap_or_default();
            let name: String = if short { name.chars().take(3).collect() } else { name.to_owned() };
            let mut chars = name.chars();
            chars.next().map_or(String::new(), |it| it.to_uppercase().chain(chars).collect())
        };
        match self.form {
            Form::YearFirst(sep) => format!("{:04}{sep}{:02}{sep}{:02}", to.year, to.month, to.day),
            Form::DayFirst(sep, short) => {
                let year = if short { format!("{:02}", to.year % 100) } else { to.year.to_string() };
                format!("{}{sep}{}{sep}{year}", to.day, to.month)
            }
            Form::DayMonth { short, ordinal } => {
                let day = self.day.map(|_| day(to.day, ordinal));
                [day, Some(month(short)), year.map(|it| it.to_string())]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(" ")
            }
            Form::MonthDay { short, ordinal } => {
                let start = format!("{} {}", month(short), day(to.day, ordinal));
                year.map_or(start.clone(), |it| format!("{start}, {it}"))
            }
            Form::Chinese { numerals, hou } => {
                let number = |n: u8| if numerals { chinese_number(n) } else { n.to_string() };
                let mut out = String::new();
                if let Some(year) = year {
                    let digits = year.to_string();
                    out.push_str(&if numerals {
                        digits.chars().map(chinese_digit).collect()
                    } else {
                        digits
                    });
                    out.push('年');
                }
                if self.month.is_some() {
                    out.push_str(&number(to.month));
                    out.push('月');
                }
                if self.day.is_some() {
                    out.push_str(&number(to.day));
                    out.push(if hou { '號' } else { '日' });
                }
                out
            }
            Form::Year => to.year.to_string(),
        }
    }
}

fn day(n: u8, ordinal: bool) -> String {
    let ending = match (ordinal, n) {
        (false, _) => "",
        (true, 1 | 21 | 31) => "st",
        (true, 2 | 22) => "nd",
        (true, 3 | 23) => "rd",
        (true, _) => "th",
    };
    format!("{n}{ending}")
}

fn chinese_digit(digit: char) -> char {
    match digit {
        '1' => '一',
        '2' => '二',
        '3' => '三',
        '4' => '四',
        '5' => '五',
        '6' => '六',
        '7' => '七',
        '8' => '八',
        '9' => '九',
        _ => '零',
    }
}

fn chinese_number(n: u8) -> String {
    let digit = |n: u8| chinese_digit(char::from(b'0'.saturating_add(n % 10)));
    match (n / 10, n % 10) {
        (0, ones) => digit(ones).to_string(),
        (1, 0) => "十".to_owned(),
        (1, ones) => format!("十{}", digit(ones)),
        (tens, 0) => format!("{}十", digit(tens)),
        (tens, ones) => format!("{}十{}", digit(tens), digit(ones)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, days: i32, want: Option<&str>) {
        assert_eq!(shifted(written, days).as_deref(), want, "{written}");
    }

    #[test]
    fn dates_move_and_keep_their_form() {
        check("12 March 2019", 20, Some("1 April 2019"));
        check("12th of March, 2019", 20, Some("1st April 2019"));
        check("Mar 12, 2019", -12, Some("Feb 28, 2019"));
        check("March 12th", 10, Some("March 22nd"));
        check("Tuesday 12 March", 1, Some("13 March"));
        check("March 2019", 31, Some("April 2019"));
        check("12/3/2019", 20, Some("1/4/2019"));
        check("12.3.19", -72, Some("30.12.18"));
        check("2019-03-12", 20, Some("2019-04-01"));
        check("2019年3月12號", 20, Some("2019年4月1號"));
        check("二零一九年三月十二日", 20, Some("二零一九年四月一日"));
        check("３月１２日", 20, Some("4月1日"));
        check("三月廿五號星期二", 6, Some("三月三十一號"));
        check("2019", 150, Some("2019"));
        check("2019", 190, Some("2020"));
    }

    #[test]
    fn what_cannot_be_read_whole_is_not_guessed() {
        for it in [
            "last Tuesday",
            "12號",
            "年初二",
            "31/4/2019",
            "沙士嗰年",
            "the 90s",
            "12 March or so",
            "2019年13月1日",
            "",
        ] {
            check(it, 5, None);
        }
    }

    #[test]
    fn the_year_is_found_where_there_is_one() {
        for (written, want) in [
            ("12 March 2019", Some(2019)),
            ("二零一九年三月", Some(2019)),
            ("around Easter 2019", Some(2019)),
            ("12 March", None),
            ("12/3/19", Some(2019)),
            ("from 2018 to 2019", None),
        ] {
            assert_eq!(year(written), want, "{written}");
        }
    }

    #[test]
    fn intervals_are_kept() {
        for days in [-182, -31, 1, 29, 182] {
            for start in (17_000..19_000).step_by(97) {
                let (a, b) = (Date::from_days(start), Date::from_days(start + 45));
                let moved = |it: Date| {
                    let it = shifted(&it.to_string(), days).unwrap();
                    let parts: Vec<u16> = it.split('-').map(|it| it.parse().unwrap()).collect();
                    Date::new(parts[0], u8::try_from(parts[1]).unwrap(), u8::try_from(parts[2]).unwrap())
                        .unwrap()
                        .days()
                };
                assert_eq!(moved(b) - moved(a), 45);
                assert_eq!(moved(a) - a.days(), i64::from(days));
            }
        }
    }
}
