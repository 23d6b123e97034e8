"""Whose each row is, by the layouts of the keys: pure rules for the erasure of an account or of a number.

A rule takes a row as plain values (`plain_row`) and tells the account, the kind for the report, and the marks. A mark
names a call, command or communication that the row belongs to. A row with a mark goes when the call goes.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from switchboard.kernel.ids import plain_id

Row = Mapping[str, Any]


class Treatment(Enum):
    """What the erasure of a number does with a row that holds the number."""

    REMOVE = auto()
    REDACT = auto()  # the number is taken out of the row's texts; the row stays
    LEAVE = auto()  # the row belongs to something that is going on, and a later sweep looks again


@dataclass(frozen=True, slots=True)
class RowOwner:
    """The account of a row, empty for a row of nobody; the kind for the report; the marks; the treatment.

    `last` rows are not deleted by a sweep: the account's own row, which holds the id until everything else is gone.
    """

    account: str
    kind: str
    marks: frozenset[str] = frozenset()
    treatment: Treatment = Treatment.REMOVE
    last: bool = False


@dataclass(frozen=True, slots=True)
class TableRule:
    """The rule of a table. `partition` gives the only partition of an account, where a table has just one for each."""

    owner: Callable[[Row], RowOwner]
    partition: Callable[[str], tuple[str, str]] | None = None


def call_marks(call_id: str) -> frozenset[str]:
    """Return the marks of a call: by its id, and by the digest in the keys of links."""
    return frozenset({f"call:{call_id}", f"digest:{digest(call_id)}"}) if call_id else frozenset()


def digest(text: str) -> str:
    """Return the digest that keys hold of an id of any length, in its one spelling."""
    return hashlib.sha256(plain_id(text).encode()).hexdigest()


def plain_row(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item's attributes without their types. Sets become sorted lists."""
    return {name: _value(attribute) for name, attribute in item.items()}


def texts_of(row: Row) -> Iterator[str]:
    """Yield every text of a row: names, texts, members of lists, and packed texts unpacked.

    Numeric attributes hold versions, counts and times alone.
    """
    for name, value in row.items():
        yield name
        yield from value_texts(value)


def value_texts(value: Any) -> Iterator[str]:
    """Yield every text of an attribute."""
    if isinstance(value, bytes):
        yield unpacked(value)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from value_texts(one)


def unpacked(data: bytes) -> str:
    """Return a packed text, or the bytes letter by letter."""
    try:
        return zlib.decompress(data).decode()
    except (zlib.error, UnicodeDecodeError):
        return data.decode("latin-1")


def accounts(row: Row) -> RowOwner:
    """AccountsTable. Erasures and operators belong to no account."""
    head, _, id_ = row["pk"].partition("#")
    if head == "ACCOUNT":
        kind = row["sk"].partition("#")[0].lower()
        treatment = Treatment.REMOVE if kind == "extension" else Treatment.REDACT
        return RowOwner(id_, f"{kind}s", treatment=treatment, last=row["sk"] == "ACCOUNT")
    if head == "TOKEN":
        return RowOwner(row.get("owner", ""), "tokens", treatment=Treatment.REDACT)
    if head == "SOURCE":
        return RowOwner(str(_data(row).get("account", "")), f"{row['sk'].lower()}s", treatment=Treatment.REDACT)
    return RowOwner("", "")


def activity(row: Row) -> RowOwner:
    """ActivityTable: spilled events, and rows of a source.

    A refused request names its account, and a row of counts the source alone. The record of the end of an
    account is the hub's.
    """
    head, _, account = row["pk"].partition("#")
    if head == "ACCOUNT":
        return RowOwner(account, "daily_spending")
    if head == "SPILLED":
        return RowOwner(row["account"], "spilled_events", call_marks(row.get("call", "")))
    if head == "SPILLED-FLAG":
        return RowOwner("", "spill_flags")
    if head == "AUDIT":
        return RowOwner(str(_data(row).get("account", "")), "audit_records")
    if head == "LOGINS":
        return RowOwner("", "refused_logins")
    kind = "refused_requests" if row["sk"].startswith("REFUSED#") else "source_counts"
    return RowOwner(str(_data(row).get("account", "")), kind)


def subscriptions(row: Row) -> RowOwner:
    """SubscriptionsTable."""
    kind = "receiver_limits" if row["key"].startswith("limits#") else "subscriptions"
    return RowOwner(row["account"], kind, treatment=Treatment.REDACT)


def calls(row: Row) -> RowOwner:
    """CallsTable: calls with their logs, events of no call, and the index of numbers."""
    account, _, call = row["pk"].partition("#")
    if call.startswith("number:"):
        return RowOwner(account, "call_numbers", call_marks(row.get("call", "")))
    kind = "calls" if row["sk"] == "CALL" else "events"
    return RowOwner(account, kind, frozenset() if call.startswith("source:") else call_marks(call))


def deliveries(row: Row) -> RowOwner:
    """DeliveriesTable. A delivery of no call has no `call_key`."""
    return RowOwner(row.get("account", ""), "deliveries", call_marks(row.get("call_key", "").partition("#")[2]))


def endpoints(row: Row) -> RowOwner:
    """EndpointsTable. Lanes hold ids alone; their worker frees a place whose delivery is gone."""
    account = row["pk"].partition("#")[0]
    if row["sk"] == "ENDPOINT":
        return RowOwner(account, "receivers", treatment=Treatment.REDACT)
    return RowOwner(account, "lanes", treatment=Treatment.LEAVE)


