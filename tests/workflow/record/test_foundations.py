"""What everything stands on: the chain, the promises of work, the stored bytes, and time stamps by a real authority."""

from __future__ import annotations

import http.server
import io
import random
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import worker
from packets.container import NotPassed, open_container
from packets.trust import stampers
from packets.verdict import Fact, Verification
from packets.verify import verify
from tests.desk_office import Office
from tests.sealed import ACTS, Sealing, flawless, sealing
from workflow.record import outbox, rates
from workflow.record.audit import Head, link_hash, record, verify_chain
from workflow.record.errors import Damaged, Invalid, PacketFailed, TooLarge
from workflow.record.installation import wall_clock
from workflow.record.jobs import Job, Told
from workflow.record.models import AuditEvent, OutboxRow, Rate
from workflow.record.settings import Settings
from workflow.record.store import Store
from workflow.tasks.models import PacketRevision

NOW = datetime(2026, 4, 1, tzinfo=UTC)


# The chain ------------------------------------------------------------------------------------------------------------


def links(office: Office) -> list[Any]:
    with office.here.database.reading() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
    fields = ("seq", "at", "kind", "actor_id", "actor_name", "task_id", "data", "prev_hash", "hash")
    return [SimpleNamespace(**{name: getattr(event, name) for name in fields}) for event in events]


def rehashed(chain: list[Any]) -> list[Any]:
    """What the database's owner could do: every hash worked out anew."""
    before = "0" * 64
    for n, event in enumerate(chain, start=1):
        event.seq, event.prev_hash = n, before
        event.hash = before = link_hash(event)
    return chain


