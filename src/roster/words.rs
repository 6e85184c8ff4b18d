//! Words that are also names, and words that romanised names spell by chance: a name that is one of them
//! is never certain by itself, and the byte gate does not search for it.

use std::{collections::BTreeSet, sync::LazyLock};

/// Whether a squeezed alias is a common word of English or Chinese.
pub(crate) fn is_common(folded: &str) -> bool {
    static WORDS: LazyLock<BTreeSet<&str>> =
        LazyLock::new(|| ENGLISH.split_ascii_whitespace().chain(CHINESE.split_ascii_whitespace()).collect());
    WORDS.contains(folded)
}

/// Whether a word stands beside a common name in spelling, and is none.
pub(crate) fn is_beside_a_name(folded: &str) -> bool {
    static WORDS: LazyLock<BTreeSet<&str>> =
        LazyLock::new(|| BESIDE_NAMES.split_ascii_whitespace().collect());
    let plain = ["s", "ed", "ing", "d"].iter().filter_map(|it| folded.strip_suffix(it));
    std::iter::once(folded).chain(plain).any(|it| WORDS.contains(it))
}

/// English: virtues, months, seasons, plants, stones, verbs, trades; and `Wai Ting` is waiting.
const ENGLISH: &str = "\
able ace angel angela april art ash aster august autumn basil bay bear beau bill bishop blue bob book boy brook brown bruce buck \
bud buddy bush candy carol carter case cash charity charm chase cherry chip christian chuck church clay cliff cloud coco colt comfort \
cook cookie cooper coral cotton cross crystal daisy dale dan dash dawn day deacon dean dear destiny diamond dick divine doc dolly \
don dot dove drake drew duke dusty earl early east easter ebony eden elder ember eternity eve even ever faith fanny fern field fin \
finn fisher fleet flora forest fox frank frankie free friday gale garden gay gem gene genesis gentle ginger glen glory god gold golden \
good grace grand grant gray green grey guy hand happy harmony harp harry hart haven hazel heart heath heather heaven heavenly henna \
herb heron hill holly home honest honey honor honour hope hunt hunter ice iris isle ivory ivy jack jade jasmine jasper jay jean jerry \
jersey jet jewel jimmy john johnny join jolly josh joy joyful june junior just justice keen key kid kind king kit kitty knight knox \
lady lake lamb lance lane lark laurel law leaf lee lemon leo liberty light lily lion little long lord lotus love lovely loyal luck \
lucky lyric mac major maple march marina mark marlin marsh marshal marshall mars martin mary mason mat matt max may maybe mayor meadow \
melody mercy merit merry mike miles mill miller mint miracle miss misty mister moon morning moss muse myrtle nat nature navy nelly nick night nile \
noble noel norm north nova nurse oak ocean olive opal page palm pansy paris park parker patience patty peace pearl peg penny \
pepper perry peter pierce pike pine pink piper poppy porter power praise precious presence price pride prince princess promise prosper prudence \
queen quest rain rainbow randy raven ray reason red reed reef reward rich rick ridge river rob robin rock rocket rocky rod roman rose \
rosemary rowan royal ruby rush rusty ruth sage sail saint sandy scarlet scout sea season serene serenity shade shelter shepherd shine sierra \
silver sky smile smith snow solomon song sonny south spencer spring spruce star stella sterling stone storm strong sue sugar summer sun sunday \
sunny sunshine swan sweet sweetie tailor tanner tate taylor teal temple terry thyme tiger tim tiny tom trace travis trinity trip trout true \
trust truth turner unique unity van vale valley venus verity vernon vic victor victory vine viola violet virtue viva wade walker wall \
ward warden warren way west wheeler white wild wilder will willow win windy wing winner winter wise wish wolf wonder wood woods worth \
worthy wren wright young youth zeal zen zion \
sing sang song ling ting ping ring ding king long hung hang hong bang gang tang ying wing ming fung dung lung sung tung yang pang fang \
man men mam sin son sun ton tin kin fun run pan can fan tan ban van wan yuan hon lam sum yam ham ho hi he me we you so to too do no on \
lo low how now yes yet lie die pie tie sit sick sake some come same fame lame name game make take lake wake like bike hike kit hit fit \
chow chat chin chit chop char sham shun shine shy show shut tong song yum yip yuk luck suck duck buck fuk fork pork talk walk choke \
waiting wailing sailing failing mailing tailing mingling hoping human woman tinting suiting charming mantling singing hanging longing \
pinking making taking shaking waking baking looking cooking booking hooking sinking winking linking thinking king-size sunken shaken \
mantra manly mangle manner mansion manage tinman batman kinsman hangman salesman chinking chanting panting wanting hunting fainting \
sunlit sunset hotline online manning planning banning canning fanning tanning winning sinning spinning shining waning leaning meaning \
lapping shopping chopping hopping tapping wholly lonely only wanly fatting letting sitting fitting hitting cutting putting shutting \
someone anyone everyone somebody anybody nobody something anything nothing everything they them their there then than that this these those \
what when where which while with within without would could should must might shall been being have having does doing done from into onto over \
under after before again about above below between both each every more most much many such very also just only even still well back down \
here once ever never always often sometimes today tomorrow yesterday tonight week month year time mother father sister brother uncle auntie \
aunt grandma grandpa daughter husband wife friend peer worker support client doctor social teacher sir madam";

