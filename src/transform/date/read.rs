//! Reads a date that takes up the whole of a text.

use super::{
    Form, MONTHS, WEEKDAYS, Weekday, Written,
    token::{Token, tokens},
};
use crate::{clock::Date, view::View};

/// Reads a date that takes up the whole text.
pub(super) fn read(written: &str) -> Option<Written> {
    let view = View::of(written);
    let mut tokens = tokens(view.folded());
    let weekday = taken_weekday(&mut tokens);
    tokens.retain(|it| !matches!(it, Token::Sign(',')));
    let date = chinese_date(&tokens).or_else(|| numeric_date(&tokens)).or_else(|| {
        let plain =
            |it: &Token| !matches!(it, Token::Word(word) if ["of", "the", "on"].contains(&word.as_str()));
        tokens.retain(plain);
        english_date(&tokens)
    })?;
    // The day must exist; without a year, in a leap year.
    Date::new(date.year.unwrap_or(2000), date.month.unwrap_or(1), date.day.unwrap_or(1))
        .map(|_| Written { weekday, ..date })
}

/// Which day of the week a word is, Monday 0.
pub(super) fn weekday_of(word: &str) -> Option<usize> {
    let short = ["mon", "tues", "wed", "thurs", "fri", "sat", "sun"];
    WEEKDAYS
        .iter()
        .zip(short)
        .position(|(long, short)| word == *long || word == short || word.len() == 3 && long.starts_with(word))
        .or_else(|| (word == "thur").then_some(3))
}

/// The day after 星期, Monday 0.
pub(super) fn han_weekday(c: char) -> Option<usize> {
    match c {
        '日' | '天' => Some(6),
        _ => "一二三四五六".chars().position(|it| it == c),
    }
}

