"""Forgeries of whole packets: whoever holds one unit's key, or one's own authority, never gets 通过 (design, promise 11)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from packets.authority import SealKey
from packets.paper import PaperContents, with_manifest
from packets.registration import Unregistered, opened, signed
from packets.seal import SealAct, seal_plain
from packets.trust import Trust, pinned
from packets.verdict import Verification
from packets.verify import verify
from tests.forging import Manifest, blank, forged, in_slots, issuer
from tests.sealed import ACTS, LATER, LEADS, NOW, OFFICE, UNIT, Sealing, flawless, sealing

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
FIELDS = {"unit": UNIT, "lead-1": LEADS[0], "lead-2": LEADS[1], "office": OFFICE}
ALIKE = [NOW] * len(FIELDS)


@dataclass(frozen=True)
class Scene:
    """A genuine packet with what lies beside it, and the means of its makers."""

    office: Sealing
    packet: bytes
    registration: bytes

    def key(self, unit: str) -> SealKey:
        """The seal of a unit."""
        return self.office.authority.key_for(unit)

    def keys(self, **holders: str) -> dict[str, SealKey]:
        """Who seals in which box: its own unit but for those named (``lead_1=…``)."""
        held = FIELDS | {field.replace("_", "-"): unit for field, unit in holders.items()}
        return {field: self.key(unit) for field, unit in held.items()}

    def forge(self, change: Callable[[Manifest], Manifest] = lambda m: m, **holders: str) -> bytes:
        """The packet with another manifest, sealed anew."""
        return forged(self.packet, self.keys(**holders), ALIKE, change)

    def judge(self, pdf: bytes, registration: bytes | None = None, *, at: datetime = LATER) -> Verification:
        """The verdict by the genuine anchors."""
        return verify(pdf, anchors=self.office.anchors(), registration=registration, at=at)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    office = sealing(tmp_path_factory.mktemp("genuine"))
    packet = office.revisions()[-1]
    return Scene(office, packet, office.registration(packet))


def test_the_genuine_packet_passes_and_so_would_the_forgers_craft(scene: Scene) -> None:
    """What follows is refused for its seals and times, not for the way in which it is put together."""
    assert scene.judge(scene.packet, scene.registration).verdict == "通过"
    again = scene.forge()
    assert flawless(scene.judge(again))
    assert scene.judge(again, scene.office.registration(again)).verdict == "通过"


# Who sealed -----------------------------------------------------------------------------------------------------------

ALL = {field.replace("-", "_"): UNIT for field in FIELDS}


def alone(manifest: Manifest) -> Manifest:
    """Everything the unit's own: no lead but itself, the office itself too, so that the process table would allow it."""
    slots = [s | {"unit": UNIT} for s in manifest["slots"] if s["field"] in ("unit", "lead-1", "office")]
    return {**manifest, "unit": UNIT, "lead_units": [UNIT], "issuer": UNIT, "slots": slots}


def test_one_units_seal_on_every_box_never_passes(scene: Scene) -> None:
    """The boxes ask for that unit alone: so does the manifest, which its forger has written."""
    everything = scene.forge(in_slots(**ALL), **ALL)
    led = scene.forge(lambda m: in_slots(**ALL)({**m, "lead_units": [UNIT, UNIT]}), **ALL)
    own_row = forged(scene.packet, dict.fromkeys(("unit", "lead-1", "office"), scene.key(UNIT)), [NOW] * 3, alone)
    for pdf in (everything, led, own_row):
        for registration in (None, scene.registration):
            assert scene.judge(pdf, registration).verdict == "不通过"


def test_a_unit_that_seals_as_the_office_never_passes(scene: Scene) -> None:
    assert scene.judge(scene.forge(office=UNIT)).verdict == "不通过"
    assert scene.judge(scene.forge(in_slots(office=UNIT), office=UNIT)).verdict == "不通过"
    assert scene.judge(scene.forge(in_slots(office=LEADS[0]), office=LEADS[0])).verdict == "不通过"


