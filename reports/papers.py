"""The papers of the office (材料): one row a kind; screens, background, seal and registration are read off it."""

from __future__ import annotations

from reports import bundle
from reports.carried_list import carried_list
from reports.check_tables import look_back_paper, sheet_paper
from reports.dossier import COVER, DossierBinder
from reports.kinds import PaperKind
from reports.official import official, official_pdf
from workflow.year.dossiers.facts import dossier
from workflow.year.filings.tables import form_sheet, round_sheet
from workflow.year.inspections.facts import worksheet_paper
from workflow.year.missives.talks import talk_paper
from workflow.year.reporting_up import KIND, reporting_facts

FOOT = (520.0, 58.0, 766.0, 166.0)
"""Where a seal stands at the foot of a page that lies across, in PDF points."""
BELOW = (174.0, 80.0, 420.0, 200.0)
"""Where a seal stands below the text of an upright page, in PDF points."""

PAPERS = {
    "dossier": PaperKind("年度卷宗", "NDJZ", dossier, COVER, "情况属实，予以归档", volume=DossierBinder, shares=True),
    "look_back": PaperKind("回头看核查表", "HTK", look_back_paper, "look_back", "核查属实", elsewhere=True),
    "carried": PaperKind("结转清单", "JZQD", carried_list, "carried", "情况属实"),
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
    "worksheet": PaperKind(
        "检查底稿", "JC", worksheet_paper, "worksheet", "检查属实", about="matter", page=-1, corners=BELOW
    ),
    "talk": PaperKind("约谈记录", "YT", talk_paper, "worksheet", "记录属实", about="matter", page=-1, corners=BELOW),
    "bulletin": PaperKind("通报", "TB", official, "official", "同意印发", about="matter", prints=official_pdf),
    **{
        code: PaperKind(word, series, official, "official", "同意印发", about="matter", prints=official_pdf)
        for code, word, series in (
            ("reminder", "提醒函", "TX"),
            ("supervision", "督办函", "DB"),
            ("mending", "整改通知", "ZG"),
        )
    },
    KIND: PaperKind(
        "年度报送材料",
        "BS",
        reporting_facts,
        "reporting",
        "材料齐全，同意报送",
        bundle.ReportingBinder,
        about="matter",
        unit=lambda facts: facts.unit,
        corners=bundle.SEAL_AT,
    ),
    "round": PaperKind(
        "落实情况汇总表", "LSHZ", round_sheet, "filing", "汇总属实", about="round", page=-1, corners=FOOT
    ),
}
"""By the code that rows and the trail know a kind by."""
