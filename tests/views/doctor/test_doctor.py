"""The doctor (体检) tells a sound installation from one that is really broken, and never breaks off itself."""

from __future__ import annotations

import re
import shutil
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from packets import fonts
from packets.authority import LocalAuthority
from tests.behind import change
from tests.desk_office import OWN, Office, open_office, serve
from tests.forging import issuer
from tests.postgres import Server, cluster
from views.doctor import machine, packages
from views.doctor.checks import examine
from views.doctor.finding import Finding
from views.doctor.opening import opened
from workflow.ledgers.models import Ledger
from workflow.record import outbox
from workflow.record.jobs import PACKET, OfRound
from workflow.record.migrating import migrate, migrate_down
from workflow.tables import stored_digests
from workflow.tasks.models import Signoff
from workflow.year.models import Paper

pytestmark = pytest.mark.own_home

MAKEFILE = (Path(__file__).parents[3] / "Makefile").read_text("utf-8")


def findings(office: Office, *, full: bool = False) -> dict[str, Finding]:
    """What is found, by name; where a name comes twice, the first."""
    found: dict[str, Finding] = {}
    for _, finding in examine(lambda: office.here, full=full):
        found.setdefault(finding.name, finding)
    return found


def said(office: Office, *words: str) -> tuple[int, str]:
    """Exit status and output of the command."""
    result = office.app.test_cli_runner().invoke(args=["doctor", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def faults(office: Office, *, full: bool = False) -> dict[str, Finding]:
    """Only what is at fault."""
    return {name: finding for name, finding in findings(office, full=full).items() if finding.state == "fault"}


def database(office: Office) -> Path:
    return office.here.settings.home / "taizhang.db"


@pytest.mark.parametrize("words", [(), ("--full",)])
def test_a_sound_installation_is_told_so_and_what_is_optional_is_told_too(office: Office, words: tuple[str]) -> None:
    status, output = said(office, *words)
    assert status == 0
    assert "✗" not in output
    assert re.search(r"^  ✓ 数据库结构 +是最新的$", output, re.MULTILINE)
    assert re.search(r"^  · 邮件 +没有配置：.+\n +→ 设置 TAIZHANG_SMTP_HOST$", output, re.MULTILINE)
    assert output.splitlines()[-1].startswith("结论：正常；另有")


def test_names_are_aligned_by_the_width_that_characters_have(office: Office) -> None:
    rows = [line for line in said(office)[1].splitlines() if line.startswith(("  ✓", "  ·"))]
    wide = [re.match(r"  . (.+?  +|.{1,8} )", row) for row in rows]
    widths = {
        sum(2 if ord(c) > 0x2E80 else 1 for c in row[: found.end()])
        for row, found in zip(rows, wide, strict=True)
        if found
    }
    assert widths == {20}


# The database -----------------------------------------------------------------------------------------------------


@pytest.mark.file
def test_a_damaged_page_is_found_and_what_lies_behind_it_is_not_looked_at(office: Office) -> None:
    office.here.database.dispose()
    size = database(office).stat().st_size
    with database(office).open("r+b") as file:
        file.seek(size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096 * 8)
    found = faults(office)
    assert set(found) <= {"数据库", "数据库完整性"}
    assert all("损坏" in finding.detail and "备份" in finding.mend for finding in found.values())
    assert findings(office)["其余数据"].state == "told"
    status, output = said(office)
    assert status == 1
    assert output.splitlines()[-1].startswith("结论：有 1 项问题")


@pytest.mark.file
@pytest.mark.parametrize("content", [b"", None, b"no database at all" * 400])
def test_a_missing_an_empty_and_a_foreign_file_are_a_sentence(office: Office, content: bytes | None) -> None:
    office.here.database.dispose()
    database(office).unlink()
    if content is not None:
        database(office).write_bytes(content)
    (found,) = faults(office).values()
    assert found.name == "数据库"
    assert re.match("打不开或已损坏：" if content else "还没有数据库：", found.detail)
    assert database(office).exists() == (content is not None), "looking makes nothing"


@pytest.mark.file  # PostgreSQL has no question for it: references are looked at with every change
def test_a_reference_to_nothing_is_found(office: Office) -> None:
    change(office.here.database, "UPDATE task SET unit_id = unit_id + 900")
    found = faults(office)["数据库完整性"]
    assert "引用的内容不存在（表 task）" in found.detail


def test_pending_migrations_are_counted_and_mended_by_the_command_named(office: Office) -> None:
    engine = office.here.database.write_engine
    migrate_down(engine, "0010")
    found = faults(office)["数据库结构"]
    assert re.search(r"有 \d+ 个升级没有执行（0011 起）", found.detail)
    assert found.mend == "flask --app app migrate"
    migrate(engine)
    assert not faults(office)


def test_a_database_without_tables_and_one_of_a_newer_programme(office: Office) -> None:
    change(office.here.database, "UPDATE alembic_version SET version_num = '9999'")
    assert "更新版本的程序" in faults(office)["数据库结构"].detail
    change(office.here.database, "DROP TABLE alembic_version")
    assert "（0001 起）" in faults(office)["数据库结构"].detail


def test_postgresql_tells_its_version_and_one_that_has_gone_is_a_fault(tmp_path: Path) -> None:
    with cluster() as url:
        server = Server(url)
        office = open_office(tmp_path, server=server)
        found = findings(office)
        assert re.fullmatch(r"PostgreSQL \d+\.\d+.*，数据页校验 (on|off)", found["数据库"].detail)
        assert found["数据库完整性"].state == found["数据库结构"].state == found["留痕链"].state == "ok"
        office.here.database.dispose()
        server.close()
    assert "TAIZHANG_DATABASE_URL" in faults(office)["数据库"].mend


# Jobs, trail, files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tries", "state"), [(0, "ok"), (1, "told"), (outbox.MAX_ATTEMPTS, "fault")])
def test_jobs_that_fail_are_told_and_those_given_up_are_a_fault(office: Office, tries: int, state: str) -> None:
    with office.here.database.writing() as session:
        outbox.promise(session, PACKET, "packet-7", OfRound(7, 1), at=office.clock())
    for _ in range(tries):
        with office.here.database.writing() as session:
            claimed = outbox.take(session, at=office.clock(), only=1)
            assert claimed
            outbox.fail(session, claimed, "字体缺失。", at=office.clock())
    found = findings(office)["后台事项"]
    assert found.state == state
    assert ("packet-7：字体缺失。" in found.detail) == (tries > 0)


def test_a_touched_link_of_the_trail_is_a_fault(office: Office) -> None:
    change(office.here.database, "UPDATE audit_event SET actor_name = '别人' WHERE seq = 3")
    assert "第 3 条" in faults(office)["留痕链"].detail


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"other")], ids=["gone", "changed"])
@pytest.mark.parametrize("full", [False, True])
def test_a_lost_or_changed_file_is_named(office: Office, harm: Callable[[Path], object], full: bool) -> None:
    office.walk(office.task_id(), "submit")
    with office.here.database.reading() as session:
        digests = stored_digests(session)
    assert len(digests) == 2, "the table and the evidence"
    harm(office.here.settings.home / "blobs" / digests[1][:2] / digests[1])
    found = faults(office, full=full)["存储文件"]
    assert digests[1] in found.detail
    assert "共 2 个，1 个缺失或被改动" in found.detail


