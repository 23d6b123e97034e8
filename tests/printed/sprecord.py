"""SpRecord's printed examples (sprecord-events).

Blocks that are no messages are checked for their facts: the verification (its print is no JSON) and the field tables.
"""

from __future__ import annotations

import re
from typing import Any

from switchboard.accounts.upstream.model import Hook
from switchboard.dialects.sprecord.client import SprecordClient, read_hook
from switchboard.dialects.sprecord.subscriptions import read_hook as read_hook_request
from switchboard.dialects.sprecord.subscriptions import shown
from switchboard.dialects.sprecord.tables import DISPOSITIONS, FIELDS
from switchboard.dialects.sprecord.verification import md5_of
from switchboard.dialects.vendor_requests import VendorAnswer
from tests.printed.table import Case, Role, check, example, meant, printed
from tests.printed.vpbx import AnsweringPbx
from tests.support.builders import a_subscription
from tests.support.receiver import receiving, verifying
from tests.support.sprecord_day import sprecord_token
from tests.unit.builders import parsed, played, rendered_as, sample

HOOK, EVENTS = "01-subscribe-request.json", ("04-incoming-call.json", "05-call-end.json")
TABLES = {
    "06-call-fields.txt": ("incoming_call", "outgoing_call", "start_talk"),
    "07-call-end-fields.txt": ("call_end",),
    "09-sms-fields.txt": ("incoming_sms",),
    "10-answer-elsewhere-fields.txt": ("answer_elsewhere",),
}
TYPES: dict[str, Any] = {"str": str, "int": int, "datetime": str, "RecordCallStatus": str, "Optional[int]": int | None}
UNCHECKED: dict[str, str] = {}


@check("sprecord", Role.SERVER, HOOK, "03-subscribed.json")
def _(case: Case) -> None:
    """The hub takes the request as printed; over HTTP a receiver on loopback stands for the printed address."""
    url, names = read_hook_request(example("sprecord", HOOK))
    hook = a_subscription("", dialect="sprecord", url=url, events=names)
    assert shown(hook) == example("sprecord", "03-subscribed.json")
    account = case.name()
    case.hub.account(account)
    with receiving(verifying) as crm:
        texts = [printed("sprecord", file).replace(url, crm.url) for file in (HOOK, "03-subscribed.json")]
        answer = case.hub.request("POST", "/sys/subscribe_events", texts[0], sprecord_token(case.hub, account))
    assert (answer.status, answer.json) == (200, meant(texts[1]))


@check("sprecord", Role.CLIENT, HOOK, "03-subscribed.json")
def _(case: Case) -> None:
    pbx, wanted = AnsweringPbx(printed("sprecord", "03-subscribed.json")), example("sprecord", HOOK)
    hook = SprecordClient(pbx, "t").subscribe(wanted["hook"], wanted["subscribe"])
    assert (pbx.asked[0].method, pbx.asked[0].json) == ("POST", wanted)
    assert hook == read_hook(VendorAnswer(200, case.shown)) == Hook(wanted["hook"], tuple(wanted["subscribe"]))


@check("sprecord", Role.SERVER, "02-verification.txt")
def _(case: Case) -> None:
    """The verification has the printed fields."""
    account = case.name()
    case.hub.account(account)
    with receiving(verifying) as crm:
        body = {"hook": crm.url, "subscribe": ["startup"]}
        case.hub.request("POST", "/sys/subscribe_events", body, sprecord_token(case.hub, account))
        sent = meant(crm.requests[0].body.decode())
    assert list(sent) == _names(case.text)
    assert sent["event_type"] == "verification"


@check("sprecord", Role.CLIENT, "02-verification.txt")
def _(case: Case) -> None:
    """The answer to a body of the printed fields is the MD5 of its text."""
    body = dict.fromkeys(_names(case.text), "device_id") | {"event_type": "verification", "payload": "verification_str"}
    answer = case.hub.request("POST", f"/webhooks/sprecord/{case.source().id}", body)
    assert (answer.status, answer.text) == (200, md5_of("verification_str"))


@check("sprecord", Role.CLIENT, *EVENTS)
def _(case: Case) -> None:
    answer = case.hub.request("POST", f"/webhooks/sprecord/{case.source().id}", case.text)
    payload = case.shown["payload"]
    event = parsed("sprecord", case.shown)
    assert (answer.status, event.name) == (200, case.shown["event_type"])
    assert event.external_id == f"{case.shown['device_id']}:{payload['call_id']}"
    assert [one and one.received for one in (event.caller, event.callee)] == [
        payload.get("call_src"), payload.get("call_dst"),
    ]  # fmt: skip


@check("sprecord", Role.SERVER, *EVENTS)
def _(case: Case) -> None:
    """A subscriber of the hub gets the event as printed; a call's id is text, as the document's table says."""
    start = parsed("sprecord", example("sprecord", EVENTS[0]))
    told = played([start, *([] if case.file == EVENTS[0] else [parsed("sprecord", case.shown)])])[-1]
    (sent,) = rendered_as("sprecord", told)
    wanted = case.shown
    wanted["payload"]["call_id"] = str(wanted["payload"]["call_id"])
    assert sent.body == wanted


@check("sprecord", Role.SERVER, *TABLES)
def _(case: Case) -> None:
    """Messages of other vendors' calls have the fields of the table, in its types."""
    types = dict(re.findall(r"(\w+): (\S+)", case.text))
    for name in TABLES[case.file]:
        assert set(FIELDS[name]) == set(types), name
    for message in _told_of_a_vpbx_call():
        if message["event_type"] in TABLES[case.file]:
            assert all(isinstance(message["payload"][field], TYPES[kind]) for field, kind in types.items()), message


@check("sprecord", Role.CLIENT, *TABLES)
def _(case: Case) -> None:
    """The hub's samples of these events have the fields of the table."""
    for name in TABLES[case.file]:
        assert set(sample(f"sprecord/{name}")["payload"]) == set(dict(re.findall(r"(\w+): (\S+)", case.text)))


@check("sprecord", Role.CLIENT, "08-statuses.txt")
@check("sprecord", Role.SERVER, "08-statuses.txt")
def _(case: Case) -> None:
    assert set(re.findall(r"'(\w+)'", case.text)) == set(DISPOSITIONS)


def _names(text: str) -> list[str]:
    return re.findall(r"(\w+) =", text)


def _told_of_a_vpbx_call() -> list[Any]:
    story = played(parsed("vpbx", sample(f"vpbx/{name}")) for name in ("start_call", "start_talk", "end_call"))
    return [message.body for told in story for message in rendered_as("sprecord", told)]