def test_leads_that_swap_or_stand_aside_never_pass(scene: Scene) -> None:
    swapped = {"lead_1": LEADS[1], "lead_2": LEADS[0]}
    assert scene.judge(scene.forge(**swapped)).verdict == "不通过"
    assert scene.judge(scene.forge(in_slots(**swapped), **swapped)).verdict == "不通过"
    assert scene.judge(scene.forge(in_slots(lead_2=LEADS[0]), lead_2=LEADS[0])).verdict == "不通过"


def test_a_lead_that_the_row_never_had_is_held_against_the_registration(scene: Scene) -> None:
    """In itself such a packet is sound: only the registration knows better, and without one nothing is confirmed."""
    stranger = "市审计局"

    def change(manifest: Manifest) -> Manifest:
        return in_slots(lead_1=stranger)({**manifest, "lead_units": [stranger, LEADS[1]]})

    pdf = scene.forge(change, lead_1=stranger)
    assert flawless(scene.judge(pdf))
    assert scene.judge(pdf).verdict == "无法确认"
    assert scene.judge(pdf, scene.registration).verdict == "不通过"
    vouched = scene.office.registration(pdf)
    assert (
        scene.judge(pdf, vouched).reason
        == "文件里的牵头单位、签章位与登记不一致；「市财政局」的签章位盖的是「市审计局」的印章"
    )


def test_a_spare_box_is_for_whom_the_registration_says(scene: Scene) -> None:
    guest = "市审计局"
    asked = dict(list(scene.keys().items())[:-1]) | {"spare-1": scene.key(guest), "office": scene.key(OFFICE)}
    pdf = forged(scene.packet, asked, [*ALIKE, NOW])
    named = {field: [unit] for field, unit in FIELDS.items()} | {"spare-1": [guest], "spare-2": []}
    assert scene.judge(pdf, scene.office.registration(pdf, boxes=named)).verdict == "通过"
    assert scene.judge(pdf, scene.office.registration(pdf)).verdict == "不通过", "nobody was asked"
    assert scene.judge(pdf, scene.office.registration(pdf, boxes=named | {"spare-1": [UNIT]})).verdict == "不通过"


def test_without_a_pinned_office_nothing_is_confirmed(scene: Scene) -> None:
    bare = verify(scene.packet, anchors=scene.office.authority.anchors(), registration=scene.registration, at=LATER)
    assert bare.verdict == "无法确认"
    assert "没有指定发布机关" in bare.reason
    other = verify(
        scene.packet, anchors=scene.office.anchors("别市人民政府办公室"), registration=scene.registration, at=LATER
    )
    assert other.verdict == "不通过"


# The registration -----------------------------------------------------------------------------------------------------


def test_without_its_registration_nothing_is_confirmed(scene: Scene) -> None:
    result = scene.judge(scene.packet)
    assert result.verdict == "无法确认"
    assert "没有这一文件的登记" in result.reason


def test_the_registration_of_another_packet_is_of_no_use(scene: Scene) -> None:
    again = scene.forge()
    assert scene.judge(again, scene.registration).verdict == "不通过"


def test_a_registration_by_another_installation_confirms_nothing(scene: Scene, tmp_path: Path) -> None:
    stranger = sealing(tmp_path)
    theirs = stranger.registration(scene.packet)
    assert scene.judge(scene.packet, theirs).verdict == "无法确认"
    posing = json.loads(theirs) | {"registrar": json.loads(scene.registration)["registrar"]}
    assert scene.judge(scene.packet, json.dumps(posing).encode()).verdict == "不通过"
    units = scene.key(UNIT)
    with pytest.raises(Unregistered):
        opened(signed(opened(scene.registration, _registrars(scene)), units), _registrars(scene))


def _registrars(scene: Scene) -> tuple[bytes, ...]:
    return Trust.read(scene.office.anchors()).registrars


def test_an_altered_registration_is_found_out(scene: Scene) -> None:
    whole = json.loads(scene.registration)
    for name, value in whole["registration"].items():
        other = {str: f"{value}x", int: 7, list: ["别的单位"], dict: {**FIELDS}, type(None): "x"}[type(value)]
        altered = {**whole, "registration": whole["registration"] | {name: other}}
        assert scene.judge(scene.packet, json.dumps(altered, ensure_ascii=False).encode()).verdict == "不通过", name


