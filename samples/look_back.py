"""Looking back on the year before (回头看): scope, self-checks, a draw, verdicts of all four kinds, an objection, two rectifications."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from packets.reviewing import review
from samples.agenda import Agenda, at_work
from samples.mending import Mending
from samples.seated import seated, take
from workflow.ledgers.models import Ledger, LedgerItem
from workflow.ledgers.words import Part
from workflow.office.models import User
from workflow.office.words import Role
from workflow.record.calendar import day_of
from workflow.record.installation import Installation
from workflow.tasks.models import Task
from workflow.tasks.words import Action, Status
from workflow.year.look_backs import starting
from workflow.year.look_backs.models import LookBackEntry, LookBackRound, SelfCheck
from workflow.year.look_backs.self_checks import Answer, give_lead_view, leads_line, lines_of, save_sheet
from workflow.year.look_backs.verdicts import Finding, add_capture, answer_objection, object_to, set_verdict
from workflow.year.registering import request_paper
from workflow.year.words import Draw, Method, Verdict

A = Action
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LENGTH = 150
"""Days from the start to the last step; where the year has fewer left, all of it is quicker."""
SHARE = 70
BASIS = "对上年度任务逐项回头看，没有完成的依法督促整改"
_SEEN = {
    Method.ONLINE: "登录门户网站查看，栏目可以打开，内容与材料一致，最近一次更新在本月。",
    Method.PAPERS: "查阅发布审核单和统计表，条数、日期与所报一致。",
    Method.PHONE: "拨打公开电话，工作人员能说明办理流程，与公开内容一致。",
    Method.ON_SITE: "到公开专区现场查看，公开栏、查询机内容齐全。",
}


class LookingBack:
    """One look-back of the office on the table of the year before (回头看安排)."""

    def __init__(self, here: Installation, agenda: Agenda, ledger_id: int, *, until: datetime) -> None:
        self._here, self._agenda, self._ledger_id, self._until = here, agenda, ledger_id, until
        self._begun, self._pace, self._id = until, 1.0, 0
        self._mending = Mending(here, agenda, self._day)

    def begin(self, start: datetime) -> None:
        """Have the office start, three weeks after the table of this year, in the new year at the soonest."""
        with self._here.database.reading() as session:
            year = session.get_one(Ledger, self._ledger_id).year
        self._begun = max(at_work(start + 21 * DAY), at_work(datetime(year + 1, 2, 20, 2, tzinfo=start.tzinfo)))
        self._pace = min(1.0, (self._until - self._begun).days / LENGTH)
        if self._pace > 0:
            self._agenda.add(self._begun, self._start)

    def _day(self, count: float) -> datetime:
        """So many days after the start."""
        return at_work(self._begun + count * self._pace * DAY)

    def _office(self, session: Session, n: int = 0) -> User:
        return seated(session, session.get_one(Ledger, self._ledger_id).office_id, Role.OFFICE)[n % 2]

    def _start(self, at: datetime) -> None:
        """Scope A is looked back on, B by choice; every unit is asked for its sheet."""
        with self._here.database.writing() as session:
            by, ledger = self._office(session), session.get_one(Ledger, self._ledger_id)
            begun = starting.start_look_back(session, ledger, basis=_basis(session, ledger), due=day_of(self._day(15)), by=by, at=at)  # fmt: skip
            free = {entry.item_id for entry in begun.entries if not entry.chosen}
            reason = "原表没有写明时限或责任主体，但群众关注度高，一并核查。" if free else ""
            starting.choose_lines(session, begun, free, reason=reason, by=by, at=at)
            starting.send_sheets(session, begun, share=SHARE, rule=Draw.LAYERED, by=by, at=at)
            self._id, sheets = begun.id, [sheet.id for sheet in begun.sheets]
        for n, sheet_id in enumerate(sheets):
            self._sheet(sheet_id, n)
        self._agenda.add(self._day(17), self._view)
        self._agenda.add(self._day(18), self._draw)

    def _sheet(self, sheet_id: int, n: int) -> None:
        """One unit's sheet: the first is returned once."""
        steps = ("fill", A.SUBMIT, A.SEND_BACK, "fill", A.SUBMIT, A.APPROVE, A.CLOSE) if n == 0 else ("fill", A.SUBMIT, A.APPROVE, A.CLOSE)  # fmt: skip
        for k, step in enumerate(steps):
            at = self._day(2 + n % 6 + k * 1.1)
            self._agenda.add(at, partial(self._take, sheet_id, step, k > 0))

    def _take(self, sheet_id: int, step: str, again: bool, at: datetime) -> None:
        if step == "fill":
            self._fill(sheet_id, at, again=again)
        else:
            take(self._here, sheet_id, Action(step), at, _OPINIONS.get(Action(step), ""))

    def _fill(self, sheet_id: int, at: datetime, *, again: bool) -> None:
        with self._here.database.writing() as session:
            sheet = session.get_one(SelfCheck, sheet_id)
            by = seated(session, sheet.unit_id, Role.HANDLER)[0]
            behind = self._behind(session)
            answers = {
                entry.id: _answer(session, entry, again=again, behind=entry.id == behind) for entry in lines_of(sheet)
            }
            save_sheet(session, sheet, answers, by=by, at=at, seen_version=sheet.version)

    def _behind(self, session: Session) -> int:
        """The line of which its unit says that it is still not done; whatever else was left open has been made good since."""
        begun = session.get_one(LookBackRound, self._id)
        foreign = [entry for entry in self._lines(session) if entry.unit_id != begun.ledger.office_id]
        return next((entry.id for entry in foreign if not _was_closed(session, entry)), 0)

    def _view(self, at: datetime) -> None:
        """Lead units say what they make of some lines."""
        with self._here.database.writing() as session:
            for entry in self._lines(session)[:6]:
                leads = [unit.id for unit in entry.item.units(Part.LEAD)]
                people = [person for unit_id in leads for person in seated(session, unit_id, Role.LEAD_REVIEWER)]
                by = next((person for person in people if leads_line(entry, person)), None)
                if by is not None:
                    give_lead_view(
                        session, entry, "自查情况与牵头单位掌握的一致。", by=by, at=at, seen_version=entry.version
                    )

    def _draw(self, at: datetime) -> None:
        """What the office checks itself is drawn; of the others it reads the papers. Each line gets its verdict at its own hour."""
        with self._here.database.writing() as session:
            begun = session.get_one(LookBackRound, self._id)
            starting.draw_lines(session, begun, by=self._office(session), at=at)
            lines = sorted(self._lines(session), key=lambda entry: not entry.drawn)
            office = begun.ledger.office_id
            found = verdicts_of([(one.id, one.unit_id != office, one.done is not False) for one in lines])
            drawn = {one.id for one in lines if one.drawn}
        for n, (entry_id, verdict) in enumerate(found.items()):
            method = list(_SEEN)[n % len(_SEEN)] if entry_id in drawn else Method.PAPERS
            self._agenda.add(self._day(20 + n * 0.3), partial(self._judge, entry_id, verdict, method))

    def _judge(self, entry_id: int, verdict: Verdict, method: Method, at: datetime) -> None:
        """One inspector's finding; packets and files are verified anew before, a look at a page is kept as a file."""
        with self._here.database.reading() as session:
            entry = session.get_one(LookBackEntry, entry_id)
            place, about = (entry.item_id, entry.unit_id), entry.item.text[:30]
        papers = review(self._here, *place)
        page = f"<!doctype html><meta charset=utf-8><title>{about}</title><p>{about}（{at:%Y-%m-%d}存）</p>"
        blob = self._here.store.add_bytes(page.encode())
        with self._here.database.writing() as session:
            entry, by = session.get_one(LookBackEntry, entry_id), self._office(session, entry_id)
            if method is Method.ONLINE:
                note = f"https://www.example.gov.cn/zwgk/{entry.item.number}.html"
                add_capture(session, entry, blob, name=f"第{entry.item.number}条网页.html", note=note, by=by, at=at)
            found = self._found(entry, verdict, method, papers)
            set_verdict(session, entry, found, by=by, at=at, seen_version=entry.version)
            matter = entry.rectification.id if entry.rectification else None
        if matter is not None:
            self._mending.begin(matter, again=verdict is Verdict.PARTLY)
        if verdict is Verdict.PARTLY:
            self._agenda.add(at_work(at + 2 * DAY), partial(self._object, entry_id))
            self._agenda.add(at_work(at + 5 * DAY), partial(self._answer, entry_id))

    def _found(self, entry: LookBackEntry, verdict: Verdict, method: Method, papers: str) -> Finding:
        facts = _FACTS.get(verdict, _SEEN[method])
        if not verdict.fails:
            return Finding(verdict, method, facts, papers=papers)
        problem, measure = _PROBLEMS[verdict]
        return Finding(verdict, method, facts, problem, measure, entry.unit_id, day_of(self._day(75)), papers)

    def _object(self, entry_id: int, at: datetime) -> None:
        """The unit of the line that was found partly done sees it otherwise."""
        with self._here.database.writing() as session:
            entry = session.get_one(LookBackEntry, entry_id)
            by = seated(session, entry.unit_id or 0, Role.HANDLER)[0]
            words = "栏目改版期间链接变动，内容已经迁移到新栏目，建议核查结论注明这一情况。"
            object_to(session, entry, words, by=by, at=at, seen_version=entry.version)

    def _answer(self, entry_id: int, at: datetime) -> None:
        with self._here.database.writing() as session:
            entry = session.get_one(LookBackEntry, entry_id)
            words = "已注意到改版情况；旧链接没有跳转，仍须整改，结论维持。"
            answer_objection(session, entry, words, by=self._office(session, 1), at=at, seen_version=entry.version)

    def _lines(self, session: Session) -> list[LookBackEntry]:
        return [entry for entry in session.get_one(LookBackRound, self._id).entries if entry.chosen and entry.unit_id]

    def ask_paper(self, at: datetime) -> None:
        """The office asks for 核查表 as the year stands."""
        with self._here.database.writing() as session:
            if self._id:
                request_paper(session, session.get_one(Ledger, self._ledger_id), "look_back", by=self._office(session), at=at)  # fmt: skip


