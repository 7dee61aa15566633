"""The project grown by a gate, a channel, a role and a paper: rows and files that ``test_changes`` plants in a copy."""

from __future__ import annotations

from pathlib import Path

WORDS, PROCESS = "workflow/tasks/words.py", "workflow/tasks/process.py"
GATE: dict[str, list[tuple[str, str]]] = {
    WORDS: [
        ('    CLOSED = "CLOSED",', '    CHECKED = "CHECKED", "法制已审", "bank", "brown", 95\n    CLOSED = "CLOSED",'),
        ('    CLOSE = "close",', '    CHECK = "check", "法制审核", "审核合法", "bank", "通过后将加盖印章。"\n    CLOSE = "close",'),
        ('    OFFICE = "office", "办公室办结"', '    LEGAL = "legal", "法制审核", Side.OFFICE, Role.OFFICE\n    OFFICE = "office", "办公室办结"'),
    ],
    PROCESS: [
        ("(S.LEAD_VERIFIED,),\n        S.CLOSED,", "(S.CHECKED,),\n        S.CLOSED,"),
        ("(S.DRAFTED, S.UNIT_APPROVED, S.LEAD_VERIFIED),", "(S.DRAFTED, S.UNIT_APPROVED, S.LEAD_VERIFIED, S.CHECKED),"),
        ("    Step(\n        A.SEND_BACK,", "    Step(A.CHECK, (S.LEAD_VERIFIED,), S.CHECKED, p.signs_at(Gate.LEGAL), (c.seat_is_open, c.not_own_work), gate=Gate.LEGAL),\n    Step(\n        A.SEND_BACK,"),
        ("    p.is_office: ", '    p.signs_at(Gate.LEGAL): "办公室法制人员",\n    p.is_office: '),
    ],
}  # fmt: skip
CHANNEL: dict[str, list[tuple[str, str]]] = {
    "workflow/posting/words.py": [('    MAIL = "mail", "邮件"\n', '    MAIL = "mail", "邮件"\n    PIGEON = "pigeon", "信鸽"\n')],
}  # fmt: skip
ROLE: dict[str, list[tuple[str, str]]] = {
    "workflow/office/words.py": [('    LEADER = "leader", "领导"\n', '    LEADER = "leader", "领导"\n    INSPECTOR = "inspector", "督查员"\n')],
    "workflow/office/permissions.py": [("Role.LEADER, Role.AUDITOR}\n", "Role.LEADER, Role.AUDITOR, Role.INSPECTOR}\n"), ("({Role.LEADER, Role.AUDITOR})", "({Role.LEADER, Role.AUDITOR, Role.INSPECTOR})")],
}  # fmt: skip
PAPER: dict[str, list[tuple[str, str]]] = {
    "reports/papers.py": [("PAPERS = {\n", 'PAPERS = {\n    "brief": PaperKind("情况通报", "QKTB", look_back, "brief", "同意印发"),\n'),
                          ("from workflow.year.filings.tables", "from workflow.year.look_backs.of_ledger import look_back\nfrom workflow.year.filings.tables")],
}  # fmt: skip
BULLETIN = """{# A bulletin. Context: facts. #}
<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{{ facts.title | p }}</title></head>
<body><h1>情况通报</h1><p>{{ facts.title | p }}</p></body></html>
"""
PIGEON = '''"""Pigeons (信鸽)."""

from __future__ import annotations

from workflow.posting.channels import Message, Way
from workflow.record.settings import Settings


def _send(message: Message, settings: Settings) -> None:
    (settings.home / "pigeon.txt").write_text(f"{message.target}：{message.text}", "utf-8")


WAY = Way(True, lambda target, settings: "", lambda target: target, _send)
'''
FILES = {"workflow/posting/channels/pigeon.py": PIGEON, "templates/reports/brief.html": BULLETIN}
MIGRATION = '''"""What the database takes of every enumeration is what the words are."""

import sqlalchemy as sa
from alembic import op

import workflow.tables

revision, down_revision, branch_labels, depends_on = "{number}", "{before}", None, None


def upgrade() -> None:
    for table in workflow.tables.TABLES.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, sa.Enum):
                name = op.f(f"ck_{{table.name}}_{{column.type.name}}")
                with op.batch_alter_table(table.name) as batch:
                    batch.drop_constraint(name, type_="check")
                    batch.create_check_constraint(name, sa.column(column.name).in_(column.type.enums))
'''


def grow(project: Path, *changes: dict[str, list[tuple[str, str]]]) -> None:
    """Plant changes in a copy of the project, and one migration that lets the database take them."""
    for change in changes:
        for name, lines in change.items():
            path = project / name
            text = path.read_text("utf-8")
            for before, after in lines:
                assert text.count(before) == 1, f"{name} has {before!r} {text.count(before)} times, not once"
                text = text.replace(before, after)
            path.write_text(text, "utf-8")
    versions = project / "migrations" / "versions"
    last = max(path.name[:4] for path in versions.glob("[0-9]*.py"))
    number = f"{int(last) + 1:04d}"
    (versions / f"{number}_grown.py").write_text(MIGRATION.format(number=number, before=last), "utf-8")
