"""What forms said at a moment (某时填报内容): the words that were kept, proved by the digest that the trail tells of then."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.tasks.models import ReportRevision
from workflow.year.filings.board import Line
from workflow.year.filings.models import Filing, FilingRow
from workflow.year.filings.process import content_now, digest_of_content


@dataclass(frozen=True)
class FormThen:
    """A form as it stood (某时填报表)."""

    person: str
    phone: str
    cells: Mapping[int, str]
    """What the unit itself said, by row."""
    asked: tuple[int, ...]
    """The units below that were asked."""
    taken: tuple[Filing, ...]
    """Their forms that it had taken in: such a form is never written again."""


def forms_then(session: Session, lines: Iterable[Line]) -> dict[int, FormThen | None]:
    """What each of these said, by the form's id; None where it has been written anew since and its words were not kept."""
    lines = list(lines)
    moved = [line.form.id for line in lines if line.digest != line.form.content_digest]
    kept: dict[int, list[str]] = defaultdict(list)
    revisions = select(ReportRevision.task_id, ReportRevision.text).where(ReportRevision.task_id.in_(moved))
    for form_id, text in session.execute(revisions):
        kept[form_id].append(text)
    found: dict[int, FormThen | None] = {}
    for line in lines:
        said = content_now(line.form) if line.form.id not in moved else _proved(kept[line.form.id], line.digest)
        found[line.form.id] = _told(session, said) if said is not None else None
    return found


def _proved(texts: Iterable[str], digest: str) -> dict[str, Any] | None:
    """The one content that has the digest."""
    for text in texts:
        try:
            content = json.loads(text)
        except ValueError:  # kept in words, before contents were
            continue
        if isinstance(content, dict) and digest_of_content(content) == digest:
            return content
    return None


def _told(session: Session, said: Mapping[str, Any]) -> FormThen:
    cells = {item: FilingRow(text=text, not_concerned=apart).cell for item, text, apart in said["rows"]}
    forms = [session.get_one(Filing, number) for number in said.get("taken", ())]
    taken = tuple(sorted(forms, key=lambda form: (form.unit.position, form.unit_id)))
    return FormThen(said["person"], said["phone"], cells, tuple(unit for unit, _ in said.get("below", ())), taken)
