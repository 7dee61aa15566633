"""What the name of a unit looks like (单位名称): endings, function words and phrases for many, as small tables.

The tables hold the vocabulary of Chinese administration at large, never the names of one place.
"""

from __future__ import annotations

import re
from functools import lru_cache


def _words(table: str) -> tuple[str, ...]:
    return tuple(table.split())


ENDINGS = _words(
    "委员会 管委会 管理局 人民政府 政府 办事处 办公室 办公厅 总工会 联合会 工商联 红十字会 公积金中心 指挥部 领导小组 专班 "
    "局 委 办 厅 部 院 署 中心 公司 集团 银行 分行 支行 人行 支队 大队 总队 队 街道 联社 供销社 报社 合作社 出版社 通讯社 协会 学会 商会 研究会 "
    "大学 学院 党校 学校 中学 医院 处 所 站 台 海关 法院 检察院 军分区 武装部 人武部 妇联 残联 文联 科协 侨联 社科联 工会 法学会 "
    "档案馆 图书馆 博物馆 文化馆 馆 公安 税务 基金会 理事会 园区 开发区 高新区 经开区 度假区 示范区 新区 保税区 工业园 产业园 科技园 农场 林场 "
    "联社 电信 移动 联通 铁塔 邮政 集团公司 有限公司 分公司 供电 电力 烟草 石油 人大 政协 党委 党组 研究室 督查室 政研室 信息室 科室 志办 县 区 市 省 州 盟 旗 镇 乡 村 社区 团县委 安委会 中队 交易所 卫生院 敬老院 幼儿园 小学"
)
_ENDING = re.compile("(?:" + "|".join(sorted(set(ENDINGS), key=len, reverse=True)) + ")$")
_SHORT_ENDING = re.compile(
    r"[\u4e00-\u9fff·]{1,9}[\u4e00-\u9fff](?:科|股|岗|室|部|组|系|会|厂|所|站|校|园|网格|班|段|社|行|矿|港|库)"
)
"""What a unit within a unit is called: 粮油股, 林业发展岗, 后勤科; only of names that are short as a whole."""
_FALSE_ENDING = re.compile(
    r"(?:社会|大会|会议|全会|教室|会议室|机会|学科|岗位|公园|校园|家园|乐园|公厕所|车站|分组|阶段|路段|时段|地段|河段|工厂|内科|外科|百科|上岗|到岗|在岗|执行|进行|实行|施行|试行|运行|举行|推行|银行间|城乡|农村|城市|城区|社区服务|全市|全县|全区|全省|本市|本县|本区|我市|我县|我区|乡镇企业|集市|上市|都市|地区|小区|灾区|山区|景区|牧区|林区|场所|干部|内部|外部|全部|住所|处所)$"
)
_DONE = re.compile(
    r"(?:建设|打造|创建|发展|推进|推动|加快|加强|强化|优化|完善|健全|提升|改善|整治|治理|深化|实施|开展|规范|培育|做[强优大]|壮大|繁荣|振兴|美化|守护|营造|构建|巩固|扩大"
    r"|办好|建[好强成]|管好|护好|用好|守住|聚焦|紧盯|抓好|争创|迈向|走进|面向).{2,}(?:[省市县区镇乡村馆园校]|社区|街道|医院|学校)$"
    r"|(?:建成|新建(?![县区])|改扩?建|扩建|组建|成立|设立|开设|完成|新增|启动|修建|改造|升级).{3,}"
)
"""建设宜居乡村, 建成县级养老中心: what is to be done with a place, no name of one."""
_BRACKETS = re.compile(r"[（(〔\[][^（()）〔〕\[\]]{0,60}[）)〕\]]")

