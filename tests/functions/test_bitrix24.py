"""A connector tells a portal of Bitrix24 of the account's calls, and takes the portal's clicks: event, hub, portal."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.functions.test_operator import assert_refused
from tests.support.audio import mp3_of
from tests.support.bitrix24 import APP_TOKEN, Portal, Refusal, a_portal_connector, form, portal_of, post
from tests.support.calling import AT_ONCE, choose, play
from tests.support.hub import Hub
from tests.support.receiver import answering, receiving

CLIENT, LINE, CALL = "+79161234567", "73433000100", "9d2c1b7a5e4f60318899aabbccddeeff"
ID = "externalCall.00.1780000000"


@pytest.fixture
def portal(hub: Hub) -> Iterator[Portal]:
    with portal_of(hub) as portal:
        hub.source()
        yield portal


def happens(hub: Hub, name: str, at: str, **params: Any) -> None:
    """An event of a call at the account's IS.VPBX."""
    told = {"call_id": CALL, "event_date": f"2026-03-14 17:{at}", "src_phone": CLIENT, "dst_phone": LINE, **params}
    body = {"type": "call_event", "event_name": name, "params": told}
    assert hub.request("POST", "/webhooks/vpbx/s-office", body).status == 200
    hub.work_events()


def answered(hub: Hub, **end: Any) -> None:
    """Two phones ring, 101 answers, and somebody hangs up."""
    happens(hub, "start.call", "00:00", direction=1)
    happens(hub, "local.in.call", "00:01", real_local_number="101")
    happens(hub, "local.in.call", "00:02", real_local_number="102")
    happens(hub, "start.talk", "00:10", real_local_number="101")
    told = {"disposition": "ANSWER", "duration": 70, "billsec": 60, "wait_time": 10, **end}
    happens(hub, "end.call", "01:10", **told)


def missed(hub: Hub, extension: str = "102") -> None:
    happens(hub, "start.call", "00:00", direction=1)
    if extension:
        happens(hub, "local.in.call", "00:01", real_local_number=extension)
    happens(hub, "end.call", "00:30", disposition="NOANSWER", duration=30, billsec=0, wait_time=30)


def dead(hub: Hub) -> list[Any]:
    found: list[Any] = hub.operator("GET", "/admin/deliveries", state="dead").json["deliveries"]
    return found


def test_an_answered_call_is_registered_shown_moved_and_finished_once(hub: Hub, portal: Portal) -> None:
    """The card is at whoever rings; the colleague's is taken after the answer."""
    answered(hub)
    hub.work()
    assert list(portal.calls) == [ID]
    call = portal.calls[ID]
    assert (call["PHONE_NUMBER"], call["TYPE"], call["LINE_NUMBER"]) == (CLIENT, "2", "+73433000100")
    assert portal.cards == [("show", ID, "7"), ("show", ID, "8"), ("hide", ID, "8")]
    end = portal.finished[ID]
    assert (end["user"], end["DURATION"], end["STATUS_CODE"]) == ("7", 60, "200")
    assert dead(hub) == []


@pytest.mark.parametrize(("extension", "user"), [("102", "8"), ("555", "1"), ("", "1")])
def test_a_missed_call_is_finished_as_missed(hub: Hub, portal: Portal, extension: str, user: str) -> None:
    """At the user who was rung; at the default user if nobody was, or if the portal does not know the extension."""
    missed(hub, extension)
    hub.work()
    end = portal.finished[ID]
    assert (end["user"], end["DURATION"], end["STATUS_CODE"]) == (user, 0, "304")
    assert len(portal.calls) == 1


def test_a_missed_call_without_a_default_user_is_the_responsible_users(hub: Hub) -> None:
    """Whom the portal names for the client; without one the call cannot be told."""
    with portal_of(hub, settings={"default_user": ""}) as portal:
        hub.source()
        portal.knows(CLIENT, "8")
        missed(hub, "")
        hub.work()
        assert portal.finished[ID]["user"] == "8"


def test_a_recording_hangs_on_the_call(hub: Hub, portal: Portal) -> None:
    """It is uploaded after the end, as a file with a suffix that the portal takes."""
    audio = mp3_of(12)
    with receiving(answering(200, audio)) as pbx:
        answered(hub, duration=22, billsec=12, record=f"{pbx.url}/8.mp3")
        hub.work()
        hub.fetches()
        hub.work()
    assert portal.records == {ID: audio}
    assert portal.methods()[-2:] == ["finish", "attachRecord"]
    assert dead(hub) == []


def test_a_token_that_is_over_is_renewed_once(hub: Hub, portal: Portal) -> None:
    """And the message is delivered at its first attempt."""
    portal.expire()
    answered(hub)
    hub.work()
    assert (portal.given, list(portal.finished)) == (2, [ID])