def test_many_files_are_sampled_and_full_looks_at_all(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.walk(office.task_id(), "submit")
    monkeypatch.setattr("views.doctor.holdings.SAMPLE", 1)
    assert findings(office)["存储文件"].detail.startswith("抽查 1 个（全部检查用 --full），共 2 个")
    assert findings(office, full=True)["存储文件"].detail.startswith("全部共 2 个")


# Keys and services ------------------------------------------------------------------------------------------------


def certificate(begin: datetime, end: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, OWN)])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begin, end)
    return builder.sign(key, hashes.SHA256()), key


def install_key(office: Office, *, days: int, passphrase: bytes = b"") -> Path:
    """A unit's own key file whose certificate ends so many days from now, with its issuer and revocation list."""
    now, keys = office.clock(), office.here.settings.home / "keys"
    theirs = issuer("某签发机构", now - timedelta(days=900))
    theirs.give(keys, OWN, now + timedelta(days=days), passphrase=passphrase)
    (keys / "own.pem").write_bytes(theirs.pem)
    (keys / "own.crl").write_bytes(theirs.revocations(now))
    return keys / f"{OWN}.p12"


@pytest.mark.parametrize(("days", "state"), [(400, "ok"), (20, "told"), (-1, "fault")])
def test_a_certificate_is_looked_at_by_its_dates(office: Office, days: int, state: str) -> None:
    install_key(office, days=days, passphrase=b"1234")
    found = findings(office)
    assert found["密钥和证书" if state == "ok" else "单位印章"].state == state
    if state != "ok":
        assert f"{OWN}的印章证书" in found["单位印章"].detail
        assert "到期" in found["单位印章"].detail or "已过期" in found["单位印章"].detail
    else:
        assert "单位印章" not in found


