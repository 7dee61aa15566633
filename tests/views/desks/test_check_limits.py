"""The public check is limited by the place it is asked from (公开核验限速): one machine's many addresses are one place."""

from __future__ import annotations

import pytest

from tests.desk_office import Clock, Office


def test_one_machine_s_many_addresses_are_one_place(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "__call__", lambda clock: clock.now)  # one minute
    stranger = office.app.test_client()

    def ask(place: str) -> int:
        return stranger.get(
            "/check?number=2026-1&code=0123456789abcdef", environ_base={"REMOTE_ADDR": place}
        ).status_code

    told = [ask(f"2001:db8:1:2::{n:x}") for n in range(1, 30)]
    assert (told[0], told[-1]) == (404, 429)
    assert ask("2001:db8:1:3::1") == 404, "a neighbour is asked for itself"
