"""POST /admin/sources/{source}/connect, /check and /disconnect, with our own IS.VPBX server as the PBX."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from switchboard.aws.subscriptions_table import SubscriptionsTable
from switchboard.aws.vault import KmsVault
from switchboard.bootstrap.adapters import upstreams
from switchboard.bootstrap.vendors import upstream_credentials
from switchboard.dialects.vpbx.client import EVENTS
from switchboard.vault import receiver_auth
from tests.functions.test_operator import assert_refused
from tests.support.gateway import Answer
from tests.support.hub import Hub
from tests.support.vendor import Vendor, vending

PATH = "/admin/sources/s-office"
SUBSCRIBE = "/api/v1/events/subscribe"
ELSEWHERE = {"event_name": "end.call", "webhook_url": "https://elsewhere.example/"}


class Office:
    """Our account `acme` with a source, and the account `pbx` that plays its IS.VPBX."""

    def __init__(self, hub: Hub, vendor: Vendor) -> None:
        self.hub, self.vendor = hub, vendor
        hub.account("acme")
        hub.source("s-office")
        self.auth = hub.account("pbx", allow_self=True)
        self.token = self.auth["Authorization"].removeprefix("Bearer ")
        for number in ("100", "101"):
            hub.operator("POST", "/admin/extensions", {"account": "pbx", "number": number})

    def connect(self, **fields: Any) -> Answer:
        return self.hub.operator(
            "POST", f"{PATH}/connect", {"base_url": self.vendor.url, "token": self.token, **fields}
        )

    def told(self) -> dict[str, str]:
        """What the PBX tells to whom."""
        found = self.hub.operator("GET", "/admin/subscriptions", account="pbx").json["subscriptions"]
        return {one["event_name"]: one["url"] for one in found}

    def shown(self) -> Any:
        return self.hub.operator("GET", PATH).json["upstream"]


@pytest.fixture
def office(hub: Hub) -> Iterator[Office]:
    with vending(hub) as vendor:
        yield Office(hub, vendor)


def test_a_source_is_connected_to_all_events(office: Office) -> None:
    """Each of the eight is told to the source's address, and the answer says so."""
    answer = office.connect()
    told = answer.json["upstream"]
    assert (answer.status, told["state"]) == (200, "connected")
    assert told["events"] == {name: {"state": "subscribed"} for name in EVENTS}
    assert office.told() == dict.fromkeys(EVENTS, "https://hub.example/webhooks/vpbx/s-office")


def test_the_pbxs_extensions_are_taken_over(office: Office) -> None:
    """Those that the account has not."""
    office.hub.operator("POST", "/admin/extensions", {"account": "acme", "number": "100"})
    assert office.connect().json["extensions"] == {"added": ["101"]}
    found = office.hub.operator("GET", "/admin/extensions", account="acme").json["extensions"]
    assert [one["number"] for one in found] == ["100", "101"]


def test_events_of_the_pbx_come_in_with_the_new_credentials(office: Office) -> None:
    """What the PBX sends is taken; what shows no credentials is refused."""
    office.connect()
    body = {"type": "call_event", "event_name": "start.call", "params": {"call_id": "call-1"}}
    office.hub.restart()
    assert office.hub.request("POST", "/webhooks/vpbx/s-office", body).status == 401
    login = subscribed_login(office)
    assert office.hub.request("POST", "/webhooks/vpbx/s-office", body, {"Authorization": login}).status == 200


def subscribed_login(office: Office) -> str:
    """The header that the PBX was told to send."""
    stack = office.hub.stack
    found = SubscriptionsTable(stack.dynamodb, stack.table("SubscriptionsTable")).of_account("pbx")[0]
    vault = KmsVault(stack.clients.kms, stack.refs["SecretsKey"])
    text = vault.open("pbx", found.auth_string, receiver_auth(found.id))
    return "Basic " + b64encode(text.encode()).decode()


def test_connecting_again_changes_nothing(office: Office) -> None:
    """What is ours is left as it is: neither unsubscribed nor subscribed again."""
    office.connect()
    office.vendor.asked.clear()
    again = office.connect()
    assert (again.status, again.json["upstream"]["state"]) == (200, "connected")
    assert office.vendor.asked == [f"GET {SUBSCRIBE}", "GET /api/v1/phones/local"]


def test_an_event_that_is_told_elsewhere_is_left_alone(office: Office) -> None:
    """409 names it, and nothing is changed there or here."""
    office.hub.request("POST", SUBSCRIBE, ELSEWHERE, office.auth)
    answer = office.connect()
    assert_refused(answer, 409, "conflict", "take_over")
    assert "end.call" in answer.json["error"]["message"]
    assert office.told() == {"end.call": "https://elsewhere.example/"}
    assert (office.shown(), office.hub.operator("GET", PATH).json["auth"]) == (None, {"type": "none"})