/// Takes a weekday out of a date: an English one anywhere, a Chinese one at its end.
fn taken_weekday(tokens: &mut Vec<Token>) -> Option<Weekday> {
    let english = tokens.iter().enumerate().find_map(|(n, it)| match it {
        Token::Word(word) => weekday_of(word).map(|day| (n, day)),
        Token::Number(..) | Token::Ordinal(_) | Token::Sign(_) => None,
    });
    if let Some((n, day)) = english {
        tokens.remove(n);
        if n == 0 && matches!(tokens.first(), Some(Token::Sign('.'))) {
            tokens.remove(0);
        }
        return Some(Weekday::English(day));
    }
    let end = tokens.iter().rposition(|it| !matches!(it, Token::Sign('(' | ')')))?.saturating_add(1);
    let from = end.checked_sub(3)?;
    let (libai, day) = match tokens.get(from..end)? {
        [Token::Word(a), Token::Word(b), last] => {
            let libai = match (a.as_str(), b.as_str()) {
                ("星", "期") => false,
                ("禮" | "礼", "拜") => true,
                _ => return None,
            };
            let day = match last {
                Token::Number(n @ 1..=6, 1, true) => usize::try_from(*n).ok()?.checked_sub(1)?,
                Token::Word(word) => han_weekday(word.chars().next()?)?,
                Token::Number(..) | Token::Ordinal(_) | Token::Sign(_) => return None,
            };
            (libai, day)
        }
        _ => return None,
    };
    tokens.truncate(from);
    tokens.retain(|it| !matches!(it, Token::Sign('(' | ')')));
    Some(Weekday::Chinese { day, libai })
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

pub(super) fn year_of(n: u32, digits: usize) -> Option<u16> {
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

/// `2019年3月12日`, `三月十二`, `九五年`. A month of the lunar calendar (`正月`, `三月初五`, `閏四月`) is none.
fn chinese_date(tokens: &[Token]) -> Option<Written> {
    let (mut year, mut month, mut day, mut hou, mut numerals) = (None, None, None, false, false);
    let mut rest = tokens;
    loop {
        rest = match rest {
            [Token::Number(n, digits, han), Token::Word(unit), after @ ..] => {
                numerals = numerals || *han;
                match unit.as_str() {
                    "年" if year.is_none() && month.is_none() => year = Some(year_of(*n, *digits)?),
                    "月" if month.is_none() && day.is_none() => month = Some(small(*n)?),
                    "日" | "號" | "号" if day.is_none() && month.is_some() => {
                        day = Some(small(*n)?);
                        hou = unit != "日";
                    }
                    _ => return None,
                }
                after
            }
            [Token::Number(n, _, _)] if month.is_some() && day.is_none() => {
                day = Some(small(*n)?);
                &[]
            }
            [Token::Word(share)] if share == "份" && month.is_some() && day.is_none() => &[],
            [] => break,
            _ => return None,
        };
    }
    (year.is_some() || month.is_some()).then_some(Written {
        year,
        month,
        day,
        weekday: None,
        form: Form::Chinese { numerals, hou },
    })
}

fn numeric_date(tokens: &[Token]) -> Option<Written> {
    let whole = |y: Option<u16>, m: u32, d: u32, form| {
        Some(Written { year: Some(y?), month: Some(small(m)?), day: Some(small(d)?), weekday: None, form })
    };
    match tokens {
        [
            Token::Number(y, 4, false),
            Token::Sign(sign @ ('-' | '/' | '.')),
            Token::Number(m, 1..=2, false),
            Token::Sign(again),
            Token::Number(d, 1..=2, false),
        ] if sign == again => whole(year_of(*y, 4), *m, *d, Form::YearFirst(*sign)),
        [
            Token::Number(d, 1..=2, false),
            Token::Sign(sign @ ('-' | '/' | '.')),
            Token::Number(m, 1..=2, false),
            Token::Sign(again),
            Token::Number(y, digits @ (2 | 4), false),
        ] if sign == again => whole(year_of(*y, *digits), *m, *d, Form::DayFirst(*sign, *digits == 2)),
        [Token::Number(y, 4, han)] => Some(Written {
            year: Some(year_of(*y, 4)?),
            month: None,
            day: None,
            weekday: None,
            form: Form::Year { han: *han },
        }),
        _ => None,
    }
}

fn english_date(tokens: &[Token]) -> Option<Written> {
    let is_ordinal = |word: &str| matches!(word, "st" | "nd" | "rd" | "th");
    let ordinal = tokens.iter().any(|it| match it {
        Token::Word(word) => is_ordinal(word),
        Token::Ordinal(_) => true,
        Token::Number(..) | Token::Sign(_) => false,
    });
    let left_out = |it: &&Token| match it {
        Token::Word(word) => is_ordinal(word),
        Token::Sign(sign) => *sign == '.',
        Token::Number(..) | Token::Ordinal(_) => false,
    };
    let tokens: Vec<&Token> = tokens.iter().filter(|it| !left_out(it)).collect();
    let day_of = |it: &Token| match it {
        Token::Number(n, 0..=2, false) | Token::Ordinal(n) => small(*n),
        Token::Number(..) | Token::Word(_) | Token::Sign(_) => None,
    };
    let month_of = |it: &Token| match it {
        Token::Word(word) => month_of(word),
        Token::Number(..) | Token::Ordinal(_) | Token::Sign(_) => None,
    };
    let year_of = |it: &Token| match it {
        Token::Number(n, 4, false) => year_of(*n, 4),
        Token::Number(..) | Token::Ordinal(_) | Token::Word(_) | Token::Sign(_) => None,
    };
    let (first, second, year) = match tokens.as_slice() {
        [a, b] => (*a, *b, None),
        [a, b, c] => (*a, *b, Some(year_of(c)?)),
        _ => return None,
    };
    if let (Some((month, short)), Some(it)) = (month_of(first), year_of(second)) {
        let form = Form::DayMonth { short, ordinal: false };
        let none = year.is_none();
        return none.then_some(Written {
            year: Some(it),
            month: Some(month),
            day: None,
            weekday: None,
            form,
        });
    }
    let (day, (month, short), day_first) = match (day_of(first), month_of(second)) {
        (Some(day), Some(month)) => (day, month, true),
        _ => (day_of(second)?, month_of(first)?, false),
    };
    let form = if day_first { Form::DayMonth { short, ordinal } } else { Form::MonthDay { short, ordinal } };
    Some(Written { year, month: Some(month), day: Some(day), weekday: None, form })
}