def verdicts_of(lines: Iterable[tuple[int, bool, bool]]) -> dict[int, Verdict]:
    """A verdict for each line (its id, whether another unit than the office has to answer, whether its unit says that it is done).

    One is not done, one partly, one no longer applies; all others are done.
    """
    listed = list(lines)
    found = dict.fromkeys((one for one, _, _ in listed), Verdict.DONE)
    free = [(one, closed) for one, foreign, closed in listed if foreign]
    for verdict, closed in ((Verdict.NOT_DONE, False), (Verdict.PARTLY, True), (Verdict.OBSOLETE, True)):
        if free:
            chosen = next((one for one in free if one[1] is closed), free[0])
            free.remove(chosen)
            found[chosen[0]] = verdict
    return found


def _was_closed(session: Session, entry: LookBackEntry) -> bool:
    mine = select(Task.status).where(Task.item_id == entry.item_id, Task.unit_id == entry.unit_id)
    return set(session.scalars(mine)) <= {Status.CLOSED}


def _basis(session: Session, ledger: Ledger) -> str:
    """This year's row that asks for it, else the duty itself."""
    rows = select(LedgerItem).join(Ledger).where(Ledger.year == ledger.year + 1)
    asks = next((row for row in session.scalars(rows) if "回头看" in row.text + (row.requirement or "")), None)
    return f"本年任务表第 {asks.number} 条：{BASIS}" if asks else f"政务公开工作要求：{BASIS}"


