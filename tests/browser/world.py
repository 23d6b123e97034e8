"""What there is to see on a hub that works: receivers in every state, calls, and requests that were refused."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.browser.serving import ServedHub, work
from tests.support.calling import AT_ONCE, choose
from tests.support.hub import Hub
from tests.support.receiver import answering, receiving
from tests.support.sounds import tone, wav

PBX_ZONE = ZoneInfo("Asia/Yekaterinburg")  # of the dialect's times
TALKING, RINGING, ANSWERED, MISSED = "talking", "ringing", "answered", "missed"
ACCOUNT = "acme"


@contextmanager
def fill(served: ServedHub) -> Iterator[None]:
    """Fill the hub; the receivers answer until the end."""
    with ExitStack() as receivers, served.lock:
        hub = served.hub
        hub.account(ACCOUNT, name="Acme", timezone="Europe/Moscow")
        hub.source("s-office", name="Office PBX")
        hub.source("s-warehouse", name="Warehouse", dialect="sprecord")
        _destinations(hub, receivers)
        choose(hub, AT_ONCE, ACCOUNT)
        hub.operator("PUT", f"/admin/accounts/{ACCOUNT}/campaigns", {"channels": 4, "cps": 50})
        pbx = receivers.enter_context(receiving(answering(200, wav(speech()), Content_Type="audio/wav")))
        hub.request("POST", "/webhooks/vpbx/s-office", "no event at all")
        for place, ends in enumerate([MISSED, MISSED, ANSWERED, ANSWERED, RINGING, TALKING]):
            a_call(hub, f"call-{place}", place, ends, pbx.url)
        work(hub)
        hub.fetches()
        work(hub)
        served.lock.release()
        yield
        served.lock.acquire()


def speech() -> array[int]:
    """A sound with pauses, as speech has them."""
    parts = [tone(0.4, loud=4000 + 2500 * (place * 7 % 9)) if place % 5 else tone(0.3, loud=1) for place in range(40)]
    return array("h", [sample for part in parts for sample in part])


def _destinations(hub: Hub, receivers: ExitStack) -> None:
    """A receiver that takes everything, one that refuses, one that fails, and one that is paused."""
    for name, status, dialect in (
        ("CRM", 200, "standard"),
        ("Old CRM", 404, "callevents"),
        ("Statistics", 500, "standard"),
        ("ERP", 200, "standard"),
    ):
        url = receivers.enter_context(receiving(answering(status))).url
        wish = {"account": ACCOUNT, "dialect": dialect, "name": name, "url": url}
        assert hub.operator("POST", "/admin/destinations", wish).status == 201
    endpoints = hub.operator("GET", "/admin/endpoints", account=ACCOUNT).json["endpoints"]
    hub.operator("POST", f"/admin/endpoints/{endpoints[-1]['id']}/pause", account=ACCOUNT)


def a_call(hub: Hub, id_: str, place: int, ends: str, record: str = "") -> None:
    """A call as the office's PBX tells it: begun some minutes ago, and as far as `ends` says."""
    began = datetime.now(UTC) - timedelta(minutes=3 * (6 - place) if ends in (ANSWERED, MISSED) else 1)
    _tell(hub, "start.call", id_, place, began)
    _tell(hub, "local.in.call", id_, place, began + timedelta(seconds=2))
    if ends in (TALKING, ANSWERED):
        _tell(hub, "start.talk", id_, place, began + timedelta(seconds=9))
    if ends == ANSWERED:
        facts = {"disposition": "ANSWER", "duration": 24, "billsec": 15, "wait_time": 9}
        _tell(hub, "end.call", id_, place, began + timedelta(seconds=24), **facts, record=record)
    if ends == MISSED:
        facts = {"disposition": "NO ANSWER", "duration": 25, "billsec": 0, "wait_time": 25}
        _tell(hub, "end.call", id_, place, began + timedelta(seconds=25), **facts)


def _tell(hub: Hub, name: str, id_: str, place: int, at: datetime, **facts: Any) -> None:
    params: dict[str, Any] = {
        "call_id": id_,
        "event_date": at.astimezone(PBX_ZONE).strftime("%Y-%m-%d %H:%M:%S"),
        "src_phone": f"7916{2345600 + place}",
        "dst_phone": "73433000100",
        "direction": 1,
        "real_local_number": "" if name == "start.call" else str(101 + place % 4),
        **facts,
    }
    event = {"type": "call_event", "event_name": name, "params": params}
    assert hub.request("POST", "/webhooks/vpbx/s-office", event).status == 200, name