def test_what_the_installation_makes_for_itself_is_sound_and_no_units_seal(office: Office) -> None:
    LocalAuthority(office.here.settings.home, office.clock).anchors()  # authority, revocation list, registrar
    found = findings(office)
    assert found["单位印章"].detail.startswith("没有单位自己的证书")
    assert found["密钥和证书"].detail.startswith("4 个文件都能打开，在有效期内，其中单位证书 0 个")


def test_revocation_lists_and_issuers_of_time_stamps_are_looked_at(office: Office) -> None:
    now, folder = office.clock(), office.here.settings.home / "keys"
    issuer, key = certificate(now - timedelta(days=900), now + timedelta(days=900))
    lists = x509.CertificateRevocationListBuilder().issuer_name(issuer.subject).last_update(now - timedelta(days=40))
    stale = lists.next_update(now - timedelta(days=10)).sign(key, hashes.SHA256())
    (folder / "tsa").mkdir(parents=True, exist_ok=True)
    (folder / "issuer.crl").write_bytes(stale.public_bytes(serialization.Encoding.DER))
    assert findings(office)["密钥和证书"].detail.startswith("keys/issuer.crl 是 ")
    current = lists.next_update(now + timedelta(days=5)).sign(key, hashes.SHA256())
    (folder / "issuer.crl").write_bytes(current.public_bytes(serialization.Encoding.PEM))
    assert findings(office)["密钥和证书"].state == "ok"
    (folder / "tsa" / "stamps.pem").write_text("rubbish")
    assert "keys/tsa/stamps.pem 打不开" in faults(office)["密钥和证书"].detail


def test_a_key_that_cannot_be_opened_and_an_expired_anchor(office: Office) -> None:
    LocalAuthority(office.here.settings.home).key_for(OWN)
    assert findings(office)["密钥和证书"].detail.startswith("3 个文件都能打开")
    expired, _ = certificate(datetime(2015, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC))
    folder = office.here.settings.home / "keys"
    (folder / "ca.pem").write_bytes(expired.public_bytes(serialization.Encoding.PEM))
    assert "keys/ca.pem 的有效期为 2015-01-01 至 2020-01-01，不在有效期内" in faults(office)["密钥和证书"].detail
    install_key(office, days=400, passphrase=b"1234").with_suffix(".pass").unlink()
    told = [finding.detail for _, finding in examine(lambda: office.here) if finding.state == "fault"]
    assert len(told) == 2
    assert any(f"{OWN}的印章证书打不开：没有口令或文件损坏" in detail for detail in told)
    (folder / "ca.p12").write_bytes(b"rubbish")
    assert "keys/ca.p12 打不开" in said(office)[1]


def test_services_are_called_on_where_they_are_configured(tmp_path: Path) -> None:
    first = open_office(tmp_path)
    own = {"database_url": first.here.settings.database_url}
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        services = {"smtp_host": "127.0.0.1", "smtp_port": port, "tsa_url": f"http://127.0.0.1:{port}/tsa"}
        office = serve(tmp_path, first.ids, **own, **services)
        found = findings(office)
        assert found["邮件"].state == found["可信时间戳"].state == "ok"
    assert set(faults(office)) == {"邮件", "可信时间戳"}