def _answer(session: Session, entry: LookBackEntry, *, again: bool, behind: bool) -> Answer:
    if behind:
        return Answer(False, "当年因经办人员调整没有办结，目前只完成资料收集，已列入本年工作计划。")
    year = entry.look_back.ledger.year
    if not _was_closed(session, entry):
        return Answer(True, f"{year}年没有按时办结，今年已经补办，有关内容全部公开，网页链接和清单见附件。")
    more = "，清单和网页链接见附件" if again else ""
    return Answer(True, f"{year}年按时办结，相关栏目由专人维护、持续更新，本次自查逐条打开查看，均可访问{more}。")


_OPINIONS = {
    A.APPROVE: "自查属实，同意报送。",
    A.CLOSE: "已收到，转入核查。",
    A.SEND_BACK: "请写明网页链接和最近更新日期。",
}
_FACTS = {
    Verdict.NOT_DONE: "专栏内没有这一事项的内容，也没有查到发布记录；责任单位承认尚未公开。",
    Verdict.PARTLY: "栏目可以打开，其中 3 个旧链接打不开，最近一次更新在上年 11 月。",
    Verdict.OBSOLETE: "所依据的文件已经废止，这一事项由上级统一平台发布，本级不再单独公开。",
}
_PROBLEMS = {
    Verdict.NOT_DONE: ("规定公开的内容至今没有公开。", "补齐内容并公开，明确专人负责，每季度自查一次。"),
    Verdict.PARTLY: ("链接失效、更新不及时。", "恢复失效链接，补发上年 12 月以来的信息。"),
}
