"""The packet proves itself: any reader sees the chain, our verifier sees every byte."""

from __future__ import annotations

import random
import re
import subprocess
from dataclasses import replace
from functools import partial
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import DictionaryObject, pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from packets import isolation
from packets import verify as verifying
from packets.render import render
from tests.sealed import (
    ACTS,
    DIGEST,
    EVIDENCE,
    LATER,
    LEADS,
    OFFICE,
    UNIT,
    Sealed,
    Sealing,
    contents,
    flawless,
    sealing,
)
from workflow.record.errors import PacketFailed

FLIPS, PARTS = 240, 10
verify = partial(verifying.verify, at=LATER)
verify_isolated = partial(isolation.verify_isolated, at=LATER)


@pytest.fixture
def sealer(sealed_packet: Sealed) -> Sealing:
    return sealed_packet.by


@pytest.fixture
def revisions(sealed_packet: Sealed) -> list[bytes]:
    return sealed_packet.revisions


@pytest.fixture
def sealed(sealed_packet: Sealed) -> bytes:
    return sealed_packet.pdf


@pytest.fixture
def anchors(sealed_packet: Sealed) -> list[bytes]:
    return sealed_packet.anchors


def ran(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout


def test_any_reader_finds_every_seal_valid(sealed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "packet.pdf"
    path.write_bytes(sealed)
    said = ran("pdfsig", "-nocert", str(path))
    assert said.count("Signature is Valid") == len(ACTS)
    assert said.count("The signature form field is not signed") == 2
    assert "Total document signed" in said
    for unit in (UNIT, *LEADS, OFFICE):
        assert f"O={unit}" in said


def test_the_evidence_lies_inside_byte_for_byte(sealed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "packet.pdf"
    path.write_bytes(sealed)
    listed = ran("pdfdetach", "-list", str(path))
    assert "manifest.json" in listed
    assert "公开清单（一）.csv" in listed
    assert "公开清单（一）（2）.csv" in listed
    ran("pdfdetach", "-saveall", "-o", str(tmp_path), str(path))
    assert (tmp_path / "公开清单（一）.csv").read_bytes() == EVIDENCE


def test_chinese_can_be_read_in_every_line_and_every_seal(sealed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "packet.pdf"
    path.write_bytes(sealed)
    text = re.sub(r"\s", "", ran("pdftotext", "-raw", str(path), "-"))
    for words in (
        "任务办结证据包",
        "陈堃、赵喆",
        "公开预算决算",
        "按本条任务的完成时限",
        "云政办函〔2026〕12号",
        DIGEST,
    ):
        assert words in text
    for _, gate, unit, person, _ in ACTS:
        assert gate in text
        assert unit in text
        assert re.sub(r"\s", "", person) in text
    fonts = ran("pdffonts", str(path)).splitlines()[2:]
    assert fonts
    for line in fonts:
        assert line.split()[-5:-3] == ["yes", "yes"], line  # embedded and subset


def test_each_seal_leaves_what_was_before_byte_for_byte(revisions: list[bytes]) -> None:
    for before, after in pairwise(revisions):
        assert after.startswith(before)


def test_a_complete_packet_passes_with_its_registration_and_the_anchors(
    sealer: Sealing, sealed: bytes, anchors: list[bytes]
) -> None:
    registration = sealer.registration(sealed)
    result = verify(sealed, anchors=anchors, registration=registration)
    assert result.verdict == "通过", result.reason
    assert {fact.code for fact in result.facts} >= {"chain", "locked", "trusted", "signers", "evidence", "timestamp"}
    assert verify_isolated(sealed, anchors=anchors, registration=registration) == result
    assert flawless(verify(sealed, anchors=anchors))


def test_an_unfinished_packet_is_not_passed(revisions: list[bytes], anchors: list[bytes]) -> None:
    assert verify(revisions[0], anchors=anchors).verdict != "通过"
    for part in revisions[1:-1]:
        result = verify(part, anchors=anchors)
        assert result.verdict == "无法确认"
        assert OFFICE in result.reason


def test_strangers_anchors_leave_it_unconfirmed(sealed: bytes, tmp_path: Path) -> None:
    stranger = sealing(tmp_path).anchors()
    assert verify(sealed, anchors=stranger).verdict == "无法确认"


def flipped(pdf: bytes, place: int, bit: int) -> bytes:
    changed = bytearray(pdf)
    changed[place] ^= 1 << bit
    return bytes(changed)


def places_to_flip(sealed: bytes) -> list[tuple[int, int]]:
    """Bytes and bits, region by region: anywhere, within the last seal, its first bytes, its edges, the end of the file."""
    chance = random.Random(7)
    gaps = [match.span() for match in re.finditer(rb"/Contents <[0-9A-F]+>", sealed)]
    assert len(gaps) == len(ACTS)
    last_start, last_end = gaps[-1]
    places = [chance.randrange(len(sealed)) for _ in range(FLIPS // 2)]
    places += [chance.randrange(last_start, last_end) for _ in range(FLIPS // 4)]
    places += [last_start + 11 + n for n in range(0, 3200, 3200 * 4 // FLIPS)]
    places += [*range(len(sealed) - 12, len(sealed)), last_start + 10, last_end - 1, last_end - 2]
    return [(place, chance.randrange(8)) for place in places]


@pytest.mark.parametrize("part", [0, *(pytest.param(n, marks=pytest.mark.proof) for n in range(1, PARTS))])
def test_a_flipped_bit_anywhere_is_never_passed(sealed: bytes, anchors: list[bytes], part: int) -> None:
    """Each part has its tenth of every region."""
    flips = places_to_flip(sealed)[part::PARTS]
    assert [at for at in flips if flawless(verify(flipped(sealed, *at), anchors=anchors))] == []


@pytest.mark.parametrize("tail", [b"\n", b" ", b"\0", b"%%EOF\n", b"x" * 100])
def test_anything_added_behind_is_not_passed(sealed: bytes, anchors: list[bytes], tail: bytes) -> None:
    assert not flawless(verify(sealed + tail, anchors=anchors))


def test_an_update_behind_the_last_seal_is_not_passed(sealed: bytes, anchors: list[bytes]) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    writer.set_info(DictionaryObject({pdf_name("/Title"): pdf_string("换过的标题")}))
    out = BytesIO()
    writer.write(out)
    assert verify(out.getvalue(), anchors=anchors).verdict == "不通过"


def test_a_seal_of_another_unit_in_a_box_is_not_passed(sealer: Sealing, anchors: list[bytes]) -> None:
    wrong = contents(slots=tuple(_renamed(slot) for slot in contents().slots))
    assert verify(sealer.revisions(wrong)[-1], anchors=anchors).verdict == "不通过"


def _renamed(slot: object) -> object:
    return replace(slot, unit="市审计局") if getattr(slot, "field", "") == "lead-1" else slot  # type: ignore[type-var]


def test_a_missing_seal_is_not_passed(sealer: Sealing, revisions: list[bytes], anchors: list[bytes]) -> None:
    skipped = sealer.apply(revisions[1], 3)
    assert verify(skipped, anchors=anchors).verdict == "不通过"


def test_a_locked_packet_takes_no_further_seal(sealer: Sealing, sealed: bytes) -> None:
    with pytest.raises(PacketFailed, match="盖过章"):
        sealer.apply(sealed, 1)


def test_evidence_swapped_before_the_first_seal_is_not_passed(sealer: Sealing, anchors: list[bytes]) -> None:
    with pikepdf.open(BytesIO(render(contents(), {DIGEST: EVIDENCE}, settings=sealer.settings))) as pdf:
        key, spec = next((k, s) for k, s in pdf.attachments.items() if s.filename == "公开清单（一）.csv")
        pdf.attachments[key] = pikepdf.AttachedFileSpec(pdf, b"other", filename=spec.filename)
        out = BytesIO()
        pdf.save(out)
    changed = out.getvalue()
    for n in range(len(ACTS)):
        changed = sealer.apply(changed, n)
    assert verify(changed, anchors=anchors).verdict == "不通过"


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7\n", b"not a pdf", b"%PDF-1.7\n%%EOF\n", b"PK\x03\x04" * 100])
def test_what_is_no_packet_is_refused_in_a_sentence(junk: bytes, anchors: list[bytes]) -> None:
    result = verify_isolated(junk, anchors=anchors)
    assert result.verdict == "不通过"
    assert result.reason


def test_a_missing_font_stops_the_packet(sealer: Sealing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from packets import fonts

    monkeypatch.setattr(fonts, "BASE", tmp_path)
    monkeypatch.setattr(fonts, "_cache", lambda settings: tmp_path)
    with pytest.raises(PacketFailed, match="没有安装中文字体"):
        render(contents(), {DIGEST: EVIDENCE}, settings=sealer.settings)


def test_missing_evidence_stops_the_packet(sealer: Sealing) -> None:
    with pytest.raises(PacketFailed, match="公开清单"):
        render(contents(), {}, settings=sealer.settings)


def test_a_character_in_no_font_is_written_out(sealer: Sealing, tmp_path: Path) -> None:
    path = tmp_path / "p.pdf"
    path.write_bytes(render(contents(report="完成😀"), {DIGEST: EVIDENCE}, settings=sealer.settings))
    assert "〔U+1F600〕" in ran("pdftotext", str(path), "-")


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=http://127.0.0.1:9/x>",
        "<link rel=attachment href=file:///etc/passwd>",
        "</style><style>@import url(http://127.0.0.1:9/)</style>",
        "{{ 7*7 }}{% raw %}",
        "<script>alert(1)</script>",
    ],
)
def test_words_are_printed_as_words(sealer: Sealing, tmp_path: Path, hostile: str) -> None:
    path = tmp_path / "p.pdf"
    path.write_bytes(render(contents(report=hostile), {DIGEST: EVIDENCE}, settings=sealer.settings))
    text = re.sub(r"\s", "", ran("pdftotext", "-layout", str(path), "-"))
    assert re.sub(r"\s", "", hostile) in text
    assert "root:" not in text


def test_a_long_packet_keeps_every_word(sealer: Sealing, tmp_path: Path) -> None:
    path = tmp_path / "p.pdf"
    long = "".join(f"第{n}项工作已经完成并公开。" for n in range(1, 1600))
    path.write_bytes(
        render(contents(report=long, unit="很" * 60 + "长的单位"), {DIGEST: EVIDENCE}, settings=sealer.settings)
    )
    text = re.sub(r"\s", "", ran("pdftotext", str(path), "-"))
    for n in (1, 800, 1599):
        assert f"第{n}项工作已经完成并公开。" in text
