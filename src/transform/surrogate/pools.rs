//! The names that surrogates are made of: common ones, so that none points at anybody. Tables of our own.
//!
//! Each pool is drawn from without putting back; given names of different pools never sound the same.

use serde::{Deserialize, Serialize};

/// What is known of the gender of a name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gender {
    /// Nothing.
    Unknown,
    /// A woman's.
    Female,
    /// A man's.
    Male,
}

impl Gender {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "u",
            Self::Female => "f",
            Self::Male => "m",
        }
    }
}

/// Characters and how Hong Kong spells them.
type Spelled = (&'static str, &'static str);

/// Surnames; also those by which a name is known to begin with one.
pub(super) const HAN_SURNAMES: &[Spelled] = &[
    ("陳", "Chan"), ("黃", "Wong"), ("李", "Lee"), ("林", "Lam"), ("張", "Cheung"), ("吳", "Ng"), ("何", "Ho"),
    ("劉", "Lau"), ("梁", "Leung"), ("鄭", "Cheng"), ("郭", "Kwok"), ("楊", "Yeung"), ("周", "Chow"), ("蔡", "Choi"),
    ("羅", "Law"), ("葉", "Yip"), ("許", "Hui"), ("徐", "Tsui"), ("謝", "Tse"), ("鄧", "Tang"), ("馮", "Fung"),
    ("曾", "Tsang"), ("蘇", "So"), ("彭", "Pang"), ("潘", "Poon"), ("袁", "Yuen"), ("余", "Yu"), ("盧", "Lo"),
    ("馬", "Ma"), ("胡", "Wu"), ("朱", "Chu"), ("高", "Ko"), ("程", "Ching"), ("方", "Fong"), ("蕭", "Siu"),
    ("簡", "Kan"), ("莫", "Mok"), ("譚", "Tam"), ("關", "Kwan"), ("麥", "Mak"), ("唐", "Tong"), ("江", "Kong"),
    ("孫", "Suen"), ("施", "Sze"), ("石", "Shek"), ("湯", "Tong"), ("温", "Wan"), ("溫", "Wan"), ("龍", "Lung"),
];

/// So many of [`HAN_SURNAMES`] are drawn from: those before are spelled in ways of their own.
pub(super) const DRAWN_SURNAMES: u32 = 40;

/// Further surnames by which a name is known to begin with one: simplified, compound, and otherwise spelled.
pub(super) const MORE_HAN: &[&str] = &[
    "陈", "黄", "张", "吴", "刘", "郑", "杨", "罗", "叶", "许", "谢", "邓", "冯", "苏", "卢", "马", "萧", "简", "谭",
    "关", "麦", "孙", "汤", "龙", "王", "趙", "赵", "鍾", "钟", "鐘", "區", "区", "岑", "甘", "丁", "文", "伍", "倫", "冼",
    "凌", "卓", "翁", "姚", "韓", "韩", "賴", "赖", "戴", "霍", "魏", "顏", "颜", "崔", "洪", "秦", "尹", "任", "杜", "沈",
    "宋", "陸", "陆", "歐", "欧", "黎", "呂", "吕", "史", "曹", "谷", "阮", "柯", "章", "范", "董", "夏", "薛", "田", "康", "畢", "雷", "鮑", "侯", "古", "孔", "白", "葛", "詹", "廖", "招", "尤", "符", "植", "蒙", "游",
];
pub(super) const COMPOUND_HAN: &[&str] = &["歐陽", "欧阳", "司徒", "司馬", "上官", "諸葛", "夏侯", "端木"];
pub(super) const MORE_ROMAN: &[&str] = &[
    "szeto", "auyeung", "chau", "au", "yau", "kwong", "chung", "wang", "chen", "li", "zhang", "liu", "lui", "lai", "lim", "tan", "ngai",
    "yiu", "hung", "shum", "sum", "sham", "kam", "ling", "cheuk", "tai", "fok", "ngan", "luk", "sung", "tou", "yam",
    "wai", "man", "mui", "mung", "yung", "shiu", "hon", "hau", "ip", "ching", "lok", "chiu", "chui", "tsoi", "liang",
];

