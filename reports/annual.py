"""Words for the annual report on open government (政府信息公开年度报告用语): two paragraphs of the dossier's own figures."""

from __future__ import annotations

from collections import Counter

from reports.figures import share, tally
from workflow.record.calendar import spoken_moment
from workflow.tasks.progress import Pace
from workflow.year.dossiers.facts import Dossier
from workflow.year.dossiers.parts import Assessed, Checked


def paragraphs(facts: Dossier) -> list[str]:
    """For 总体情况（监督保障） and for 其他需要报告的事项; nothing where the dossier is of one unit."""
    return [] if facts.look.unit else [_oversight(facts), _carried_out(facts)]


def _oversight(facts: Dossier) -> str:
    whole = tally("", facts.look.tasks)
    said = [
        f"监督保障。对照《{facts.look.title}》实行清单管理、逐级审核和销号管理，{whole.total} 件承办任务办结 {whole.done} 件",
        f"审核中退回 {whole.returns} 次，催办 {whole.urgings} 次",
    ]
    if facts.rounds:
        filed, asked = sum(one.filed for one in facts.rounds), sum(one.asked for one in facts.rounds)
        said.append(f"组织各单位报送落实情况 {len(facts.rounds)} 期，应报 {asked} 份，已报 {filed} 份")
    said += [_checked(one) for one in facts.checks]
    if facts.mending:
        done = sum(one.done for one in facts.mending)
        said.append(f"列入整改 {len(facts.mending)} 项，已销号 {done} 项")
    if facts.bulletins or facts.letters or facts.talks:
        said.append(
            f"印发通报 {len(facts.bulletins)} 期、督办类函件 {len(facts.letters)} 件，约谈 {len(facts.talks)} 次"
        )
    said += [_assessed(one) for one in facts.assessed]
    unknown = "社会评议和责任追究结果" if facts.assessed else "工作考核、社会评议和责任追究结果"
    return "；".join(said) + f"。{unknown}本系统未记录，请另行补充。"


def _assessed(one: Assessed) -> str:
    counts = Counter(sheet.grade for sheet in one.found.sheets)
    grades = "，".join(f"{word} {counts[word]} 个" for word, _ in one.found.scheme.grades)
    return f"考核{one.found.scheme.kind} {len(one.found.sheets)} 个（{one.state}），{grades}"


def _checked(one: Checked) -> str:
    counts = "，".join(f"{verdict.word} {count} 项" for verdict, count in one.facts.verdicts.items())
    return f"对《{one.facts.title}》开展回头看，核查 {len(one.facts.chosen)} 项，其中{counts}"


def _carried_out(facts: Dossier) -> str:
    items = facts.look.items
    settled = sum(item.pace is Pace.SETTLED for item in items)
    late = sum(item.pace is Pace.LATE for item in items)
    return (
        f"其他需要报告的事项（落实年度要点情况）。截至{spoken_moment(facts.as_of)}，《{facts.look.title}》共 {len(items)} 条，"
        f"已落实销号 {settled} 条，占 {share(settled, len(items))}；逾期未完成 {late} 条，占 {share(late, len(items))}，"
        "未完成事项已列清单继续督办。"
    )
