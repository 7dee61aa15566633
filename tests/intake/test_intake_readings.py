"""Ways of writing a plan that are no plain table: who and by when of every task, whatever it is printed like."""

from __future__ import annotations

import pytest

import intake
from workflow.record.errors import Unreadable

Row = tuple[str, str, str | None]
WRITTEN: dict[str, tuple[str, list[Row]]] = {
    "merged row who": (
        """某县2024年重点工作任务分解表
序号\t工作任务\t完成时限
一、产业发展\t\t
责任单位：县工信局、商务局\t\t
1\t新建标准厂房3万平方米。\t6月底前
2\t引进企业20家。\t年底前
责任单位：县农业农村局\t\t
3\t建设高标准农田2万亩。\t11月底前
""",
        [
            ("1", "县工信局 县商务局", "2024-06-30"),
            ("2", "县工信局 县商务局", "2024-12-31"),
            ("3", "县农业农村局", "2024-11-30"),
        ],
    ),
    "quarters": (
        """某县2024年重点项目推进表
序号\t项目名称\t一季度\t二季度\t三季度\t四季度\t责任单位
1\t城北水厂\t完成招标\t完成基础\t\t\t县水利局
2\t环城路\t√\t√\t√\t√\t县交通局
""",
        [("1", "县水利局", "2024-06-30"), ("2", "县交通局", "2024-12-31")],
    ),
    "transposed": (
        """某县2024年任务表
序号\t1\t2\t3
工作任务\t修路10公里。\t建桥2座。\t植树万株。
责任单位\t县交通局\t县交通局、住建局\t县林业局
完成时限\t6月底前\t9月底前\t长期坚持
""",
        [("1", "县交通局", "2024-06-30"), ("2", "县交通局 县住建局", "2024-09-30"), ("3", "县林业局", None)],
    ),
    "unnumbered": (
        """某县2024年重点工作分工
为抓好落实，现分工如下。
加强隐患排查，逐户建档。（县应急局牵头，各乡镇配合）
开展安全培训，每季度一次。（县应急局、县人社局）
完善应急预案，6月底前完成。（县应急局）
""",
        [("1", "县应急局 各乡镇", None), ("2", "县应急局 县人社局", None), ("3", "县应急局", "2024-06-30")],
    ),
    "leaders": (
        """某区2024年任务分工
一、完善预案
1.修订总体预案………………区应急局
2.推进预案上网………………区政务办、区大数据局
二、健全机制
3.建立会商机制………………区应急局
""",
        [("1", "区应急局", None), ("2", "区政务办 区大数据局", None), ("3", "区应急局", None)],
    ),
    "date first": (
        """某区2024年任务分工
一、重点任务
1.（6月底前完成，区应急局牵头）修订总体预案。
2.推进预案上网。【完成时限：9月底前；责任单位：区政务办（区大数据局）】
3.建立会商机制。[区应急局牵头，区气象局、区水利局配合，2024年10月底前]
4.开展演练（含桌面推演）。（责任单位：区应急局；完成时间：持续推进）
""",
        [
            ("1", "区应急局", "2024-06-30"),
            ("2", "区政务办（区大数据局）", "2024-09-30"),
            ("3", "区应急局 区气象局 区水利局", "2024-10-31"),
            ("4", "区应急局", None),
        ],
    ),
    "single spaces": (
        """某县2024年重点任务表
序号 工作任务 责任单位 完成时限
1 修路10公里。 县交通局 6月底前
2 建桥2座。 县交通局、住建局 9月底前
3 植树万株。 县林业局 长期坚持
""",
        [("1", "县交通局", "2024-06-30"), ("2", "县交通局 县住建局", "2024-09-30"), ("3", "县林业局", None)],
    ),
    "unit headings": (
        """某县2024年任务清单
一、县教育局
1.新建幼儿园3所，8月底前完成。
2.每季度检查食堂。
二、县卫健局
3.建成卫生院2所。
4.培训医生100名，年底前完成。
""",
        [
            ("1", "县教育局", "2024-08-31"),
            ("2", "县教育局", None),
            ("3", "县卫健局", None),
            ("4", "县卫健局", "2024-12-31"),
        ],
    ),
    "shared end": (
        """某县2024年要点
一、经济工作
1.稳住工业。
2.扩大投资。
责任单位：县发改局、县工信局
二、民生工作
3.稳定就业。（县人社局）
4.改造旧房，9月底前完成。（县住建局）
""",
        [
            ("1", "县发改局 县工信局", None),
            ("2", "县发改局 县工信局", None),
            ("3", "县人社局", None),
            ("4", "县住建局", "2024-09-30"),
        ],
    ),
    "who before": (
        """某县2024年要点
一、经济工作
牵头单位：县发改局
责任单位：县工信局、各乡镇
1.稳住工业。
2.扩大投资，6月底前开工。
二、民生工作
牵头单位：县人社局
3.稳定就业。
4.培训技工。
""",
        [
            ("1", "县发改局 县工信局 各乡镇", None),
            ("2", "县发改局 县工信局 各乡镇", "2024-06-30"),
            ("3", "县人社局", None),
            ("4", "县人社局", None),
        ],
    ),
    "cards": (
        """某县2024年任务清单
【任务1】修路10公里
工作内容：硬化通村公路。
责任单位：县交通局
完成时限：6月底前

【任务2】建桥2座
工作内容：改造危桥。
责任单位：县住建局
完成时限：9月底前
""",
        [("1", "县交通局", "2024-06-30"), ("2", "县住建局", "2024-09-30")],
    ),
    "several in para": (
        """某县2024年分工
（一）稳增长。新增企业20家。（县工信局）扩大消费。（县商务局牵头，县文旅局配合）
（二）惠民生。改造旧房。（县住建局）新增学位500个，8月底前投用。（县教育局）
""",
        [
            ("1", "县工信局", None),
            ("2", "县商务局 县文旅局", None),
            ("3", "县住建局", None),
            ("4", "县教育局", "2024-08-31"),
        ],
    ),
    "no number sections": (
        """某县2024年任务表
工作任务\t责任单位\t完成时限
产业发展
引进企业20家。\t县商务局\t年底前
新建厂房。\t县工信局\t6月底前
民生保障
新建学校。\t县教育局\t8月底前
改造旧房。\t县住建局\t10月底前
""",
        [
            ("1", "县商务局", "2024-12-31"),
            ("2", "县工信局", "2024-06-30"),
            ("3", "县教育局", "2024-08-31"),
            ("4", "县住建局", "2024-10-31"),
        ],
    ),
    "two widths": (
        """某县人民政府办公室关于印发2024年重点工作的通知
附件1
2024年项目清单
序号\t项目\t责任单位
1\t修路10公里。\t县交通局
2\t建桥2座。\t县住建局
附件2
2024年实事清单
序号\t实事内容\t牵头单位\t配合单位\t完成时限
1\t建托育点。\t县卫健局\t县教育局\t6月底前
2\t建充电桩。\t县发改局\t各乡镇\t年底前
""",
        [
            ("1", "县交通局", None),
            ("2", "县住建局", None),
            ("1", "县卫健局 县教育局", "2024-06-30"),
            ("2", "县发改局 各乡镇", "2024-12-31"),
        ],
    ),
}
WRITTEN |= {
    "words to all below the last item": (
        """某市人民政府办公室关于做好2024年秋收工作的通知
一、抓好机收（市农业农村局牵头，市公安局配合）
（一）检修农机3万台。
（二）开通绿色通道，9月5日前到位。
二、备足仓容（市粮储局牵头）
（一）腾空仓容20万吨。
请各县于11月10日前将秋收总结报市农业农村局。
某市人民政府办公室
2024年8月20日
""",
        [
            ("1", "市农业农村局 市公安局", None),
            ("2", "市农业农村局 市公安局", "2024-09-05"),
            ("1", "市粮储局", None),
        ],
    ),
    "numbers begin anew under each unit": (
        """某县2024年责任清单
一、县民政局
1. 建成助餐点10个，8月底前开放。
二、县文旅局
1. 图书馆延时开放。
2. 送戏下乡60场，年底前完成。
""",
        [("1", "县民政局", "2024-08-31"), ("1", "县文旅局", None), ("2", "县文旅局", "2024-12-31")],
    ),
    "one date for all, said at the end": (
        """某镇2024年整治任务安排
◆ 清理堆物60处，4月10日前见底。责任单位：镇环卫站
◆ 拆除旧棚20处。责任单位：镇规划办
（以上任务12月20日前全部完成。）
""",
        [("1", "镇环卫站", "2024-04-10"), ("2", "镇规划办", "2024-12-20")],
    ),
    "who leads, said once in the first bracket": (
        """某市2024年上市工作要点
一、培育资源。建立后备库，6月底前入库80家。（市金融办、各县政府，列第一位者牵头，下同）逐一走访企业。（市工信局、市商务局）
二、保障要素。办结历史遗留问题。（市住建局、市财政局）
""",
        [("1", "市金融办 各县政府", "2024-06-30"), ("2", "市工信局 市商务局", None), ("3", "市住建局 市财政局", None)],
    ),
    "a signature below a drawn table": (
        """某镇2024年任务表
┌──┬──────┬─────┬────┐
│序号│工作任务    │责任单位  │时限    │
├──┼──────┼─────┼────┤
│ 1  │立牌40块    │镇水利站  │5月底前 │
├──┼──────┼─────┼────┤
│ 2  │培训1场     │镇卫生院  │6月底前 │
└──┴──────┴─────┴────┘
　　　　某镇人民政府
　　　　2024年5月8日
""",
        [("1", "镇水利站", "2024-05-31"), ("2", "镇卫生院", "2024-06-30")],
    ),
    "a cell a line, groups that read like units, remarks left out": (
        """某市2024年建设任务分解表
任务分类
建设任务
时间安排
责任主体
备注
公共体育馆
改造游泳馆并对外开放。
5月底前
市体育局
\x20
新开工健身中心3个。
8月底前
市住建局
续建2个
城市绿道
新建绿道26公里。
11月底前
市园林局
\x20
""",
        [("1", "市体育局", "2024-05-31"), ("2", "市住建局", "2024-08-31"), ("3", "市园林局", "2024-11-30")],
    ),
    "dates as headings, a short item with labels below it": (
        """# 某镇2024年重点工作安排

## 4月底前完成

- 植树900亩。（责任单位：镇农业服务中心）
- 设卡12处。
  责任单位：镇应急办

## 6月底前完成

- 修路3处。（责任单位：镇村建办、石桥村）
""",
        [
            ("1", "镇农业服务中心", "2024-04-30"),
            ("2", "镇应急办", "2024-04-30"),
            ("3", "镇村建办 石桥村", "2024-06-30"),
        ],
    ),
    "a last row that adds up": (
        "某县2024年项目清单\n板块\t任务\t牵头\t配合\t完成时间\t投资\n道路\t修路10公里。\t县交通局\t县财政局\t6月底前\t300\n"
        "\t建桥2座。\t县交通局\t县住建局\t9月底前\t200\n合计\t\t\t\t\t500\n",
        [("1", "县交通局 县财政局", "2024-06-30"), ("2", "县交通局 县住建局", "2024-09-30")],
    ),
    "numbers of two parts and nobody else": (
        """某县2024年任务表
编号\t工作任务\t牵头单位\t配合单位\t完成时限
1-1\t修路10公里。\t县交通局\t无\t6月底前
1-2\t建桥2座。\t县交通局\t县住建局\t9月底前
""",
        [("1-1", "县交通局", "2024-06-30"), ("1-2", "县交通局 县住建局", "2024-09-30")],
    ),
}
NO_PLANS = {
    "a notice that only exhorts": """某县人民政府办公室关于做好2024年防汛工作的通知
各乡镇人民政府，县直各单位：
一、提高认识。各单位要高度重视防汛工作，压实责任。
二、加强值守。严格执行24小时值班制度，及时报告险情。
三、强化督查。县政府督查室将适时开展督查。
某县人民政府办公室
2024年5月1日
打印 关闭
""",
    "numbered verse": """春眠不觉晓，处处闻啼鸟。
夜来风雨声，花落知多少。
1. 今天天气好。
2. 我们去公园。
联系电话：12345678
""",
}


