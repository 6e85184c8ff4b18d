//! Other spellings of one name: of the same sound, in another romanisation, and short forms. Facts of our own.

/// Spellings of English names that no single letter tells apart.
const SPELLINGS: &str = "\
catherine katherine kathryn katharine catharine cathryn katrina catrina,stephen steven stephan,geoffrey jeffrey jeffery,shaun shawn sean,\
philip phillip,michelle michele,cecilia cecelia,rebecca rebekah,vivian vivien vivienne,caroline carolyn,nicholas nicolas,christine kristine \
christina kristina,christopher kristopher,isabel isobel isabelle,theresa teresa,deborah debra,marjorie margery,joanna johanna joanne,\
lawrence laurence,frederick frederic fredrick,jacqueline jaqueline jacquelyn,elizabeth elisabeth,allison alison alyson,natalie nathalie,\
matthew mathew,jonathan johnathan jonathon,alexandra alexandria aleksandra,eleanor elinor eleanore,charlotte charlot,josephine josefine,\
sophia sofia sophie,phoebe phebe,daphne dafne,yvonne evonne ivonne,winifred winnifred,leslie lesley,louise luise,lindsay lindsey";

/// Syllables that Hong Kong, the mainland and old passports romanise in several ways.
const ROMANISED: &str = "\
cheung cheong chang zhang,leung leong liang,tsui chui xu chooi,kwok guo kuo kwock,wong huang vong,lau liu lao low,ng ung eng wu goh,\
tse che xie tze tsche,yip ip yeh ye,chow chau zhou chou,yeung yang yong ieong,lee li lei,chan chen tan chin,lam lim lin lum,hui xu huey,\
mak mai mack mok,fung feng fong foong,tang deng teng,lo law loh luo,cheng zheng tseng,chung zhong chong,tsang zeng chang,kwan guan quan,\
so su soh,poon pan pun,siu xiao siew sui,tam tan tham,yuen ruan yuan yun,szeto seto situ,au ou,wing weng ving,kit kiet kitt,yan yun ian,\
ying jing ing,yee yi yih ye,chi chee tsz tze che,ming meng,man mun mann,wai wei,keung keong kiang,hing heng,kwong kong guang,chun jun chuen,\
ka kar ga,ling lynn lin lyn,sze si see szi shi,mei may mui mae,suet shuet,yuk yok,ho hoh,wah wa,fai fei,hang heng,lok lock,hoi hoy,kin ken,\
shing sing,sheung seung,chiu chew chiew,choi choy tsoi,kam gam,tai dai,fong fang,pui pooi pei,shan san,yin yen,lai lei,kwun koon";

/// Full forms of English names, and how people shorten them.
const SHORT_FORMS: &str = "\
elizabeth:liz lizzie beth betty eliza betsy lisa elsie libby,catherine katherine kathryn:kate kathy cathy katie kitty kat,william:will bill billy willy liam,\
robert:rob bob bobby robbie bert,richard:rick dick ricky rich richie,margaret:maggie meg peggy margie marge,james:jim jimmy jamie,john:jack johnny jon,\
joseph:joe joey,thomas:tom tommy,michael:mike mick mickey micky,david:dave davy davie,daniel:dan danny,matthew:matt,andrew:andy drew,anthony antony:tony,\
christopher:chris kit,christine christina:chris chrissie tina christy,stephen steven:steve stevie,stephanie:steph stephy,samuel:sam sammy,samantha:sam sammy,\
benjamin:ben benny benji,nicholas nicolas:nick nicky,alexander:alex alec sandy,alexandra:alex sandra lexi sasha,patrick:pat paddy,patricia:pat patty trish tricia,\
edward:ed eddie ted teddy ned,edmund edwin:ed eddie,frederick:fred freddie freddy,charles:charlie chuck chas,henry:harry hank,francis:frank frankie fran,frances:fran francie,\
gregory:greg,jeffrey geoffrey:jeff geoff,jonathan:jon jonny,joshua:josh,kenneth:ken kenny,lawrence laurence:larry laurie,leonard:len leo lenny,timothy:tim timmy,\
terence:terry,theresa teresa:terry tess tessa,victoria:vicky vicki tori,victor:vic,vincent:vince vinnie,walter:walt,zachary:zach zack,albert:bert bertie,alfred:alf fred alfie,\
raymond:ray,ronald:ron ronnie,donald:don donnie,gerald:gerry jerry,jeremy:jerry jem,douglas:doug,dorothy:dot dottie dolly,deborah:deb debbie,eleanor:ellie nell nora,\
emily:em emmy,jennifer:jen jenny jenn,jessica:jess jessie,josephine:jo josie,joanna joanne:jo,judith:judy,katrina:kat trina,kimberly:kim kimmy,rebecca:becky becca,\
susan susanna suzanne:sue susie suzy,rosemary:rose rosie,sarah:sally,valerie:val,vanessa:van nessa,veronica:ronnie vera,virginia:ginny,winifred winnie:winnie win,\
amanda:mandy,angela:angie,barbara:barbie,carolyn caroline:carol carrie,cecilia:ceci celia cissy,cynthia:cindy,florence:flo flora florrie,gabriel:gabe,gabrielle:gaby gabby,\
gwendolyn:gwen,jacqueline:jackie,jackson:jack,janet:jan,kathleen:kathy kath,lillian lilian:lily lil,madeleine madeline:maddie,natalie:nat,nathaniel nathan:nat nate,\
pamela:pam,penelope:penny,philip phillip:phil pip,isabella isabel:bella izzy belle,philomena:mena,priscilla:cilla,roderick:rod,roger:rodge,stanley:stan,sylvester:sly,teddy:ted,\
theodore:theo ted teddy,wilson:will,alison:ali,melissa:mel missy,melanie:mel,marilyn:mary,abigail:abby,augustine:gus,herbert:herb bert,\
hubert:bert,maximilian:max,oliver:ollie,rosalind:ros roz,solomon:sol,vivian:viv";

