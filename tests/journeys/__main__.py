"""Journeys (办事路径): ``python -m tests.journeys`` walks them in a browser and writes ``out/journeys.json``; names pick some."""

from __future__ import annotations

import json
import sys
import tempfile
import traceback
from pathlib import Path

from intake.lists.units_list import read_units
from samples.office import UNITS
from tests.browser_desk import chromium, served
from tests.journeys.walks import JOURNEYS, Hall
from workflow.office.units import import_units

OUT = Path(__file__).resolve().parents[2] / "out" / "journeys.json"
ROWS = 40


def main() -> int:
    """Print a line as soon as a journey is walked; exit status 1 if one could not be, after all the others."""
    wanted = sys.argv[1:] or list(JOURNEYS)
    told, failed = {}, 0
    OUT.parent.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        served(Path(home) / "home", rows=ROWS) as (office, url),
        chromium() as browser,
    ):
        with office.here.database.writing() as session:
            import_units(session, read_units(UNITS.read_bytes(), filename=UNITS.name), by=None, at=office.clock())
        for name in wanted:
            try:
                told[name] = JOURNEYS[name](Hall(office, url, browser)).to_json()
                OUT.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
                print(name, told[name], flush=True)
            except Exception:  # one that fails must not hide the others
                failed += 1
                traceback.print_exc()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
