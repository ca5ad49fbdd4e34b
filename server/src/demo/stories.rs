//! What people report in the demo: a matter, the condition that applies, and words.

/// What happened somewhere. In the text `{place}` stands for town, village and spot.
pub struct Story {
    /// The matter, as `event-06010`.
    pub matter: &'static str,
    /// The number of the condition.
    pub condition: u16,
    pub text: &'static str,
}

const fn story(matter: &'static str, condition: u16, text: &'static str) -> Story {
    Story {
        matter,
        condition,
        text,
    }
}

/// Spots in a village.
pub const SPOTS: [&str; 20] = [
    "村口",
    "村部门前",
    "卫生室门前",
    "小学东侧",
    "幼儿园门口",
    "农贸集市",
    "健身广场",
    "主街北段",
    "主街南段",
    "桥头",
    "河堤路",
    "老供销社旁",
    "文化广场",
    "东头水塘边",
    "西头打谷场",
    "北头变压器旁",
    "公交站台旁",
    "超市门前",
    "养老服务站旁",
    "中心路与环村路交叉口",
];

/// What can wait for opening hours or be settled by those who pass.
pub const STORIES: [Story; 86] = [
    story("event-01001", 2, "{place}供水井盖破裂一角，车轮压过有响声"),
    story("event-01002", 1, "{place}污水井盖缺失，夜间行人危险"),
    story("event-01002", 2, "{place}污水井盖破损，露出拳头大的洞"),
    story(
        "event-01002",
        3,
        "{place}污水井盖松动异响，影响附近住户休息",
    ),
    story("event-01003", 1, "{place}雨水井盖移位，电动车险些摔倒"),
    story("event-01003", 2, "{place}雨水井盖破损，有碎块掉入井内"),
    story(
        "event-01004",
        2,
        "{place}雨水箅子被落叶淤泥堵塞，一下雨就积水",
    ),
    story("event-01013", 2, "{place}消火栓被杂物遮挡，栓盖丢失"),
    story("event-01028", 2, "{place}配电箱外壳破损，柜门关不严"),
    story("event-01037", 2, "{place}路灯有一盏不亮，晚上看不清台阶"),
    story(
        "event-01037",
        3,
        "{place}连续四盏路灯不亮，学生晚自习回家不安全",
    ),
    story("event-01046", 1, "{place}漫步机踏板断裂，有儿童玩耍"),
    story("event-01046", 2, "{place}健身器材缺螺丝，扶手晃动"),
    story("event-02004", 1, "{place}候车亭顶棚松脱，刮风时摇晃"),
    story("event-02010", 2, "{place}限速标志被树枝遮挡，外地车看不见"),
    story("event-02014", 2, "{place}红绿灯南北方向绿灯不亮"),
    story("event-02017", 2, "{place}道路护栏被撞变形，缺失两节"),
    story("event-03001", 1, "{place}公厕脏污，水龙头坏了没人修"),
    story("event-03005", 1, "{place}垃圾箱被风吹倒，垃圾散落一地"),
    story("event-03005", 2, "{place}垃圾箱箱体破损，污水外流"),
    story("event-03006", 1, "{place}店招铁皮松脱，悬在人行道上方"),
    story("event-04002", 1, "{place}行道树枯枝欲坠，树下停有车辆"),
    story("event-04013", 1, "{place}绿化带苗木缺株，黄土裸露"),
    story("event-06001", 1, "{place}一户正在屋顶加盖彩钢房，没有手续"),
    story("event-06001", 2, "{place}院墙外搭建的简易棚占用公共通道"),
    story("event-06004", 1, "{place}沿街楼外墙瓷砖脱落，砸中停放车辆"),
    story("event-06008", 1, "{place}通信线低垂，三轮车经过挂到"),
    story("event-06010", 1, "{place}零星生活垃圾散落，无人清扫"),
    story("event-06010", 2, "{place}成堆建筑和生活垃圾混堆，有异味"),
    story("event-06011", 1, "{place}有人夜间倾倒装修渣土约两方"),
    story("event-06012", 1, "{place}施工车辆带泥上路，路面泥泞湿滑"),
    story("event-06013", 1, "{place}路面龟裂下沉，约两平方米"),
    story(
        "event-06013",
        2,
        "{place}路面坑洞较深，下雨看不见，已有人摔倒",
    ),
    story("event-06014", 1, "{place}货车遗撒石子，绵延五十多米"),
    story("event-06017", 1, "{place}绿地内有塑料袋和酒瓶"),
    story("event-06020", 2, "{place}田边有焚烧落叶留下的灰堆"),
    story("event-06025", 1, "{place}水塘漂浮水草和塑料瓶"),
    story("event-06026", 1, "{place}河沟水色发黑有异味，疑似有人排污"),
    story("event-06027", 1, "{place}小饭店油烟直排，楼上住户不敢开窗"),
    story("event-06028", 1, "{place}夜间卡拉OK声音大，老人无法入睡"),
    story("event-06028", 2, "{place}加工作坊白天切割噪声扰民"),
    story("event-06029", 1, "{place}露天烧烤占道冒烟"),
    story("event-06030", 1, "{place}商户将海鲜污水泼到路面，腥味重"),
    story("event-06034", 1, "{place}废弃面包车长期占用公共车位"),
    story("event-06036", 1, "{place}路边乱堆秸秆和旧家具"),
    story("event-06036", 2, "{place}杂物堵住消防通道，消防车进不去"),
    story("event-06037", 1, "{place}路中间有死猫，请清理"),
    story("event-06038", 1, "{place}邻居散养鸡鸭，粪便气味大"),
    story("event-06042", 1, "{place}垃圾箱满溢两天没有清运"),
    story("event-06045", 1, "{place}有人把公共绿地开成菜地"),
    story("event-07001", 1, "{place}电线杆上贴满小广告"),
    story("event-07001", 2, "{place}整面围墙被喷涂办证广告"),
    story("event-07003", 1, "{place}未经批准设置大型广告牌"),
    story("event-08004", 1, "{place}工地裸土未覆盖，扬尘大"),
    story("event-08007", 2, "{place}工地围挡缺了一段，小孩能钻进去"),
    story("event-08011", 1, "{place}渣土车未密闭，一路掉土"),
    story("event-09001", 1, "{place}流动摊贩占道，接送孩子时堵车"),
    story("event-09005", 1, "{place}水果店出店经营，盲道被占"),
    story("event-09006", 1, "{place}占道摆摊卖海鲜，污水横流"),
    story("event-09009", 1, "{place}货车乱停堵住进村路"),
    story("event-09009", 2, "{place}机动车停在人行道上"),
    story("event-09010", 1, "{place}电动车乱停放，挤占候车区"),
    story("event-09012", 1, "{place}私家车占用消防通道，车主联系不上"),
    story("event-09020", 1, "{place}集市活禽与熟食混卖，秩序混乱"),
    story("event-99997", 2, "{place}雨后积水没过脚踝，出行不便"),
    story("event-99989", 1, "{place}两户因滴水檐争执，请调解"),
    story("event-99987", 1, "{place}承包地地界不清，两家争议"),
    story("event-99986", 1, "{place}五名工人反映工程尾款被拖欠"),
    story("event-99985", 1, "{place}住户反映物业多收垃圾清运费"),
    story("event-99984", 1, "{place}网购种子与描述不符，商家不退款"),
    story("event-99983", 1, "{place}一处老屋墙体开裂，邻居担心倒塌"),
    story("event-99982", 1, "{place}从窗户拉电线给电动车充电"),
    story("event-99981", 1, "{place}小超市安全出口上锁"),
    story("event-99980", 1, "{place}楼道内停放电动车充电"),
    story("event-99978", 1, "{place}水塘边没有警示牌和护栏"),
    story("event-99976", 1, "{place}放学时段车辆逆行，没有人疏导"),
    story("event-99975", 1, "{place}临水急弯没有防护，夜间危险"),
    story("event-99973", 1, "{place}一户家中突发变故，请求临时救助"),
    story("event-99972", 1, "{place}独居老人请人帮忙取药"),
    story("event-99971", 1, "{place}残疾人行动不便，请求上门代办手续"),
    story("event-99970", 1, "{place}自来水发黄有异味"),
    story("event-99966", 2, "{place}灌溉渠被淤泥堵塞，秧苗缺水"),
    story("event-99965", 1, "{place}化粪池外溢，污水流到路上"),
    story("event-99964", 1, "{place}农户反映买到的复合肥没有效果"),
    story("event-99963", 1, "{place}沟渠内有丢弃的病死猪"),
    story("event-99961", 1, "{place}玉米地成片虫害，请农技人员来看"),
];

