"""Packets in and out (证据包): downloaded as sealed, and verified from any file somebody holds."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, render_template, request
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from packets.judging import bundle, judge
from views.desks.downloads import attachment, named, packet_name, registration_beside
from views.door import installation, load_task, me, pause_reading, permit, reading
from views.verbs.storing import received
from workflow.office.permissions import Permission
from workflow.record.errors import Invalid, NotFound, Refused
from workflow.record.events import PACKET_FETCHED
from workflow.record.models import Registration
from workflow.record.registering import registration_of
from workflow.tasks.models import Packet, PacketRevision

blueprint = Blueprint("packets", __name__)


@blueprint.get("/packets/<int:packet_id>")
@permit(Permission.WORK, noted=PACKET_FETCHED)
def download(packet_id: int) -> Response:
    """The packet as it is now, or after the seal that ``revision`` names."""
    name, revision = _wanted(packet_id)
    return attachment(revision.sha256, name, revision.size)


@blueprint.get("/packets/<int:packet_id>/registration")
@permit(Permission.WORK)
def registration(packet_id: int) -> Response:
    """What this installation vouches for beside the packet; lies next to the PDF under the same name."""
    name, revision = _wanted(packet_id)
    return registration_beside(revision.sha256, name)


@blueprint.get("/verify/ca.pem")
@permit(Permission.SELF)
def anchors() -> Response:
    """What others need to trust, to verify without this system: issuers, revocation lists, office, registrar."""
    pause_reading()
    return named(Response(bundle(installation()), mimetype="application/x-pem-file"), "ca.pem")


@blueprint.route("/verify", methods=["GET", "POST"])
@permit(Permission.SELF)
def verify() -> tuple[str, int]:
    """Take a PDF and say what is true of it; it is looked at and not kept."""
    if request.method == "GET":
        return render_template("packets_desk/verify.html", result=None), 200
    try:
        name, data = received_paper(request.files.get("file"))
    except Refused as refused:
        return render_template("packets_desk/verify.html", result=None, refused=refused), refused.status
    digest = hashlib.sha256(data).hexdigest()
    known = _known(registration_of(reading(), digest))
    pause_reading()
    result = judge(installation(), data)
    page = render_template(
        "packets_desk/verify.html", result=result, name=name, size=len(data), digest_of=digest, known=known
    )
    return page, 200


def received_paper(file: FileStorage | None) -> tuple[str, bytes]:
    """Name and bytes of a paper that somebody wants judged. Raises Invalid, TooLarge."""
    name, data = received(
        file,
        limit=installation().settings.max_upload_bytes,
        missing="没有选择文件，请先选择要验证的证据包 PDF。",
        too_large="文件超过 {limit} 的上限，请在命令行用 packet verify 验证。",
    )
    if not data.startswith(b"%PDF-"):
        raise Invalid(f"「{name}」不是 PDF 文件，请选择从本系统下载的证据包。")
    return name, data


def _wanted(packet_id: int) -> tuple[str, PacketRevision]:
    """File name and version of the packet that is asked for. Raises NotFound."""
    packet = reading().get(Packet, packet_id)
    if packet is None:
        raise NotFound
    load_task(reading(), packet.task_id, me())
    wanted = request.args.get("revision", "")
    found = [revision for revision in packet.revisions if not wanted or str(revision.id) == wanted]
    if not found:
        raise NotFound
    return packet_name(packet.number, found[-1].field if wanted else ""), found[-1]


def _known(registered: Registration | None) -> tuple[str, str] | None:
    """Kind with number, and what the paper is good for now, where these very bytes are registered here."""
    if registered is None:
        return None
    packet = reading().scalars(select(Packet).where(Packet.number == registered.number)).first()
    return f"{registered.kind} {registered.number}", packet.state.word if packet else "已登记"
