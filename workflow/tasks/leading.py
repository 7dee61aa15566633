"""Who verifies a row (牵头核验单位): one rule, asked by the engine with ids and by the judge of a paper with names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def verifiers(own: T, leads: Iterable[T], office: T) -> tuple[tuple[T, ...], bool]:
    """The units that verify a task of ``own``, in order of print, and whether the office stands in for want of any other.

    A lead unit never verifies its own task: a co-lead does, else the office.
    """
    others = tuple(lead for lead in leads if lead != own)
    return (others, False) if others else ((office,), True)
