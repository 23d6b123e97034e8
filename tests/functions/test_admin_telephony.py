"""GET, PUT and DELETE /admin/accounts/{account}/telephony."""

from typing import Any

import pytest

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
    told = hub.operator("PUT", PATH, {"provider": "vpbx", "settings": VPBX})
    shown = hub.operator("GET", PATH)
    assert told.json["settings"] == {"base_url": "https://pbx.example", "source": "s-office"}
    assert VPBX["token"] not in told.text + shown.text + hub.log.getvalue() + str(hub.stack.items("AccountsTable"))


def test_a_choice_replaces_the_one_before(hub: Hub) -> None:
    """Wholly."""
    hub.account()
    hub.operator("PUT", PATH, {"provider": "vpbx", "settings": VPBX})
    hub.operator("PUT", PATH, {"provider": "simulator"})
    assert hub.operator("GET", PATH).json["settings"] == DEFAULTS


def test_a_telephony_can_be_taken_away(hub: Hub) -> None:
    """Then there is none; to do it again is no error."""
    hub.account()
    hub.operator("PUT", PATH, {"provider": "simulator"})
    assert [hub.operator("DELETE", PATH).status for _ in range(2)] == [204, 204]
    assert_refused(hub.operator("GET", PATH), 404, "not_found", "account")


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
]


@pytest.mark.parametrize(("body", "field"), BAD, ids=str)
def test_a_bad_setting_is_400_by_its_name(hub: Hub, body: dict[str, Any], field: str) -> None:
    """And nothing is kept."""
    hub.account()
    assert_refused(hub.operator("PUT", PATH, body), 400, "invalid", field)
    assert hub.operator("GET", PATH).status == 404