def test_an_event_that_is_told_elsewhere_can_be_taken_over(office: Office) -> None:
    """When the operator says so."""
    office.hub.request("POST", SUBSCRIBE, ELSEWHERE, office.auth)
    assert office.connect(take_over=True).json["upstream"]["state"] == "connected"
    assert office.told() == dict.fromkeys(EVENTS, "https://hub.example/webhooks/vpbx/s-office")


@pytest.mark.parametrize("token", ["not-a-token", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA"])
def test_a_token_that_the_pbx_refuses_changes_nothing(office: Office, token: str) -> None:
    """502 says so, without the token."""
    answer = office.connect(token=token)
    assert_refused(answer, 502, "provider_refused")
    assert token not in answer.text + office.hub.log.getvalue()
    assert (office.told(), office.shown()) == ({}, None)


def test_a_pbx_that_cannot_be_reached_changes_nothing(office: Office) -> None:
    """502."""
    assert_refused(office.connect(base_url="http://127.0.0.1:1"), 502, "provider_refused")
    assert office.shown() is None


def test_what_the_pbx_refuses_is_told_for_each_event(office: Office) -> None:
    """The others are subscribed to, and a later check mends the rest."""
    office.vendor.refusals[("POST", "vm.record.new")] = 400
    told = office.connect().json["upstream"]
    assert (told["state"], told["events"]["vm.record.new"]["state"]) == ("partial", "refused")
    assert len(office.told()) == 7
    office.vendor.refusals.clear()
    checked = office.hub.operator("POST", f"{PATH}/check").json["upstream"]
    assert (checked["state"], len(office.told())) == ("connected", 8)


def test_where_no_event_could_be_had_all_is_as_before(office: Office) -> None:
    """502, and the source still takes what it took before."""
    office.vendor.refusals[("POST", SUBSCRIBE)] = 400
    assert_refused(office.connect(), 502, "provider_refused")
    assert (office.shown(), office.hub.operator("GET", PATH).json["auth"]) == (None, {"type": "none"})


def test_an_answer_that_never_came_is_mended_by_the_next_connect(office: Office) -> None:
    """What may have been subscribed to by us is ours, and nobody is asked for leave to take it over."""
    office.vendor.refusals[("POST", "start.call")] = 504
    told = office.connect().json["upstream"]
    assert (told["state"], told["events"]["start.call"]["state"]) == ("partial", "asked")
    office.vendor.refusals.clear()
    wish = {"event_name": "start.call", "webhook_url": "https://hub.example/webhooks/vpbx/s-office"}
    office.hub.request("POST", SUBSCRIBE, wish, office.auth)  # it had been done
    assert office.connect().json["upstream"]["state"] == "connected"


def test_a_pbx_that_gives_up_is_not_asked_for_every_event(office: Office) -> None:
    """One failure of the PBX itself is enough for this time."""
    office.connect()
    for name in ("start.call", "end.call", "start.talk"):
        office.hub.request("DELETE", SUBSCRIBE, None, office.auth, {"event_name": name})
    office.vendor.refusals[("POST", SUBSCRIBE)] = 503
    office.vendor.asked.clear()
    checked = office.hub.operator("POST", f"{PATH}/check").json["upstream"]
    assert (checked["state"], office.vendor.asked) == ("partial", [f"GET {SUBSCRIBE}", f"POST {SUBSCRIBE}"])


def test_the_other_spelling_is_asked_where_there_is_nothing_at_the_first(office: Office) -> None:
    """The document has both; which comes first can be chosen."""
    office.vendor.refusals[("GET", "/api/v1/events/")] = 404
    assert office.connect().status == 200
    office.vendor.asked.clear()
    office.connect(spelling={"events": "event"})
    assert office.vendor.asked[0] == "GET /api/v1/event/subscribe"


def test_a_check_subscribes_to_what_was_lost(office: Office) -> None:
    """And tells how things stand."""
    office.connect()
    office.hub.request("DELETE", SUBSCRIBE, None, office.auth, {"event_name": "end.call"})
    seen = office.hub.operator("POST", f"{PATH}/check", {"repair": False}).json["upstream"]
    assert (seen["state"], seen["events"]["end.call"]) == ("partial", {"state": "missing"})
    mended = office.hub.operator("POST", f"{PATH}/check").json["upstream"]
    assert (mended["state"], office.shown()["state"], len(office.told())) == ("connected", "connected", 8)


def test_a_check_does_not_take_from_others(office: Office) -> None:
    """What somebody else has subscribed to since is told, and stays."""
    office.connect()
    office.hub.request("DELETE", SUBSCRIBE, None, office.auth, {"event_name": "end.call"})
    office.hub.request("POST", SUBSCRIBE, ELSEWHERE, office.auth)
    seen = office.hub.operator("POST", f"{PATH}/check").json["upstream"]
    assert (seen["state"], seen["events"]["end.call"]["state"]) == ("partial", "taken")
    assert office.told()["end.call"] == "https://elsewhere.example/"


@pytest.mark.parametrize(("status", "state"), [(401, "forbidden"), (403, "forbidden"), (500, "unreachable")])
def test_a_check_tells_what_is_wrong_with_the_pbx(office: Office, status: int, state: str) -> None:
    """And keeps what is known."""
    office.connect()
    office.vendor.refusals[("GET", SUBSCRIBE)] = status
    seen = office.hub.operator("POST", f"{PATH}/check")
    assert (seen.status, seen.json["upstream"]["state"], len(seen.json["upstream"]["events"])) == (200, state, 8)


def test_every_hour_sources_are_checked(office: Office) -> None:
    """What was lost comes back, and what changed is told on the topic."""
    office.connect()
    queue = office.hub.stack.told("OperationsTopic")
    office.hub.request("DELETE", SUBSCRIBE, None, office.auth, {"event_name": "end.call"})
    assert office.hub.invoke("workflows/check_sources", {}) == {"sources": {"connected": 1}}
    office.vendor.refusals[("GET", SUBSCRIBE)] = 500
    assert office.hub.invoke("workflows/check_sources", {}) == {"sources": {"unreachable": 1}}
    (message,) = office.hub.stack.sqs.receive_message(QueueUrl=queue)["Messages"]
    assert '"state": "unreachable"' in message["Body"].replace('":"', '": "')
    assert len(office.told()) == 8


def test_a_source_that_we_cannot_check_is_told_and_stops_no_other(office: Office) -> None:
    """Its token does not open: the log says so by kind, and the others are checked."""
    office.connect()
    office.hub.source("s-second")
    wish = {"base_url": office.vendor.url, "token": office.token, "take_over": True}
    office.hub.operator("POST", "/admin/sources/s-second/connect", wish)
    with office.hub.running("workflows/check_sources"):
        found = upstreams().get("s-office")
        assert found is not None
        upstreams().save(replace(found, token="bm90IHNlYWxlZA=="))
    assert office.hub.invoke("workflows/check_sources", {}) == {"sources": {"unchecked": 1, "connected": 1}}
    assert office.shown()["state"] == "unchecked"
    assert "source.check_failed" in office.hub.log.getvalue()


def test_what_there_is_no_time_for_is_left_to_the_next_hour(office: Office) -> None:
    """The check stops while there is time to answer."""
    office.connect()
    assert office.hub.invoke("workflows/check_sources", {}, remaining=20) == {"sources": {}}


def test_a_new_address_of_the_hub_is_told_to_the_pbx(office: Office) -> None:
    """At the next check all events move there."""
    office.connect()
    told = office.hub.invoke("workflows/check_sources", {}, BASE_URL="https://new.example")
    assert told == {"sources": {"connected": 1}}
    assert set(office.told().values()) == {"https://new.example/webhooks/vpbx/s-office"}


def test_a_disconnected_source_is_told_nothing(office: Office) -> None:
    """204; what is ours at the PBX has ended, what is somebody else's has not, and the token is forgotten."""
    office.connect()
    office.hub.request("DELETE", SUBSCRIBE, None, office.auth, {"event_name": "end.call"})
    office.hub.request("POST", SUBSCRIBE, ELSEWHERE, office.auth)
    assert office.hub.operator("POST", f"{PATH}/disconnect").status == 204
    assert (office.told(), office.shown()) == ({"end.call": "https://elsewhere.example/"}, None)


def test_a_source_is_disconnected_from_a_dead_pbx_by_force(office: Office) -> None:
    """Without force its subscriptions would be left there unawares."""
    office.connect()
    office.vendor.refusals[("GET", SUBSCRIBE)] = 500
    assert_refused(office.hub.operator("POST", f"{PATH}/disconnect"), 502, "provider_refused")
    assert office.hub.operator("POST", f"{PATH}/disconnect", {"force": True}).status == 204
    assert office.shown() is None


def test_a_connected_source_is_not_removed(office: Office) -> None:
    """Its PBX would go on telling nobody."""
    office.connect()
    assert_refused(office.hub.operator("DELETE", PATH), 409, "conflict", "source")
    office.hub.operator("POST", f"{PATH}/disconnect")
    assert office.hub.operator("DELETE", PATH).status == 204


@pytest.mark.parametrize("verb", ["check", "disconnect"])
def test_what_is_not_connected_is_404(office: Office, verb: str) -> None:
    """In the one shape."""
    assert_refused(office.hub.operator("POST", f"{PATH}/{verb}"), 404, "not_found", "source")


def test_a_source_of_a_dialect_without_an_api_is_not_connected(office: Office) -> None:
    """There is nothing that we could ask: 409."""
    office.hub.source("s-other", dialect="callevents")
    answer = office.hub.operator(
        "POST", "/admin/sources/s-other/connect", {"base_url": "https://a.example", "token": "t"}
    )
    assert_refused(answer, 409, "notSupported")


def test_another_address_needs_a_disconnect(office: Office) -> None:
    """What is subscribed to at the first would be left behind."""
    office.connect()
    assert_refused(office.connect(base_url="https://other.example"), 409, "conflict", "base_url")


BAD: list[tuple[dict[str, Any], str]] = [
    ({"base_url": None}, "base_url"),
    ({"base_url": 7}, "base_url"),
    ({"base_url": "ftp://pbx.example"}, "base_url"),
    ({"base_url": "http://user:word@pbx.example"}, "base_url"),
    ({"base_url": "http://pbx.example/?a=b"}, "base_url"),
    ({"base_url": "http://pbx.example/" + "x" * 2000}, "base_url"),
    ({"token": ""}, "token"),
    ({"token": "tökén"}, "token"),
    ({"token": "a\r\nX-Other: b"}, "token"),
    ({"token": "x" * 5000}, "token"),
    ({"take_over": "perhaps"}, "take_over"),
    ({"spelling": {"events": "evnets"}}, "spelling.events"),
]


@pytest.mark.parametrize(("fields", "field"), BAD, ids=lambda value: str(value)[:40])
def test_a_bad_wish_is_refused_by_the_name_of_its_field(office: Office, fields: dict[str, Any], field: str) -> None:
    """400, and the PBX is not asked."""
    assert_refused(office.connect(**fields), 400, "invalid", field)
    assert office.vendor.asked == []


def test_a_private_address_is_not_asked_on_aws(office: Office) -> None:
    """Where private targets are not allowed."""
    office.hub.stack.refs["AllowPrivateTargets"] = "false"
    assert_refused(office.connect(), 400, "invalid", "base_url")
    assert office.vendor.asked == []


def test_neither_token_nor_password_is_shown_or_logged(office: Office) -> None:
    """Nor are they kept unsealed."""
    shown = office.connect().text + office.hub.operator("GET", PATH).text
    login = subscribed_login(office)
    rows = str([row for row in office.hub.stack.items("AccountsTable") if "acme" in str(row)])
    for secret in (office.token, login.removeprefix("Basic ")):
        assert secret not in shown + rows + office.hub.log.getvalue()


def test_our_token_goes_to_the_pbxs_own_address_alone(office: Office) -> None:
    """Not to another host, port, scheme or account."""
    office.connect()
    url = office.vendor.url
    with office.hub.running("admin/source_upstream"):
        ask = upstream_credentials().headers_for
        assert ask("acme", "s-office", f"{url}/api/v1/record/1") == {"Authorization": f"Bearer {office.token}"}
        others = ["https://elsewhere.example/", f"https{url.removeprefix('http')}/", f"{url}0/", "no url", url + "@x/"]
        assert [ask("acme", "s-office", other) for other in others] == [{}] * 5
        assert ask("pbx", "s-office", f"{url}/") == ask("acme", "s-unknown", f"{url}/") == {}


def test_a_changed_source_stays_connected(office: Office) -> None:
    """Its name is another matter."""
    office.connect()
    office.hub.operator("PATCH", PATH, {"name": "Main office"})
    assert office.shown()["state"] == "connected"


OLD, NEW = "0Xv3-old-password-of-the-pbx", "0Xv3-new-password-of-the-pbx"


def test_the_credentials_of_a_connected_source_are_not_changed(office: Office) -> None:
    """Its PBX would be refused from then on: 409. Once disconnected they are anybody's to change."""
    office.connect()
    wish = {"name": "Main office", "auth": {"type": "basic", "login": "pbx", "password": NEW}}
    assert_refused(office.hub.operator("PATCH", PATH, wish), 409, "conflict", "auth")
    assert office.hub.operator("GET", PATH).json["name"] != "Main office"
    office.hub.operator("POST", f"{PATH}/disconnect")
    assert office.hub.operator("PATCH", PATH, wish).status == 200


def test_events_with_the_new_credentials_are_taken_at_once(office: Office) -> None:
    """Also where the source had others, which a warm function remembers."""
    old = {"type": "basic", "login": "pbx", "password": OLD}
    office.hub.operator("PATCH", PATH, {"auth": old})
    body = {"type": "call_event", "event_name": "start.call", "params": {"call_id": "call-1"}}
    shown = {"Authorization": "Basic " + b64encode(f"pbx:{OLD}".encode()).decode()}
    assert office.hub.request("POST", "/webhooks/vpbx/s-office", body, shown).status == 200
    office.connect()
    shown = {"Authorization": subscribed_login(office)}
    assert office.hub.request("POST", "/webhooks/vpbx/s-office", body, shown).status == 200
