//! Reads the words of a romanised or English name: which is the surname, which are syllables. Makes nothing.

/// Surnames as Hong Kong, the mainland and Taiwan romanise them.
const SURNAMES: &str = "\
au au-yeung auyeung cai chai cham chan chang chau cheang chen cheng cheong cheuk cheung chiang chik chim chin ching chiu cho choi chong chou chow \
choy chu chui chun chung dai deng ding dong du fan fang feng fok fong foo fu fung gan gao gu guan guo han hao hau he heung ho hon hong hsieh \
hsu hu hua huang hui hung huo hwang ip jiang jin ka kam kan kang kao ke ki ko kong koo ku kuk kum kung kuo kwan kwok kwong lai lam lau law lee \
lei leung lew li liang liao lie lim lin ling liu lo lok long lou lu lui luk luo lung luo ma mak man mao mei meng miao mo mok mui mung ng ngai \
ngan ning niu on pan pang pau peng pong poon pun qian qin qiu qu ren sam see seto shao shek shen sheung shi shing shiu shum sin siu so song su \
suen sum sun sung sze szeto szeto tai tam tan tang tao teng ting to tong tsai tsang tsao tse tseng tso tsoi tsui tsz tu tung u wan wang wei wen \
wong woo wu xia xiang xiao xie xin xing xiong xu xue yam yan yang yao yau ye yeh yeung yi yim yin ying yip yiu yu yuan yue yuen yung zeng zhang \
zhao zheng zhong zhou zhu zhuang zou";

/// Surnames of two syllables, as two words.
const TWO_WORDS: &[&str] = &[
    "au yeung",
    "au yeong",
    "ou yang",
    "sze to",
    "see to",
    "si tu",
    "sze ma",
    "si ma",
    "seung koon",
    "sheung kwun",
    "shang guan",
    "chu kot",
    "zhu ge",
    "mu rong",
];

/// A surname of two words, and the rest.
pub(crate) fn two_words<'w>(words: &[&'w str]) -> Option<(String, Vec<&'w str>)> {
    let at = words.windows(2).position(|it| TWO_WORDS.contains(&it.join(" ").to_lowercase().as_str()))?;
    let end = at.saturating_add(2);
    let surname = words.get(at..end)?.join(" ").to_lowercase();
    let given: Vec<&str> = words.iter().take(at).chain(words.iter().skip(end)).copied().collect();
    (!given.is_empty()).then_some((surname, given))
}

/// The surname and the rest, in each way that the words can be read.
pub(crate) fn splits<'w>(words: &[&'w str]) -> Vec<(String, Vec<&'w str>)> {
    let (Some((first, after)), Some((last, before))) = (words.split_first(), words.split_last()) else {
        return Vec::new();
    };
    let (front, back) = (((*first).to_owned(), after.to_vec()), ((*last).to_owned(), before.to_vec()));
    // `CHAN Tai Man`, `Tai Man CHAN`: capitals say which.
    let shouted = |word: &str| word.len() > 1 && !word.contains(|c: char| c.is_lowercase());
    let some_quiet = words.iter().any(|it| !shouted(it));
    if some_quiet && shouted(first) != shouted(last) {
        return vec![if shouted(first) { front } else { back }];
    }
    match (is_surname(first), is_surname(last), words.len()) {
        (false, _, _) => vec![back],
        // `Ho Lam` can be read both ways, `Chan Tai Man` hardly.
        (true, true, 2) => vec![front, back],
        (true, _, _) => vec![front],
    }
}

/// Syllables of a Chinese given name, and names from elsewhere.
pub(crate) fn tell_apart<'w>(given: &[&'w str]) -> (Vec<&'w str>, Vec<&'w str>) {
    match given {
        [one] if !is_syllable(one) => (Vec::new(), vec![one]),
        [_] | [_, _] if given.iter().all(|it| is_syllable(it)) => (given.to_vec(), Vec::new()),
        [first, rest @ ..] if rest.len() >= 2 && rest.iter().all(|it| is_syllable(it)) => {
            (rest.to_vec(), vec![first])
        }
        [rest @ .., last] if rest.len() >= 2 && rest.iter().all(|it| is_syllable(it)) => {
            (rest.to_vec(), vec![last])
        }
        _ => given.iter().partition(|it| is_syllable(it)),
    }
}

/// Whether a word is a surname as it is romanised.
pub(crate) fn is_surname(word: &str) -> bool {
    SURNAMES.split_ascii_whitespace().any(|it| it.eq_ignore_ascii_case(word))
}

/// Whether a word could be a syllable as Hong Kong romanises it.
pub(crate) fn is_syllable(word: &str) -> bool {
    const ONSETS: &[&str] = &[
        "", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "ng", "gw", "kw", "h", "w", "ts", "ch", "s",
        "sh", "y", "j", "z", "c", "x", "q", "zh",
    ];
    const RIMES: &[&str] = &[
        "a", "ah", "ai", "ak", "am", "an", "ang", "ap", "ar", "at", "au", "aw", "ay", "e", "ee", "ei", "ek",
        "en", "eng", "eong", "euk", "eung", "eun", "i", "ia", "ian", "iang", "iao", "ie", "ik", "im", "in",
        "ing", "ip", "it", "iu", "o", "oi", "ok", "on", "ong", "oo", "oon", "or", "ot", "ou", "ow", "oy",
        "u", "ua", "uan", "uang", "ue", "uen", "uet", "ui", "uk", "um", "un", "ung", "uo", "ut", "wan",
        "yee", "z", "ze",
    ];
    let word = word.to_lowercase();
    ONSETS.iter().any(|onset| word.strip_prefix(onset).is_some_and(|it| RIMES.contains(&it)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surnames_are_told_from_given_names() {
        let read = |name: &str| {
            let words: Vec<&str> = name.split(' ').collect();
            let all = two_words(&words).map_or_else(|| splits(&words), |it| vec![it]);
            all.into_iter()
                .map(|(surname, given)| format!("{surname}|{}", given.join(" ")))
                .collect::<Vec<_>>()
        };
        assert_eq!(read("Chan Tai Man"), ["Chan|Tai Man"]);
        assert_eq!(read("Tai Man CHAN"), ["CHAN|Tai Man"]);
        assert_eq!(read("Ho Lam"), ["Ho|Lam", "Lam|Ho"]);
        assert_eq!(read("David Au Yeung Lai Kuen"), ["au yeung|David Lai Kuen"]);
        assert_eq!(read("Lai Kuen Sze To"), ["sze to|Lai Kuen"]);
        assert_eq!(tell_apart(&["Tai", "Man", "David"]), (vec!["Tai", "Man"], vec!["David"]));
    }
}