@pytest.mark.parametrize("written", WRITTEN)
def test_who_and_by_when(written: str) -> None:
    text, rows = WRITTEN[written]
    tasks = intake.read(text.encode(), filename="a.txt").tasks
    found = [
        (
            task.number,
            " ".join((*task.lead_units, *task.lead_groups, *task.responsible_units, *task.responsible_groups)),
            task.due.isoformat() if task.due else None,
        )
        for task in tasks
    ]
    assert found == rows
    assert not any(task.doubts for task in tasks)


@pytest.mark.parametrize("what", NO_PLANS)
def test_what_holds_no_tasks_is_refused(what: str) -> None:
    with pytest.raises(Unreadable):
        intake.read(NO_PLANS[what].encode(), filename="a.txt")


def test_traditional_characters_and_entities_are_read_and_kept() -> None:
    text = "海汀市2019年重點工作表\n序號\t工作任務\t責任單位\t完成時限\n1\t開展電動車登記&mdash;&mdash;上牌。\t市教育局牽頭，市公安局配合\t長期堅持\n"
    (task,) = intake.read(text.encode(), filename="a.txt").tasks
    assert task.requirement == "開展電動車登記——上牌。"
    assert (task.lead_units, task.responsible_units) == (("市教育局",), ("市公安局",))
    assert task.recurrence == "continuous"
    assert {origin.sure for origin in task.origins} == {"exact"}


