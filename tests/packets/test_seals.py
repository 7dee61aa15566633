"""No seal by a certificate that verification will refuse; whoever can mend it is told, and a seal that waited is put then."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from sqlalchemy import select
from sqlalchemy.orm import Session

import worker
from packets import seals
from packets.authority import SealKey, from_pkcs12
from packets.judging import judge
from packets.verify import verify
from tests.desk_office import HOME, OWN, Office
from tests.forging import Issuer, forged, issuer
from tests.sealed import ACTS, LATER, NOW, UNIT, Sealed, Sealing, flawless, sealing
from views.doctor.checks import examine
from workflow.office.models import Notice, User
from workflow.office.units import import_units, save_unit
from workflow.office.words import NoticeKind, UnitKind
from workflow.record.errors import Invalid, PacketFailed, Unsound
from workflow.record.published import UnitRow
from workflow.tasks.models import Packet, PacketRevision

DAY = timedelta(days=1)
SIGNING = "1.3.6.1.4.1.311.10.3.12"
SERVER, STAMPS, MAIL = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.4"
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "P-256": ({}, ""),
    "P-384": ({"key": lambda: ec.generate_private_key(ec.SECP384R1())}, ""),
    "RSA-2048, what public authorities issue": ({"key": lambda: rsa.generate_private_key(65537, 2048)}, ""),
    "RSA-3072": ({"key": lambda: rsa.generate_private_key(65537, 3072)}, ""),
    "for documents": ({"purposes": [SIGNING]}, ""),
    "for mail and TLS servers": ({"purposes": [SERVER, MAIL]}, ""),
    "RSA-1024": ({"key": lambda: rsa.generate_private_key(65537, 1024)}, "密钥太短（RSA 1024 位，至少 2048 位）"),
    "P-192": ({"key": lambda: ec.generate_private_key(ec.SECP192R1())}, "密钥太短"),
    "expired": ({"end": LATER - DAY}, "已过期（有效期至"),
    "not begun": ({"begin": LATER + DAY}, "不包括签章时间"),
    "for TLS servers": ({"purposes": [SERVER]}, "用途不是签章"),
    "for time stamps": ({"purposes": [STAMPS]}, "用途不是签章"),
    "for encryption": ({"usage": ["key_encipherment"]}, "用途不是签章"),
    "for signing in alone": ({"usage": ["digital_signature"]}, "用途不是签章"),
    "another unit's": ({"holder": "市审计局"}, "是「市审计局」的"),
}


@dataclass(frozen=True)
class Bench:
    """An office of papers whose first unit has a key file of its own, and who issued it."""

    office: Sealing
    theirs: Issuer

    @property
    def keys(self) -> Path:
        return self.office.settings.home / "keys"

    def give(self, *, end: datetime = LATER + 900 * DAY, key: Callable[[], Any] | None = None, **made: Any) -> None:
        """The unit's key file, with its issuer and revocation list beside it."""
        self.theirs.give(self.keys, UNIT, end, key=key() if key else None, **made)
        (self.keys / "own.pem").write_bytes(self.theirs.pem)
        (self.keys / "own-crl.pem").write_bytes(self.theirs.revocations(LATER))

    def key(self, at: datetime = LATER) -> SealKey:
        return seals.sealing_key(self.office.authority, UNIT, now=at)

    def standing(self) -> seals.SealState:
        (found,) = seals.seal_states(self.office.authority, [UNIT], now=LATER)
        return found


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(sealing(tmp_path), issuer("某签发机构", NOW - 3000 * DAY))


