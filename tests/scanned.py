"""Pages as a scanner or a telephone leaves them (扫描样张): rendered, then tilted, speckled or photographed."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
import pypdfium2
from PIL import Image

DOTS = 200


def pictures(pdf: bytes) -> list[Any]:
    """The pages in grey, at 200 dots an inch."""
    opened = pypdfium2.PdfDocument(pdf)
    try:
        return [np.asarray(page.render(scale=DOTS / 72).to_pil().convert("L")) for page in opened]
    finally:
        opened.close()


def pdf_of(pages: Sequence[Any]) -> bytes:
    """Pictures as a PDF that holds nothing else."""
    out = io.BytesIO()
    first, *rest = [Image.fromarray(page) for page in pages]
    first.save(out, "PDF", save_all=True, append_images=rest, resolution=DOTS)
    return out.getvalue()


def tilted(page: Any, degrees: float = 1.0) -> Any:
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)


def speckled(page: Any) -> Any:
    """Black and white specks, and grain."""
    random, (height, width) = np.random.default_rng(7), page.shape
    made = page.copy()
    count = height * width // 250
    rows, columns = random.integers(0, height - 2, count), random.integers(0, width - 2, count)
    for row, column, size in zip(rows, columns, random.integers(1, 3, count), strict=True):
        made[row : row + size, column : column + size] = 255 * (row % 2)
    return np.clip(made + random.normal(0, 12, made.shape), 0, 255).astype(np.uint8)


def photographed(page: Any) -> Any:
    """From a slant, in the shade, a little out of focus."""
    height, width = page.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = corners * 0.95 + np.array([[0.03, 0.05], [0.01, 0.01], [0.04, 0.03], [0, 0]]) * (width, height)
    slant = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    made = cv2.warpPerspective(page, slant, (width, height), borderValue=110)
    shade = 0.92 - 0.3 * np.linspace(0, 1, width)[None, :]
    return np.clip(cv2.GaussianBlur(made, (0, 0), 1.0) * shade, 0, 255).astype(np.uint8)


def on_its_side(page: Any) -> Any:
    return np.ascontiguousarray(np.rot90(page))


DISTORTED: dict[str, Callable[[Any], Any]] = {
    "speckled": speckled,
    "tilted": tilted,
    "photographed": photographed,
    "on its side": on_its_side,
}