LEVEL = r"(?:特别行政区|自治区|自治州|自治县|自治旗|开发区|高新区|经开区|新区|省|市|区|县|州|盟|旗|镇|乡)"
FUNCTIONS = _words(
    "发展 发改 改革 经济 经信 经发 工业 工信 信息 教育 教体 科技 科学 科协 民族 民宗 宗教 公安 国安 国家安全 民政 司法 财政 人力 人社 自然资源 资源规划 资源 规划 国土 生态 环境 环保 "
    "住房 住建 建设 城乡 城管 城市管理 城市 交通 水利 水务 农业 农村 农水 林业 林草 商务 文化 文旅 文广 文体 卫生 卫健 卫体 卫计 退役 应急 审计 外事 国资 国有资产 市场 体育 统计 医保 医疗 信访 "
    "大数据 数据 数字 数局 政务 政数 行政 审批 税务 气象 消防 地震 金融 地方金融 乡村 扶贫 机关 侨务 侨联 台湾 台港澳 港澳 台办 档案 地方志 史志 方志 供销 残联 残疾 妇联 妇女 总工会 工商联 工会 红十字 文联 社科联 社科 法学会 "
    "公积金 住房公积金 投资 招商 粮食 粮储 海洋 渔业 畜牧 能源 园林 房产 房管 综合 执法 营商 口岸 人防 国防 人民防空 知识产权 药监 食品 物价 质监 工商 旅游 广电 广播 融媒体 新闻 网信 "
    "互联网 编办 机构编制 宣传 组织 统战 政法 纪委 监委 监察 巡察 保密 机要 老干部 督查 研究室 政研 政策研究 接待 事务 机关事务 铁路 公路 邮政 航空 民航 港口 口岸 水文 测绘 勘测 疾控 疾病 血站 仲裁 公共资源 "
    "政府 人民政府 人大 政协 法院 检察院 人民法院 人民检察院 委 办 团委 党校 区划 移民 库区 南水北调 重点项目 重点工程 项目 铁投 城投 交投 水投 国投 社会 社会保险 社保 就业 劳动 社会工作 两新 供热 供水 排水 环卫 市政 邮管 邮政管理"
)
"""What departments do: a bare 商务局 after 市发展改革局、 is the city's own."""
_FUNCTION = re.compile("(?:" + "|".join(sorted(set(FUNCTIONS), key=len, reverse=True)) + ")")
PARTY = re.compile(
    r"(?:组织部|宣传部|统战部|政法委|编办|网信办|巡察办|老干部局|社会工作部|台办|政研室|保密办|机要局|直属机关工委|党校|改革办)"
)
NO_LEVEL = re.compile(
    r"(?:人民银行|中国人民银行|人行|武警|国网|中国|国家|银保监|金融监管|供电|电力公司|海关|海事|烟草|电信|移动|联通|铁塔|石油|石化|高新区|经开区|开发区|新区|度假区|驻|.{0,12}(?:分行|支行|分公司|公司|集团|银行|管委会|大学|学院|监分局|监管分局|监管支局|调查队))"
)
NOT_A_LEVEL = re.compile(
    r"(?:市场(?!监管局市场)|市容|市政(?!务|府|协|法)|市民(?=中心|服务|热线|卡)|区域|区划|区间|县域|县乡|省际|镇街|镇村|乡村|乡镇|州际|市区|市县|市级|区级|县级|省级|市长|县长|区长|省长)"
)
_LEVEL_HEAD = re.compile(rf"{LEVEL}(?:委(?=.{{1,9}}(?:部|办|局|委|室|校|院)$)|直(?=机关工委|属机关工委))?")
_NAMED_HEAD = re.compile(r"([\u4e00-\u9fff]{1,7}?(?:特别行政区|自治区|自治州|自治县|自治旗|新区|省|市|区|县|州|盟|旗))")

_OWN_LINE = re.compile(r"(?:税务|国税|地税|.{2,6}分)局")
"""Bodies under a ministry of their own, printed without a level: 税务局, 公安分局."""
_DESCRIBED = re.compile(
    r"(?!.*(?:各|有关|相关|其他|其它))(?:.{3,30}的(?:主管)?(?:部门|单位|机构)"
    r"|[\u4e00-\u9fff]{2,8}(?:制定|起草|制发|发布|审批|登记|征收|处罚)机关)"
)
"""A body told by what it does: 负责预算管理的部门, 政策制定机关."""
_DEPARTMENT = re.compile(r"(?:局|委|办|厅|室|会|中心|院|站|处|所|队|馆|部)$")

_TELLS = re.compile(
    r"\d[年月日]|\d[万千百亿多余]{0,2}[个座台处所家站场户支套辆]|将(?![乐军])|把(?!关)|均[由为须应]|报送"
)
"""In no name: 各单位于9月5日前将总结报市教育局办公室 is a sentence."""
_MANY = re.compile(r"各|(?:有关|相关|其他|其它|所有|全体|上述|以上|涉及|涉改|承担|负有|具有)")
_GENERIC = r"(?:单位|部门|机关|机构|企业|事业单位|企事业单位|成员单位|责任主体|主体|乡镇|街道|镇街|镇办|园区|开发区|功能区|政府|人民政府|办事处|管委会|学校|医院|局|委|办|镇|乡|县|区|市|村|村委会|居委会|村民委员会|居民委员会|社区|科室|处室|地区|地方|行业|领域|系统|方面|平台|公司|银行|专班|工作组|指挥部|协会|商会|学会|党组|党委|党支部|党总支|党工委)"
_GENERIC_END = re.compile(rf"{_GENERIC}$")
_ALWAYS_MANY = re.compile(
    r"(?:单位|部门|机关单位|行政机关|机构|企业|乡镇|镇街|(?<!村)镇办|功能区|企事业单位|两级政府|三级政府|基层政府|级政府|级人民政府)$"
)
_KINDS_OF_PLACE = re.compile(
    r"(?:全[省市县区州]|本[省市县区])?(?:县级|县|市|区|乡|镇|街道|乡镇|镇街|开发区|园区|功能区|[、，/和及]){1,9}(?:两级)?(?:人民政府|政府|办事处|管委会)?$"
)
_ONE_ZONE = re.compile(r"(?:街道|镇|乡|[省市区县州]?开发区|[省市区县州]?园区)(?:管委会|办事处)?$")
_SINGLE_PLACE = re.compile(r"[省市县区州镇乡](?:人民)?(?:政府|委|人大|政协)?$")