@pytest.mark.parametrize("case", CASES)
def test_what_may_seal_is_what_verification_takes(bench: Bench, sealed_packet: Sealed, case: str) -> None:
    """The two are asked about the same certificate: a forger's hand puts the seal that ours refuses to put."""
    made, words = CASES[case]
    bench.give(**made)
    own = bench.keys / f"{UNIT}.p12"
    keys = {ACTS[0][0]: from_pkcs12(UNIT, own, b"")} | {
        field: bench.office.authority.key_for(unit) for field, _, unit, *_ in ACTS[1:]
    }
    pdf = forged(sealed_packet.pdf, keys, [LATER] * len(ACTS))
    result = verify(pdf, anchors=bench.office.anchors(), at=LATER)
    standing = bench.standing()
    if not words:
        assert flawless(result), result.reason
        assert bench.key().unit == UNIT
        assert (standing.word, standing.wrong, standing.told, standing.own) == ("可以签章", "", "", True)
        return
    assert not flawless(result)
    with pytest.raises(Unsound, match=re.escape(words)) as refused:
        bench.key()
    assert refused.value.message == standing.wrong
    assert standing.word == "不能签章"
    if "holder" not in made:
        assert words.split("（")[0] in result.reason


def test_an_expired_seal_is_called_expired_whether_or_not_its_issuer_is_known(
    bench: Bench, sealed_packet: Sealed
) -> None:
    bench.give(end=LATER - timedelta(hours=1))
    (bench.keys / "own.pem").unlink()
    keys = {"unit": from_pkcs12(UNIT, bench.keys / f"{UNIT}.p12", b"")} | {
        field: bench.office.authority.key_for(unit) for field, _, unit, *_ in ACTS[1:]
    }
    reason = verify(forged(sealed_packet.pdf, keys, [NOW] * 4), anchors=bench.office.anchors(), at=LATER).reason
    assert "不在信任锚之内" in reason
    assert "已过期（有效期至" in reason


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda keys: (keys / "own.pem").unlink(), "不在信任锚之内"),
        (lambda keys: (keys / f"{UNIT}.pass").write_text("wrong"), "打不开：口令不对或文件损坏"),
        (lambda keys: (keys / f"{UNIT}.pass").unlink(), "打不开：没有口令或文件损坏"),
        (lambda keys: (keys / f"{UNIT}.p12").write_bytes(b"rubbish"), "打不开：口令不对或文件损坏"),
        (lambda keys: (keys / "own.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), "own.pem 不能用：第 1 段（证书）已损坏"),
        (lambda keys: (keys / "list.crl").write_bytes(b"rubbish"), "list.crl 不能用：第 1 段（吊销列表）已损坏"),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_or_is_nobodys_is_refused_before_sealing(
    bench: Bench, harm: Callable[[Path], object], words: str
) -> None:
    bench.give(passphrase=b"1234")
    assert bench.key().unit == UNIT
    harm(bench.keys)
    with pytest.raises(Unsound, match=re.escape(words)):
        bench.key()


def test_a_revoked_seal_is_refused_and_an_unchecked_one_is_told(bench: Bench) -> None:
    bench.give()
    (bench.keys / "own-crl.pem").unlink()
    assert bench.key().unit == UNIT, "a list brought later settles it"
    assert "未核对是否被吊销" in bench.standing().told
    certificate = bench.theirs.give(bench.keys, UNIT, LATER + 900 * DAY)
    (bench.keys / "own-crl.pem").write_bytes(bench.theirs.revocations(LATER, certificate))
    with pytest.raises(Unsound, match="被吊销"):
        bench.key()


@pytest.mark.parametrize("name", ["ca", "registrar", "CA", "Registrar"])
def test_no_unit_bears_the_name_of_a_key_of_the_installation(bench: Bench, office: Office, name: str) -> None:
    bench.office.authority.anchors()
    with pytest.raises(PacketFailed, match="自用密钥"):
        bench.office.authority.key_for(name)
    assert bench.office.authority.own_files() == {}
    with office.here.database.writing() as session:
        chen = session.get_one(User, office.ids["chen"])
        new = {"name": name, "kind": UnitKind.OTHER, "aliases": (), "by": chen, "at": office.clock()}
        with pytest.raises(Invalid, match="自用密钥"):
            save_unit(session, None, **new)
        with pytest.raises(Invalid, match=r"第 2 行.*自用密钥"):
            import_units(session, [UnitRow(2, name, "其他", (), ())], by=chen, at=office.clock())


@pytest.mark.parametrize("length", [13, 64, 120])
def test_a_long_name_is_no_fault(bench: Bench, length: int) -> None:
    assert seals.sealing_key(bench.office.authority, "很" * length, now=LATER).demo


# In the office ------------------------------------------------------------------------------------------------------------


def own_seal(office: Office, *, days: int, begun: int = -900, anchored: bool = True, **made: Any) -> Path:
    """A key file of the unit's own that ends so many days from now."""
    keys, now = office.here.settings.home / "keys", office.clock()
    theirs = issuer("某签发机构", now - 3000 * DAY)
    theirs.give(keys, OWN, now + days * DAY, begin=now + begun * DAY, **made)
    if anchored:
        (keys / "own.pem").write_bytes(theirs.pem)
        (keys / "own-crl.pem").write_bytes(theirs.revocations(now))
    return keys / f"{OWN}.p12"


def told(session: Session, login: int) -> list[str]:
    kinds = select(Notice.text).where(Notice.user_id == login, Notice.kind == NoticeKind.SEAL)
    return list(session.scalars(kinds))


def notices(office: Office, login: str) -> list[str]:
    with office.here.database.reading() as session:
        return told(session, office.ids[login])


def waits(office: Office, task: str, words: str) -> None:
    """Nothing is sealed, the people at the task read why, and those who can mend it have a message."""
    assert office.count(PacketRevision) == 0
    page = office.client("wang").get(task).text
    assert "签章暂未完成" in page
    assert words in page
    assert "正在生成证据包并签章" not in page
    progress = office.client("wang").get(f"{task}/sealing").get_json()
    assert (progress["state"], words in progress["message"]) == ("failed", True)
    for login in ("sysadmin", "chen"):
        assert [OWN in text and words in text for text in notices(office, login)] == [True], notices(office, login)
        assert words in office.client(login).get("/notices").text


def close(office: Office) -> str:
    office.walk(office.task_id(), "submit", "approve", "verify", "close")
    worker.drain(office.here)
    return f"/tasks/{office.task_id()}"


def test_a_wrong_passphrase_is_said_at_once_and_the_seal_is_put_when_it_is_mended(office: Office) -> None:
    own = own_seal(office, days=400, passphrase=b"1234")
    own.with_suffix(".pass").write_text("wrong word")
    task = close(office)
    waits(office, task, "印章证书打不开：口令不对或文件损坏")
    worker.hourly(office.here)
    worker.drain(office.here)
    assert len(notices(office, "chen")) == 2, "of the packet and of the seal, once each"
    own.with_suffix(".pass").write_text("1234\n")
    worker.hourly(office.here)
    worker.drain(office.here)
    assert office.count(PacketRevision) == 3
    assert "签章暂未完成" not in office.client("wang").get(task).text


def test_an_expired_seal_waits_for_a_new_one_and_bears_the_time_at_which_it_is_put(office: Office) -> None:
    """The new certificate is younger than the sign-off: a seal from before its own certificate would be refused."""
    own_seal(office, days=-1)
    task = close(office)
    waits(office, task, "已过期（有效期至")
    office.clock.now += 2 * DAY
    own_seal(office, days=400, begun=-1)
    worker.hourly(office.here)
    worker.drain(office.here)
    with office.here.database.reading() as session:
        packet = session.scalars(select(Packet)).one()
        pdf = office.here.store.read(packet.revisions[-1].sha256)
    result = judge(office.here, pdf)
    assert result.verdict == "通过", result.reason


def test_an_rsa_2048_seal_passes_here_for_a_stranger_and_for_pdfsig(office: Office, tmp_path: Path) -> None:
    own_seal(office, days=400, key=rsa.generate_private_key(65537, 2048))
    close(office)
    wang = office.client("wang")
    with office.here.database.reading() as session:
        packet = session.scalars(select(Packet)).one()
    pdf = wang.get(f"/packets/{packet.id}").data
    anchors, beside = wang.get("/verify/ca.pem").data, wang.get(f"/packets/{packet.id}/registration").data
    assert verify(pdf, anchors=[anchors], registration=beside, at=office.clock()).verdict == "通过"
    (tmp_path / "p.pdf").write_bytes(pdf)
    said = subprocess.run(["pdfsig", "-nocert", tmp_path / "p.pdf"], capture_output=True, text=True, check=True).stdout
    assert said.count("Signature is Valid") == 3
    assert OWN in said


def test_the_dossier_waits_for_its_seal_too(office: Office) -> None:
    keys, now = office.here.settings.home / "keys", office.clock()
    issuer("某签发机构", now - 900 * DAY).give(keys, HOME, now + 900 * DAY)
    office.client("chen").post("/ledgers/1/papers/dossier")
    worker.drain(office.here)
    assert "不在信任锚之内，不能签章" in office.client("chen").get("/dossiers").text


def test_people_are_told_thirty_days_before_once_a_week(office: Office) -> None:
    own_seal(office, days=31)
    assert seals.warn(office.here) == []
    office.clock.now += 2 * DAY
    worker.hourly(office.here)
    worker.hourly(office.here)
    for login in ("sysadmin", "chen"):
        (text,) = notices(office, login)
        assert re.fullmatch(
            rf"【印章提醒】{OWN}的印章证书将于\d+年\d+月\d+日到期，请向发证机构换发，到期后不能签章。", text
        )
    assert notices(office, "wang") == notices(office, "secadmin") == []
    office.clock.now += 8 * DAY
    worker.hourly(office.here)
    assert len(notices(office, "chen")) == 2


def test_the_page_of_seals_lists_them_all(office: Office) -> None:
    own_seal(office, days=20, key=rsa.generate_private_key(65537, 2048))
    (office.here.settings.home / "keys" / "没有的单位.p12").write_bytes(b"rubbish")
    for login in ("chen", "sysadmin"):
        page = office.client(login).get("/seals").text
        assert re.search(rf"{OWN}.*?单位证书.*?RSA 2048 位.*?年.*?即将到期.*?到期后不能签章", page, re.DOTALL)
        assert re.search(rf"{HOME}.*?演示印章.*?ECDSA 256 位", page, re.DOTALL)
        assert "没有的单位" in page
    for login in ("wang", "li", "zhao", "secadmin", "audadmin", "shenji"):
        assert office.client(login).get("/seals").status_code == 403


def test_the_doctor_says_what_the_page_says(office: Office) -> None:
    own_seal(office, days=400, key=rsa.generate_private_key(65537, 1024))
    (found,) = [
        finding for section, finding in examine(lambda: office.here) if "印章" in section and finding.state == "fault"
    ]
    (standing,) = [one for one in seals.seals_of(office.here) if one.wrong]
    assert found.name == "单位印章"
    assert found.detail == standing.wrong
    assert "密钥太短（RSA 1024 位，至少 2048 位）" in found.detail


def test_damaged_anchors_are_said_in_place_of_the_seals(office: Office) -> None:
    own = own_seal(office, days=400)
    own.with_name("own.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n")
    page = office.client("sysadmin").get("/seals").text
    assert "own.pem 不能用" in page
    worker.hourly(office.here)
    assert "own.pem 不能用" in notices(office, "sysadmin")[0]


# The anchors --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["CERTIFICATE", "X509 CRL", "TAIZHANG REGISTRAR", "TAIZHANG OFFICE"])
def test_a_damaged_block_is_the_anchors_fault_and_not_the_papers(sealed_packet: Sealed, label: str) -> None:
    whole = b"".join(sealed_packet.anchors)
    begin = whole.index(f"-----BEGIN {label}-----".encode()) + len(label) + 16
    harms = [whole[: begin + 4] + b"*" + whole[begin + 5 :], whole[: begin + 2] + b"/////w" + whole[begin + 8 :]]
    for harmed in [*harms, whole[: begin + 20]]:
        result = verify(sealed_packet.pdf, anchors=[harmed], at=LATER)
        assert result.verdict == "无法确认"
        assert "不是这份文件的问题" in result.reason, result.reason