fn groups(of: &'static str) -> impl Iterator<Item = &'static str> {
    of.split(',').map(str::trim)
}

/// Other spellings of an English name.
pub(crate) fn spellings(name: &str) -> impl Iterator<Item = &'static str> {
    let all = groups(SPELLINGS).filter(move |it| it.split_ascii_whitespace().any(|it| it == name));
    all.flat_map(str::split_ascii_whitespace).filter(move |it| *it != name)
}

/// Whether two syllables are romanisations of one.
pub(super) fn is_romanised_alike(a: &str, b: &str) -> bool {
    let has = |group: &str, name: &str| group.split_ascii_whitespace().any(|it| it == name);
    groups(ROMANISED).any(|it| has(it, a) && has(it, b))
}

/// What people make of an English name: short forms of a full one, the full ones of a short one.
pub(crate) fn short_forms(name: &str) -> Vec<&'static str> {
    let mut others = Vec::new();
    for (full, short) in groups(SHORT_FORMS).filter_map(|it| it.split_once(':')) {
        let has = |list: &str| list.split_ascii_whitespace().any(|it| it == name);
        if has(full) {
            others.extend(short.split_ascii_whitespace());
        } else if has(short) {
            others.extend(full.split_ascii_whitespace());
        }
    }
    others.retain(|it| *it != name);
    others.sort_unstable();
    others.dedup();
    others
}

/// What a letter becomes in a word's skeleton; none for those that sound little.
pub(super) const fn consonant(c: char) -> Option<u8> {
    match c {
        'b' => Some(b'b'),
        'c' | 'k' | 'q' | 'g' | 'j' => Some(b'k'),
        'd' | 't' => Some(b't'),
        'f' | 'p' | 'v' => Some(b'f'),
        'l' => Some(b'l'),
        'm' => Some(b'm'),
        'n' => Some(b'n'),
        'r' => Some(b'r'),
        's' | 'z' | 'x' => Some(b's'),
        _ => None,
    }
}

/// Whether a letter stands for a vowel in a name.
pub(super) const fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// How a word is spelled by ear: words with the same are written differently and said alike.
pub(super) fn by_ear(word: &str) -> String {
    let mut said = word.to_owned();
    for (from, to) in [
        ("ph", "f"),
        ("ck", "k"),
        ("sch", "sh"),
        ("ch", "\u{1}"),
        ("ce", "se"),
        ("ci", "si"),
        ("cy", "si"),
        ("c", "k"),
        ("q", "k"),
        ("x", "ks"),
        ("z", "s"),
        ("th", "t"),
        ("rh", "r"),
        ("y", "i"),
        ("ee", "i"),
        ("ea", "i"),
        ("ei", "i"),
        ("ie", "i"),
        ("ai", "a"),
        ("ge", "je"),
        ("gi", "ji"),
        ("w", "v"),
    ] {
        if said.contains(from) {
            said = said.replace(from, to);
        }
    }
    let mut chars: Vec<char> = said.chars().collect();
    chars.dedup();
    while chars.len() > 3 && chars.last().is_some_and(|it| matches!(it, 'e' | 'h')) {
        chars.pop();
    }
    chars.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_in_several_ways() {
        assert!(spellings("catherine").any(|it| it == "katherine"));
        assert!(spellings("steven").any(|it| it == "stephen"));
        assert!(is_romanised_alike("cheung", "zhang") && !is_romanised_alike("cheung", "wong"));
        assert!(short_forms("elizabeth").contains(&"liz") && short_forms("bill").contains(&"william"));
        assert!(short_forms("okafor").is_empty());
    }

    #[test]
    fn words_that_are_said_alike_are_spelled_alike_by_ear() {
        for (a, b) in [("sophie", "sofi"), ("joanne", "joann"), ("terrence", "terence"), ("wendi", "wendy")] {
            assert_eq!(by_ear(a), by_ear(b));
        }
        assert_ne!(by_ear("karen"), by_ear("carol"));
    }
}
