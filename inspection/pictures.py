"""Pictures (图片): none of more pixels than a program can open; their own notes may bear a mark as well."""

from __future__ import annotations

import struct
import warnings

from PIL import Image

from inspection.findings import Looking, NotTaken, Piece

MAX_PIXELS = 250_000_000
"""The largest phones take 200 million; a drawing of A0 at 400 dots an inch has 248 million."""
MAX_FRAMES = 500


def look(piece: Piece, looking: Looking) -> None:
    """Raise NotTaken for a flood of pixels; nothing is decoded."""
    Image.MAX_IMAGE_PIXELS = None  # the measure is ours, and a sentence
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(piece.stream) as picture:
            frame = 0
            few(*picture.size, piece)
            while picture.format == "TIFF" and frame < MAX_FRAMES:
                frame += 1
                picture.seek(frame)
                few(*picture.size, piece)
    except EOFError:
        return
    except NotTaken:
        raise
    except Exception:  # Pillow has one error for each way of being broken
        looking.tell("图片不完整或已损坏，系统不能查看", piece, apart=False)


def look_heif(piece: Piece, looking: Looking) -> None:
    """What phones make: the sizes stand in boxes named ``ispe``."""
    at = piece.data.find(b"ispe")
    while at >= 0:
        box = bytes(piece.data[at + 8 : at + 16])
        if len(box) == 8:
            width, height = struct.unpack(">II", box)
            few(width, height, piece)
        at = piece.data.find(b"ispe", at + 4)


def few(width: int, height: int, piece: Piece) -> None:
    """Raise NotTaken where a picture has more pixels than are opened."""
    if width * height > MAX_PIXELS:
        where = f"中的图片「{piece.inside.strip()[:80]}」" if piece.inside else "的图片"
        raise NotTaken(f"{where}有 {width}×{height} 像素，超过 {MAX_PIXELS // 10_000} 万像素的上限；请缩小后重新上传。")
