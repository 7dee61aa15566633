"""The papers of the office (材料): one row a kind; screens, background, seal and registration are read off it."""

from __future__ import annotations

from reports import dossier
from reports.kinds import PaperKind
from workflow.year.lookback import look_back

PAPERS = {
    "dossier": PaperKind("年度卷宗", "NDJZ", look_back, dossier.COVER, "情况属实，予以归档", dossier.VOLUME),
}
"""By the code that rows and the trail know a kind by."""