def test_the_rate_of_the_portal_is_waited_for(hub: Hub, portal: Portal) -> None:
    """Nothing is lost or told twice, and the portal does not count as failing."""
    portal.left, waiting = 3, []
    answered(hub)
    while hub.visible("DeliveriesQueue"):
        waiting += hub.poll("DeliveriesQueue", "workers/deliver")
    assert portal.finished == {}
    portal.left = 1000
    hub.stack.show_again("DeliveriesQueue", waiting)
    hub.work()
    assert (len(portal.calls), list(portal.finished)) == (1, [ID])
    (endpoint,) = hub.operator("GET", "/admin/endpoints", account="acme").json["endpoints"]
    assert (endpoint["failing_since"], endpoint["calls_waiting"]) == (None, 0)


def test_a_finish_that_was_not_answered_is_not_told_twice(hub: Hub, portal: Portal) -> None:
    """The second finish finds no call, which means that the first one was taken."""
    answered(hub)
    portal.refusals["telephony.externalCall.finish"] = Refusal(500, "INTERNAL_SERVER_ERROR")
    hub.work()
    del portal.refusals["telephony.externalCall.finish"]
    portal.finish({"CALL_ID": ID, "USER_ID": "7", "STATUS_CODE": "200"})  # it was done in spite of the answer
    hub.turns()
    hub.work()
    assert dead(hub) == []
    assert hub.operator("GET", "/admin/deliveries", state="parked").json["deliveries"] == []


def test_a_portal_that_denies_the_application_is_told_of_at_once(hub: Hub, portal: Portal) -> None:
    """It is a mistake in the settings, so nothing is repeated."""
    portal.refusals["telephony.externalCall.register"] = Refusal(403, "WRONG_AUTH_TYPE")
    missed(hub)
    hub.work()
    assert {one["state"] for one in dead(hub)} == {"dead"}
    assert portal.methods().count("register") <= 3  # each of the three messages tries once


def click(**changed: str) -> str:
    data = {
        "PHONE_NUMBER": CLIENT, "PHONE_NUMBER_INTERNATIONAL": CLIENT, "USER_ID": "7", "CALL_LIST_ID": "0",
        "LINE_NUMBER": "74950000001", "IS_MOBILE": "0", "CALL_ID": "externalCall.bb.1", "EXTENSION": "",
    }  # fmt: skip
    return form("ONEXTERNALCALLSTART", {**data, **changed})


def telephony(hub: Hub) -> None:
    hub.operator("POST", "/admin/extensions", {"account": "acme", "number": "101"})
    assert choose(hub, AT_ONCE).status in (200, 201)


def test_a_click_rings_and_is_finished_under_the_portals_id(hub: Hub, portal: Portal) -> None:
    """The portal has registered the call already; a repeat of the event changes nothing."""
    telephony(hub)
    portal.calls["externalCall.bb.1"] = {"key": None}
    for _ in range(2):
        assert post(hub, "handler", click()).status == 200
    hub.poll("CrmCallsQueue", "workers/make_crm_call")
    play(hub)
    hub.work()
    assert list(portal.calls) == ["externalCall.bb.1"]
    assert portal.finished["externalCall.bb.1"]["user"] == "7"


def test_a_click_that_cannot_be_dialled_is_finished_at_once(hub: Hub, portal: Portal) -> None:
    """The user has no extension, or the account no telephony."""
    portal.calls |= {"externalCall.bb.1": {"key": None}, "externalCall.bb.2": {"key": 2}}
    telephony(hub)
    portal.users["9"] = ""
    assert post(hub, "handler", click(USER_ID="9")).status == 200
    hub.poll("CrmCallsQueue", "workers/make_crm_call")
    hub.work_events()
    hub.work()
    assert portal.finished["externalCall.bb.1"]["STATUS_CODE"] == "480"


def test_a_callback_form_rings_the_responsible_user_and_is_registered_as_a_callback(hub: Hub, portal: Portal) -> None:
    """The event names neither call nor user."""
    telephony(hub)
    portal.knows(CLIENT, "7")
    body = form("ONEXTERNALCALLBACKSTART", {"PHONE_NUMBER": CLIENT, "TEXT": "", "LINE_NUMBER": ""})
    assert post(hub, "handler", body).status == 200
    hub.poll("CrmCallsQueue", "workers/make_crm_call")
    play(hub)
    hub.work()
    ((id_, call),) = portal.calls.items()
    assert (call["TYPE"], portal.finished[id_]["user"]) == ("4", "7")


