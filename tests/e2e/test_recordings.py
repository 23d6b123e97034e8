"""A recording on the local stack: fetched when it is there, told to a subscriber, downloaded as a client does it."""

import hashlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from local.receiver import Answer, Received, Receiver
from tests.e2e.conftest import Hub
from tests.e2e.tenants import Tenant, new_tenant
from tests.support.audio import mp3_of

AUDIO = mp3_of(12)
LARGE = mp3_of(12 * 1024 * 1024 / 288 * 0.036)  # more than a function may answer at once


class Pbx:
    """Has a recording once it is asked for the third time: until then it is being converted."""

    def __init__(self, data: bytes) -> None:
        self.data, self.asked = data, 0

    def __call__(self, request: Received) -> Answer:  # noqa: ARG002 - it answers everybody
        self.asked += 1
        return Answer(404) if self.asked < 3 else Answer(200, self.data, {"Content-Type": "audio/mpeg"})


@pytest.fixture
def tenant(hub: Hub) -> Tenant:
    return new_tenant(hub)


@pytest.mark.parametrize("data", [AUDIO, LARGE], ids=["small", "large"])
def test_a_recording_is_fetched_told_of_and_downloaded(
    hub: Hub, tenant: Tenant, receiver: Callable[..., Receiver], wait_for: Callable[..., Any], data: bytes
) -> None:
    """From the end of the call to the file, by the link in the event."""
    crm, pbx = receiver(), receiver(Pbx(data))
    tenant.subscribe(crm.url, "custom.recording.available")
    call = hashlib.md5(pbx.url.encode()).hexdigest()  # noqa: S324 - an id
    params = {"call_id": call, "event_date": "2026-11-20 12:00:00", "disposition": "ANSWER", "record": f"{pbx.url}/1"}
    tenant.post("vpbx", {"type": "call_event", "event_name": "end.call", "params": {**params, "billsec": 12}})
    early = tenant.vpbx("GET", f"/record/{call}")
    assert early.status_code == 404
    assert wait_for(lambda: crm.requests, timeout=40)
    told = crm.requests[0].json()["params"]
    assert told["sha256"] == hashlib.sha256(data).hexdigest()
    auth = {"Authorization": f"Bearer {tenant.token}"}
    with httpx.stream("GET", told["record"], headers=auth, trust_env=False) as answer:
        pieces = [len(piece) for piece in answer.iter_raw()]
        assert answer.headers["content-disposition"] == f"attachment; filename={call}.mp3"
        assert answer.headers["content-type"] == "audio/mpeg"
    assert sum(pieces) == len(data)
    part = httpx.get(told["record"], headers={**auth, "Range": "bytes=-10"}, trust_env=False)
    assert (part.status_code, part.content) == (206, data[-10:])
    assert httpx.get(told["record"], trust_env=False).status_code == 401


def test_other_methods_and_calls_are_refused_in_the_dialects_shape(tenant: Tenant) -> None:
    """Through the same address."""
    assert tenant.vpbx("POST", "/record/1").json()["name"] == "405 Method Not Allowed"
    missing = tenant.vpbx("GET", "/voicemail/1")
    assert (missing.status_code, missing.json()["descriprion"]) == (404, "404 Not Found")