pub(super) const MALE_FIRST: &[Spelled] = &[
    ("志", "Chi"), ("家", "Ka"), ("俊", "Chun"), ("偉", "Wai"), ("國", "Kwok"), ("永", "Wing"), ("子", "Tsz"),
    ("文", "Man"), ("德", "Tak"), ("錦", "Kam"), ("建", "Kin"), ("浩", "Ho"),
];
pub(super) const MALE_LAST: &[Spelled] = &[
    ("明", "Ming"), ("強", "Keung"), ("輝", "Fai"), ("傑", "Kit"), ("華", "Wah"), ("峰", "Fung"), ("良", "Leung"),
    ("安", "On"), ("棠", "Tong"), ("威", "Wai"), ("倫", "Lun"), ("基", "Kei"),
];
pub(super) const FEMALE_FIRST: &[Spelled] = &[
    ("美", "Mei"), ("淑", "Shuk"), ("麗", "Lai"), ("佩", "Pui"), ("秀", "Sau"), ("詠", "Wing"), ("嘉", "Ka"),
    ("雪", "Suet"), ("玉", "Yuk"), ("素", "So"), ("潔", "Kit"), ("翠", "Tsui"),
];
pub(super) const FEMALE_LAST: &[Spelled] = &[
    ("玲", "Ling"), ("儀", "Yee"), ("芳", "Fong"), ("珍", "Chun"), ("娟", "Kuen"), ("嫻", "Han"), ("婷", "Ting"),
    ("萍", "Ping"), ("霞", "Ha"), ("蓮", "Lin"), ("英", "Ying"), ("琴", "Kum"),
];
pub(super) const EITHER_FIRST: &[Spelled] = &[
    ("曉", "Hiu"), ("思", "Sze"), ("卓", "Cheuk"), ("樂", "Lok"), ("天", "Tin"), ("凱", "Hoi"), ("可", "Hor"),
    ("諾", "Nok"), ("日", "Yat"), ("心", "Sum"), ("正", "Ching"), ("立", "Lap"),
];
pub(super) const EITHER_LAST: &[Spelled] = &[
    ("然", "Yin"), ("晴", "Ching"), ("悠", "Yau"), ("欣", "Yan"), ("行", "Hang"), ("朗", "Long"), ("之", "Chee"),
    ("遙", "Yiu"), ("怡", "Yi"), ("瑜", "Yue"), ("恆", "Hung"), ("信", "Shun"),
];

/// Characters and syllables at the end of a woman's, and of a man's, given name.
pub(super) const FEMALE_HINTS: &[&str] = &[
    "玲", "儀", "芳", "珍", "娟", "嫻", "婷", "萍", "霞", "蓮", "英", "琴", "美", "麗", "芬", "娥", "妹", "嫦", "瑩", "芝",
    "媚", "卿", "蘭", "菊", "梅", "桂", "鳳", "嬌", "莉", "雯", "琳", "敏", "慧", "ling", "yee", "fong", "mei", "lai",
    "ting", "ping", "lin", "lan", "fun", "na", "ching",
];
pub(super) const MALE_HINTS: &[&str] = &[
    "明", "強", "輝", "傑", "華", "峰", "良", "威", "倫", "基", "文", "偉", "雄", "德", "豪", "榮", "昌", "發", "財", "富",
    "龍", "勇", "剛", "健", "軍", "祥", "光", "keung", "fai", "kit", "leung", "hung", "fat", "kwong", "cheong", "biu",
    "keong", "man", "ming", "wai",
];