def test_columns_for_rhythm_and_checking_are_known_by_their_cells() -> None:
    text = (
        "2024年任务表\n序号\t任务内容\t牵头单位\t完成时限\t进展报送\t督查方式\n"
        "1\t修路。\t县交通局\t6月底前\t每月\t季度检查\n2\t建桥。\t县住建局\t年底前\t每季度\t不定期抽查\n"
    )
    tasks = intake.read(text.encode(), filename="a.txt").tasks
    assert [(task.recurrence, task.inspection) for task in tasks] == [
        ("monthly", "quarterly"),
        ("quarterly", "irregular"),
    ]
    assert [str(task.due) for task in tasks] == ["2024-06-30", "2024-12-31"]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("甲字\t修路。\t县交通局\t6月底前\t", "number"),
        ("1\t修路。\t县交通局县财政局\t6月底前\t", "responsible_units"),
        ("1\t修路。\t县交通局\t\t9月底前完工", "due"),
        ("1\t举办书展，4月举办。\t县文旅局\t\t", "due"),
    ],
)
def test_what_stands_where_it_should_not_is_doubted(row: str, field: str) -> None:
    text = f"2024年任务表\n序号\t工作任务\t责任单位\t完成时限\t备注\n{row}\n2\t建桥。\t县住建局\t6月底前\t\n"
    tasks = intake.read(text.encode(), filename="a.txt").tasks
    assert field in tasks[0].doubts
    assert not tasks[1].doubts


