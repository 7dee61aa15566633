"""Numbers that no row has (越界编号): an address beyond the database's numbers is not found, on either database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.desk_office import Office, open_office
from tests.postgres import Server, cluster

pytestmark = pytest.mark.own_home


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with cluster() as url:
        server = Server(url)
        office = open_office(tmp_path_factory.mktemp("served"), server=server)
        yield office
        office.here.database.dispose()
        server.close()


@pytest.mark.parametrize("number", [2**31, 2**31 - 1, 10**17, 4 * 10**21])
def test_a_number_that_no_row_has_is_not_found(served: Office, number: int) -> None:
    answer = served.client("chen").get(f"/tasks/{number}")
    assert answer.status_code == 404
    assert "没有找到" in answer.text


def test_it_is_not_found_by_each_method_that_its_address_has(served: Office) -> None:
    routes = served.app.url_map.bind("localhost")
    for method in ("PUT", "DELETE"):
        _, named = routes.match(f"/api/v1/tasks/{2**32}/shares/303", method=method)
        assert named == {"task_id": 0, "share_id": 303}, "a number that no row has"


@pytest.mark.parametrize("address", ["/trail?before={}", "/?ledger={}", "/overview?year={}", "/search?q={}"])
@pytest.mark.parametrize("number", [2**31, 10**30])
def test_a_number_in_a_question_is_answered_by_a_page(served: Office, address: str, number: int) -> None:
    """Also where the database refuses it: the page that says so asks in a transaction of its own."""
    for login in ("shenji", "chen"):
        answer = served.client(login).get(address.format(number))
        assert answer.status_code < 500, answer.text
