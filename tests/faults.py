"""Planted faults (变异): each breaks one promise in a copy of the project, and the tests must notice.

``make faults`` plants them one at a time, prints ``N of M caught`` last and fails unless all are.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AT_ONCE, LONGEST = 2, 600
"""Runs side by side, and the seconds after which one is given up: a fault may make tests run for ever."""
TESTS = (
    "test_matrix.py",
    "test_gates.py",
    "test_standing_in.py",
    "test_requests.py",
    "test_clock.py",
    "test_foundations.py",
    "test_task_desk.py",
    "test_promises.py",
    "test_races.py",
)
"""What must notice, the quickest first; the run ends at the first failure."""


@dataclass(frozen=True)
class Fault:
    """One line of the project written wrongly."""

    name: str
    path: str
    right: str
    wrong: str


C, P, A = "workflow/conditions.py", "workflow/permissions.py", "workflow/operations/acting.py"
R, Q, G = "workflow/operations/reporting.py", "workflow/operations/requesting.py", "workflow/operations/rulings.py"
S, N, W = "workflow/seats.py", "workflow/operations/signers.py", "workflow/operations/signing_off.py"
ROLES, H = "workflow/roles.py", "workflow/operations/holding.py"
FAULTS = (
    Fault("own work is signed", C, "if person in attempt.case.authors:", "if False:"),
    Fault("one person signs two gates", C, "if person in attempt.case.signers:", "if False:"),
    Fault("a seat is signed twice", C, "if chair is None or chair.seat in waiting:", "if True:"),
    Fault("returned without a word", C, 'return "" if attempt.opinion.strip() else "退回', 'return "" if True else "退回'),
    Fault("reopened without a reason", C, 'return "" if attempt.opinion.strip() else "重启', 'return "" if True else "重启'),
    Fault("taken back after a lead signed", C, "if any(s.gate is Gate.LEAD for s in attempt.case.signoffs):", "if False:"),
    Fault("nothing reported", C, 'return "" if attempt.case.task.report.strip()', 'return "" if True'),
    Fault("nothing proved", C, 'return "" if attempt.case.task.live_evidence', 'return "" if True'),
    Fault("closed over damaged evidence", C, "if checked.damaged:", "if False:"),
    Fault("closed without a check", C, "if checked is None or checked.content_digest !=", "if checked is not None and checked.content_digest !="),
    Fault("approval of other content", C, "if any(s.content_digest != task.content_digest for s in", "if any(False for s in"),
    Fault("one signer is enough", "workflow/process.py", "return step.gate is None or gate_passed(case.seats, step.gate, also=seat)", "return True"),
    Fault("submitted from anywhere", "workflow/process.py", "Step(A.SUBMIT, (S.ASSIGNED,),", "Step(A.SUBMIT, tuple(S),"),
    Fault("closed before the leads", "workflow/process.py", "(S.LEAD_VERIFIED,),\n        S.CLOSED,", "(S.LEAD_VERIFIED, S.UNIT_APPROVED),\n        S.CLOSED,"),
    Fault("any head takes back", "workflow/process.py", "S.DRAFTED, p.is_last_signer,", "S.DRAFTED, p.is_unit_head,"),
    Fault("an event is dropped", "workflow/audit.py", "    session.add_all(events)\n", ""),
    Fault("the chain forgets what was said", "workflow/audit.py", "        event.data,\n        event.prev_hash,", "        event.prev_hash,"),
    Fault("a sign-off binds nothing", W, "content_digest=doing.task.content_digest,", 'content_digest="0" * 64,'),
    Fault("the first comer is not asked", H, "seen = (Task.id == task.id, Task.status == task.status, Task.version == seen_version)", "seen = (Task.id == task.id,)"),
    Fault("a stale page acts", A, "if task.version != seen_version:", "if False:"),
    Fault("returns void nothing", W, "    if step.starts_round:\n        _void(doing)", "    if False:\n        _void(doing)"),
    Fault("no new round", A, 'values["round"] = task.round + 1', 'values["round"] = task.round'),
    Fault("turns are not passed on", "workflow/operations/seating.py", "            session.delete(row)", "            pass"),
    Fault("no packet is promised", A, "    if step.gate is not None and doing.chair is not None:", "    if False:"),
    Fault("another unit's handler", P, "return sits_at(person, Role.HANDLER, task.unit_id)", "return Role.HANDLER in person.roles"),
    Fault("another unit's head", P, "return sits_at(person, Role.UNIT_HEAD, case.task.unit_id)", "return Role.UNIT_HEAD in person.roles"),
    Fault("another unit's lead", P, "return any(sits_at(person, role, unit) for unit, role in case.benches(Gate.LEAD))", "return True"),
    Fault("somebody who has left", "workflow/roles.py", "return person.active and person.unit_id", "return person.unit_id"),
    Fault("a lead verifies its own task", "workflow/roles.py", "if unit.id != task.unit_id)", ")"),
    Fault("changed while it is being signed", R, "    if task.status is not Status.ASSIGNED:", "    if False:"),
    Fault("evidence is not bound", "workflow/binding.py", '"evidence": pieces}', '"evidence": []}'),
    Fault("a refused date binds", Q, "(rule.granted if granted else rule.refused)(", "rule.granted("),
    Fault("decided twice", Q, "seen = (Request.id == request.id, Request.granted.is_(None))", "seen = (Request.id == request.id,)"),
    Fault("one's own request is decided", Q, "    if request.asked_by_id == by.id:", "    if False:"),
    Fault("anybody decides", Q, "    if not is_office(case, by):\n        raise Forbidden(f", "    if False:\n        raise Forbidden(f"),
    Fault("one person reopens", C, "    if asked.asked_by_id == attempt.by.id:", "    if False:"),
    Fault("reopened unasked", C, "    if asked is None:", "    if False:"),
    Fault("reported while paused", C, 'if attempt.case.task.paused_at else ""', 'if False else ""'),
    Fault("objected too late", G, "> OBJECTION_DAYS:", "> 999:"),
    Fault("begun work is taken away", G, "    if task.report or task.live_evidence:\n        raise NotInState(\"异议", "    if False:\n        raise NotInState(\"异议"),
    Fault("a pause costs the unit its days", G, "    _bind(session, task, after_working_days(task.due, days), why)\n    return days", "    return days"),
    Fault("any order will do", S, "        waiting = next((stage for stage in stages if not _stage_passed(stage, None)), [])\n        found += [", "        waiting = [seat for stage in stages for seat in stage]\n        found += ["),
    Fault("one of all is enough", S, "return any(signed) if stage[0].any_one else all(signed)", "return any(signed)"),
    Fault("all of any must sign", S, "return any(signed) if stage[0].any_one else all(signed)", "return all(signed)"),
    Fault("a policy that nobody reads", S, "own = next((p for p in policies if p.unit_id == unit_id), None)", "own = None"),
    Fault("the widest policy wins", S, "key=lambda p: (p.item_id is None, p.ledger_id is None)", "key=lambda p: (p.item_id is not None, p.ledger_id is not None)"),
    Fault("who has left is skipped", S, "return [person if person in present else None for person in people]", "return [person for person in people if person in present]"),
    Fault("somebody else in a named place", ROLES, "return turn.user_id in (None, person.id) and sits_at", "return sits_at"),
    Fault("a deputy for ever", ROLES, "        Delegation.ends >= today,\n", ""),
    Fault("an ended delegation", ROLES, "        Delegation.ended_at.is_(None),\n", ""),
    Fault("a deputy counts for one", ROLES, "for p in (s.user_id, s.principal_id) if p is not None", "for p in (s.user_id,) if p is not None"),
    Fault("a deputy's name hides the other's", "workflow/models/tasks.py", "        if self.deputy_until is not None:", "        if False:"),
    Fault("paper looks like a click", "workflow/models/tasks.py", "        if self.paper_sha256 is not None:", "        if False:"),
    Fault("anybody registers paper", W, "    if not registers_paper(case, by):", "    if False:"),
    Fault("anybody's paper fills a named place", W, "    if seat.user is not None and seat.user.name != signer:", "    if False:"),
    Fault("a guest without a box", N, "if len({*guests(case), (gate, person.unit_id)}) > SPARE_SLOTS:", "if False:"),
    Fault("an author is asked to sign", N, "    if person.id in case.authors:", "    if False:"),
    Fault("taken back after signing", N, "    if seat.signoff_id is not None:", "    if False:"),
    Fault("who was too late is not told by whom", H, "        session.refresh(task)  # what", "        pass  # what"),
    Fault("signed on the case of before", ROLES, "    return replace(case, signoffs=", "    return case or replace(case, signoffs="),
    Fault("an unread page seats people", H, "    if not swap(session, task, by=by, seen_version=seen_version, **values):", "    if not swap(session, task, by=by, seen_version=task.version, **values):"),
    Fault("outcome is not bound", "workflow/binding.py", "    if outcome is not TaskOutcome.DONE:", "    if False:"),
    Fault("pressed all day", "workflow/operations/urging.py", "    if _urged_today(session, task, at=at):", "    if False:"),
)  # fmt: skip


def caught(fault: Fault | None) -> bool:
    """Plant one fault, or none, in a copy and run the tests; True if one of them fails."""
    with tempfile.TemporaryDirectory(prefix="fault-") as folder:
        copy = Path(folder) / "project"
        shutil.copytree(
            ROOT, copy, ignore=shutil.ignore_patterns(".*", "instance", "out", "__pycache__", "screenshots")
        )
        if fault is not None:
            _plant(fault, copy)
        tests = [f"tests/{name}" for name in TESTS]
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "tests.unshrunk", *tests]
        environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
        environment |= {"TAIZHANG_YEARS": "3", "TAIZHANG_ROUNDS": "5"}  # the promises and the races, shortened
        try:
            run = subprocess.run(command, cwd=copy, env=environment, capture_output=True, check=False, timeout=LONGEST)
        except subprocess.TimeoutExpired:
            return True  # whoever waits for such a run has noticed
        return run.returncode == 1


def _plant(fault: Fault, copy: Path) -> None:
    path = copy / fault.path
    text = path.read_text("utf-8")
    if text.count(fault.right) != 1:
        raise SystemExit(f"{fault.name}: {fault.path} has the right line {text.count(fault.right)} times, not once")
    path.write_text(text.replace(fault.right, fault.wrong), "utf-8")


def _timed(fault: Fault) -> tuple[bool, float]:
    began = time.monotonic()
    return caught(fault), time.monotonic() - began


def main() -> None:
    """Plant every fault, or those whose names are given."""
    chosen = [fault for fault in FAULTS if not sys.argv[1:] or fault.name in sys.argv[1:]]
    if caught(None):
        raise SystemExit("The tests fail without any fault; mend that first.")
    with ThreadPoolExecutor(AT_ONCE) as threads:
        noticed = threads.map(_timed, chosen)
        found = 0
        for fault, (hit, seconds) in zip(chosen, noticed, strict=True):
            found += hit
            print(f"{'caught' if hit else 'MISSED':<8}{seconds:>6.0f} s  {fault.name}", flush=True)
    print(f"{found} of {len(chosen)} caught")
    raise SystemExit(0 if found == len(chosen) else 1)


if __name__ == "__main__":
    main()
