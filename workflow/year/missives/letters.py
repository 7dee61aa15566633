"""Letters to one unit (提醒函、督办函、整改通知): drafted with the facts of the day, each rung by a person's decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from workflow.ledgers.models import Ledger
from workflow.office.models import Unit, User
from workflow.record.calendar import day_of, spoken, spoken_moment
from workflow.record.errors import Invalid, NotInState
from workflow.record.text import clean_line, clean_text
from workflow.tasks.opening import all_opened
from workflow.tasks.sight import in_reach
from workflow.tasks.words import Status
from workflow.year.look_backs.models import Rectification
from workflow.year.missives.bulletin_facts import figures
from workflow.year.missives.drafting import begin, birth, may_draft, usual_code
from workflow.year.missives.events import LETTER_WORDS
from workflow.year.missives.models import Letter, MendingOrder, MissiveUnit, Reminder, Supervision


@dataclass(frozen=True)
class Rung:
    """A kind of letter (函件种类)."""

    kind: type[Letter]
    mark: str
    """What the letters of its series end with."""
    days: int
    """Working days for the receipt."""


LADDER = {
    "reminder": Rung(Reminder, "提函", 3),
    "supervision": Rung(Supervision, "督函", 5),
    "mending": Rung(MendingOrder, "改", 5),
}
"""By the kind of matter, from the mildest on; whoever decides may start higher."""


def draft_letter(
    session: Session, ledger: Ledger, code: str, unit: Unit, signer: User, *, by: User, at: datetime, source: str = "",
    facts: str = "", after: Letter | None = None, origin: Rectification | None = None,
) -> Letter:  # fmt: skip
    """Draft a letter to one unit; without facts those of its tasks and forms as of now. Raises Forbidden, Invalid, NotInState."""
    may_draft(session, ledger, signer, by, at)
    rung = LADDER.get(code)
    if rung is None:
        raise Invalid("请选择提醒函、督办函或整改通知。")
    in_reach(session, ledger, unit)
    if after is not None and after.issued_at is None:
        raise NotInState("上一级函件还没有印发。")
    if after is not None and after.revoked:
        raise NotInState(f"上一级函件已由{after.revoked.number}撤回，不能据此再发函。")
    if origin is not None and (origin.ledger_id, origin.unit_id) != (ledger.id, unit.id):
        raise Invalid("函件的主送单位应是整改单位。")
    all_opened(session, ledger.id)
    due = (given := birth(ledger, by, at, rung.days))["due"]
    found = clean_text(facts) or (_of_finding(origin, at) if origin else _facts(session, ledger, unit, at))
    before = f"\n我办已印发{after.about}，至今没有办结或反馈。" if after else ""
    said = clean_line(source, limit=300) or (origin.source if origin else f"《{ledger.title}》")
    born = rung.kind(
        **given, title=f"关于抓紧办理《{ledger.title[:120]}》有关任务的{LETTER_WORDS[code]}",
        code=usual_code(session, ledger, rung.kind, rung.mark), signer_id=signer.id, as_of=at, addressed=unit.name, source=said,
        opening=f"根据{said}，截至{spoken_moment(at)}，你单位存在以下问题：\n{found}{before}",
        demands=(
            f"1．请查明原因、明确责任人，于{spoken(due)}前办结或提出办结计划，并在系统中报送落实情况和证明材料。\n"
            f"2．收到本件后请在系统中签收，并于{spoken(due)}前填写责任人和承诺时限。"
        ),
        follows_id=after.id if after else None, origin_id=origin.id if origin else None,
    )  # fmt: skip
    born.units = [MissiveUnit(unit_id=unit.id)]
    return begin(session, born, by=by, at=at)


def _facts(session: Session, ledger: Ledger, unit: Unit, at: datetime) -> str:
    """What is wanting in a unit's tasks and forms as of now. Raises Invalid where nothing is."""
    told = figures(session, ledger, as_of=at, least=1).told().get(unit.id)
    if not told:
        raise Invalid(f"{unit.name}目前没有逾期、滞后的任务，也没有未报、迟报；如另有事由，请写明问题事实。")
    return "\n".join(told)


def _of_finding(matter: Rectification, at: datetime) -> str:
    """What was found, and how far its putting right is."""
    late = (day_of(at) - matter.due).days
    standing = "已销号" if matter.status is Status.CLOSED else f"已逾期 {late} 天" if late > 0 else "尚未销号"
    return f"{matter.problem}（整改时限{spoken(matter.due)}，{standing}）"


def grounds(letter: Letter, now: datetime) -> str:
    """Why the next rung may be called for, empty where nothing speaks for it; whether it is taken a person decides."""
    row = letter.units[0]
    if letter.issued_at is None or letter.followed_by or letter.revoked or letter.corrects_id:
        return ""
    if row.received_at is None and day_of(now) > letter.due:
        return f"已过{spoken(letter.due)}的签收时限，{row.unit.name}还没有签收。"
    if row.promised is not None and day_of(now) > row.promised:
        return f"{row.unit.name}承诺{spoken(row.promised)}前整改到位，时限已过。"
    return ""


def next_rung(letter: Letter) -> str:
    """The kind of the next letter; the last one is followed by another of its kind."""
    codes = list(LADDER)
    return codes[min(codes.index(letter.matter) + 1, len(codes) - 1)]
