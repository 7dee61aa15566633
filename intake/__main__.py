"""``python -m intake FILE`` (试读): the ledger as JSON on standard output, problems on standard error."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import intake
from workflow.errors import Unreadable


def main(path: str) -> int:
    """Read one file and print it."""
    try:
        ledger = intake.read(Path(path).read_bytes(), filename=Path(path).name)
    except Unreadable as refused:
        print(refused.message, file=sys.stderr)
        return 1
    print(json.dumps(ledger.to_json(), ensure_ascii=False, indent=1))
    for problem in ledger.problems:
        print(f"{problem.line or '-'}\t{problem.message}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
