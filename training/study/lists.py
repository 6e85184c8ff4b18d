"""Short lists that the twin has in one language only, or not at all. Both languages say the same."""

JOBS = [
    ("minibus driver", "小巴司機"),
    ("security guard", "保安員"),
    ("pastry cook", "包餅師傅"),
    ("seamstress", "車衣女工"),
    ("bookkeeper", "簿記"),
    ("ward attendant", "病房服務員"),
    ("piano teacher", "鋼琴老師"),
    ("welder", "燒焊工人"),
    ("court interpreter", "法庭傳譯"),
    ("florist", "花店店員"),
    ("ship's engineer", "輪機員"),
    ("librarian", "圖書館管理員"),
    ("hairdresser", "髮型師"),
    ("electrician", "電工"),
    ("warehouse picker", "執貨員"),
    ("dim sum cook", "點心師傅"),
    ("insurance agent", "保險經紀"),
    ("proofreader", "校對員"),
    ("cable technician", "拉線技工"),
    ("tailor", "裁縫"),
    ("primary school teacher", "小學教師"),
    ("lift mechanic", "電梯技工"),
    ("fishmonger", "魚販"),
    ("radio operator", "電台技術員"),
    ("physics tutor", "物理補習導師"),
    ("dental nurse", "牙科助護"),
    ("scaffolder", "搭棚工人"),
    ("typist", "打字員"),
    ("tram driver", "電車司機"),
    ("illustrator", "插畫師"),
    ("night porter", "夜更看更"),
    ("surveyor", "測量員"),
]
# Work that was lost, and work there is now: who for and what as.
ONCE = [
    ("Wing Fung Garment Factory", "永豐製衣廠", "seamstress", "車衣女工"),
    ("Kam Wah Lifts", "錦華電梯", "lift mechanic", "電梯技工"),
    ("KMB", "九巴", "bus driver", "巴士司機"),
    ("Hang Seng Bank", "恒生銀行", "bank teller", "銀行櫃員"),
    ("Cheuk Yuet Security", "卓越保安", "security guard", "保安員"),
    ("Wang Tat CPA", "宏達會計師行", "bookkeeper", "簿記"),
    ("Sing Kwong Salon", "星光髮廊", "hairdresser", "髮型師"),
    ("Mei Heung Bakery", "美香麵包店", "pastry cook", "包餅師傅"),
    ("Lok Wut Elderly Home", "樂活護老院", "care assistant", "護理員"),
    ("Ming Fai Property", "明輝地產", "estate agent", "地產經紀"),
    ("Shun Hing Engineering", "信興水電工程", "electrician", "電工"),
    ("Choi Hung Printing", "彩虹印刷", "proofreader", "校對員"),
    ("Lee Tat Logistics", "利達物流", "lorry driver", "貨車司機"),
    ("Kai Ming Tutorial", "啟明補習社", "physics tutor", "物理補習導師"),
    ("Cathay Pacific", "國泰航空", "flight attendant", "空中服務員"),
    ("Tung Hoi Seafood Restaurant", "東海海鮮酒家", "dim sum cook", "點心師傅"),
    ("Yan Wo Pharmacy", "仁和藥房", "dispenser", "配藥員"),
    ("Hongkong Post", "郵政署", "postman", "郵差"),
    ("Fook Hing Scaffolding", "福興棚業", "scaffolder", "搭棚工人"),
    ("Sun Ngai Dental", "新藝牙科", "dental nurse", "牙科助護"),
    ("Lai Kwan Tailors", "麗群裁縫", "tailor", "裁縫"),
    ("Harbour Wave Radio", "港浪電台", "sound engineer", "音響師"),
    ("Wah Kiu Shipping", "華僑船務", "ship's engineer", "輪機員"),
    ("Ho Yu Design", "浩宇設計", "illustrator", "插畫師"),
]
NOW = [
    ("Wellcome", "惠康", "stock clerk", "理貨員"),
    ("PARKnSHOP", "百佳", "cashier", "收銀員"),
    ("Kit Lai Cleaning", "潔麗清潔", "cleaner", "清潔工"),
    ("Little Fern Flowers", "小蕨花店", "shop assistant", "店員"),
    ("Maxim's", "美心", "kitchen hand", "廚房幫工"),
    ("Fai Chit Express", "快捷速遞", "packer", "包裝工"),
    ("Green Row Gardens", "綠行園藝", "gardener", "園藝工人"),
    ("Second Cup Social Cafe", "次杯社企咖啡", "barista", "咖啡師"),
    ("Ming Yuen Laundry", "明苑洗衣", "laundry hand", "洗衣工"),
    ("Shun Fung Garage", "順風車房", "car washer", "洗車工"),
    ("On Wah Courier", "安華速遞", "delivery rider", "送貨員"),
    ("Old Pages Bookshop", "舊頁書店", "book sorter", "執書員"),
    ("Sunshine Canteen", "陽光飯堂", "tea lady", "茶水員"),
    ("Wing Hei Packing", "榮禧包裝", "machine minder", "機台操作員"),
]
FAITHS = [("Catholic", "天主教徒"), ("Buddhist", "佛教徒"), ("Christian", "基督徒"), ("Taoist", "道教徒")]
FAITHS_OF = {"south-asian": [("Muslim", "穆斯林"), ("Hindu", "印度教徒")], "filipino": [("Catholic", "天主教徒")]}
ORIGINS = [
    ("Chiu Chow", "潮州人"),
    ("Hakka", "客家人"),
    ("Hokkien", "福建人"),
    ("Shanghainese", "上海人"),
    ("Hainanese", "海南人"),
    ("Hoklo", "鶴佬人"),
]
ORIGINS_OF = {
    "south-asian": [("Nepali", "尼泊爾裔"), ("Pakistani", "巴基斯坦裔")],
    "filipino": [("Filipino", "菲律賓裔")],
}
CITIES_OF = {
    "south-asian": [("Pokhara", "博卡拉"), ("Lahore", "拉合爾")],
    "filipino": [("Iloilo", "怡朗"), ("Baguio", "碧瑤")],
}
# Invented, all of them.
CHURCHES = {
    "Catholic": [("Three Bells Parish", "三鐘堂區"), ("Chapel of the Lantern", "明燈小堂")],
    "Christian": [
        ("Still Water Fellowship", "靜水團契"),
        ("Grace Pier Church", "恩埠堂"),
        ("Morning Bell Assembly", "晨鐘聚會所"),
    ],
    "Buddhist": [("Old Well Nunnery", "古井庵"), ("Four Pines Vihara", "四松精舍")],
    "Taoist": [("Three Terraces Temple", "三台觀"), ("Blue Crane Hall", "青鶴壇")],
    "Muslim": [("Harbour Row Mosque", "海傍街清真寺")],
    "Hindu": [("Hill Lane Mandir", "山巷印度廟")],
}
CAFES = [
    ("Kam Kee Cafe", "金記茶餐廳"),
    ("Sun Po Cafe", "新寶冰室"),
    ("Wing Lok Bing Sutt", "榮樂冰室"),
    ("Double Star Cafe", "雙星茶餐廳"),
    ("Cheung Hing Noodles", "長興麵家"),
    ("Brown Teapot", "啡茶壺"),
    ("Shun Kee Congee", "順記粥店"),
    ("Little Ladder Cafe", "小梯子咖啡"),
    ("Fat Kee Dai Pai Dong", "發記大排檔"),
    ("Oi Kwan Canteen", "愛群飯堂"),
]
WALKS = [
    ("Shek O", "石澳"),
    ("Pui O", "貝澳"),
    ("Tai Mei Tuk", "大美督"),
    ("Lei Yue Mun", "鯉魚門"),
    ("Tap Mun", "塔門"),
    ("Shing Mun Reservoir", "城門水塘"),
    ("Nam Sang Wai", "南生圍"),
    ("Braemar Hill", "寶馬山"),
    ("Clear Water Bay", "清水灣"),
    ("Ngong Ping", "昂坪"),
]
KIN = {
    "sib": {
        "f": [("older sister", "家姐", "sister"), ("younger sister", "細妹", "sister")],
        "m": [("older brother", "大佬", "brother"), ("younger brother", "細佬", "brother")],
    },
    "parent": {"f": [("mother", "阿媽", "mother")], "m": [("father", "老豆", "father")]},
    "child": {"f": [("daughter", "女", "daughter")], "m": [("son", "仔", "son")]},
    "love": {
        "f": [("wife", "太太", "wife"), ("ex-wife", "前妻", "ex-wife"), ("girlfriend", "女朋友", "girlfriend")],
        "m": [
            ("husband", "老公", "husband"),
            ("ex-husband", "前夫", "ex-husband"),
            ("boyfriend", "男朋友", "boyfriend"),
        ],
    },
}
DIAGNOSES = ["schizophrenia", "bipolar disorder", "depression", "psychosis", "OCD", "anxiety disorder"]
EDUCATION = ["primary", "lower secondary", "upper secondary", "diploma", "degree"]