def communications(row: Row) -> RowOwner:
    """CommunicationsTable: connectors with their grants, communications, and links between calls and communications."""
    head, _, rest = row["pk"].partition("#")
    what, _, id_ = row["sk"].partition("#")
    if head == "ACCOUNT":
        return RowOwner(rest, "oauth_grants" if what == "GRANT" else "connectors", treatment=Treatment.REDACT)
    marks = call_marks(row.get("call", "")) | {f"digest:{id_}"}
    if "communication" in row:
        marks |= {f"digest:{digest(row['communication'])}"}
    if what == "ID":
        marks |= {f"digest:{digest(str(_data(row).get('external_id', '')))}"}
    kind = "communications" if what in {"ID", "EXTERNAL"} else "crm_links"
    return RowOwner(head, kind, marks)


LINES = {"pbx": "pbx_connections", "connection": "pbx_connections", "chime-line": "chime_lines"}


def telephony(row: Row) -> RowOwner:
    """TelephonyTable: commands with claims and waits, and calls of the providers that the hub directs."""
    account, _, rest = row["pk"].partition("#")
    what, _, id_ = rest.partition(":")
    if what == "command":
        marks = call_marks(str(_data(row).get("call_id") or "")) | {f"command:{id_}"}
        return RowOwner(account, "commands", marks)
    if what == "claim":
        return RowOwner(account, "idempotency_claims", frozenset({f"command:{row.get('command', '')}"}))
    if what == "pending":
        return RowOwner(account, "pending_commands", frozenset({f"command:{row['sk'].partition('#')[2]}"}))
    if what == "transaction":
        return RowOwner(str(row.get("owner", "")), "chime_transactions", call_marks(str(row.get("call", ""))))
    if what in ("simulated", "asterisk", "chime"):
        return RowOwner(account, f"{what}_calls", call_marks(id_))
    # A connection's row is found before its account is known.
    owner, kind = (
        str(row.get("owner", account)),
        LINES.get(what, "simulated_lines"),
    )
    return RowOwner(owner, kind, treatment=Treatment.LEAVE)


def recordings(row: Row) -> RowOwner:
    """RecordingsTable: recordings, and the numbers of recordings."""
    if "listing" in row:
        call = str(_data(row).get("call_id", ""))
        return RowOwner(row["listing"].partition("#")[0], "recordings", call_marks(call))
    return RowOwner(row["id"].partition("#")[0], "recording_numbers", call_marks(row.get("call", "")))


def streams(row: Row) -> RowOwner:
    """StreamsTable. A message that is missing would hold its readers up, so the number is taken out of it."""
    if row["sk"] == "TICKET":
        return RowOwner(row.get("account", ""), "tickets")
    kind = "stream_messages" if row["sk"].startswith("MESSAGE#") else "stream_places"
    return RowOwner(row["pk"].partition("#")[0], kind, treatment=Treatment.REDACT)


def campaigns(row: Row) -> RowOwner:
    """CampaignsTable: settings, groups, tasks, audio, uploads."""
    kind = row["sk"].partition("#")[0]
    return RowOwner(row["pk"].partition("#")[2], f"campaign_{kind}", treatment=Treatment.REDACT)


def dialling(row: Row) -> RowOwner:
    """DiallingTable: lines in use, executions, and records of subscribers."""
    head, _, rest = row["pk"].partition("#")
    account = rest.partition("#")[0]
    if head == "dialler":
        return RowOwner(account, "dialler", treatment=Treatment.LEAVE)
    kind = "subscriber_records" if row["sk"].startswith("subscriber#") else "executions"
    return RowOwner(account, kind, treatment=Treatment.REDACT)


def restrictions(row: Row) -> RowOwner:
    """RestrictionsTable: do-not-call entries, and the daily calls of numbers."""
    kind = "daily_calls" if row["sk"].startswith("CALLS#") else "do_not_call"
    return RowOwner(row["pk"].partition("#")[0], kind)


def emails(row: Row) -> RowOwner:
    """EmailsTable."""
    return RowOwner(row["pk"].partition("#")[0], "emails")


def _account_partition(account: str) -> tuple[str, str]:
    return "account", account


def _campaigns_partition(account: str) -> tuple[str, str]:
    return "pk", f"account#{account}"


# By the name of the table in `settings`, in the order of a sweep.
RULES: dict[str, TableRule] = {
    "activity": TableRule(activity),
    "accounts": TableRule(accounts),
    "subscriptions": TableRule(subscriptions, _account_partition),
    "calls": TableRule(calls),
    "deliveries": TableRule(deliveries),
    "endpoints": TableRule(endpoints),
    "telephony": TableRule(telephony),
    "communications": TableRule(communications),
    "recordings": TableRule(recordings),
    "streams": TableRule(streams),
    "campaigns": TableRule(campaigns, _campaigns_partition),
    "dialling": TableRule(dialling),
    "restrictions": TableRule(restrictions),
    "emails": TableRule(emails),
}


def _data(row: Row) -> Mapping[str, Any]:
    """Return the JSON object in `data`, packed or not; empty without one."""
    data = row.get("data", "")
    text = unpacked(data) if isinstance(data, bytes) else data
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _value(attribute: Mapping[str, Any]) -> Any:
    """Return the value of an attribute."""
    kind, value = next(iter(attribute.items()))
    if kind in {"SS", "NS", "BS"}:
        return sorted(value)
    if kind == "L":
        return [_value(one) for one in value]
    return int(value) if kind == "N" else value
