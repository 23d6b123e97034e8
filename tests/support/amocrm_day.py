"""A day of a CRM that is opened by OAuth tokens, for the policies of the functions."""

from __future__ import annotations

from tests.support.amocrm import AmoCrm, authorised, connect, listening
from tests.support.audio import mp3_of
from tests.support.bitrix24_day import bitrix24_day
from tests.support.hub import Hub
from tests.support.receiver import answering, receiving

CALLER = "+79161234599"


def rest_crms_day(hub: Hub) -> None:
    """Both CRMs that are told over their REST API."""
    bitrix24_day(hub)
    amocrm_day(hub)


def amocrm_day(hub: Hub) -> None:
    """Authorised, told of a recorded call with a token that is over, and asked who is responsible with another one."""
    hub.source("s-amocrm")
    with listening(AmoCrm()) as crm, receiving(answering(200, mp3_of(12))) as pbx:
        connector = connect(hub, crm, settings={"recording_wait": "0"}).json["id"]
        authorised(hub, connector)
        crm.add_contact(CALLER)
        crm.access.clear()
        for name, more in (("start.call", {"direction": 1}), ("end.call", {"disposition": "ANSWER", "billsec": 12})):
            record = {"record": f"{pbx.url}/8.mp3"} if name == "end.call" else {}
            told = {"call_id": "of-amocrm", "event_date": "2026-03-14 17:00:00", "src_phone": CALLER, **more, **record}
            body = {"type": "call_event", "event_name": name, "params": told}
            hub.request("POST", "/webhooks/vpbx/s-amocrm", body)
            hub.work_events()
        hub.work()
        hub.fetches()
        hub.work()
        crm.access.clear()
        hub.operator("PUT", "/admin/accounts/acme/routing", {"rules": [{"responsible_user": True}], "default": ""})
        hub.request("GET", "/webhooks/s-amocrm/route", None, None, {"phone": CALLER})
        hub.operator("DELETE", f"/admin/connectors/{connector}", account="acme")