@pytest.mark.parametrize(
    "junk",
    [b"", b"{}", b"[" * 100_000, b"\xff\xfe", b'{"registration":{},"registration":{}}', b"null", b"x" * 2_000_000],
)
def test_what_is_no_registration_is_no_yes(scene: Scene, junk: bytes) -> None:
    assert scene.judge(scene.packet, junk).verdict == "不通过"


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "年度卷宗"},
        {"number": "ZWGK-2026-000002-01"},
        {"unit": "市审计局"},
        {"leads": LEADS[:1]},
        {"leads": LEADS[::-1]},
        {"office": "市审计局"},
        {"content": "d" * 64},
        {"boxes": {"unit": [UNIT], "office": [OFFICE]}},
        {
            "boxes": {
                **{field: [unit] for field, unit in FIELDS.items()},
                "spare-1": [],
                "spare-2": [],
                "unit": [OFFICE],
            }
        },
        {"sha256": "0" * 64},
        {"size": 1},
        {"at": (NOW - DAY).isoformat()},
        {"at": (LATER + DAY).isoformat()},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_is_registered_otherwise_is_not_passed(scene: Scene, changes: dict[str, object]) -> None:
    registered = scene.office.registration(scene.packet, **changes)
    assert scene.judge(scene.packet, registered).verdict == "不通过"


# Times ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ([NOW + 3 * MINUTE, NOW + 2 * MINUTE, NOW + MINUTE, NOW], "时间倒流"),
        ([NOW + MINUTE, NOW + MINUTE, NOW + MINUTE, NOW], "时间倒流"),
        ([NOW - 365 * DAY] * 4, "早于内容汇集的时间"),
        ([NOW - 2 * DAY, NOW, NOW, NOW], "早于内容汇集的时间"),
        ([NOW.replace(year=2039)] * 4, "晚于现在"),
        ([NOW, NOW, NOW, LATER + 10 * MINUTE], "晚于现在"),
    ],
)
def test_times_that_cannot_be_true_never_pass(scene: Scene, times: list[datetime], words: str) -> None:
    pdf = forged(scene.packet, scene.keys(), times)
    result = scene.judge(pdf, scene.office.registration(pdf, at=max(*times, NOW).isoformat()))
    assert result.verdict == "不通过"
    assert words in result.reason


def test_times_a_little_apart_are_believed(scene: Scene) -> None:
    times = [NOW - DAY + MINUTE, NOW, NOW, LATER + 4 * MINUTE]
    assert flawless(scene.judge(forged(scene.packet, scene.keys(), times)))


# Certificates ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def own(scene: Scene, tmp_path: Path) -> tuple[Scene, Path]:
    """An office whose units may bring certificates of their own, and its folder of keys."""
    office = sealing(tmp_path)
    return Scene(office, scene.packet, b""), tmp_path / "keys"


def with_own_seal(
    scene: Scene, keys: Path, *, end: datetime = NOW + 900 * DAY, listed: bool = True, revoked: bool = False,
    anchors: str = "", namesake: bool = False,
) -> Verification:  # fmt: skip
    """The verdict on a packet whose first seal is by a certificate of the unit's own, issued under ``keys/anchors``.

    With ``namesake`` what lies there is another authority's certificate of the same name.
    """
    theirs = issuer("某签发机构", NOW - 3000 * DAY)
    certificate = theirs.give(keys, UNIT, end)
    (keys / anchors).mkdir(exist_ok=True)
    anchor = issuer("某签发机构", NOW - 3000 * DAY) if namesake else theirs
    (keys / anchors / "own.pem").write_bytes(anchor.pem)
    if listed:
        (keys / "own-crl.pem").write_bytes(theirs.revocations(LATER, *([certificate] if revoked else ())))
    pdf = scene.forge()
    return scene.judge(pdf, scene.office.registration(pdf))


def test_a_good_certificate_of_ones_own_passes(own: tuple[Scene, Path]) -> None:
    assert with_own_seal(*own).verdict == "通过"


