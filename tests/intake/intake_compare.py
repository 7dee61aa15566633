"""How a ledger that was read is held against one that was written by hand: as ``seeds/score.py`` does."""

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

from workflow.record.published import PublishedLedger

SAMPLES = Path(__file__).parents[2] / "samples"
HEAD = ("title", "year", "issuer", "document_number", "issued_on")
DATED = ("due", "recurrence", "inspection", "inspection_on")
UNITS = ("lead_units", "responsible_units", "lead_groups", "responsible_groups")


def plain(text: str | None) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or "")).rstrip("。.;；")


def facts(task: dict[str, Any]) -> dict[str, Any]:
    """What must agree about one row."""
    found = {name: task.get(name) for name in DATED}
    found |= {name: sorted({plain(unit) for unit in task.get(name) or ()}) for name in UNITS}
    found["number"] = str(task["number"])
    found["section"] = [plain(part) for part in task["section"]]
    found["text"] = (plain(task.get("title")) + "|" + plain(task.get("requirement"))).strip("|")
    return found


def differences(gold: dict[str, Any], got: dict[str, Any], *, head: bool = True) -> list[str]:
    """Every fact on which two ledgers disagree."""
    found = []
    if head:
        found += [
            f"{name}: {gold[name]!r} != {got[name]!r}"
            for name in HEAD
            if plain(str(gold[name])) != plain(str(got[name]))
        ]
        due = [(ledger.get("report_due") or {}).get("date") for ledger in (gold, got)]
        found += [f"report_due: {due[0]!r} != {due[1]!r}"] if due[0] != due[1] else []
    if len(gold["tasks"]) != len(got["tasks"]):
        found.append(f"{len(gold['tasks'])} rows != {len(got['tasks'])} rows")
    for want, have in zip(gold["tasks"], got["tasks"], strict=False):
        one, other = facts(want), facts(have)
        found += [
            f"{one['number']}.{name}: {one[name]!r} != {other[name]!r}" for name in one if one[name] != other[name]
        ]
    return found


def sample(name: str) -> tuple[str, dict[str, Any]]:
    """A sample document and its gold."""
    text = (SAMPLES / f"{name}.txt").read_text("utf-8")
    return text, json.loads((SAMPLES / "gold" / f"{name}.json").read_text("utf-8"))


NAMES = sorted(path.stem for path in (SAMPLES / "gold").glob("*.json"))
MAIN = "2026年云岭市政务公开工作要点任务分解表"


def rows_of(ledger: PublishedLedger, *, sections: bool = False) -> list[str]:
    """The tasks, a line each: number, [outermost section], words, who leads|who carries out, the day."""
    found = []
    for task in ledger.tasks:
        lead, others = (
            " ".join((*units, *groups))
            for units, groups in (
                (task.lead_units, task.lead_groups),
                (task.responsible_units, task.responsible_groups),
            )
        )
        section = f"[{task.section[0]}]" if sections else ""
        found.append(
            f"{task.number} {section}{task.title or ''}{task.requirement or ''} {lead}|{others} {task.due or ''}"
        )
    return found