def bare(name: str) -> str:
    """A name without what stands in brackets."""
    return _BRACKETS.sub("", name)


@lru_cache(maxsize=20_000)
def ends_like_unit(name: str) -> bool:
    """Whether a text may stop here and be the name of a unit."""
    plain = bare(name)
    if len(plain) < 2 or _FALSE_ENDING.search(plain) or _TELLS.search(plain) or _DONE.match(plain):
        return False
    return (
        _ENDING.search(plain) is not None
        or _DESCRIBED.fullmatch(plain) is not None
        or _SHORT_ENDING.fullmatch(plain) is not None
    )


@lru_cache(maxsize=20_000)
def is_group(name: str) -> bool:
    """Whether a phrase stands for many units: 各…, 市直各单位, 有关部门, 县（市、区）政府."""
    plain = bare(name)
    if len(plain) < 2 or len(plain) > 60 or any(mark in plain for mark in "，,；;。"):
        return False
    if _DESCRIBED.fullmatch(plain) or _TELLS.search(plain):
        return False
    if _MANY.search(plain) and _GENERIC_END.search(plain):
        return True
    each = plain[plain.index("各") :] if "各" in plain[:-2] else ""
    if _ENDING.search(each) or _SHORT_ENDING.fullmatch(each) or (each == plain and 1 < len(plain) <= 6):
        return True
    if _ALWAYS_MANY.search(plain):
        return True
    if _KINDS_OF_PLACE.match(plain):
        return name != plain or (not _SINGLE_PLACE.match(plain) and not _ONE_ZONE.match(plain))
    return False


def is_within(name: str) -> bool:
    """Whether a text ends as rooms and groups do, and so may be the first half of a name: 实验室 of 实验室与设备管理处."""
    return _ENDING.search(bare(name)) is None and _SHORT_ENDING.fullmatch(bare(name)) is not None


def is_recognised(name: str) -> bool:
    """Whether a whole text is a unit or a phrase for many."""
    return is_group(name) or (len(name) <= 40 and ends_like_unit(name))


def level_of(name: str) -> str | None:
    """The administrative prefix a name prints: 市 of 市商务局, 云岭市 of 云岭市商务局, none of 市场监管局."""
    if NOT_A_LEVEL.match(name):
        return None
    found = _LEVEL_HEAD.match(name)
    if found and len(name) > found.end() and (len(found.group(0)) < 3 or _FUNCTION.match(name, found.end())):
        return found.group(0)
    for found in _NAMED_HEAD.finditer(name[:14]):
        if found.start() == 0 and _FUNCTION.match(name, found.end()):
            return found.group(1)
        break
    return None


def carries(name: str) -> bool:
    """Whether a bare name is a department that takes the prefix of the name before it."""
    if (
        not ends_like_unit(name)
        or _OWN_LINE.fullmatch(name)
        or _ONE_ZONE.match(name)
        or NO_LEVEL.match(name)
        or name[0] in "各省县州盟旗"
    ):
        return False
    if _FUNCTION.match(name) or PARTY.match(name):
        return True
    if not _DEPARTMENT.search(name):
        return False
    inner = _FUNCTION.search(name, 2)
    return inner is None or inner.end() == len(name)


@lru_cache(maxsize=20_000)
def looks_glued(name: str) -> bool:
    """Whether a name may be two printed together: whole before a place where another one begins with its level."""
    cuts = range(4, len(name) - 3)
    half = len(name) // 2
    return (
        name.count("各") > 1
        or (half > 2 and name[:half] == name[half:])
        or any(
            ends_like_unit(name[:at]) and level_of(name[at:]) is not None and ends_like_unit(name[at:]) for at in cuts
        )
    )


def names_function(text: str) -> bool:
    """Whether a text has the word for what a department does: 国资, 安监, 水利."""
    return _FUNCTION.search(text) is not None


def is_party(name: str) -> bool:
    """Whether a bare name is an organ of the party committee: 市委宣传部、网信办."""
    return PARTY.match(name) is not None


def is_recognised_continuation(before: str, line: str) -> bool:
    """Whether a line goes on with a name that could have ended: 市发展改革委员会 cut after 委."""
    return ends_like_unit(before) and before[-1] in "委办" and line[:1] in "员公"
