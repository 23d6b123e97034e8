"""From one vendor's PBX to another vendor's CRM, by configuration alone: Mango's imitation and Bitrix24's."""

from __future__ import annotations

from tests.support.audio import mp3_of
from tests.support.bitrix24 import form, portal_of, post
from tests.support.hub import Hub
from tests.support.mango import AUTH, TOKEN, Mango, mango_office
from tests.unit.builders import sample

PATHS = {"summary": "events/summary", "recording": "events/recording", "record_added": "events/record/added"}
CALL = ("menu", "rings", "answered", "leg_ended", "summary", "recording", "record_added")
CLIENT, CLICK = "+79000002211", "externalCall.bb.1"


def connect(hub: Hub, vendor: Mango) -> None:
    """Make the PBX a source and the telephony of the account."""
    body = {"account": "acme", "dialect": "mango", "auth": AUTH, "history_days": 3650}
    made = hub.operator("POST", "/admin/sources", body).json
    vendor.address = made["webhook_url"]
    settings = {"source": made["id"], "base_url": vendor.url, "token": TOKEN}
    hub.operator("PUT", "/admin/accounts/acme/telephony", {"provider": "mango", "settings": settings})
    for number in vendor.extensions:
        hub.operator("POST", "/admin/extensions", {"account": "acme", "number": number})


def tell(hub: Hub, vendor: Mango, *names: str, **changes: str) -> None:
    for name in names:
        assert vendor.tell(PATHS.get(name, "events/call"), {**sample(f"mango/{name}"), **changes}).status == 200
        hub.work_events()


def test_a_call_to_the_pbx_shows_a_card_and_its_record_hangs_on_the_call(hub: Hub) -> None:
    """At the employee who rings, under one id; then a click in the CRM rings through the same PBX."""
    with portal_of(hub) as portal, mango_office(hub) as vendor:
        portal.users |= {"7": "204", "8": "205"}
        connect(hub, vendor)
        vendor.record(sample("mango/recording")["recording_id"], 85)
        tell(hub, vendor, *CALL)
        hub.work()
        hub.fetches()
        hub.work()
        ((id_, call),) = portal.calls.items()
        assert (call["TYPE"], portal.cards[0][:2]) == ("2", ("show", id_))
        assert portal.finished[id_]["STATUS_CODE"] == "200"
        assert portal.records == {id_: mp3_of(85)}
        portal.calls[CLICK] = {"key": None}
        data = {"PHONE_NUMBER": CLIENT, "USER_ID": "7", "CALL_ID": CLICK}
        assert post(hub, "handler", form("ONEXTERNALCALLSTART", data)).status == 200
        hub.poll("CrmCallsQueue", "workers/make_crm_call")
        name, asked = vendor.asked[-1]
        assert (name, asked["from"], asked["to_number"]) == ("commands/callback", {"extension": "204"}, "79000002211")
        legs = ("callback_rings", "callback_picked_up", "callback_calls_out", "callback_answered")
        tell(hub, vendor, *legs, entry_id="own", command_id=asked["command_id"])
        hub.work()
        assert portal.calls.keys() == {id_, CLICK}
