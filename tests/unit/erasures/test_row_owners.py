"""Whose each row is, and what the erasure of a number does with it."""

import json
import zlib
from typing import Any

import pytest

from switchboard.aws.row_owners import RULES, Treatment, call_marks, digest, plain_row, texts_of

A_CALL = call_marks("c1")


def data(**fields: Any) -> str:
    return json.dumps(fields)


OWNERS: list[tuple[str, dict[str, Any], tuple[str, str]]] = [
    ("accounts", {"pk": "ACCOUNT#acme", "sk": "ACCOUNT"}, ("acme", "accounts")),
    ("accounts", {"pk": "ACCOUNT#acme", "sk": "EXTENSION#101"}, ("acme", "extensions")),
    ("accounts", {"pk": "TOKEN#d", "sk": "TOKEN", "owner": "acme"}, ("acme", "tokens")),
    ("accounts", {"pk": "SOURCE#s", "sk": "UPSTREAM", "data": data(account="acme")}, ("acme", "upstreams")),
    ("accounts", {"pk": "SOURCE#s", "sk": "BOOKMARK", "data": data(account="acme")}, ("acme", "bookmarks")),
    ("accounts", {"pk": "ERASURE#e", "sk": "ERASURE", "data": data(account="acme")}, ("", "")),
    ("activity", {"pk": "s", "sk": "REFUSED#01", "data": data(account="acme")}, ("acme", "refused_requests")),
    ("activity", {"pk": "s", "sk": "HOUR#2026"}, ("", "source_counts")),
    ("activity", {"pk": "ACCOUNT#acme", "sk": "DAY#2026-03-14"}, ("acme", "daily_spending")),
    ("activity", {"pk": "AUDIT#acme", "sk": "2026#r", "data": data(account="acme")}, ("acme", "audit_records")),
    ("activity", {"pk": "AUDIT#", "sk": "2026#r", "data": data(account="acme")}, ("acme", "audit_records")),
    ("activity", {"pk": "AUDIT#", "sk": "2026#r", "data": data(account="")}, ("", "audit_records")),
    ("activity", {"pk": "LOGINS#2026", "sk": "203.0.113.7", "refused": 7}, ("", "refused_logins")),
    ("subscriptions", {"account": "acme", "key": "limits#r"}, ("acme", "receiver_limits")),
    ("calls", {"pk": "acme#c1", "sk": "EVENT#e"}, ("acme", "events")),
    ("calls", {"pk": "acme#source:s", "sk": "STARTED"}, ("acme", "events")),
    ("deliveries", {"id": "msg", "account": "acme"}, ("acme", "deliveries")),
    ("endpoints", {"pk": "acme#e#c1", "sk": "0001", "id": "msg"}, ("acme", "lanes")),
    ("telephony", {"pk": "acme#simulator", "sk": "LINE"}, ("acme", "simulated_lines")),
    ("communications", {"pk": "ACCOUNT#acme", "sk": "CONNECTOR#1"}, ("acme", "connectors")),
    ("recordings", {"id": "0f", "listing": "acme#3", "data": data(call_id="c1")}, ("acme", "recordings")),
    ("streams", {"pk": "ticket#d", "sk": "TICKET", "account": "acme"}, ("acme", "tickets")),
    ("streams", {"pk": "ticket#told#3", "sk": "TOLD#x"}, ("ticket", "stream_places")),
    ("campaigns", {"pk": "account#acme", "sk": "group#1"}, ("acme", "campaign_group")),
    ("dialling", {"pk": "dialler#acme", "sk": "state"}, ("acme", "dialler")),
    ("dialling", {"pk": "execution#acme#1", "sk": "subscriber#0"}, ("acme", "subscriber_records")),
    ("restrictions", {"pk": "acme#2026-03-14", "sk": "CALLS#7916"}, ("acme", "daily_calls")),
    ("emails", {"pk": "acme#1", "sk": "0000000#d"}, ("acme", "emails")),
]  # fmt: skip


@pytest.mark.parametrize("table", RULES)
def test_a_row_belongs_to_the_account_of_its_key(table: str) -> None:
    """Every table has examples, and each row has one owner and one kind for the report."""
    own = [(row, owner) for name, row, owner in OWNERS if name == table]
    assert own
    found = [RULES[table].owner(row) for row, _ in own]
    assert [(one.account, one.kind) for one in found] == [owner for _, owner in own]


MARKED: list[tuple[str, dict[str, Any], frozenset[str]]] = [
    ("calls", {"pk": "acme#c1", "sk": "CALL"}, A_CALL),
    ("calls", {"pk": "acme#number:7916", "sk": "2026#c1", "call": "c1"}, A_CALL),
    ("calls", {"pk": "acme#source:s", "sk": "EVENT#e"}, frozenset()),
    ("deliveries", {"id": "msg", "account": "acme", "call_key": "acme#c1"}, A_CALL),
    ("telephony", {"pk": "acme#command:k", "sk": "COMMAND", "data": data(call_id="c1")}, A_CALL | {"command:k"}),
    ("telephony", {"pk": "acme#claim:d", "sk": "CLAIM", "command": "k"}, frozenset({"command:k"})),
    ("telephony", {"pk": "acme#pending:101", "sk": "2026#k"}, frozenset({"command:k"})),
    ("telephony", {"pk": "acme#simulated:c1", "sk": "CALL"}, A_CALL),
    ("recordings", {"id": "acme#17", "call": "c1"}, A_CALL),
    ("communications", {"pk": "acme#connector:1", "sk": f"CALL#{digest('c1')}", "communication": "m"},
     frozenset({f"digest:{digest('c1')}", f"digest:{digest('m')}"})),
    ("communications", {"pk": "acme#ws", "sk": f"ID#{digest('m')}", "data": data(external_id="x")},
     frozenset({f"digest:{digest('m')}", f"digest:{digest('x')}"})),
]  # fmt: skip


def test_a_row_has_the_marks_of_its_call() -> None:
    """By the marks the rows of a call are found that do not hold the number."""
    for table, row, marks in MARKED:
        assert RULES[table].owner(row).marks == marks, row


def test_what_is_going_on_is_left_and_settings_stay() -> None:
    """A line in use and a lane are left; settings, records and messages of streams lose the number."""
    treatments = {
        ("dialling", "dialler#acme", "state"): Treatment.LEAVE,
        ("endpoints", "acme#e", "LANE#c1"): Treatment.LEAVE,
        ("accounts", "ACCOUNT#acme", "ROUTING"): Treatment.REDACT,
        ("accounts", "ACCOUNT#acme", "EXTENSION#101"): Treatment.REMOVE,
        ("dialling", "execution#acme#1", "subscriber#0"): Treatment.REDACT,
        ("streams", "acme", "MESSAGE#1"): Treatment.REDACT,
        ("restrictions", "acme", "ENTRY#7916"): Treatment.REMOVE,
    }
    for (table, pk, sk), treatment in treatments.items():
        assert RULES[table].owner({"pk": pk, "sk": sk}).treatment is treatment


def test_packed_texts_and_members_of_sets_are_read() -> None:
    """Names, texts, sets and packed bytes, but no numbers: those are versions and times."""
    row = plain_row(
        {"pk": {"S": "acme"}, "ids": {"SS": ["b", "a"]}, "at": {"N": "1789"}, "data": {"B": zlib.compress(b"inner")}}
    )
    assert list(texts_of(row)) == ["pk", "acme", "ids", "a", "b", "at", "data", "inner"]
