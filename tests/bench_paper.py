"""Paper benchmarks: reading, rendering and sealing beside the bare libraries doing the same work."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from asn1crypto import keys, x509
from markupsafe import Markup
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore
from weasyprint import HTML

import intake
from packets import render as paper
from tests.bench import Figure, interleaved
from tests.sealed import DIGEST, EVIDENCE, Sealing, contents, sealing

SAMPLE = Path(__file__).resolve().parent.parent / "samples" / "2026年云岭市政务公开工作要点任务分解表.txt"


def figures() -> Iterator[Figure]:
    """Reading, rendering, sealing."""
    yield _reading()
    with tempfile.TemporaryDirectory() as folder:
        office = sealing(Path(folder))
        yield _rendering(office)
        yield _sealing(office)


def _reading() -> Figure:
    data = SAMPLE.read_bytes()
    ours, peer = interleaved(
        lambda: intake.read(data, filename=SAMPLE.name),
        lambda: [line.split("\t") for line in data.decode().split("\n")],
    )
    return Figure(f"read a table of {len(data) // 1024} KB", ours, "decode and split lines and cells (limit)", peer)


def _rendering(office: Sealing) -> Figure:
    given = contents()
    html = (
        paper.environment(office.settings)
        .get_template("packets/packet.html")
        .render(
            packet=given,
            boxes=[(slot, paper._placed(n)) for n, slot in enumerate(given.slots)],
            per_page=paper.PER_PAGE,
            qr=Markup(paper._qr(given)),
        )
    )
    ours, peer = interleaved(
        lambda: paper.render(given, {DIGEST: EVIDENCE}, settings=office.settings),
        lambda: HTML(string=html).write_pdf(pdf_variant="pdf/a-3b"),
        rounds=5,
    )
    return Figure("render a packet, isolated, with fields", ours, "the same HTML by bare WeasyPrint", peer)


def _sealing(office: Sealing) -> Figure:
    pdf = office.revisions()[0]
    key = office.authority.key_for(office.act(0).unit)
    store = SimpleCertificateStore()
    store.register_multiple(x509.Certificate.load(der) for der in key.chain)
    signer = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(key.certificate),
        signing_key=keys.PrivateKeyInfo.load(key.private_key),
        cert_registry=store,
    )
    meta = signers.PdfSignatureMetadata(field_name="unit", md_algorithm="sha256")

    def bare() -> object:
        return signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), meta, signer=signer)

    ours, peer = interleaved(lambda: office.apply(pdf, 0), bare)
    return Figure("seal once, with the visible seal", ours, "bare pyHanko with its text stamp", peer)