def test_only_the_portal_itself_is_heard(hub: Hub, portal: Portal) -> None:
    """Another token, another portal, another connector, a refresh token of another application, a broken form."""
    for hook, body, status in (
        ("handler", click().replace(APP_TOKEN, "guess"), 401),
        ("handler", form("ONEXTERNALCALLSTART", member_id="m-other"), 401),
        ("install", form("ONAPPINSTALL", refresh_token="of-a-stranger"), 401),
        ("install", form("ONEXTERNALCALLSTART"), 400),
        ("handler", "a=1&a=2", 400),
        ("handler", "a[b][c][d]=1", 400),
        ("elsewhere", click(), 404),
    ):
        assert post(hub, hook, body).status == status, (hook, body)
    assert post(hub, "handler", click(), "99").status == 404
    assert post(hub, "handler", form("ONVOXIMPLANTCALLEND", {"CALL_ID": "x", "REST_APP_ID": "7"})).status == 200
    assert hub.stack.drain("CrmCallsQueue") == []


def test_an_installation_subscribes_to_the_portals_events(hub: Hub) -> None:
    """A repeat of the installation renews the tokens and subscribes once."""
    with portal_of(hub) as portal:
        assert portal.bound.keys() == {"ONEXTERNALCALLSTART", "ONEXTERNALCALLBACKSTART"}
        assert portal.bound["ONEXTERNALCALLSTART"].endswith("/crm/acme/1/handler")
        assert portal.lines == {"74950000001"}
        assert post(hub, "install", form("ONAPPINSTALL", refresh_token=f"refresh-{portal.given}")).status == 200


def test_before_the_installation_a_call_waits(hub: Hub) -> None:
    """It is told once the application is installed."""
    with portal_of(hub, installed=False) as portal:
        hub.source()
        missed(hub)
        hub.work()
        assert portal.calls == {}
        post(hub, "install", form("ONAPPINSTALL", refresh_token="refresh-0"))
        hub.turns()
        hub.work()
        assert list(portal.finished) == [ID]


@pytest.mark.parametrize(("status", "extension"), [("OPENED", "102"), ("CLOSED", ""), ("NOT_INSTALLED", "102")])
def test_a_caller_is_routed_to_the_responsible_user_at_work(
    hub: Hub, portal: Portal, status: str, extension: str
) -> None:
    """The inner number comes from the portal; a user whose working day is over is passed over."""
    for number in ("101", "102"):
        hub.operator("POST", "/admin/extensions", {"account": "acme", "number": number})
    rules = {"rules": [{"responsible_user": True}]}
    assert hub.operator("PUT", "/admin/accounts/acme/routing", rules).status in (200, 201)
    portal.knows(CLIENT, "8", status)
    found = hub.request("GET", "/webhooks/s-office/route", query={"phone": CLIENT})
    assert found.text.strip('"') == extension


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"client_id": ""}, "client_id"),
        ({"client_secret": "short"}, "client_secret"),
        ({"base_url": "ftp://acme.example"}, "base_url"),
        ({"settings": {"crm_create": "2"}}, "settings.crm_create"),
        ({"settings": {"default_user": "anna"}}, "settings.default_user"),
        ({"settings": {"token_server": "https://evil.example"}}, "settings.token_server"),
        ({"settings": {"unknown": "1"}}, "settings"),
        ({"access_key": "a-key-of-another-kind"}, "access_key"),
    ],
    ids=str,
)
def test_a_bad_connector_is_refused(hub: Hub, changed: dict[str, Any], field: str) -> None:
    """The field is named."""
    hub.account()
    body = a_portal_connector("https://acme.example", **changed)
    assert_refused(hub.operator("POST", "/admin/connectors", body), 400, "invalid", field)


def test_secrets_and_tokens_are_in_no_log_and_in_no_row(hub: Hub, portal: Portal) -> None:
    """They are sealed; a delivery shows its body without the token."""
    answered(hub)
    hub.work()
    tables = ("AccountsTable", "CommunicationsTable", "SubscriptionsTable", "DeliveriesTable")
    kept = str([hub.stack.items(table) for table in tables]) + hub.log.getvalue()
    for secret in (portal.access_token, "secret-of-the-application", APP_TOKEN, *portal.refresh_tokens):
        assert secret not in kept


def test_a_connector_is_changed_and_removed(hub: Hub, portal: Portal) -> None:
    """The application stays without being named again; another portal is another connector."""
    changed = hub.operator("PATCH", "/admin/connectors/1", {"settings": {"default_user": "8"}}, account="acme")
    assert (changed.status, changed.json["settings"]["default_user"]) == (200, "8")
    assert "client_secret" not in changed.json
    moved = hub.operator("PATCH", "/admin/connectors/1", {"base_url": "https://x.example"}, account="acme")
    assert moved.status == 400
    missed(hub, "")
    hub.work()
    assert list(portal.finished) == [ID]
    assert hub.operator("DELETE", "/admin/connectors/1", account="acme").status == 204
    assert post(hub, "handler", click()).status == 404