TAMPERED: dict[str, Callable[[list[Any]], list[Any]]] = {
    "a changed word": lambda c: [*c[:4], SimpleNamespace(**{**vars(c[4]), "actor_name": "别人"}), *c[5:]],
    "a changed time": lambda c: [*c[:4], SimpleNamespace(**{**vars(c[4]), "at": "2020-01-01"}), *c[5:]],
    "another kind": lambda c: [*c[:4], SimpleNamespace(**{**vars(c[4]), "kind": "task.approve"}), *c[5:]],
    "another task": lambda c: [*c[:4], SimpleNamespace(**{**vars(c[4]), "task_id": 9}), *c[5:]],
    "another person": lambda c: [*c[:4], SimpleNamespace(**{**vars(c[4]), "actor_id": 99}), *c[5:]],
    "other words": lambda c: [*c[:4], SimpleNamespace(**{**vars(c[4]), "data": '{"opinion":"同意"}'}), *c[5:]],
    "a deleted link": lambda c: c[:4] + c[5:],
    "a deleted first link": lambda c: c[1:],
    "a doubled link": lambda c: [*c[:5], *c[4:]],
    "two swapped links": lambda c: [*c[:4], c[5], c[4], *c[6:]],
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_touched_chain_is_found_out_without_any_known_head(office: Office, how: str) -> None:
    chain = links(office)
    assert verify_chain(chain).intact
    assert not verify_chain(TAMPERED[how](chain)).intact


@pytest.mark.parametrize("how", ["cut", "rewritten"])
def test_a_cut_or_rewritten_chain_is_found_out_by_a_printed_head(office: Office, how: str) -> None:
    chain = links(office)
    head = Head(chain[-1].seq, chain[-1].hash)
    if how == "cut":
        chain = chain[:-1]
    else:
        chain[3].actor_name = "别人"
        chain = rehashed(chain)
    assert verify_chain(chain).intact, "in itself it is whole"
    assert not verify_chain(chain, expected=head).intact


def test_floats_have_no_place_in_the_chain(office: Office) -> None:
    with office.here.database.writing() as session, pytest.raises(TypeError):
        record(session, "x", by=None, at=NOW, data={"n": [{"m": 0.1}]})


# Promises of work -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counted(Told):
    n: int


COUNTING = Job("x", Counted, "tests.workflow.record.test_foundations:counted")


@pytest.fixture
def session(office: Office) -> Iterator[Session]:
    with office.here.database.writing() as session:
        outbox.promise(session, COUNTING, "key", Counted(1), at=NOW)
        yield session


def row(session: Session) -> OutboxRow:
    return session.scalars(select(OutboxRow).where(OutboxRow.key == "key")).one()


def test_the_same_key_is_one_promise(session: Session) -> None:
    outbox.promise(session, COUNTING, "key", Counted(2), at=NOW)
    assert row(session).payload == {"n": 1}


def test_one_worker_has_it_until_the_lease_runs_out(session: Session) -> None:
    first = outbox.take(session, at=NOW)
    assert first is not None
    assert outbox.take(session, at=NOW, only=first.id) is None
    assert (outbox.take(session, at=NOW), outbox.is_due(session, at=NOW)) == (None, False)
    half, later = NOW + outbox.LEASE / 2, NOW + outbox.LEASE * 1.5 + timedelta(seconds=1)
    assert outbox.renew(session, first, at=half)
    assert outbox.take(session, at=half + outbox.LEASE / 2) is None, "who is heard of keeps it"
    second = outbox.take(session, at=later)
    assert second is not None
    assert not outbox.settle(session, first, at=later), "the one who lost the lease has no say"
    assert not outbox.renew(session, first, at=later)
    assert outbox.settle(session, second, at=later)
    assert not outbox.is_due(session, at=later)


def test_what_is_due_longest_comes_first_and_each_worker_gets_another(session: Session) -> None:
    outbox.promise(session, COUNTING, "earlier", Counted(2), at=NOW - timedelta(minutes=1))
    taken = [outbox.take(session, at=NOW) for _ in range(3)]
    assert [one and one.key for one in taken] == ["earlier", "key", None]


def test_retry_leaves_what_somebody_works_on(session: Session) -> None:
    taken = outbox.take(session, at=NOW)
    assert taken is not None
    assert outbox.retry(session, at=NOW) == 0
    assert outbox.settle(session, taken, at=NOW)


def test_failures_wait_longer_and_longer_and_are_parked(session: Session) -> None:
    at, waits = NOW, []
    for _ in range(outbox.MAX_ATTEMPTS):
        claimed = outbox.take(session, at=at)
        assert claimed is not None
        outbox.fail(session, claimed, "坏了", at=at)
        session.expire_all()
        waits.append((row(session).run_after - at).total_seconds())
        at = row(session).run_after
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    assert not outbox.is_due(session, at=at + timedelta(days=1))
    assert row(session).last_error == "坏了"
    outbox.retry(session, at=at)
    assert outbox.is_due(session, at=at)


def test_a_failing_job_keeps_its_reason_and_the_others_go_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []

    def count(here: object, n: int) -> None:
        if n == 1:
            raise PacketFailed("字体缺失。")
        done.append(n)

    monkeypatch.setattr("tests.workflow.record.test_foundations.counted", count, raising=False)
    monkeypatch.setitem(worker.JOBS, "x", COUNTING)
    with office.here.database.writing() as session:
        for n in (1, 2):
            outbox.promise(session, COUNTING, f"key-{n}", Counted(n), at=office.clock())
    assert worker.drain(office.here) == 1
    assert done == [2]
    with office.here.database.reading() as session:
        failed = session.scalars(select(OutboxRow).where(OutboxRow.key == "key-1")).one()
        assert (failed.last_error, failed.done_at) == ("字体缺失。", None)
        assert failed.attempts > 0


def test_sealing_the_same_promise_twice_seals_once(office: Office) -> None:
    office.walk(office.task_id(), "submit", "approve")
    worker.drain(office.here)
    with office.here.database.writing() as session:
        for promise in session.scalars(select(OutboxRow)):
            promise.done_at = None
    worker.drain(office.here)
    assert office.count(PacketRevision) == 1


def test_whatever_machine_counts_the_minute_is_one(office: Office) -> None:
    def counted(name: str, at: datetime) -> bool:
        with office.here.database.writing() as session:
            return rates.within(session, name, 2, at=at)

    assert [counted("check:192.0.2.7", NOW) for _ in range(3)] == [True, True, False]
    assert counted("check:192.0.2.8", NOW), "everybody has their own"
    assert counted("check:192.0.2.7", NOW + timedelta(minutes=1)), "a new minute"
    with office.here.database.writing() as session:
        rates.forget(session, at=NOW + timedelta(hours=2))
    assert office.count(Rate) == 0


# Stored bytes ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(Settings(home=tmp_path, _env_file=None))


def blobs(store: Store) -> list[Path]:
    assert store._root is not None
    return [path for path in store._root.rglob("*") if path.is_file()]


def test_bytes_come_back_and_the_same_bytes_are_kept_once(store: Store) -> None:
    data = bytes(range(256)) * 9000
    first, second = (store.add(io.BytesIO(data), limit=len(data)) for _ in range(2))
    assert first == second
    assert store.read(first.sha256) == data
    assert b"".join(store.stream(first.sha256)) == data
    assert len(blobs(store)) == 1


@pytest.mark.parametrize(("data", "error"), [(b"", Invalid), (b"12345", TooLarge)])
def test_nothing_and_too_much_are_refused_and_leave_nothing(store: Store, data: bytes, error: type) -> None:
    with pytest.raises(error):
        store.add(io.BytesIO(data), limit=4)
    assert blobs(store) == []
    assert list(store._staging.iterdir()) == []


@pytest.mark.parametrize("how", ["changed", "cut", "gone"])
def test_damaged_bytes_are_never_handed_out(store: Store, how: str) -> None:
    blob = store.add_bytes(b"evidence")
    (path,) = blobs(store)
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(b"evidencE" if how == "changed" else b"evid")
    assert not store.intact(blob.sha256)
    for read in (store.read, store.stream):
        with pytest.raises(Damaged):
            read(blob.sha256)
    if how != "gone":
        with pytest.raises(Damaged):
            store.add_bytes(b"evidence")


# Time stamps (RFC 3161) -----------------------------------------------------------------------------------------------

TSA_CONFIG = """
[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical,CA:true
[tsa_cert]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = one
[one]
serial = {0}/serial
signer_cert = {0}/tsa.pem
certs = {0}/ca.pem
signer_key = {0}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, bytes]]:
    """A real time stamping authority: openssl ts behind HTTP on this machine; (address, its CA as PEM)."""
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "serial").write_text("01")
    (folder / "c.cnf").write_text(TSA_CONFIG.format(folder))

    def openssl(*words: str, **options: Any) -> bytes:
        return subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, **options).stdout

    new = ("req", "-newkey", "rsa:2048", "-nodes", "-config", "c.cnf")
    openssl(
        *new, "-x509", "-extensions", "ca", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=TSA CA", "-days", "9"
    )
    openssl(*new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=TSA")
    openssl(
        "x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-extfile", "c.cnf", "-extensions", "tsa_cert", "-out", "tsa.pem", "-days", "9",
    )  # fmt: skip

    class Authority(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "q").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            answer = openssl("ts", "-reply", "-config", "c.cnf", "-section", "one", "-queryfile", "q")
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *words: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Authority) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", (folder / "ca.pem").read_bytes()
        server.shutdown()


@pytest.fixture(scope="module")
def seals(tmp_path_factory: pytest.TempPathFactory) -> Sealing:
    return sealing(tmp_path_factory.mktemp("seals"), wall_clock)


def now() -> str:
    return datetime.now(UTC).isoformat()


def stamped(seals: Sealing, tsa_url: str) -> bytes:
    pdf = seals.revisions()[0]
    for n in range(len(ACTS)):
        pdf = seals.apply(pdf, n, tsa_url=tsa_url, act=replace(seals.act(n), at=datetime.now(UTC)))
    return pdf


@pytest.fixture(scope="module")
def stamped_packet(seals: Sealing, tsa: tuple[str, bytes]) -> bytes:
    return stamped(seals, tsa[0])


def fact(result: Verification) -> Fact:
    return next(fact for fact in result.facts if fact.name == "可信时间戳")


def test_a_trusted_time_stamp_is_stated(seals: Sealing, tsa: tuple[str, bytes], stamped_packet: bytes) -> None:
    anchors, registration = [*seals.anchors(), stampers(tsa[1])], seals.registration(stamped_packet, at=now())
    result = verify(stamped_packet, anchors=anchors, registration=registration)
    assert result.verdict == "通过", result.facts
    assert fact(result).state == "ok"


def test_a_time_stamp_of_strangers_is_not_taken_on_trust(
    seals: Sealing, tsa: tuple[str, bytes], stamped_packet: bytes
) -> None:
    """An issuer of seals is a stranger too, where time stamps are concerned."""
    result = verify(stamped_packet, anchors=[*seals.anchors(), tsa[1]])
    assert (result.verdict, fact(result).state) == ("无法确认", "unknown")


@pytest.mark.parametrize("part", [0, *(pytest.param(n, marks=pytest.mark.proof) for n in range(1, 6))])
def test_a_flipped_bit_in_the_last_time_stamp_is_not_passed(
    seals: Sealing, tsa: tuple[str, bytes], stamped_packet: bytes, part: int
) -> None:
    anchors, chance = [*seals.anchors(), stampers(tsa[1])], random.Random(3161)
    start = stamped_packet.rindex(b"/Contents <")
    token = range(start + 11, stamped_packet.index(b">", start))
    for at in chance.sample(token, 24)[part::6]:
        touched = bytearray(stamped_packet)
        touched[at] ^= 1 << chance.randrange(3)
        assert not flawless(verify(bytes(touched), anchors=anchors)), at


def test_a_container_spelled_otherwise_is_not_opened(stamped_packet: bytes) -> None:
    """Lengths are looked at before anything is taken apart: indefinite or longer than need be is no DER (X.690, 10.1)."""
    start = stamped_packet.rindex(b"/Contents <") + 11
    raw = bytes.fromhex(stamped_packet[start : stamped_packet.index(b">", start)].decode())
    size = 4 + int.from_bytes(raw[2:4])
    assert open_container(raw)["version"].native == "v1"
    for other in (b"\x30\x80" + raw[4:size] + b"\0\0", b"\x30\x83\0" + raw[2:], raw[:size] + b"\0\1", raw[: size - 1]):
        with pytest.raises((NotPassed, ValueError)):
            open_container(other)


def test_an_authority_that_does_not_answer_is_admitted(seals: Sealing) -> None:
    packet = stamped(seals, "http://127.0.0.1:9/")
    result = verify(packet, anchors=seals.anchors(), registration=seals.registration(packet, at=now()))
    assert result.verdict == "通过", result.facts
    assert fact(result).state == "note"
    assert "未取得可信时间戳" in fact(result).detail
