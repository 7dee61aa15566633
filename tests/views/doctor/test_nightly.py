"""The night (夜间核对): what is wrong with the data is told to the administrators once, and a sound house is left alone."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from sqlalchemy import select

import worker
from packets import checkpoints
from tests.behind import change
from tests.desk_office import PDF, Office, upload
from workflow.office.models import Notice, User
from workflow.office.words import Role
from workflow.tasks.models import Evidence

pytestmark = pytest.mark.own_home


def told(office: Office) -> dict[str, list[str]]:
    """Who was told what."""
    found: dict[str, list[str]] = {}
    with office.here.database.reading() as session:
        for login, text in session.execute(select(User.login, Notice.text).join(Notice, Notice.user_id == User.id)):
            if text.startswith("夜间核对："):
                found.setdefault(login, []).append(text)
    return found


def test_a_sound_house_is_left_alone_and_gets_its_checkpoint(office: Office) -> None:
    assert worker.nightly(office.here) == []
    assert told(office) == {}
    assert checkpoints.places(office.here)[0].is_file()


def test_pictures_that_nobody_looks_at_are_thrown_away(office: Office) -> None:
    """They lie where they are made: the rest of the folder stays as it is."""
    folder, now = office.here.settings.home / "previews", office.clock()
    for digest, days in (("ab" * 32, 29), ("cd" * 32, 31)):
        kept = folder / digest[:2] / digest / "pages.json"
        kept.parent.mkdir(parents=True)
        kept.write_text("{}")
        os.utime(kept, times=((now - timedelta(days=days)).timestamp(),) * 2)
    worker.nightly(office.here)
    assert [path.name for path in folder.glob("*/*")] == ["ab" * 32]


def test_faults_are_told_to_the_administrators_once(office: Office) -> None:
    task = office.task_id()
    upload(office.client("wang"), task, PDF, "证明.pdf")
    with office.here.database.reading() as session:
        digest = session.scalars(select(Evidence.sha256)).one()
    (office.here.settings.home / "blobs" / str(digest)[:2] / str(digest)).unlink()
    change(office.here.database, "INSERT INTO user_role (user_id, role) VALUES (:id, 'office')", id=office.ids["wang"])
    faults = worker.nightly(office.here)
    assert any("账号 wang 的岗位被改动" in fault for fault in faults)
    assert any(str(digest) in fault for fault in faults)
    heard = told(office)
    assert set(heard) == {"audadmin", "sysadmin"}, Role.AUDIT_ADMIN
    assert len(heard["audadmin"]) == len(faults)
    worker.nightly(office.here)
    assert told(office) == heard, "what is not read yet is not told again"
    page = office.client("audadmin").get("/notices")
    assert page.status_code == 200
    assert "账号 wang 的岗位被改动" in page.text
