"""Papers (排版、签章与装订) beside the bare libraries doing the same work."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
from asn1crypto import keys, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore
from weasyprint import HTML

from packets import render as paper
from reports.binding import Part, bind, marks, pages_of
from tests.bench.measure import Figure, Size, interleaved
from tests.sealed import DIGEST, EVIDENCE, Sealing, contents, sealing


def figures(size: Size) -> Iterator[Figure]:
    """Printing, sealing, binding."""
    with tempfile.TemporaryDirectory() as folder:
        office = sealing(Path(folder))
        yield _rendering(office, size)
        revisions = office.revisions()
        yield _sealing(office, revisions[0], size)
        yield _binding(office, revisions[-1], size)


def _rendering(office: Sealing, size: Size) -> Figure:
    given = contents()
    html = paper.packet_html(given, office.settings)
    ours, peer = interleaved(
        lambda: paper.render(given, {DIGEST: EVIDENCE}, settings=office.settings),
        lambda: HTML(string=html).write_pdf(pdf_variant="pdf/a-3b"),
        size.rounds,
    )
    return Figure("render", ours, "the same HTML by bare WeasyPrint", peer)


def _sealing(office: Sealing, pdf: bytes, size: Size) -> Figure:
    key = office.authority.key_for(office.act(0).unit)
    store = SimpleCertificateStore()
    store.register_multiple(x509.Certificate.load(der) for der in key.chain)
    signer = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(key.certificate),
        signing_key=keys.PrivateKeyInfo.load(key.private_key),
        cert_registry=store,
    )
    meta = signers.PdfSignatureMetadata(field_name="unit", md_algorithm="sha256")
    ours, peer = interleaved(
        lambda: office.apply(pdf, 0),
        lambda: signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), meta, signer=signer),
        size.rounds,
    )
    return Figure("seal", ours, "bare pyHanko with the same key, its text stamp", peer)


def _binding(office: Sealing, packet: bytes, size: Size) -> Figure:
    cover = paper.html_to_pdf("<html><head></head><body>封面</body></html>", resources={}, settings=office.settings)
    parts = [Part("封面", cover), *(Part(f"证据包 {n}", packet, sealed=True) for n in range(size.bound))]
    folios = marks(office.settings, sum(pages_of(part.pdf) for part in parts))

    def bare() -> None:
        with pikepdf.new() as volume:
            for part in parts:
                with pikepdf.open(BytesIO(part.pdf)) as opened:
                    opened.flatten_annotations("all")
                    volume.pages.extend(opened.pages)
            volume.save(BytesIO(), object_stream_mode=pikepdf.ObjectStreamMode.generate)

    rounds = min(size.rounds, 3)
    ours, peer = interleaved(lambda: bind(parts, folios), bare, rounds)
    return Figure("dossier-merge", ours, f"the same {size.bound + 1} files by bare pikepdf, no folios", peer)
