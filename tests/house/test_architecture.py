"""The house rules (design §3): who may import whom, and how big a piece may grow. Import contracts stand in pyproject.toml."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[2]
ROOMS = ("workflow", "inspection", "intake", "packets", "reports", "forms", "views", "samples")
MODULES = sorted([ROOT / "app.py", ROOT / "worker.py", *(f for room in ROOMS for f in (ROOT / room).rglob("*.py"))])
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

ONLY_HERE = {
    "pyhanko": {"packets.seal", "packets.verify", "packets.certificates"},
    "pyhanko_certvalidator": {"packets.seal", "packets.verify", "packets.certificates"},
    "weasyprint": {"packets.press"},
    "transitions": {"workflow.tasks.steps"},
    "obstore": {"workflow.record.store"},
    "app": set(),
    "worker": {"app"},
}
"""A library with sharp edges has one home, and nobody leans on the two modules that know everyone."""
INTAKE_KNOWS = {
    "workflow.record.published",
    "workflow.record.errors",
    "workflow.record.sandbox",
    "workflow.record.showing",
}
READ_FORMS = {
    "views.typed": "the road itself",
    "views.typed_words": "gives back every word of a refused form, whichever it was",
    "views.api_frame": "the digest of a replayed request covers all of it",
    "views.desks.review": "the mark of what the page showed",
    "views.verbs.screen": "the model of a verb has a form of its own",
    "views.desks.task_page": "the words of every form of the task's page, shown again",
}
"""Who reads a form that was sent, and why; everybody else asks :mod:`views.typed`."""
REFUSED_NAMES = {"util", "utils", "helper", "helpers", "common", "core", "misc", "services", "repositories", "managers"}


def name_of(path: Path) -> str:
    """``workflow/tasks/models/__init__.py`` → ``workflow.tasks.models``."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def label(path: Path) -> str:
    """The path as pytest shows it."""
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines(path: Path) -> int:
    """Lines of a file."""
    return len(path.read_text(encoding="utf-8").splitlines())


def untyped(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """True where an argument or the return value has no type."""
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
    missing = [a.arg for a in named if a.annotation is None and a.arg not in ("self", "cls")]
    return bool(missing) or function.returns is None


def test_imports_run_one_way(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    passed = lint_imports(config_filename="pyproject.toml", no_cache=True) == EXIT_STATUS_SUCCESS
    assert passed, capsys.readouterr().out


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_a_library_with_sharp_edges_has_one_home(path: Path) -> None:
    roots = {module.split(".")[0] for module in imports(path)}
    strays = {library for library in roots & ONLY_HERE.keys() if name_of(path) not in ONLY_HERE[library]}
    assert not strays


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_a_form_is_read_by_one_road(path: Path) -> None:
    read = re.findall(r"\brequest\.(?:form|values)\b", path.read_text(encoding="utf-8"))
    assert not read or name_of(path) in READ_FORMS


@pytest.mark.parametrize("path", [p for p in MODULES if name_of(p).startswith("intake")], ids=label)
def test_intake_knows_only_the_published_table(path: Path) -> None:
    engine = {module for module in imports(path) if module.split(".")[0] == "workflow"}
    assert engine <= INTAKE_KNOWS


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_modules_are_small_typed_and_introduced(path: Path) -> None:
    assert lines(path) <= 300
    assert name_of(path).split(".")[-1] not in REFUSED_NAMES
    assert not [
        f"{f.name}: {f.end_lineno - f.lineno + 1} lines" for f in functions(path) if f.end_lineno - f.lineno >= 40
    ]
    assert not [f.name for f in functions(path) if untyped(f)]
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), "a module says what it is"


@pytest.mark.parametrize("path", TEMPLATES, ids=label)
def test_templates_are_small_and_ask_no_status(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert lines(path) <= 120
    assert "request.form" not in text or label(path) == "templates/tasks/_signing.html", (
        "a page shows its form's fields"
    )
    assert not re.search(r"\.status\s*(==|!=|\bin\b|\bis\b)", text), "buttons and words are read off the process table"
    assert not re.search(r"<script(?![^>]*(src=|type=.application/json))|\son[a-z]+=|javascript:", text), (
        "no inline script"
    )


@pytest.mark.parametrize("path", TESTS, ids=label)
def test_test_files_are_small(path: Path) -> None:
    assert lines(path) <= 400