pub(super) const WEST_MALE: &[&str] = &[
    "James", "Peter", "Andrew", "Stephen", "Kevin", "Gary", "Simon", "Alan", "Brian", "Derek", "Edmund", "Felix",
    "George", "Howard", "Ivan", "Keith", "Leonard", "Martin", "Neil", "Oliver", "Patrick", "Quentin", "Raymond",
    "Samuel", "Thomas", "Victor", "Walter", "Adrian", "Bernard", "Colin", "Duncan", "Eric", "Gordon", "Hugh",
    "Joseph", "Lawrence", "Malcolm", "Nigel", "Oscar", "Philip", "Roger", "Stuart", "Trevor", "Vincent", "Albert",
    "Benedict", "Clement", "Dominic",
];
pub(super) const WEST_FEMALE: &[&str] = &[
    "Alice", "Beatrice", "Carol", "Diana", "Emily", "Fiona", "Gloria", "Helen", "Irene", "Janet", "Karen", "Linda",
    "Margaret", "Nancy", "Olivia", "Patricia", "Rachel", "Sandra", "Teresa", "Ursula", "Vivian", "Wendy", "Yvonne",
    "Zoe", "Angela", "Barbara", "Catherine", "Deborah", "Eleanor", "Frances", "Gillian", "Hannah", "Isabel", "Judith",
    "Katherine", "Louise", "Miriam", "Nicola", "Paula", "Rebecca", "Susan", "Theresa", "Veronica", "Winifred",
    "Agnes", "Bridget", "Christine", "Doris",
];
pub(super) const WEST_EITHER: &[&str] = &[
    "Alex", "Robin", "Kelly", "Jamie", "Leslie", "Sasha", "Casey", "Ellis", "Blair", "Sidney", "Ashley", "Cameron",
    "Dana", "Evelyn", "Francis", "Glenn", "Harper", "Jessie", "Kerry", "Lynn", "Marion", "Noel", "Quinn", "Rowan",
];
pub(super) const WEST_SURNAMES: &[&str] = &[
    "Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Johnson", "Davies", "Robinson", "Wright", "Thompson",
    "Evans", "Walker", "White", "Roberts", "Green", "Hall", "Wood", "Jackson", "Clarke", "Harris", "Cooper", "Lewis",
    "Turner", "Hill", "Ward", "Morris", "Moore", "Clark", "Baker", "Harrison", "Morgan", "Allen", "Scott", "Watson",
    "Parker", "Bennett", "Young", "Cook", "Carter", "Phillips", "Edwards", "Collins", "Stewart", "Murphy", "Bailey",
    "Richardson", "Marshall",
];
/// Given names by which a name is known to be Western, and whose they are.
pub(super) const MORE_WEST_MALE: &[&str] = &[
    "kelvin", "anson", "alvin", "wilson", "marco", "terence", "jacky", "edwin", "calvin", "nelson", "ronald", "matthew",
    "john", "david", "michael", "paul", "mark", "tony", "jack", "tom", "tim", "ben", "dan", "daniel", "chris", "matt",
    "jason", "henry", "william", "bill", "bob", "robert", "richard", "steve", "steven", "ken", "kenneth", "eddie",
    "johnny", "danny", "andy", "jimmy", "joe", "max", "leo", "ryan", "marcus", "gabriel", "harry", "charles", "frank",
];
pub(super) const MORE_WEST_FEMALE: &[&str] = &[
    "joanne", "priscilla", "carmen", "charlotte", "cherry", "yoyo", "jojo", "fifi", "ingrid", "megan", "siobhan",
    "amy", "mary", "may", "grace", "joyce", "anna", "annie", "ann", "anne", "kate", "katie", "kitty", "sarah", "sara",
    "jane", "jenny", "jennifer", "lily", "lucy", "maggie", "cindy", "candy", "mandy", "peggy", "queenie", "rose",
    "ruby", "daisy", "sally", "sophie", "stella", "tracy", "vicky", "emma", "eva", "elaine", "fanny", "flora", "ivy",
    "jessica", "laura", "michelle", "natalie", "phoebe", "rita", "shirley", "sylvia", "winnie", "yuki", "connie",
];

pub(super) const SOUTH_ASIAN_MALE: &[&str] = &[
    "Arjun", "Ravi", "Sanjay", "Imran", "Bilal", "Hari", "Deepak", "Rajesh", "Anil", "Tariq", "Suresh", "Kamal",
    "Naveed", "Bikram", "Gurpreet", "Faisal",
];
pub(super) const SOUTH_ASIAN_FEMALE: &[&str] = &[
    "Priya", "Sunita", "Fatima", "Anjali", "Ayesha", "Sita", "Meena", "Kavita", "Nasreen", "Rukhsana", "Laxmi", "Gita",
    "Shabnam", "Pooja", "Zainab", "Asha",
];
pub(super) const SOUTH_ASIAN_EITHER: &[&str] =
    &["Kiran", "Noor", "Shashi", "Harpreet", "Manjit", "Suman", "Jyoti", "Roshan"];
pub(super) const SOUTH_ASIAN_SURNAMES: &[&str] = &[
    "Singh", "Khan", "Sharma", "Gurung", "Rai", "Hussain", "Ahmed", "Thapa", "Malik", "Patel", "Limbu", "Kapoor",
    "Chaudhry", "Tamang", "Mehta", "Iqbal",
];
/// Further ones by which a name is known to be South Asian.
pub(super) const MORE_SOUTH_ASIAN: &[&str] = &[
    "kaur", "kumar", "ali", "begum", "bibi", "pun", "magar", "shrestha", "gill", "dhillon", "sandhu", "mahmood", "shah",
    "mohammad", "muhammad", "mohammed", "akhtar", "chauhan", "verma", "gupta",
];
