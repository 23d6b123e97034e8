"""GET, PUT and DELETE /admin/accounts/{account}/telephony."""

from typing import Any

import pytest

from local.receiver import Answer, Receiver
from tests.functions.test_operator import assert_refused
from tests.support.hub import Hub

PATH = "/admin/accounts/acme/telephony"
DEFAULTS = {"ring": 5.0, "talk": 20.0, "speed": 1.0, "channels": 10, "cps": 10, "caller_id": ""}
VPBX = {"base_url": "https://pbx.example", "token": "upstream-secret-token", "source": "s-office"}


def test_a_simulator_has_settings_of_its_own(hub: Hub) -> None:
    """Those that are not told are the documented ones."""
    hub.account()
    told = hub.operator("PUT", PATH, {"provider": "simulator", "settings": {"ring": 2, "channels": 3}})
    expected = {"account": "acme", "provider": "simulator", "settings": {**DEFAULTS, "ring": 2.0, "channels": 3}}
    assert (told.status, told.json) == (200, expected)
    assert hub.operator("GET", PATH).json == expected


def test_settings_may_be_left_out(hub: Hub) -> None:
    """Then all are as documented."""
    hub.account()
    assert hub.operator("PUT", PATH, {"provider": "simulator"}).json["settings"] == DEFAULTS


def test_a_secret_is_sealed_and_never_shown(hub: Hub) -> None:
    """Neither in an answer nor in the table nor in the log."""
    hub.account()
    hub.source("s-office")
    told = hub.operator("PUT", PATH, {"provider": "vpbx", "settings": VPBX})
    shown = hub.operator("GET", PATH)
    assert told.json["settings"] == {"base_url": "https://pbx.example", "source": "s-office"}
    assert VPBX["token"] not in told.text + shown.text + hub.log.getvalue() + str(hub.stack.items("AccountsTable"))


def test_a_choice_replaces_the_one_before(hub: Hub) -> None:
    """Wholly."""
    hub.account()
    hub.source("s-office")
    hub.operator("PUT", PATH, {"provider": "vpbx", "settings": VPBX})
    hub.operator("PUT", PATH, {"provider": "simulator"})
    assert hub.operator("GET", PATH).json["settings"] == DEFAULTS


def test_a_telephony_can_be_taken_away(hub: Hub) -> None:
    """Then there is none; to do it again is no error."""
    hub.account()
    hub.operator("PUT", PATH, {"provider": "simulator"})
    assert [hub.operator("DELETE", PATH).status for _ in range(2)] == [204, 204]
    assert_refused(hub.operator("GET", PATH), 404, "not_found", "account")


def test_a_simulator_is_always_well(hub: Hub) -> None:
    """An account without a telephony has nothing to check; a body is refused."""
    hub.account()
    assert_refused(hub.operator("POST", f"{PATH}/check"), 404, "not_found", "account")
    hub.operator("PUT", PATH, {"provider": "simulator"})
    told = hub.operator("POST", f"{PATH}/check")
    assert (told.status, told.json["provider"], told.json["ok"]) == (200, "simulator", True)
    assert hub.operator("POST", f"{PATH}/check", {"repair": True}).status == 400


@pytest.mark.parametrize(
    ("status", "expected"), [(200, (True, None)), (401, (False, "credentials")), (500, (False, "refused"))]
)
def test_a_pbx_is_asked_for_its_extensions(hub: Hub, status: int, expected: tuple[bool, str | None]) -> None:
    """The token is right if the PBX answers; a refusal is told as the reason, and no call is made."""
    hub.account()
    with Receiver(lambda _: Answer(status, b'{"local_numbers": []}')) as pbx:
        settings = {"base_url": pbx.url, "token": "upstream-secret-token"}
        hub.operator("PUT", PATH, {"provider": "vpbx", "settings": settings})
        told = hub.operator("POST", f"{PATH}/check").json
    assert (told["ok"], told.get("reason")) == expected
    assert {(one.method, one.path) for one in pbx.requests} == {("GET", "/api/v1/phones/local")}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_account_is_404(hub: Hub, method: str) -> None:
    """Whatever is asked of it."""
    answer = hub.operator(method, "/admin/accounts/nobody/telephony", {"provider": "simulator"})
    assert_refused(answer, 404, "not_found", "account")


BAD: list[tuple[dict[str, Any], str]] = [
    ({}, "provider"),
    ({"provider": "pigeons"}, "provider"),
    ({"provider": 7}, "provider"),
    ({"provider": "simulator", "settings": []}, "settings"),
    ({"provider": "simulator", "settings": "fast"}, "settings"),
    *(
        ({"provider": "simulator", "settings": {name: value}}, f"settings.{name}")
        for name, value in [
            ("ring", -1),
            ("ring", "x"),
            ("ring", 61),
            ("talk", 0),
            ("talk", 3601),
            ("speed", 0),
            ("speed", 1e9),
            ("channels", 0),
            ("channels", 1.5),
            ("channels", 10**30),
            ("cps", 0),
            ("cps", None),
            ("caller_id", "abc"),
            ("caller_id", []),
        ]
    ),
    ({"provider": "vpbx", "settings": {**VPBX, "token": ""}}, "settings.token"),
    ({"provider": "vpbx", "settings": {**VPBX, "base_url": "ftp://pbx.example"}}, "settings.base_url"),
    ({"provider": "vpbx"}, "settings.base_url"),
    *(
        ({"provider": "vpbx", "settings": {**VPBX, "base_url": url}}, "settings.base_url")
        for url in (
            "https://user:word@pbx.example",
            "https://pbx.example\\@other.example",
            "https://pbx.example/?a=b",
            "https://127.1",
            "https://pbx.example/" + "x" * 2000,
            7,
        )
    ),
    *(
        ({"provider": "vpbx", "settings": {**VPBX, "token": token}}, "settings.token")
        for token in ("tökén", "a\r\nX-Other: b", "x" * 4090, 7)
    ),
    ({"provider": "vpbx", "settings": {"token": "t", "source": "s-office"}}, "settings.token"),
    *(
        ({"provider": "vpbx", "settings": {**VPBX, "source": source}}, "settings.source")
        for source in ("s-unknown", "s-theirs", "s-of-another-dialect", "x" * 101, 7)
    ),
    ({"provider": "vpbx", "settings": {"source": "s-office"}}, "settings.source"),
]


@pytest.mark.parametrize(("body", "field"), BAD, ids=str)
def test_a_bad_setting_is_400_by_its_name(hub: Hub, body: dict[str, Any], field: str) -> None:
    """And nothing is kept. A source is known in its own account alone."""
    hub.account()
    hub.account("other")
    hub.source("s-office")
    hub.source("s-theirs", account="other")
    hub.source("s-of-another-dialect", dialect="sprecord")
    assert_refused(hub.operator("PUT", PATH, body), 400, "invalid", field)
    assert hub.operator("GET", PATH).status == 404
