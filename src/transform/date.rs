//! Dates as people write and say them in English and Chinese: read, moved, written in the same form.
//!
//! A date of numbers is read as day, month, year, as Hong Kong writes it. What cannot be read whole is not
//! guessed: the caller writes a marker without a date. So that nothing absolute is left where it was, each kind
//! has its way:
//!
//! | Written | Moved |
//! |---|---|
//! | day, month, year | by the days exactly: the interval between any two is kept |
//! | day, month | the same, in a year without a leap day |
//! | month, year, or month | as the 15th of it: always to another month, since a shift has 28 days at least |
//! | year | as the middle of it: to itself |
//! | weekday with a date | kept where whole weeks are moved, else left out |
//! | festival, lunar day, day of the month, decade | not read |

mod read;
mod token;

use std::ops::Range;

use self::read::{han_weekday, read, weekday_of};
pub(super) use self::token::numbers_in;
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

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

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
    /// `2019`, or `二零一九`.
    Year { han: bool },
}

/// A weekday beside a date, Monday 0.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Weekday {
    /// `Tuesday`.
    English(usize),
    /// `星期二`, or `禮拜二`.
    Chinese { day: usize, libai: bool },
}

/// A date, some parts of which may be missing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Written {
    year: Option<u16>,
    month: Option<u8>,
    day: Option<u8>,
    weekday: Option<Weekday>,
    form: Form,
}

/// The same date so many days later, in the same form.
pub(super) fn shifted(written: &str, days: i32) -> Option<String> {
    let date = read(written)?;
    // A missing year is taken as one without a leap day, a missing day as the middle of its span.
    let leap_day = date.month == Some(2) && date.day == Some(29);
    let start = Date::new(
        date.year.unwrap_or(if leap_day { 2000 } else { 2001 }),
        date.month.unwrap_or(7),
        date.day.unwrap_or(if date.month.is_some() { 15 } else { 2 }),
    )?;
    let moved = Date::from_days(start.days().saturating_add(i64::from(days)));
    let weekday = date.weekday.filter(|_| days % 7 == 0);
    Some(Written { weekday, ..date }.write(moved))
}

/// The year of a date as written, if it has one.
pub(super) fn year(written: &str) -> Option<u16> {
    if let Some(date) = read(written) {
        return date.year;
    }
    let view = View::of(written);
    let mut years = token::years_in(view.folded()).into_iter();
    match (years.next(), years.next()) {
        (Some(year), None) if (1900..=2099).contains(&year) => u16::try_from(year).ok(),
        _ => None,
    }
}

/// The bytes of a date together with a weekday directly before or after it: `Tue, ‖12 March‖`, `‖三月十二號‖(星期二)`.
pub(super) fn with_weekday(text: &str, span: Range<usize>) -> Range<usize> {
    let Range { mut start, mut end } = span;
    let before = text.get(..start).unwrap_or_default();
    let trimmed = before.trim_end_matches([' ', ',', '.']);
    let word: String = trimmed.chars().rev().take_while(char::is_ascii_alphabetic).collect();
    let word: String = word.chars().rev().map(|it| it.to_ascii_lowercase()).collect();
    if weekday_of(&word).is_some() && trimmed.len() < before.len() {
        start = trimmed.len().saturating_sub(word.len());
    }
    let after = text.get(end..).unwrap_or_default();
    let inside = after.trim_start_matches([' ', '(', '（', '，', ',']);
    let open = after.len().saturating_sub(inside.len());
    let mut chars = inside.chars();
    let mut three = || Some((chars.next()?, chars.next()?, chars.next()?));
    if let Some((('星', '期') | ('禮' | '礼', '拜'), day)) = three().map(|(a, b, day)| ((a, b), day))
        && han_weekday(day).is_some()
    {
        let closed = chars.next().filter(|it| matches!(it, ')' | '）')).map_or(0, char::len_utf8);
        // Three Han characters.
        end = end.saturating_add(open).saturating_add(9).saturating_add(closed);
    }
    start..end
}

impl Written {
    /// Writes another date in this one's form, with the parts that this one has.
    fn write(&self, to: Date) -> String {
        let date = self.write_date(to);
        match self.weekday {
            None => date,
            Some(Weekday::English(day)) => {
                format!("{} {date}", capital(WEEKDAYS.get(day).copied().unwrap_or_default()))
            }
            Some(Weekday::Chinese { day, libai }) => {
                let day = "一二三四五六日".chars().nth(day).unwrap_or_default();
                format!("{date}{}{day}", if libai { "禮拜" } else { "星期" })
            }
        }
    }

