"""Packets in and out (证据包): downloaded as sealed, and verified from any file somebody holds."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, render_template, request
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from packets.authority import LocalAuthority
from packets.isolation import verify_isolated
from views.door import installation, load_task, me, pause_reading, permit, reading
from views.downloads import attachment, packet_name
from workflow.errors import Invalid, NotFound, Refused, TooLarge
from workflow.models import Packet, PacketRevision
from workflow.permissions import Permission
from workflow.showing import spoken_size
from workflow.text import file_name

blueprint = Blueprint("packets", __name__)


@blueprint.get("/packets/<int:packet_id>")
@permit(Permission.WORK)
def download(packet_id: int) -> Response:
    """The packet as it is now, or after the seal that ``revision`` names."""
    packet = reading().get(Packet, packet_id)
    if packet is None:
        raise NotFound
    load_task(reading(), packet.task_id, me())
    wanted = request.args.get("revision", "")
    found = [revision for revision in packet.revisions if not wanted or str(revision.id) == wanted]
    if not found:
        raise NotFound
    newest = found[-1]
    return attachment(newest.sha256, packet_name(packet.number, newest.field if wanted else ""), newest.size)


@blueprint.route("/verify", methods=["GET", "POST"])
@permit(Permission.SELF)
def verify() -> tuple[str, int]:
    """Take a PDF and say what is true of it; it is looked at and not kept."""
    if request.method == "GET":
        return render_template("packets_desk/verify.html", result=None), 200
    try:
        name, data = _received(request.files.get("file"))
    except Refused as refused:
        return render_template("packets_desk/verify.html", result=None, refused=refused), refused.status
    digest = hashlib.sha256(data).hexdigest()
    packet = _registered(digest)
    known = (packet.number, packet.state) if packet is not None else None
    pause_reading()
    home = installation().settings.home
    result = verify_isolated(data, anchors=LocalAuthority(home).anchors(), registered=digest if known else "")
    page = render_template(
        "packets_desk/verify.html", result=result, name=name, size=len(data), digest_of=digest, known=known
    )
    return page, 200


def _received(file: FileStorage | None) -> tuple[str, bytes]:
    if file is None or not file.filename:
        raise Invalid("没有选择文件，请先选择要验证的证据包 PDF。")
    name, limit = file_name(file.filename), installation().settings.max_upload_bytes
    data = file.stream.read(limit + 1)
    if len(data) > limit:
        raise TooLarge(f"文件超过 {spoken_size(limit)} 的上限，请在命令行用 packet verify 验证。")
    if not data.startswith(b"%PDF-"):
        raise Invalid(f"「{name}」不是 PDF 文件，请选择从本系统下载的证据包。")
    return name, data


def _registered(digest: str) -> Packet | None:
    """The packet that these very bytes are registered for."""
    known = select(Packet).join(PacketRevision).where(PacketRevision.sha256 == digest)
    return reading().scalars(known).first()