def test_an_expired_certificate_is_called_expired(own: tuple[Scene, Path]) -> None:
    """Its seal says a time at which it was valid: without a time stamp anybody can say that."""
    result = with_own_seal(*own, end=NOW + timedelta(hours=1))
    assert result.verdict == "无法确认"
    assert f"「{UNIT}」的印章证书已过期" in result.reason


def test_a_certificate_that_had_expired_when_it_sealed_is_not_passed(own: tuple[Scene, Path]) -> None:
    assert "已过期" in with_own_seal(*own, end=NOW - 2000 * DAY).reason


def test_an_unchecked_certificate_is_not_confirmed(own: tuple[Scene, Path]) -> None:
    result = with_own_seal(*own, listed=False)
    assert result.verdict == "无法确认"
    assert "没有其签发机构现行有效的吊销列表" in result.reason


def test_a_revoked_certificate_is_refused(own: tuple[Scene, Path]) -> None:
    result = with_own_seal(*own, revoked=True)
    assert result.verdict == "不通过"
    assert "被吊销" in result.reason


def test_a_seal_under_the_root_of_time_stamps_is_not_trusted(own: tuple[Scene, Path]) -> None:
    result = with_own_seal(*own, anchors="tsa")
    assert result.verdict == "无法确认"
    assert f"「{UNIT}」的印章证书不在信任锚之内" in result.reason


def test_an_authority_that_only_bears_the_name_of_an_anchor_is_not_trusted(own: tuple[Scene, Path]) -> None:
    result = with_own_seal(*own, namesake=True)
    assert result.verdict == "无法确认"
    assert f"「{UNIT}」的印章证书不在信任锚之内" in result.reason
    assert "没有其签发机构现行有效的吊销列表" not in result.reason


def test_a_list_that_ran_out_confirms_nothing(scene: Scene) -> None:
    result = scene.judge(scene.packet, scene.registration, at=NOW + 500 * DAY)
    assert result.verdict == "无法确认"
    assert "吊销列表" in result.reason


def test_a_private_key_beside_the_anchors_stays_at_home(own: tuple[Scene, Path]) -> None:
    scene, keys = own
    keys.mkdir(exist_ok=True)
    (keys / "mine.pem").write_bytes(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    assert b"PRIVATE KEY" not in b"".join(scene.office.anchors())
    scene.office.authority.registrar()
    assert {path.stat().st_mode & 0o077 for path in keys.glob("*.p12")} == {0}


# Papers of one seal ---------------------------------------------------------------------------------------------------


def paper(scene: Scene, unit: str, office: str = OFFICE) -> tuple[bytes, bytes]:
    """A paper of one seal and its registration."""
    about = PaperContents("通报", "TB-2026-000001", "关于进展的通报", office, NOW, 1, "c" * 64)
    act = SealAct("office", "签发", unit, "陈科长", "同意", NOW)
    corners = (100.0, 100.0, 200.0, 150.0)
    pdf = seal_plain(with_manifest(blank(act), about), act, key=scene.key(unit), page=0, corners=corners, stamp=blank)
    draft = replace(about.draft(), sha256=hashlib.sha256(pdf).hexdigest(), size=len(pdf), at=NOW.isoformat())
    return pdf, signed(draft, scene.office.authority.registrar())


def test_a_paper_of_one_seal_is_judged_by_the_same_policy(scene: Scene) -> None:
    pdf, registration = paper(scene, OFFICE)
    assert scene.judge(pdf, registration).verdict == "通过"
    assert scene.judge(pdf).verdict == "无法确认"
    assert scene.judge(pdf, scene.registration).verdict == "不通过"
    assert scene.judge(scene.packet, registration).verdict == "不通过"


def test_a_paper_that_a_unit_seals_for_the_office_is_refused(scene: Scene) -> None:
    for pdf, registration in (paper(scene, UNIT), paper(scene, UNIT, office=UNIT)):
        assert scene.judge(pdf, registration).verdict == "不通过"
        assert scene.judge(pdf).verdict == "不通过"


def test_pins_are_read_back_as_they_were_written() -> None:
    names = ("云岭市人民政府办公室", "青溪县人民政府办公室")
    assert Trust.read([pinned(names)]).offices == names
    assert len(ACTS) == len(FIELDS)
