"""A page set upright (纠偏): quarter turns, tilt and the slant of a photograph are taken out before anything is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from intake.scans import engine, rules

LONG = 3.0
"""Length of a line of text, in its heights, from which it says how a page is tilted."""
ASKED = 6
"""The longest lines are read both ways up where a page lies on its side."""
NEAR = 1.5
"""Dots by which corners of a table may stand off a rectangle: that is no slant."""


def upright(picture: Any, corners: Any) -> tuple[Any, Any, Any]:
    """The picture and the corners of its lines as a reader holds the page, and the matrix that leads back to the page as it came."""
    picture, corners, turn = _turned(picture, corners)
    matrix = _rotation(picture, _tilt(corners))
    slant = _slant(_warped(picture, matrix))
    if slant is not None:
        matrix = slant @ matrix
    return _warped(picture, matrix), moved(corners, matrix), np.linalg.inv(matrix @ turn)


def moved(corners: Any, matrix: Any) -> Any:
    """Points where a matrix of three by three takes them."""
    if not len(corners):
        return corners
    return cv2.perspectiveTransform(corners.reshape(-1, 1, 2).astype(np.float32), matrix).reshape(-1, 4, 2)


def _turned(picture: Any, corners: Any) -> tuple[Any, Any, Any]:
    """A page whose lines run up or down, turned so that they read, and how it was turned."""
    sizes = [_size(box) for box in corners]
    lying = [box for box, (width, height) in zip(corners, sizes, strict=True) if height > 2 * width]
    if 2 * len(lying) <= sum(width > 2 * height for width, height in sizes):
        return picture, corners, np.eye(3)
    ways = [(cv2.ROTATE_90_CLOCKWISE, _clockwise(picture)), (cv2.ROTATE_90_COUNTERCLOCKWISE, _anticlockwise(picture))]
    longest = sorted(lying, key=lambda box: -_size(box)[1])[:ASKED]
    turned = [(cv2.rotate(picture, way), matrix) for way, matrix in ways]
    sure = [sum(line.mean for line in engine.read(page, moved_lines(longest, m))) for page, m in turned]
    page, matrix = turned[int(sure[1] > sure[0])]
    return page, moved_lines(corners, matrix), matrix


def moved_lines(corners: Sequence[Any], matrix: Any) -> Any:
    """Moved corners, each line's from its new upper left on: recognition reads from there."""
    made = moved(np.asarray(corners, np.float32), matrix)
    return np.stack([_in_order(box) for box in made])


def _in_order(box: Any) -> Any:
    tops = box[np.argsort(box[:, 1])]
    left, right = sorted(tops[:2], key=lambda p: p[0]), sorted(tops[2:], key=lambda p: -p[0])
    return np.stack([*left, *right])


def _clockwise(picture: Any) -> Any:
    return np.array([[0, -1, picture.shape[0] - 1], [1, 0, 0], [0, 0, 1]], np.float64)


def _anticlockwise(picture: Any) -> Any:
    return np.array([[0, 1, 0], [-1, 0, picture.shape[1] - 1], [0, 0, 1]], np.float64)


def _size(box: Any) -> tuple[float, float]:
    """Along the first and the second side."""
    width, height = np.ptp(box[:, 0]), np.ptp(box[:, 1])
    return float(width), float(height)


def _tilt(corners: Any) -> float:
    """Degrees by which the long lines of a page fall; half of them by more, half by less."""
    falls = [
        np.degrees(np.arctan2(box[1][1] - box[0][1], box[1][0] - box[0][0]))
        for box in corners
        if _size(box)[0] > LONG * _size(box)[1]
    ]
    return float(np.median(falls)) if falls else 0.0


def _rotation(picture: Any, degrees: float) -> Any:
    height, width = picture.shape
    return np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1), [0, 0, 1]])


def _warped(picture: Any, matrix: Any) -> Any:
    height, width = picture.shape
    return cv2.warpPerspective(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _slant(picture: Any) -> Any | None:
    """The matrix that makes the frame of the largest table a rectangle; None where it is one, or there is none."""
    frame = rules.frame(picture)
    if frame is None:
        return None
    left, right = (frame[0][0] + frame[3][0]) / 2, (frame[1][0] + frame[2][0]) / 2
    top, bottom = (frame[0][1] + frame[1][1]) / 2, (frame[2][1] + frame[3][1]) / 2
    square = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    if np.abs(square - frame).max() <= NEAR:
        return None
    return cv2.getPerspectiveTransform(frame, square)
