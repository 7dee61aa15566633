"""The table of verbs (动作表): whatever is done by screens and programs alike."""

from __future__ import annotations

from typing import Any

from views.verbs.arrangements import ARRANGEMENTS
from views.verbs.assessment import ASSESSMENT
from views.verbs.checks import CHECKS
from views.verbs.closing import CLOSING
from views.verbs.duties import DUTIES
from views.verbs.evidence import EVIDENCE
from views.verbs.inspections import INSPECTIONS
from views.verbs.ledgers import LEDGERS
from views.verbs.levels import LEVELS
from views.verbs.matters import MATTERS
from views.verbs.missives import MISSIVES
from views.verbs.outside import OUTSIDE_VERBS
from views.verbs.requests import REQUESTS
from views.verbs.signers import SIGNERS
from views.verbs.steps import STEPS
from views.verbs.talks import TALKS
from views.verbs.verb import Verb

YEAR: tuple[Verb[Any, Any], ...] = (
    *DUTIES,
    *MATTERS,
    *CHECKS,
    *INSPECTIONS,
    *OUTSIDE_VERBS,
    *MISSIVES,
    *TALKS,
    *CLOSING,
    *ASSESSMENT,
)
"""What is done in the office's year, beside tasks."""
VERBS: tuple[Verb[Any, Any], ...] = (*STEPS, *EVIDENCE, *REQUESTS, *SIGNERS, *LEVELS, *LEDGERS, *ARRANGEMENTS, *YEAR)
