"""What can be searched for follows the rows, in their transaction, on both databases; whatever is typed is a question."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from tests.desk_office import OWN, Office, open_office
from tests.postgres import Server, cluster
from workflow.finding import index_all
from workflow.ledgers.models import LedgerItem
from workflow.office.models import Unit, User
from workflow.office.units import save_unit
from workflow.record.dialects import dialect_of
from workflow.record.finding import Entry, matching, pairs, terms
from workflow.record.jobs import INDEX
from workflow.record.migrating import migrate, migrate_down
from workflow.record.models import OutboxRow

HOSTILE = (
    "", " ", "\x00", '"', '""', "'", "'; DROP TABLE entry; --", "*", "a*", "(", ")", "NEAR(a b)", "公开 AND OR NOT", "words:公", "^公", "-", "{公}", "\\",
    "公" * 100_000, "a b " * 50_000, "𝟝", "ﬁ", "é", "👍🏽", "\ud800", "公\u200b开", "<b>&amp;", "%", "_", "1", "公", ":*", "!公", "a & b", "'a':*",
)  # fmt: skip


def numbers(session: Session, kind: str, question: str) -> set[int]:
    """The rows of a kind in which every term of a question is found."""
    each = [set(session.scalars(matching(session, kind, term))) for term in terms(question)]
    return set.intersection(*each) if each else set()


def asked(office: Office, kind: str, question: str) -> set[int]:
    with office.here.database.reading() as session:
        return numbers(session, kind, question)


def test_a_text_falls_into_pairs_and_a_question_into_phrases() -> None:
    assert " ".join(pairs("政务公开 V2（二）")) == "政务 务公 公开 开 v2 2 二"
    assert terms("公 政务ＡＢC") == [[["公"]], [["政务"], ["ab", "bc"]]]
    assert terms('"*') == []


def test_a_unit_is_found_by_any_part_of_its_names_and_by_pinyin(office: Office) -> None:
    with office.here.database.writing() as session:
        by = session.get_one(User, office.ids["chen"])
        unit = session.scalars(select(Unit).where(Unit.name == OWN)).one()
        number, kind = unit.id, unit.kind
        save_unit(session, unit, name=OWN, kind=kind, aliases=("财局",), by=by, at=office.clock())
    for question in ("财政", "市财政局", "局", "财", "sczj", "czj", "shicaizheng", "CZ", "财局", "cj"):
        assert number in asked(office, "unit", question), question
    for question in ("财教", "政财", "zcj", "局市"):
        assert number not in asked(office, "unit", question), question
    with office.here.database.writing() as session:
        by, unit = session.get_one(User, office.ids["chen"]), session.get_one(Unit, number)
        save_unit(session, unit, name="市金融局", kind=kind, aliases=(), by=by, at=office.clock())
    assert asked(office, "unit", "财政") == asked(office, "unit", "cj") == set()
    assert asked(office, "unit", "sjrj") == {number}


def test_what_is_rolled_back_or_deleted_is_not_found(office: Office) -> None:
    session = office.here.database._write()
    session.get_one(LedgerItem, 1).title = "从未保存的文字"
    session.flush()
    session.rollback()
    session.commit()
    session.close()
    assert asked(office, "item", "从未") == set()
    with office.here.database.writing() as session:
        extra = LedgerItem(ledger_id=1, position=99, number="99", section=[], title="临时一条", responsibility_text="")
        session.add(extra)
    assert asked(office, "item", "临时一条") == {extra.id}
    with office.here.database.writing() as session:
        session.delete(session.get_one(LedgerItem, extra.id))
    assert asked(office, "item", "临时") == set()


@pytest.mark.parametrize("question", HOSTILE, ids=lambda question: repr(question)[:12])
def test_whatever_is_typed_is_a_question(office: Office, question: str) -> None:
    assert asked(office, "unit", question) <= asked(office, "unit", "市 局") | {1, 2, 3, 4, 5}


def test_all_entries_are_made_anew_and_the_migration_promises_it(office: Office) -> None:
    found = asked(office, "item", "公开")
    with office.here.database.writing() as session:
        session.execute(delete(Entry))
        if dialect_of(session).entries.again:
            session.execute(text(dialect_of(session).entries.again))
    assert asked(office, "item", "公开") == set()
    assert index_all(office.here) == index_all(office.here) > 0
    assert asked(office, "item", "公开") == found != set()


@pytest.mark.own_home
def test_the_migration_promises_to_enter_what_is_there(office: Office) -> None:
    before = asked(office, "user", "小王")
    migrate_down(office.here.database.write_engine, "0034")
    migrate(office.here.database.write_engine)
    assert asked(office, "user", "小王") == set()
    with office.here.database.reading() as session:
        promise = session.scalars(select(OutboxRow).where(OutboxRow.kind == INDEX.kind)).one()
    INDEX.do(office.here, promise.payload)
    assert asked(office, "user", "小王") == before != set()


def test_postgresql_finds_the_same(office: Office, tmp_path: Path) -> None:
    with cluster() as url:
        server = Server(url)
        other = open_office(tmp_path, server=server)
        with other.here.database.reading() as session:
            assert session.scalars(text("SHOW jit")).one() == "off", "compiling takes seconds, searching milliseconds"
        for kind in ("unit", "item", "user", "ledger"):
            for question in (*HOSTILE, "市财政", "czj", "第2项", "及时公开", "小王", "xw", "2026"):
                if "\ud800" not in question:
                    assert asked(other, kind, question) == asked(office, kind, question), (kind, question)
        migrate_down(other.here.database.write_engine, "0034")
        migrate(other.here.database.write_engine)
        index_all(other.here)
        assert asked(other, "unit", "czj") == asked(office, "unit", "czj")
        other.here.database.dispose()
        server.close()
