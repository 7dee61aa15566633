"""The papers of the office (材料): one row a kind; screens, background, seal and registration are read off it."""

from __future__ import annotations

from reports import bundle, dossier
from reports.check_tables import look_back_paper, sheet_paper
from reports.kinds import PaperKind
from workflow.year.filing_tables import form_sheet, round_sheet
from workflow.year.lookback import look_back
from workflow.year.reporting_up import KIND, reporting_facts

FOOT = (520.0, 58.0, 766.0, 166.0)
"""Where a seal stands at the foot of a page that lies across, in PDF points."""

PAPERS = {
    "dossier": PaperKind("年度卷宗", "NDJZ", look_back, dossier.COVER, "情况属实，予以归档", dossier.VOLUME),
    "look_back": PaperKind("回头看核查表", "HTK", look_back_paper, "look_back", "核查属实", elsewhere=True),
    "self_check": PaperKind(
        "回头看自查表",
        "ZC",
        sheet_paper,
        "self_check",
        "自查属实，同意报送",
        about="matter",
        unit=lambda facts: facts.unit,
    ),
    "filing": PaperKind(
        "落实情况表",
        "LSQK",
        form_sheet,
        "filing",
        "情况属实，同意报送",
        about="matter",
        unit=lambda facts: facts.unit,
        page=-1,
        corners=FOOT,
    ),
    KIND: PaperKind(
        "年度报送材料",
        "BS",
        reporting_facts,
        "reporting",
        "材料齐全，同意报送",
        bundle.VOLUME,
        about="matter",
        unit=lambda facts: facts.unit,
        corners=bundle.SEAL_AT,
    ),
    "round": PaperKind(
        "落实情况汇总表", "LSHZ", round_sheet, "filing", "汇总属实", about="round", page=-1, corners=FOOT
    ),
}
"""By the code that rows and the trail know a kind by."""
