"""The papers of the office (材料): one row a kind; screens, background, seal and registration are read off it."""

from __future__ import annotations

from reports import dossier
from reports.check_tables import look_back_paper, sheet_paper
from reports.kinds import PaperKind
from workflow.year.lookback import look_back

PAPERS = {
    "dossier": PaperKind("年度卷宗", "NDJZ", look_back, dossier.COVER, "情况属实，予以归档", dossier.VOLUME),
    "look_back": PaperKind("回头看核查表", "HTK", look_back_paper, "look_back", "核查属实"),
    "self_check": PaperKind("回头看自查表", "ZC", sheet_paper, "self_check", "自查属实，同意报送", of_matter=True),
}
"""By the code that rows and the trail know a kind by."""