    fn write_date(&self, to: Date) -> String {
        let year = self.year.map(|_| to.year);
        let month = |short: bool| {
            let name = MONTHS.get(usize::from(to.month.saturating_sub(1))).copied().unwrap_or_default();
            capital(if short { name.get(..3).unwrap_or(name) } else { name })
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
            Form::Year { han } => {
                let digits = to.year.to_string();
                if han { digits.chars().map(chinese_digit).collect() } else { digits }
            }
        }
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |it| it.to_uppercase().chain(chars).collect())
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
        check("2019", -182, Some("2019"));
        check("the twelfth of March nineteen sixty-one", 20, Some("1st April 1961"));
        check("March twenty-first, two thousand and five", 28, Some("April 18th, 2005"));
        check("fifth May twenty twenty", 28, Some("2nd June 2020"));
        check("29 February", 28, Some("28 March"));
        check("三月十二", 28, Some("四月九日"));
        check("2019年3月份", 28, Some("2019年4月"));
        check("二零零五", 100, Some("二零零五"));
        check("九五年", 100, Some("一九九五年"));
    }

    #[test]
    fn what_cannot_be_read_whole_is_not_guessed() {
        for it in [
            "last Tuesday",
            "12號",
            "年初二",
            "三月初五",
            "正月十五",
            "農曆八月十五",
            "九十年代",
            "中秋",
            "Christmas 2018",
            "星期二",
            "Tuesday",
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
    fn a_weekday_stays_where_weeks_are_moved_and_goes_else() {
        check("Tuesday 12 March 2019", 28, Some("Tuesday 9 April 2019"));
        check("Tue, 12 Mar", 28, Some("Tuesday 9 Apr"));
        check("三月十二號（星期二）", -28, Some("二月十二號星期二"));
        check("2019年3月17日禮拜日", 35, Some("2019年4月21日禮拜日"));
        check("Tuesday 12 March 2019", 30, Some("11 April 2019"));
        for (text, date, want) in [
            ("on Tuesday, 12 March at", "12 March", "Tuesday, 12 March"),
            ("on Tues 12 March", "12 March", "Tues 12 March"),
            ("喺3月12號（星期二）見", "3月12號", "3月12號（星期二）"),
            ("3月12號禮拜二見", "3月12號", "3月12號禮拜二"),
            ("Monday. On 12 March", "12 March", "12 March"),
            ("sun 12 March", "12 March", "sun 12 March"),
            ("the 12 March星期", "12 March", "12 March"),
        ] {
            let start = text.find(date).unwrap();
            let wider = with_weekday(text, start..start + date.len());
            assert_eq!(&text[wider], want, "{text}");
        }
    }

    #[test]
    fn a_month_never_stays_where_it_was() {
        for days in (28..=182).flat_map(|it| [it, -it]) {
            for month in 1..=12 {
                for written in [format!("{month}月"), format!("2019年{month}月"), format!("2020年{month}月")]
                {
                    assert_ne!(shifted(&written, days).unwrap(), written, "{days}");
                }
            }
        }
    }

    /// A date in one of the forms in which people write it.
    fn in_form(form: usize, it: Date) -> String {
        let name = MONTHS[usize::from(it.month) - 1];
        match form {
            0 => it.to_string(),
            1 => format!("{}/{}/{}", it.day, it.month, it.year),
            2 => format!("{} {name} {}", it.day, it.year),
            3 => format!("{name} {}, {}", it.day, it.year),
            4 => format!("{}年{}月{}日", it.year, it.month, it.day),
            _ => Written {
                year: Some(it.year),
                month: Some(it.month),
                day: Some(it.day),
                weekday: None,
                form: Form::Chinese { numerals: true, hou: true },
            }
            .write(it),
        }
    }

    fn day_of(written: &str) -> i64 {
        let it = read(written).unwrap();
        Date::new(it.year.unwrap(), it.month.unwrap(), it.day.unwrap()).unwrap().days()
    }

    proptest::proptest! {
        #[test]
        fn the_interval_of_any_two_full_dates_is_kept(
            (one, other) in (-20_000_i64..40_000, -20_000_i64..40_000),
            (form, other_form) in (0_usize..6, 0_usize..6),
            days in -182_i32..=182,
        ) {
            let (one, other) = (Date::from_days(one), Date::from_days(other));
            let moved = |form, it| day_of(&shifted(&in_form(form, it), days).unwrap());
            let (a, b) = (moved(form, one), moved(other_form, other));
            proptest::prop_assert_eq!(b - a, other.days() - one.days());
            proptest::prop_assert_eq!(a - one.days(), i64::from(days));
        }

        #[test]
        fn whole_weeks_keep_the_weekday(day in -20_000_i64..40_000, weeks in -26_i32..=26, form in 0_usize..6) {
            let moved = day_of(&shifted(&in_form(form, Date::from_days(day)), weeks * 7).unwrap());
            proptest::prop_assert_eq!(moved.rem_euclid(7), day.rem_euclid(7));
        }

        /// What was written stands as it is: a marker of ours is known again by that.
        #[test]
        fn what_was_moved_is_written_as_we_write(day in -20_000_i64..40_000, form in 0_usize..6, days in -182_i32..=182) {
            let once = shifted(&in_form(form, Date::from_days(day)), days).unwrap();
            proptest::prop_assert_eq!(shifted(&once, 0), Some(once));
        }
    }
}