/// English words that are one letter, or a few vowels, away from a common given name. They are no names themselves;
/// none is a misspelled one.
const BESIDE_NAMES: &str = "\
aching alive ally ancient angry apple apron arise army aura baby baron battle beach bean beauty belly berry bitten body bottle bottom brace \
brain broken brush brute bubble bulky bully burden bustle busy button candy canny carob carried carries carry castle catchy cattle cayenne \
chase cheery chicken christen city clash clean coach copy coral cotton couch country county couple crank crash cream crease crush daily \
dairy dandy dean demon dense dental diary dirty dizzy double drank drawn dream duty early empty erase fairy fallen family fancy fasten fence \
ferry fifty flash flesh floral folly forty franc fresh friendly funny fuzzy games garden gluten golden gorge gotten graced graces grade \
grape grease great hairy handy happy harden harsh hasten heavy hence hidden hilly hobby hotel hungry hurry hustle jacket jargon jean jelly \
jolly kindly kitchen kitten lady laying lazy lean lemon lessen lesson lice listen lobby lying malaria maple marble march marine marry marsh \
martian matron mean medal melon mental mercy merry metal meter milky mitten model motel names nanny nearly olive only parent party patent \
patient patrol patron peach pence penny person petal petrol petty pewter phase phrase pity plenty poison pollen pony porch pouch praise \
prank pretty price prison prize purple quicken race raise rally reach ready really reason rental ripple rise risky roach robbing rotten \
rubble ruby salmon salon salty sand season sense sherry shown silky silly since slice smiles sofa sorry spruce staple stave stay steady \
steam stream study sudden sulky swollen taken talent tally talon teach telly tennis tense thicken thirty tidy token torch touch trace trash \
treason trend trendy tricky trouble truce tummy twenty ugly victory vouch waken warden windy witty wooden worry written";

/// Chinese: words of two characters or more that are also given names, and kin and forms of address with 阿.
const CHINESE: &str = "\
大家 家人 自強 家樂 家寶 美好 美麗 光明 建國 永遠 希望 天生 小心 大方 明白 開心 安心 安全 文化 文明 高興 平安 健康 幸福 快樂 安樂 安定 樂意 願意 \
自由 正常 正義 國家 子女 思想 思念 志願 信心 信仰 恩典 喜樂 盼望 家庭 永久 永恆 世界 天下 天真 日光 月光 春天 秋天 冬天 夏天 美食 善良 美德 英雄 英文 \
中文 語文 少年 大人 小朋友 老師 先生 太太 小姐 女士 醫生 姑娘 護士 社工 朋輩 復元 阿媽 阿爸 阿哥 阿姐 阿妹 阿弟 阿仔 阿女 阿婆 阿公 阿爺 阿嫲 阿伯 \
阿叔 阿嬸 阿姨 阿嫂 阿頭 阿邊 阿嬤 阿舅 阿姑 阿佬 阿嫲 阿太 阿生 阿飛 阿聯 阿里 阿諛 哥哥 姐姐 妹妹 弟弟 媽媽 爸爸 公公 婆婆 爺爺 嫲嫲 叔叔 伯伯 姨姨 姑姑 \
自立 自信 自在 自然 成功 成長 成就 進步 進展 建立 建議 建設 支持 支援 關心 關懷 真心 真誠 真實 真正 誠實 忠誠 忠心 志向 意志 得意 如意 滿意 同心 \
同意 同志 一心 一生 一定 一樣 人生 學生 先鋒 先進 小明 大明 明天 明日 明星 明亮 清楚 清潔 清明 清心 清新 天氣 天使 天主 天才 家長 家務 家居 家訪 \
長大 長久 長者 長期 長遠 長春 嘉許 佳節 佳音 福音 音樂 快活 生活 活力 活動 精神 精彩 精英 祝福 祝願 恩惠 感恩 報恩 恩人 仁愛 慈愛 慈善 敬愛 可愛 親愛 \
熱心 熱情 耐心 愛心 愛人 愛情 良心 好心 好運 幸運 命運 吉祥 如果 方便 方法 方向 東方 西方 南方 北方 東西 海洋 海邊 山水 風景 風雨 日子 月亮 星期 太陽 \
新年 新生 新鮮 創新 更新 立新 自新 文靜 安靜 平靜 冷靜 寧靜 平和 和平 和諧 溫柔 溫暖 聰明 智慧 智能 偉大 強大 堅強 堅持 堅定 勇敢 勇氣 英勇 小強 大力 努力 \
有為 有心 無為 念慈 思考 思維 心思 慧眼 美滿 完美 優美 讚美 秀麗 優秀 傑出 富貴 富有 豐富 財富 榮耀 光榮 光輝 光陰 時光 華麗 中華 國華 繁華 才華 年華 嘉賓 貴賓 \
永生 新華 大學 大樓 大海 家明 國強 富強 志氣 志工 子孫 君子 孝順 順利 順便 順心 順序 利民 人民 市民 居民 民生 偉業 事業 創業 就業 畢業 學業 家業 建業";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_names_are_known() {
        for word in ["may", "hope", "will", "grace", "sunny", "waiting", "希望", "阿媽"] {
            assert!(is_common(word), "{word}");
        }
        for name in ["david", "tai man", "大文", "阿文", ""] {
            assert!(!is_common(name), "{name}");
        }
    }
}
