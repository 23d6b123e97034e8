"""A day of an account whose CRM is a portal: a call is told, a token is renewed, a click rings, a caller is routed."""

from __future__ import annotations

from tests.support.audio import mp3_of
from tests.support.bitrix24 import form, portal_of, post
from tests.support.hub import Hub
from tests.support.receiver import answering, receiving

CLIENT, CALL = "+79161234567", "1d2c1b7a5e4f60318899aabbccddee24"


def bitrix24_day(hub: Hub) -> None:
    """Each function that asks the portal renews a token."""
    hub.source("s-portal")
    rules = {"rules": [{"responsible_user": True}], "default": ""}
    with portal_of(hub) as portal, receiving(answering(200, mp3_of(12))) as pbx:
        hub.operator("PUT", "/admin/accounts/acme/routing", rules)
        portal.knows(CLIENT, "7")
        portal.expire()
        happens(hub, "start.call", direction=1)
        happens(hub, "local.in.call", real_local_number="101")
        happens(hub, "start.talk", real_local_number="101")
        told = {"disposition": "ANSWER", "duration": 20, "billsec": 12}
        happens(hub, "end.call", record=f"{pbx.url}/8.mp3", **told)
        hub.work()
        hub.fetches()
        hub.work()
        portal.expire()
        hub.request("GET", "/webhooks/s-portal/route", query={"phone": CLIENT})
        portal.expire()
        data = {"PHONE_NUMBER": CLIENT, "USER_ID": "7", "CALL_ID": "externalCall.bb.1"}
        assert post(hub, "handler", form("ONEXTERNALCALLSTART", data), portal.connector).status == 200
        hub.poll("CrmCallsQueue", "workers/make_crm_call")
        hub.work()
        hub.operator("DELETE", f"/admin/connectors/{portal.connector}", account="acme")


def happens(hub: Hub, name: str, **params: object) -> None:
    """An event of the call at the account's IS.VPBX."""
    told = {"call_id": CALL, "src_phone": CLIENT, "dst_phone": "73433000100", **params}
    hub.request("POST", "/webhooks/vpbx/s-portal", {"type": "call_event", "event_name": name, "params": told})
    hub.work_events()
