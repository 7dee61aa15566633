"""The dossier: volumes that pass our own verifier, pages counted through, figures that stay, work that is taken up again."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import bagit
import pikepdf
import pytest
from sqlalchemy import select

import worker
from packets.judging import judge
from reports import dossier as binding_room
from reports import figures, making, shares, volumes
from reports.volumes import Sealed
from tests.desk_office import OTHER, OWN, Office, open_office, report, sign, upload
from tests.filings_desk import filed, opened
from workflow.ledgers.models import Ledger
from workflow.office.models import Unit, User
from workflow.tasks.words import Status
from workflow.year.dossiers.facts import Dossier, dossier
from workflow.year.filings.filling import Cell
from workflow.year.models import Paper
from workflow.year.registering import request_paper

SECRET = b"%PDF-1.4\nnobody has approved this\n"


@dataclass(frozen=True)
class Made:
    """A dossier as its files lie in a folder."""

    office: Office
    folder: Path

    def text(self, name: str, *pages: int) -> str:
        """What a volume says, without spaces."""
        only = ["-f", str(pages[0]), "-l", str(pages[-1])] if pages else []
        said = subprocess.run(
            ["pdftotext", *only, self.folder / name, "-"], capture_output=True, text=True, check=True
        ).stdout
        return re.sub(r"\s", "", said)

    def bag(self) -> dict[str, bytes]:
        """The files of the archive by their names below its root."""
        with zipfile.ZipFile(self.folder / "dossier.zip") as packed:
            return {name.partition("/")[2]: packed.read(name) for name in packed.namelist()}


def ask(office: Office, unit: str = "") -> int:
    with office.here.database.writing() as session:
        by, ledger = session.get_one(User, office.ids["chen"]), session.get_one(Ledger, 1)
        unit_id = session.scalars(select(Unit.id).where(Unit.name == unit)).first()
        return request_paper(session, ledger, "dossier", by=by, at=office.clock(), unit_id=unit_id).id


def facts_of(office: Office, paper_id: int) -> Dossier:
    with office.here.database.reading() as session:
        paper = session.get_one(Paper, paper_id)
        return dossier(session, paper.ledger_id, as_of=paper.as_of, unit_id=paper.unit_id)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One task closed, one report that nobody has approved, one form filed; the dossier of that."""
    office = open_office(tmp_path_factory.mktemp("home"))
    office.walk(office.task_id(1), "submit", "approve", "verify", "close")
    upload(office.client("wang"), office.task_id(2), SECRET, "未审材料.pdf")
    report(office.client("wang"), office.task_id(2), "还没有人审过。", then="submit")
    filed(office, opened(office), Cell("已公开。"))
    paper_id = ask(office)
    folder = tmp_path_factory.mktemp("out")
    making.build(office.here, paper_id)
    making.export(office.here, paper_id, folder)
    return Made(office, folder)


def test_every_volume_and_every_paper_in_the_bag_passes(made: Made) -> None:
    names = ["dossier.pdf", "dossier-02.pdf", "dossier-03.pdf"]
    assert sorted(path.name for path in made.folder.glob("*.pdf")) == sorted(names)
    files = made.bag()
    sealed = [name for name in files if name.endswith(".pdf") and not name.startswith("data/originals/")]
    assert len(sealed) == 5, sealed
    for name in sealed:
        result = judge(made.office.here, files[name])
        assert result.verdict == "通过", (name, result.reason)
    checks = {one["name"]: one["passed"] for one in json.loads(files["data/self-check.json"])}
    assert checks == {"真实性": True, "完整性": True, "可用性": True, "安全性": True}


def test_pages_are_counted_through_all_volumes_and_the_contents_say_where(made: Made) -> None:
    count, seen = {}, []
    for name in ("dossier.pdf", "dossier-02.pdf", "dossier-03.pdf"):
        with pikepdf.open(made.folder / name) as opened_pdf:
            count[name] = len(opened_pdf.pages)
        seen += [(name, n) for n in range(1, count[name] + 1)]
    total = len(seen)
    for page, (name, n) in enumerate(seen, start=1):
        assert f"第{page}页共{total}页" in made.text(name, n), (page, name)
    first = made.text("dossier.pdf", 1, count["dossier.pdf"])
    for part in ("一、发布的任务表", "五、各期落实情况表", "九、未办结及承接清单", "备考表", "四性自检"):
        assert part in first
    begins = count["dossier.pdf"] + 3  # behind the cover and the contents of the second volume
    assert f"备注{begins}第" in made.text("dossier-02.pdf", 2)


def test_filings_have_a_volume_of_their_own_and_what_nobody_approved_is_nowhere(made: Made, tmp_path: Path) -> None:
    assert "落实情况表" in made.text("dossier-02.pdf", 1)
    assert "证据包" in made.text("dossier-03.pdf", 1)
    files = made.bag()
    assert SECRET not in files.values()
    assert not [name for name in files if "未审材料" in name]
    assert len([name for name in files if name.startswith("data/originals/")]) == 2
    assert "监督保障" in files["data/annual-report.txt"].decode()
    with zipfile.ZipFile(made.folder / "dossier.zip") as packed:
        packed.extractall(tmp_path)
    (root,) = tmp_path.iterdir()
    assert bagit.Bag(str(root)).is_valid()


