"""Wrong tokens at the operator's API."""

from typing import Any

import pytest

from tests.support.hub import OPERATOR, Hub


def test_a_guessing_address_is_told_to_wait(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    """On whatever route; the metric counts each, the log names the address and no token; good tokens are served."""
    paths = ("/admin/accounts", "/admin/tokens", "/admin/audit")
    answers = [
        hub.request("GET", path, None, {"Authorization": f"Bearer guess-{turn}"}) for turn in range(4) for path in paths
    ]
    assert [answer.status for answer in answers] == [401] * 6 + [429] * 6
    held: Any = answers[-1]
    assert (held.headers["Retry-After"], held.json["error"]["code"]) == ("1", "too_many")
    assert hub.request("GET", "/admin/accounts", None, OPERATOR).status == 200
    assert hub.request("GET", "/admin/accounts").status == 401
    assert capsys.readouterr().out.count('"auth.refused":[1.0]') == 12
    log = hub.log.getvalue()
    assert (log.count("203.0.113.7"), "guess" in log) == (12, False)
