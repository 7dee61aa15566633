"""What is done to a third party's lists, and at the re-check of what they call for (外部清单、整改复核)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from forms.api_out import DoneOut
from forms.verbs_outside import HandOutIn, RuleIn
from forms.verbs_year import LinksIn
from views.door import installation
from views.verbs.matters import RECTIFICATION, by_number
from views.verbs.verb import Call, Subject, Verb
from workflow.ledgers.permissions import runs
from workflow.office.directory import load_directory
from workflow.office.models import User
from workflow.office.permissions import Permission
from workflow.office.reading import find_unit
from workflow.record.errors import Invalid, NotFound
from workflow.year.look_backs import link_checks, rectifying
from workflow.year.look_backs.models import Rectification
from workflow.year.outside.lists import hand_out_lines, meant_by
from workflow.year.outside.models import OutsideList


def find_list(session: Session, outside_id: int, by: User) -> OutsideList:
    """A list of the office's own ledgers. Raises NotFound."""
    found = session.get(OutsideList, outside_id)
    if found is None or not runs(found.ledger, by):
        raise NotFound
    return found


OUTSIDE: Subject[OutsideList] = Subject(
    "outside_id", "/outside-lists/<int:outside_id>", "rectification.lists.show", find_list
)


def hand_out(call: Call[OutsideList, HandOutIn]) -> DoneOut:
    """Give the lines that are ticked to their units, to be put right by a day."""
    given, names = call.given, load_directory(call.session)
    named = by_number(given.unit)
    units: dict[int, tuple[int, ...]] = {}
    for number in by_number({row: one for row, one in given.row.items() if one}):
        typed = named.get(number, "")
        units[number] = meant_by(names, typed)
        if not units[number]:
            raise Invalid(f"「{typed[:60]}」中有单位名录里没有的单位，责任单位请从列表中选择，几个单位用顿号隔开。")
    count = hand_out_lines(call.session, call.subject, units, given.due, given.measure, by=call.by, at=call.at)
    return DoneOut(sentence=f"已下发 {count} 项整改，责任单位已收到消息。")


def check_mended_links(call: Call[Rectification, LinksIn]) -> DoneOut:
    """Have the links that show a rectification fetched as they are now."""
    given, settings = call.given, installation().settings
    urls = [given.url] if given.url else []
    count = link_checks.ask_links(
        call.session, call.subject, urls, words=given.words, settings=settings, by=call.by, at=call.at
    )
    return DoneOut(sentence=f"正在核对 {count} 个链接，结果出来后显示在本页。")


def rule_on_rectification(call: Call[Rectification, RuleIn]) -> DoneOut:
    """Rule on a rectification that its unit cannot put right by its day, or not at all."""
    given = call.given
    unit = find_unit(call.session, given.unit) if given.unit.strip() else None
    rectifying.rule_on(
        call.session, call.subject, due=given.due, unit=unit, why=given.why, by=call.by, at=call.at, seen_version=given.seen_version
    )  # fmt: skip
    return DoneOut(sentence="已裁定，退回责任单位按裁定整改。")


OUTSIDE_VERBS = (
    Verb(RECTIFICATION, RuleIn, "/ruling", "POST /ruling", rule_on_rectification, permission=Permission.OFFICE),
    Verb(OUTSIDE, HandOutIn, "/lines", "POST /rectifications", hand_out, permission=Permission.OFFICE),
    Verb(
        RECTIFICATION, LinksIn, "/links/check", "POST /links/checking", check_mended_links, anchor="links",
        permission=Permission.OFFICE,
    ),
)  # fmt: skip
