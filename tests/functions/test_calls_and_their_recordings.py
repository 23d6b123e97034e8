"""A CRM's user presses 'call' and talks; afterwards the recording is there. Every part of it together."""

import json
from base64 import b64encode

from switchboard.aws.subscriptions_table import SubscriptionsTable
from switchboard.aws.vault import KmsVault
from switchboard.vault import receiver_auth
from tests.support.audio import seconds_of
from tests.support.builders import an_event
from tests.support.calling import AT_ONCE, caller, play
from tests.support.hub import Hub
from tests.support.receiver import receiving
from tests.support.vendor import vending

ORDER = {"local_num": "104", "phone2call": "79012345600"}
NAMES = ("start.call", "local.out.call", "start.talk", "end.call", "custom.recording.available")


def test_a_call_that_was_asked_for_has_its_recording(hub: Hub) -> None:
    """As long as the conversation, told of after the call's own events, and served under the address that they name."""
    auth = caller(hub, settings={**AT_ONCE, "talk": 20})
    with receiving() as crm:
        for name in NAMES:
            wish = {"event_name": name, "webhook_url": crm.url, "auth_type": "None"}
            assert hub.request("POST", "/api/v1/events/subscribe", wish, auth).status == 200
        assert hub.request("POST", "/api/v1/application/originate", ORDER, auth).status == 200
        play(hub)
        hub.fetches()
        hub.work()
        told = [json.loads(one.body) for one in crm.requests]
    assert [one["event_name"] for one in told] == list(NAMES)
    end, recorded = told[-2]["params"], told[-1]["params"]
    assert end["record"] == recorded["record"] == f"https://hub.example/api/v1/record/{end['call_id']}"
    served = hub.request("GET", f"/api/v1/record/{end['call_id']}", headers=auth)
    assert served.headers["Content-Type"] == "audio/mpeg"
    assert (seconds_of(served.content), recorded["duration"], end["billsec"]) == (20, 20, 20)


def test_a_recording_of_a_connected_pbx_is_fetched_with_our_token(hub: Hub) -> None:
    """By our own client, from our own server, which gives it to nobody else."""
    auth = caller(hub, "pbx")
    hub.operator("PATCH", "/admin/accounts/pbx", {"allow_self": True})
    assert hub.request("POST", "/api/v1/application/originate", ORDER, auth).status == 200
    play(hub)
    hub.fetches()
    (kept,) = hub.operator("GET", "/admin/recordings", account="pbx").json["recordings"]
    ours = hub.account("acme")
    hub.source("s-office")
    with vending(hub) as vendor:
        token = auth["Authorization"].removeprefix("Bearer ")
        hub.operator("POST", "/admin/sources/s-office/connect", {"base_url": vendor.url, "token": token})
        hub.restart()
        params = {"call_id": "theirs", "disposition": "ANSWER", "billsec": 20}
        params["record"] = f"{vendor.url}/api/v1/record/{kept['call_id']}"
        body = {**an_event().raw, "event_name": "end.call", "params": params}
        assert hub.request("POST", "/webhooks/vpbx/s-office", body, told_to_send(hub)).status == 200
        hub.work_events()
        hub.fetches()
    served = hub.request("GET", "/api/v1/record/theirs", headers=ours)
    assert (served.status, seconds_of(served.content)) == (200, 20)


def told_to_send(hub: Hub) -> dict[str, str]:
    """The header that the PBX was told to send."""
    found = SubscriptionsTable(hub.stack.dynamodb, hub.stack.table("SubscriptionsTable")).of_account("pbx")[0]
    vault = KmsVault(hub.stack.clients.kms, hub.stack.refs["SecretsKey"])
    text = vault.open("pbx", found.auth_string, receiver_auth(found.id))
    return {"Authorization": "Basic " + b64encode(text.encode()).decode()}
