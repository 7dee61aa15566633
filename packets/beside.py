"""Where a registration lies (登记文件的位置): beside the paper, under its name; known without loading any cryptography."""

from __future__ import annotations

from pathlib import Path


def beside(paper: Path) -> Path:
    """``NAME.pdf`` → ``NAME.registration.json`` in the same folder."""
    return paper.with_suffix(".registration.json")