/// What cannot wait: each condition is an emergency of the shipped list.
pub const EMERGENCIES: [Story; 11] = [
    story(
        "event-99999",
        1,
        "{place}供水主管道爆裂，水柱两米高，路面被淹",
    ),
    story(
        "event-99998",
        1,
        "{place}路面突然塌陷，坑深约一米，有车辆险些掉入",
    ),
    story("event-99996", 1, "{place}闻到浓烈燃气味，疑似管道泄漏"),
    story("event-99995", 1, "{place}草垛起火，火势向民房蔓延"),
    story("event-99994", 1, "{place}大树倒伏，压住电线，道路不通"),
    story("event-99993", 1, "{place}电线断落在路上，附近有积水"),
    story("event-99997", 1, "{place}积水超过半米，车辆熄火，有人被困"),
    story("event-99992", 1, "{place}老屋墙体大面积开裂，有坍塌险情"),
    story("event-99974", 1, "{place}八十岁老人走失，身穿灰色外套"),
    story("event-99989", 2, "{place}两家因宅基地持械对峙，可能激化"),
    story("event-06048", 1, "{place}雨后边坡开裂滑土，坡下有住户"),
];

/// What a unit answers when it is done.
pub const RESULTS: [&str; 7] = [
    "已到现场处置完毕，恢复正常",
    "已更换修复，现场清理干净",
    "已清运清扫，后续纳入日常巡查",
    "已当场教育并责令整改，整改到位",
    "已联系权属单位修复，经试用正常",
    "双方已达成一致，签字确认",
    "已消除隐患，设置警示标志",
];

/// What the handling unit writes to the resident.
pub const REPLIES: [&str; 3] = [
    "您好，您反映的问题已处理完毕，感谢监督。",
    "您好，工作人员已到现场解决，如再次出现请随时联系网格员。",
    "您好，问题已整改到位，我们将加强巡查，避免反复。",
];

/// Why a unit says that it is not the one: reason and legal basis.
pub const RETURNS: [(&str, &str); 3] = [
    (
        "权属不在本单位，应由管养单位处置",
        "部门责任清单：设施由权属单位养护",
    ),
    ("该事项未赋权本单位，无执法权限", "镇级赋权事项清单未列该项"),
    ("现场核实位于外单位管护路段", "道路管养分工表"),
];
