"""Wrong tokens at the operator's API."""

from typing import Any

import pytest

from switchboard.bootstrap import now
from tests.support.calling import caller
from tests.support.cato import cato_token
from tests.support.hub import OPERATOR, Hub
from tests.support.sprecord_day import sprecord_token

BEARER = {"Authorization": "Bearer guess"}
# A route of each way to a vendor's API, streamed ones included, with wrong credentials.
VENDORS = [
    ("POST", "/api/v1/application/originate", BEARER),
    ("GET", "/api/v1/phones/local", BEARER),
    ("GET", "/api/v1/record/c1", BEARER),
    ("GET", "/sys/subscribe_events", BEARER),
    ("POST", "/sys/events/ticket", BEARER),
    ("GET", "/sys/records/7", BEARER),
    ("GET", "/sys/events", BEARER),
    ("GET", "/api/v1/tasks", {"Authorization": "Bearer plain:guess"}),
    ("GET", "/api/v1/audio-files/a1/content", {"Authorization": "Bearer plain:guess"}),
    ("GET", "/api/v1/task-execs/e1/report.csv", {"Authorization": "Bearer plain:guess"}),
    ("POST", "/api/v1/acme/communications/call", {"X-XCOM-AccessKey": "guess"}),
    ("POST", "/api/v1/acme/communications/callbacks/telephony/register-call", {"X-XCOM-AccessKey": "guess"}),
]


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


def test_a_guessing_address_is_told_to_wait_by_every_vendors_api(
    hub: Hub, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refusals of all APIs count together, each in its dialect's shape; good tokens are served meanwhile."""
    good = [
        ("/api/v1/phones/local", caller(hub)),
        ("/api/v1/tasks", cato_token(hub)),
        ("/sys/subscribe_events", sprecord_token(hub)),
    ]
    at = now()
    monkeypatch.setattr("switchboard.bootstrap.operators.now", lambda: at)
    capsys.readouterr()
    first = [hub.request(method, path, None, sent).status for method, path, sent in VENDORS[:6]]
    told = [hub.request(method, path, None, sent) for method, path, sent in VENDORS]
    assert (first, [one.status for one in told]) == ([401] * 6, [429] * len(VENDORS))
    assert all(one.headers["Retry-After"] for one in told)
    assert (told[0].json["name"], told[7].json["path"]) == ("429 Too Many Requests", "/api/v1/tasks")
    assert [hub.request("GET", path, None, auth).status for path, auth in good] == [200, 200, 200]
    nothing = [hub.request(method, path).status for method, path, _ in VENDORS]
    assert nothing == [401] * len(VENDORS)
    assert capsys.readouterr().out.count('"auth.refused":[1.0]') == len(first) + len(told)
    log = hub.log.getvalue()
    assert (log.count("203.0.113.7") >= len(told), "guess" in log) == (True, False)
