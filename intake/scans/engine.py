"""Recognition of printed words (文字识别): one engine for all pages of a file, its models in its wheel, no network."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from rapidocr import RapidOCR

FINDS_AT = 1600
"""Dots of the longer side at which lines of text are looked for: memory grows with it, small print is found at half."""
NARROWEST = 96
"""Dots to which short lines are filled up: most cells of a table hold a few characters."""

AT_ONCE = 2
"""Lines that are recognised together: a page-wide one takes fifty MiB, for each place in it weighs 18,000 characters."""


@dataclass(frozen=True)
class Recognised:
    """A line as it was recognised (识别文字): its characters, and how sure each is, 0 to 1."""

    text: str
    sure: tuple[float, ...]

    @property
    def mean(self) -> float:
        """How sure the line is as a whole."""
        return sum(self.sure) / len(self.sure) if self.sure else 0.0


@lru_cache(maxsize=1)
def _engine() -> Any:
    return RapidOCR(
        params={
            "EngineConfig.onnxruntime.intra_op_num_threads": len(os.sched_getaffinity(0)),
            "Global.log_level": "critical",
            "Global.max_side_len": FINDS_AT,
            "Global.return_word_box": True,
            "Rec.rec_batch_num": AT_ONCE,
            "Rec.rec_img_shape": [3, 48, NARROWEST],
        }
    )


def lines_of(picture: Any) -> Any:
    """The corners of every line of text on a picture: an array of four points each."""
    boxes = _engine()(_coloured(picture), use_cls=False, use_rec=False).boxes
    return np.zeros((0, 4, 2), np.float32) if boxes is None else np.asarray(boxes, np.float32)


def read(picture: Any, corners: Any) -> list[Recognised]:
    """What each of these lines says."""
    if not len(corners):
        return []
    found = _engine().recognize_txt(_engine().crop_text_regions(_coloured(picture), corners))
    return [
        Recognised(text, tuple(word.confs) if text else ())
        for text, word in zip(found.txts, found.word_results, strict=True)
    ]


def _coloured(picture: Any) -> Any:
    """Grey as the three colours that the models were made for."""
    return np.repeat(picture[:, :, None], 3, axis=2)
