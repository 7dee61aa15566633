"""The demonstration and the commands around it: a year from one document, packets that verify, a dossier that holds."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import bagit
import openpyxl
import pikepdf
import pytest
from argon2 import extract_parameters, profiles
from click.testing import Result
from sqlalchemy import select

from app import create_app
from samples.office import SAMPLE
from workflow.office.models import User
from workflow.record.installation import install
from workflow.record.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PACKETS, ROWS = 3, 6
pytestmark = pytest.mark.timeout(900)  # whoever comes first waits for a whole year of the sample


@dataclass(frozen=True)
class Lived:
    """A demonstration that has run."""

    home: Path
    out: Path
    said: str
    rows: int
    tasks: int
    """At least so many rows of the table and tasks."""

    def flask(self, *words: str) -> Result:
        """Run a command of the app in this home."""
        return flask(self.home, *words)


def flask(home: Path, *words: str) -> Result:
    """A command as click runs it, in this process: starting one takes longer than most commands."""
    app = create_app(Settings(home=home, _env_file=None))
    with app.app_context():  # as the flask command gives it
        done = app.test_cli_runner().invoke(args=words, catch_exceptions=False)
    app.extensions["taizhang"].database.dispose()
    return done


def started(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, as people run it."""
    environment = os.environ | {"TAIZHANG_HOME": str(home)}
    command = [sys.executable, "-m", "flask", "--app", "app", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module", params=["a short table", pytest.param("the sample", marks=pytest.mark.proof)])
def lived(request: pytest.FixtureRequest, once: Callable[[str, Callable[[Path], object]], Path]) -> Lived:
    short = request.param == "a short table"
    folder = once(f"demo-{'short' if short else 'sample'}", lambda folder: live(folder, short=short))
    rows, tasks = (ROWS, ROWS * 3) if short else (24, 100)
    return Lived(folder / "home", folder / "out", (folder / "said").read_text("utf-8"), rows, tasks)


def live(folder: Path, *, short: bool) -> None:
    """A demonstration in a process of its own, its papers in ``out``."""
    (folder / "out").mkdir()
    table = folder / "表.txt" if short else SAMPLE
    if short:
        table.write_text(short_table(), "utf-8")
    done = started(folder / "home", "demo", str(table), "--out", str(folder / "out"), "--packets", str(PACKETS))
    assert done.returncode == 0, done.stderr
    (folder / "said").write_text(done.stdout, "utf-8")


def short_table() -> str:
    """Each row has a lead and two others, of five units; the dates fall from March to September."""
    units = ("市发展改革委", "市财政局", "市教育局", "市民政局", "市审计局")
    rows = (
        f"{n}\t公开第{n}类信息。\t及时公开并说明情况。\t{units[n % 5]}\t{units[(n + 1) % 5]}、{units[(n + 2) % 5]}\t{3 + n // 2}月底前"
        for n in range(1, ROWS + 1)
    )
    head = "序号\t工作任务\t工作要求\t牵头单位\t责任单位\t完成时限"
    return "\n".join(("2026年云岭市政务公开工作要点任务分解表", head, *rows))


@pytest.fixture
def packets(lived: Lived) -> list[Path]:
    return sorted((lived.out / "packets").glob("*.pdf"))


def text_of(pdf: Path) -> str:
    return subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout.replace("\n", "")


def test_the_year_leaves_tasks_at_every_gate(lived: Lived) -> None:
    for word in ("已交办", "已填报", "单位已审", "牵头已核", "已办结", "逾期未办结"):
        count = lived.said.split(word + " ")[1].split()[0]
        assert int(count) > 0, word
    for login in ("office", "handler", "head", "lead", "leader", "auditor", "system-admin", "security-admin"):
        assert f"\n  {login} " in lived.said


def test_passwords_are_kept_at_the_price_that_the_library_advises(lived: Lived) -> None:
    with install(Settings(home=lived.home, _env_file=None)).database.reading() as session:
        hashed = list(session.scalars(select(User.password_hash)))
    assert hashed
    assert all(extract_parameters(one) == profiles.RFC_9106_LOW_MEMORY for one in hashed), "tests hash more cheaply"


def test_every_kind_of_paper_is_left_and_passes(lived: Lived) -> None:
    """A unit's form and the table of all in each of two rounds, 核查表, a sheet, 整改台账; the last ones of each kind are verified."""
    rounds = sorted(folder.name for folder in (lived.out / "filings").iterdir())
    assert [name.partition("年")[2] for name in rounds] == ["1-11月", "1-6月"]
    for name in rounds:
        forms = {path.name for path in (lived.out / "filings" / name).iterdir()}
        stems = {form.removesuffix(".pdf") for form in forms if form.endswith(".pdf")}
        assert {"全市", "市财政局"} <= stems
        assert {f"{stem}.{ending}" for stem in stems for ending in ("docx", "xlsx", "registration.json")} <= forms
    assert (lived.out / "rectification" / "整改台账.xlsx").is_file()
    sealed = [lived.out / "filings" / rounds[1] / "市财政局.pdf", lived.out / "filings" / rounds[0] / "全市.pdf"]
    sealed += [lived.out / "lookback" / "核查表.pdf", min((lived.out / "lookback").glob("自查表-*.pdf"))]
    issued = sorted((lived.out / "bulletins").glob("*.pdf")) + sorted((lived.out / "letters").glob("*.pdf"))
    assert [path.name.partition("-")[0] for path in issued] == [
        "通报",
        "通报",
        "提醒函",
        "提醒函",
        "提醒函",
        "整改通知",
        "督办函",
    ]
    talks = list((lived.out / "talks").glob("约谈记录-*.pdf"))
    assert len(talks) == 1
    sealed += talks
    (given,) = (lived.out / "rectification").glob("外部清单-*.xlsx")
    results = [row[6].value for row in openpyxl.load_workbook(given)["问题清单"].iter_rows(min_row=3)]
    assert (results[0].partition("：")[0], results[1]) == ("已整改", None), "what is not closed stays as it came"
    assert all(path.with_suffix(".docx").is_file() for path in issued)
    for path in (*sealed, *issued):
        checked = lived.flask("packet", "verify", str(path), "--json")
        assert json.loads(checked.stdout)["verdict"] == "通过", path


def test_the_figures_tell_a_year_with_everything_in_it(lived: Lived) -> None:
    """One late, one returned, one supplement, one not filed; four verdicts, of look-back and list one rectification each closed, one open, of an inspection the only one closed; and the papers say so."""
    told = {one["files"]: one["figures"] for one in json.loads((lived.out / "facts.json").read_text("utf-8"))["papers"]}
    second, first = (told[f"filings/{path.name}/全市"] for path in sorted((lived.out / "filings").iterdir()))
    assert min(first[word] for word in ("已报送", "其中迟报", "退回", "补报", "催办")) >= 1
    assert min(second["状态"][word] for word in ("未填", "退回", "已接收")) >= 1
    checked = told["lookback/核查表"]
    assert {checked[word] for word in ("部分落实", "未落实", "已不适用")} == {1}
    assert (checked["已落实"] > 0, checked["未下结论"]) == (True, 0)
    found = (
        len(list((lived.out / "inspections").glob("检查底稿-*.pdf"))) > 0
    )  # of what was checked on site, one is put right too
    assert told["rectification/整改台账"] == {"整改": 4 + found, "已销号": 2 + found, "办理中": 2}
    printed = text_of(next((lived.out / "filings").glob("*1-6月")) / "全市.pdf")
    assert f"已报送 {first['已报送']} 个（其中迟报 {first['其中迟报']} 个）" in printed


def test_a_second_demonstration_in_the_same_home_is_refused(lived: Lived) -> None:
    again = lived.flask("demo", "--out", str(lived.out))
    assert again.exit_code == 1
    assert "演示只在空的系统里进行" in again.stderr


def test_every_packet_passes_with_its_registration_and_the_anchors(
    packets: list[Path], lived: Lived, tmp_path: Path
) -> None:
    assert len(packets) >= PACKETS
    for packet in packets:
        checked = flask(tmp_path, "packet", "verify", str(packet), "--trust", str(lived.out / "ca.pem"), "--json")
        assert checked.exit_code == 0, checked.stdout
        assert json.loads(checked.stdout)["verdict"] == "通过"
        shown = subprocess.run(["pdfsig", "-nocert", packet], capture_output=True, text=True, check=True).stdout
        assert shown.count("Signature is Valid") >= 3
        assert "Invalid" not in shown
        listed = subprocess.run(["pdfdetach", "-list", packet], capture_output=True, text=True, check=True).stdout
        shows_files = "证明材料（0 份）" not in text_of(packet)  # a unit whom the row does not concern shows none
        assert int(listed.split()[0]) >= 1 + shows_files


def test_without_its_registration_nothing_is_confirmed(packets: list[Path], lived: Lived, tmp_path: Path) -> None:
    alone = tmp_path / packets[0].name
    alone.write_bytes(packets[0].read_bytes())
    trust = ("--trust", str(lived.out / "ca.pem"))
    checked = flask(tmp_path, "packet", "verify", str(alone), *trust)
    assert checked.exit_code == 1
    assert "结论：无法确认" in checked.stdout
    assert "没有这一文件的登记" in checked.stdout
    found = packets[0].with_suffix(".registration.json")
    assert flask(tmp_path, "packet", "verify", str(alone), *trust, "--registration", str(found)).exit_code == 0
    other = packets[1].with_suffix(".registration.json")
    wrong = flask(tmp_path, "packet", "verify", str(alone), *trust, "--registration", str(other))
    assert "结论：不通过" in wrong.stdout


def test_register_and_file_say_the_same_of_packet_and_dossier(
    packets: list[Path], lived: Lived, tmp_path: Path
) -> None:
    for paper in (packets[0], lived.out / "dossier" / "dossier.pdf"):
        own = lived.flask("packet", "verify", str(paper), "--json")
        outside = flask(tmp_path, "packet", "verify", str(paper), "--trust", str(lived.out / "ca.pem"), "--json")
        assert (own.exit_code, outside.exit_code) == (0, 0), own.stdout
        assert json.loads(own.stdout) == json.loads(outside.stdout)


def test_a_touched_packet_is_not_passed(packets: list[Path], lived: Lived, tmp_path: Path) -> None:
    data = bytearray(packets[0].read_bytes())
    data[len(data) // 2] ^= 1
    touched = tmp_path / "touched.pdf"
    touched.write_bytes(data)
    checked = lived.flask("packet", "verify", str(touched))
    assert checked.exit_code == 1
    assert "结论：通过" not in checked.stdout


def test_the_own_system_knows_its_packets(packets: list[Path], lived: Lived) -> None:
    checked = started(lived.home, "packet", "verify", str(packets[0]))
    assert checked.returncode == 0
    assert "✓" in checked.stdout
    assert "？" not in checked.stdout


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_packet_is_said_to_be_none(lived: Lived, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(content)
    checked = lived.flask("packet", "verify", str(path))
    assert checked.exit_code == 1
    assert "不通过" in checked.stdout


def test_the_dossier_is_sealed_and_has_every_row_and_packet(lived: Lived, packets: list[Path]) -> None:
    path = lived.out / "dossier" / "dossier.pdf"
    shown = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=True).stdout
    assert shown.count("Signature is Valid") == 1
    assert "Total document signed" in shown
    text = text_of(path)
    with zipfile.ZipFile(lived.out / "dossier" / "dossier.zip") as bag:
        name = next(name for name in bag.namelist() if name.endswith("ledger.json"))
        ledger = json.loads(bag.read(name))
    for words in (f"{ledger['year']}年", "总体情况与图", "逐条核查", "未办结及承接清单", "逾期", "备考表"):
        assert words in text
    assert len(ledger["items"]) >= lived.rows
    behind = max((lived.out / "dossier").glob("dossier-*.pdf"))
    copies = text_of(behind)
    for packet in packets:
        assert packet.stem in text + copies, "packet numbers stand in the list"
    assert _titles(path)[0] == "封面和目录"
    titles = _titles(behind)
    assert all(any(packet.stem in title for title in titles) for packet in packets)


def _titles(path: Path) -> list[str]:
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        return [entry.title for entry in outline.root]


def test_every_bookmark_leads_to_its_page(lived: Lived) -> None:
    with pikepdf.open(lived.out / "dossier" / "dossier.pdf") as pdf, pdf.open_outline() as outline:
        pages = [pdf.pages.index(pikepdf.Page(entry.destination[0])) for entry in outline.root]
    assert pages == sorted(pages)
    assert pages[0] == 0


def test_the_bag_is_whole_and_its_packets_are_the_sealed_ones(
    lived: Lived, packets: list[Path], tmp_path: Path
) -> None:
    with zipfile.ZipFile(lived.out / "dossier" / "dossier.zip") as bag:
        bag.extractall(tmp_path)
    (root,) = tmp_path.iterdir()
    assert bagit.Bag(str(root)).is_valid()
    given = {p.name: p.read_bytes() for p in packets[0].parent.iterdir() if p.is_file()}
    assert {p.name: p.read_bytes() for p in (root / "data" / "packets").iterdir()} == given
    assert (root / "data" / "dossier.registration.json").is_file()
    assert subprocess.run(["sha256sum", "-c", "--quiet", "manifest-sha256.txt"], cwd=root, check=False).returncode == 0
    rows = list(csv.reader(io.StringIO((root / "data" / "tasks.csv").read_text("utf-8-sig"))))
    assert len(rows) > lived.tasks
    (root / "data" / "tasks.csv").write_bytes(b"changed")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(root)).validate()


def test_the_trail_is_whole_and_a_rewritten_one_is_found_out(lived: Lived, tmp_path: Path) -> None:
    assert lived.flask("trail", "verify").exit_code == 0
    with (
        closing(sqlite3.connect(lived.home / "taizhang.db")) as one,
        closing(sqlite3.connect(tmp_path / "taizhang.db")) as two,
    ):
        one.backup(two)
    script = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('DROP TRIGGER audit_event_no_update');"
        "c.execute(\"UPDATE audit_event SET actor_name = '别人' WHERE seq = 40\"); c.commit()"
    )
    subprocess.run([sys.executable, "-c", script, tmp_path / "taizhang.db"], check=True)
    checked = flask(tmp_path, "trail", "verify")
    assert checked.exit_code == 1
    assert "留痕第 40 条" in checked.stdout