def test_a_dossier_asked_for_again_tells_the_same(made: Made) -> None:
    office = made.office
    paper_id = ask(office)
    before = facts_of(office, paper_id)
    office.clock.now += timedelta(days=40)
    sign(office.client("li"), office.task_id(2), "approve", "同意")
    sign(office.client("chen"), office.task_id(1), "reopen", "数据有误")
    assert facts_of(office, paper_id) == before
    making.build(office.here, paper_id)
    worker.drain(office.here)


def test_work_that_was_broken_off_is_taken_up_where_it_stopped(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    office, bound = made.office, []
    paper_id = ask(office)
    whole = binding_room.DossierBinder.bind

    def counted(self: binding_room.DossierBinder, one: binding_room.Planned) -> bytes:
        if one.number == 1 and bound == [2, 3]:
            bound.append(0)
            raise KeyboardInterrupt  # as a kill: nothing is tidied up
        bound.append(one.number)
        return whole(self, one)

    monkeypatch.setattr(binding_room.DossierBinder, "bind", counted)
    with pytest.raises(KeyboardInterrupt):
        making.build(office.here, paper_id)
    making.build(office.here, paper_id)
    assert bound == [2, 3, 0, 1]
    with office.here.database.reading() as session:
        paper = session.get_one(Paper, paper_id)
        assert (paper.step, paper.done) == ("已完成", paper.total)
        assert judge(office.here, office.here.store.read(paper.pdf_sha256 or "")).verdict == "通过"


def test_a_unit_has_its_own_share_and_nothing_of_others(made: Made) -> None:
    office = made.office
    chen = office.client("chen")
    with office.here.database.reading() as session:
        unit_id = session.scalars(select(Unit.id).where(Unit.name == OTHER)).one()
    page = chen.post("/ledgers/1/papers/dossier", data={"unit": unit_id}).location
    assert chen.post("/ledgers/1/papers/dossier", data={"unit": 999}).status_code == 404
    worker.drain(office.here)
    assert f"（{OTHER}）" in chen.get(page).text
    facts = facts_of(office, int(page.rsplit("/", 1)[1]))
    assert {task.unit for task in facts.look.tasks} == {OTHER}
    assert facts.filings == []
    assert judge(office.here, chen.get(page + "/pdf").data).verdict == "通过"
    whole = f"/dossiers/{ask(office)}"
    worker.drain(office.here)
    assert office.client("qian").get("/dossiers").text.count("下载年度卷宗 PDF") == 1
    assert office.client("qian").get(page + "/pdf").data == chen.get(page + "/pdf").data
    assert office.client("qian").get(page + "/zip").status_code == 200
    assert office.client("qian").get(page + "/registration").status_code == 200
    for login, address in (("wang", page), ("zhao", page), ("qian", whole)):
        assert office.client(login).get(f"{address}/pdf").status_code == 404, (login, address)
    assert "还没有本单位的卷宗" in office.client("wang").get("/dossiers").text
    assert office.client("qian").post("/ledgers/1/papers/dossier").status_code == 403


def test_a_volume_is_full_at_three_hundred_pages() -> None:
    pieces = [Sealed(f"{n}", f"{n}", "", "", "", "", pages=120) for n in range(5)]
    cut = volumes._cut("证据包", pieces, lambda piece: None, after=1)
    assert [(one.number, len(one.pieces)) for one in cut] == [(2, 2), (3, 2), (4, 1)]
    heavy = [replace(piece, pages=1, size=150 << 20) for piece in pieces[:2]]
    assert len(volumes._cut("证据包", heavy, lambda piece: None, after=1)) == 2


def test_units_stand_in_the_directory_s_order_and_ties_share_a_rank(made: Made) -> None:
    with made.office.here.database.reading() as session:
        look = dossier(session, 1, as_of=made.office.clock()).look
    task = look.items[0].tasks[0]
    units = ("丙局", "乙局", "甲局")
    tasks = tuple(
        replace(task, unit=unit, local=False, status=Status.CLOSED if unit != "乙局" else Status.ASSIGNED)
        for unit in reversed(units)
    )
    changed = replace(look, units=units, items=(replace(look.items[0], tasks=tasks),))
    ((_, lines),) = figures.of_groups(changed)
    assert [(one.name, rank) for rank, one in lines] == [("丙局", 1), ("乙局", 3), ("甲局", 1)]
    late = replace(task, unit=OWN, status=Status.ASSIGNED, late_days=99)
    rows = (replace(look.items[0], tasks=tasks), replace(look.items[1], tasks=(late,)))
    first = shares.unfinished(replace(look, items=rows))[0]
    assert first.late_days == 99, "the latest first"