def test_names_printed_together_are_cut_by_the_directory() -> None:
    text = (
        "2024年任务表\n序号\t工作任务\t责任单位\n1\t修路。\t县交通局县财政局牵头，县住建局配合\n2\t建桥。\t县住建局\n"
    )
    (task, _) = intake.read(text.encode(), filename="a.txt", known=["县交通局", "县财政局"]).tasks
    assert (task.lead_units, task.responsible_units) == (("县交通局", "县财政局"), ("县住建局",))
    assert task.doubts == ()


def test_tasks_in_prose_are_weighed_beside_a_table() -> None:
    rows = "".join(
        f"<tr><td>{n}</td><td>{unit}</td><td>值守</td><td>{n}月</td></tr>"
        for n, unit in ((6, "县水利局"), (7, "县应急局"))
    )
    page = (
        "<h1>某县2024年防汛工作安排</h1><p>一、重点任务</p><p>（一）排查山塘，5月底前完成。（责任单位：县水利局、各乡镇）</p>"
        "<p>（二）储备物资，6月10日前到位。（责任单位：县应急局）</p><p>（三）开展演练2次。（责任单位：县消防大队）</p>"
        f"<table><tr><th>序号</th><th>值班单位</th><th>值班内容</th><th>时间</th></tr>{rows}</table>"
    )
    ledger = intake.read(page.encode(), filename="a.html")
    assert [task.responsible_units for task in ledger.tasks] == [("县水利局",), ("县应急局",), ("县消防大队",)]
    assert "tasks" in ledger.doubts
    assert ledger.alternative
    assert len(ledger.alternative.tasks) == 2


def test_a_refusal_says_what_was_seen() -> None:
    page = "<table><tr><td>单位</td><td>电话</td></tr><tr><td>县水利局</td><td>1</td></tr></table>"
    with pytest.raises(
        Unreadable, match="看到 1 张表：“表 1”2 行 2 列，最像表头的是第 1 行（单位、电话），缺少“工作任务"
    ):
        intake.read(page.encode(), filename="a.html")


def test_a_field_in_doubt_is_named() -> None:
    text = "2024年任务表\n序号\t工作任务\t责任单位\t完成时限\n1\t修路。\t\t择机\n3\t建桥。\t县交通局\t6月底前\n"
    ledger = intake.read(text.encode(), filename="a.txt")
    assert {"due", "recurrence", "lead_units", "responsible_units"} <= set(ledger.tasks[0].doubts)
    assert "tasks" in ledger.doubts
    assert ledger.to_json()["tasks"][0]["doubts"] == list(ledger.tasks[0].doubts)