def test_a_dossier_is_built_by_command(lived: Lived, tmp_path: Path) -> None:
    built = lived.flask("dossier", "build", "1", "--out", str(tmp_path))
    assert built.exit_code == 0, built.stderr
    names = {p.name for p in tmp_path.iterdir()}
    assert names >= {"dossier.pdf", "dossier.zip"}
    volumes = [name for name in names if name.endswith(".pdf")]
    assert names - {"dossier.zip", *volumes} == {f"{name.removesuffix('.pdf')}.registration.json" for name in volumes}
    missing = lived.flask("dossier", "build", "99", "--out", str(tmp_path))
    assert missing.exit_code == 1
    assert "没有编号为 99 的已发布台账" in missing.stderr


def test_the_other_commands_speak_chinese_sentences(lived: Lived, tmp_path: Path) -> None:
    assert lived.flask("jobs", "list").exit_code == 0
    assert lived.flask("account", "reset", "nobody-here").exit_code == 1
    reset = lived.flask("account", "reset", "handler")
    assert reset.exit_code == 0
    units = tmp_path / "units.csv"
    units.write_text("名称,类别\n市商务局,火星\n")
    refused = lived.flask("units", "import", str(units))
    assert refused.exit_code == 1
    assert "类别是「火星」" in refused.stderr
    no_table = tmp_path / "x.txt"
    no_table.write_text("今天开会。")
    read = lived.flask("ledger", "read", str(no_table))
    assert read.exit_code == 1
    assert read.stderr.startswith(f"{no_table}: 没有读到任务表")


def test_a_read_table_is_printed_as_json_with_doubts_beside(lived: Lived, tmp_path: Path) -> None:
    table = tmp_path / "表.txt"
    table.write_text(
        "云岭市2026年任务分解表\n序号\t工作任务\t牵头单位\t完成时限\n1\t公开预算\t市财政局\t2026年2月30日\n"
    )
    read = lived.flask("ledger", "read", str(table))
    assert read.exit_code == 0
    assert json.loads(read.stdout)["tasks"][0]["lead_units"] == ["市财政局"]
    assert "不是有效日期" in read.stderr


def test_a_lived_year_is_as_its_trail_tells_it(lived: Lived) -> None:
    """No false alarm: rows, checkpoints, heads in papers."""
    checked = lived.flask("trail", "verify")
    assert (checked.exit_code, "处检查点、登记和证据包记下的链头一致" in checked.output) == (0, True), checked.output
    told = lived.flask("doctor").output
    assert "✓ 数据与留痕" in told
    assert "✓ 留痕检查点" in told
    assert (lived.home / "checkpoints.jsonl").is_file()
