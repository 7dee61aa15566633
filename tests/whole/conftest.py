"""What the tests of the whole product share: a PostgreSQL of a module's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres import Server, cluster


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with cluster() as url:
        made = Server(url)
        yield made
        made.close()
