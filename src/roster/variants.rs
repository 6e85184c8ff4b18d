//! Traditional and simplified forms of characters that stand in names: a compact table of our own, not a
//! converter of texts.

use std::{collections::BTreeMap, sync::LazyLock};

/// Pairs of a traditional and a simplified character.
const PAIRS: &str = "\
陳陈張张黃黄劉刘楊杨趙赵吳吴鄭郑馮冯許许韓韩蕭萧葉叶鄧邓呂吕蘇苏盧卢賈贾鍾钟鐘钟範范閻阎鄒邹龍龙萬万錢钱湯汤賀贺顧顾\
譚谭廖廖謝谢羅罗賴赖關关麥麦駱骆聶聂齊齐龐庞歐欧陽阳馬马魯鲁倫伦偉伟傑杰國国華华麗丽強强軍军銘铭鋒锋鎮镇鈞钧鑫鑫\
興兴榮荣學学寶宝貝贝貴贵賢贤賓宾贊赞輝辉輪轮達达運运遠远適适選选鄉乡醫医釗钊鈴铃銀银錦锦鍵键鏡镜長长開开間间閑闲\
聞闻閱阅闊阔隊队階阶隨随隱隐雲云電电霧雾靈灵靜静韻韵順顺項项預预頌颂領领頤颐頻频題题顏颜願愿類类顯显風风飛飞飄飘\
養养館馆駿骏驥骥驛驿驚惊體体魚鱼鮮鲜鳥鸟鳳凤鳴鸣鴻鸿鵬鹏鶴鹤鷹鹰鸞鸾點点齡龄嫻娴嬌娇嬋婵孫孙寧宁實实審审寫写對对\
導导爾尔屆届島岛嶺岭嶽岳帥帅師师幫帮幹干幾几庫库廣广慶庆應应張张彥彦後后從从復复恆恒恩恩悅悦愛爱態态慧慧憲宪戀恋戰战\
戲戏戶户掃扫揚扬換换擇择擔担據据攝摄敵敌數数斂敛時时晉晋晝昼曉晓暉晖曄晔書书會会東东枝枝桿杆條条楓枫業业極极構构樂乐樓楼\
標标樹树橋桥機机橫横檢检權权歡欢歲岁歷历氣气決决沖冲沒没淚泪淨净淵渊渢沨測测湧涌溫温滬沪滿满潔洁潤润濤涛濱滨瀾澜瀟潇\
灣湾煒炜煥焕熱热營营燁烨燈灯爭争爺爷牽牵狀状獨独獲获珮佩現现瑪玛瑩莹環环瓊琼產产畢毕畫画異异當当療疗發发皚皑盡尽監监\
矯矫碩硕禮礼禎祯禪禅稱称穎颖積积穩稳窮穷競竞筆笔節节簡简籃篮紀纪紅红純纯紋纹納纳級级細细紹绍終终組组結结絡络給给統统絲丝\
經经綠绿維维綱纲網网緊紧緒绪線线緣缘練练縈萦縱纵總总績绩繁繁繼继續续纖纤罰罚義义習习聖圣聯联聰聪聲声職职聽听肅肃脈脉\
腦脑臉脸臨临與与舉举舊旧艦舰艷艳藝艺藍蓝藥药蘭兰處处號号衛卫補补裝装見见規规覺觉覽览觀观計计訂订訊讯記记訪访設设詠咏\
詩诗話话詳详誌志認认語语誠诚說说課课調调談谈請请論论諾诺謙谦講讲謹谨證证識识譜谱議议護护讀读變变讓让豐丰財财貞贞責责\
貨货質质賜赐賽赛軒轩較较輕轻輝辉辦办農农連连進进過过遙遥遜逊邊边郵邮鄺邝釋释鉅巨鋼钢錄录鎔镕鏗铿鑑鉴門门閃闪閩闽閣阁\
陸陆陰阴陣阵際际險险雙双雜杂雞鸡離离難难霆霆韋韦頁页頂顶須须顧顾飯饭飲饮餘余騰腾驗验髮发鬥斗鯉鲤麼么黨党齒齿嵐岚勳勋\
勵励務务動动勝胜勞劳匯汇區区協协卻却厲厉參参雋隽問问啟启喚唤單单園园圍围圓圆團团圖图堅坚場场塵尘壽寿夢梦奮奋婦妇媽妈\
嫺娴孌娈專专將将峯峰崢峥徑径徵征徹彻憶忆懷怀懿懿撫抚曦曦棟栋榕榕澤泽燦灿瑋玮璣玑璽玺璦瑷畝亩癒愈皓皓眾众睿睿礎础祿禄\
禦御種种笙笙篤笃綺绮綸纶綽绰緻致縷缕翹翘聳耸脩修莊庄萊莱葦苇蓮莲蔣蒋蔭荫薈荟薔蔷薑姜蘊蕴蘋苹虛虚蝦虾蟬蝉衆众裡里褚褚\
訓训詢询詹詹諭谕諺谚諮咨謀谋譽誉賦赋贈赠趨趋躍跃軾轼載载輔辅遞递鄔邬鄭郑醬酱銓铨鋭锐銳锐鋪铺錚铮錫锡鍊炼鎂镁鎧铠鏞镛";

/// The same name with all its characters traditional, and with all simplified, where that differs.
pub(crate) fn of(name: &str) -> Vec<String> {
    let mut variants = Vec::new();
    for to_simplified in [true, false] {
        let variant: String = name.chars().map(|c| other(c, to_simplified).unwrap_or(c)).collect();
        if variant != name && !variants.contains(&variant) {
            variants.push(variant);
        }
    }
    variants
}

fn other(c: char, to_simplified: bool) -> Option<char> {
    /// To simplified, to traditional.
    static MAPS: LazyLock<[BTreeMap<char, char>; 2]> = LazyLock::new(|| {
        let mut maps = [BTreeMap::new(), BTreeMap::new()];
        let mut chars = PAIRS.chars();
        while let (Some(traditional), Some(simplified)) = (chars.next(), chars.next()) {
            let [down, up] = &mut maps;
            down.entry(traditional).or_insert(simplified);
            up.entry(simplified).or_insert(traditional);
        }
        maps
    });
    let [down, up] = &*MAPS;
    if to_simplified { down.get(&c).copied() } else { up.get(&c).copied() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_both_forms() {
        assert_eq!(of("陳國華"), ["陈国华"]);
        assert_eq!(of("陈国华"), ["陳國華"]);
        assert_eq!(of("何小玲"), Vec::<String>::new());
    }

    #[test]
    fn the_table_is_made_of_pairs_of_han() {
        assert_eq!(PAIRS.chars().count() % 2, 0);
        assert!(PAIRS.chars().all(crate::view::is_han));
        let pairs: Vec<char> = PAIRS.chars().collect();
        assert!(
            pairs.chunks(2).all(|it| other(it[1], true).is_none_or(|twice| twice == it[1] || it[0] == it[1]))
        );
    }
}