# The machine ------------------------------------------------------------------------------------------------------


def test_missing_fonts_are_a_fault_and_those_of_the_office_are_told(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "没有这个目录" in findings(office)["公文字体"].detail
    monkeypatch.setattr(fonts, "BASE", tmp_path / "nowhere")
    assert faults(office)["中文字体"].mend == "sudo apt-get install -y --no-install-recommends fonts-noto-cjk"


def test_programs_that_are_not_on_the_path_are_told_and_no_fault(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = findings(office)
    assert found["LibreOffice"].state == "told"
    assert not faults(office)


def test_every_package_that_the_doctor_names_is_one_that_make_installs() -> None:
    lists = {name: set(rest.split()) for name, rest in re.findall(r"^(\w+)_PACKAGES := (.+)$", MAKEFILE, re.MULTILINE)}
    needed = {package for part in machine.PARTS if part.needed for package in part.packages}
    assert needed <= lists["RUN"]
    assert {package for part in machine.PARTS for package in part.packages} <= lists["RUN"] | lists["TEST"]


def test_a_package_of_another_version_is_a_fault(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = re.sub(r"^flask==\S+", "flask==0.1", packages.LIST.read_text("utf-8"), flags=re.MULTILINE)
    (tmp_path / "other.txt").write_text(other, "utf-8")
    monkeypatch.setattr(packages, "LIST", tmp_path / "other.txt")
    assert faults(office)["Python 软件包"].detail == "1 个缺少或版本不对：flask"


# Opening ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("TAIZHANG_HOME", "taken", "不能建立或写入"),
        ("TAIZHANG_PORT", "eighty", "环境变量 TAIZHANG_PORT 的值不对"),
        ("TAIZHANG_DATABASE_URL", "nonsense", "设置和数据目录"),
        ("TAIZHANG_DATABASE_URL", "mysql+pymysql://a/b", "驱动 pymysql 没有安装"),
    ],
)
def test_settings_that_cannot_be_used_are_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("taken").write_text("a file, no folder")
    monkeypatch.setenv(name, value)
    *_, last = (finding for _, finding in examine(opened))
    assert last.state == "fault"
    assert words in last.name + last.detail


def test_a_missing_home_is_an_installation_without_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIZHANG_HOME", str(tmp_path / "none"))
    found = [finding for _, finding in examine(opened) if finding.state == "fault"]
    assert [finding.name for finding in found] == ["数据库"]
    shutil.rmtree(tmp_path / "none")


def test_a_check_that_breaks_off_is_a_finding_and_the_others_go_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "LIST", Path("/nowhere"))
    found = findings(office)
    assert found["Python 软件包"].state == "fault"
    assert "FileNotFoundError" in found["Python 软件包"].detail
    assert found["留痕链"].state == "ok"


def test_scans_dossiers_and_packets_are_stored_files_too(office: Office) -> None:
    office.walk(office.task_id(), "submit", "approve")
    with office.here.database.writing() as session:
        before = set(stored_digests(session))
        session.scalars(select(Signoff)).first().paper_sha256 = "a" * 64
        ledger = session.scalars(select(Ledger)).one()
        made = {"pdf_sha256": "b" * 64, "zip_sha256": "c" * 64}
        session.add(
            Paper(
                kind="dossier",
                ledger_id=ledger.id,
                requested_by_id=ledger.published_by_id,
                as_of=office.clock(),
                **made,
            )
        )
        session.flush()
        assert set(stored_digests(session)) - before == {"a" * 64, "b" * 64, "c" * 64}


def test_a_directory_that_goes_in_circles_is_named(office: Office) -> None:
    assert findings(office)["单位名录"].state == "ok"
    change(
        office.here.database,
        "UPDATE unit SET parent_id = 3 - id WHERE id IN (1, 2)",
        "UPDATE unit SET parent_id = 5 WHERE id = 4",
        "UPDATE unit SET active = false WHERE id = 5",
    )
    wrong = [one.detail for _, one in examine(lambda: office.here) if one.name == "单位名录"]
    assert len(wrong) == 3
    assert "形成了循环" in wrong[0]
    assert "而它的上级单位" in wrong[2]
