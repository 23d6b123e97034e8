"""Port PendingCommands, and the queue of settlements."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from switchboard.aws.codec import load
from switchboard.aws.pending_commands import PendingRows, SettlementQueue
from switchboard.errors import TryAgain
from switchboard.telephony.pending import MatchVerdict, PendingCommands, PendingKey
from tests.fakes.telephony_pending import MemoryPending
from tests.support.builders import NOON, a_pending
from tests.support.stack import Stack
from tests.support.threads import at_once


@pytest.fixture
def pending(request: pytest.FixtureRequest, kind: str) -> PendingCommands:
    if kind == "memory":
        return MemoryPending()
    stack: Stack = request.getfixturevalue("stack")
    return PendingRows(stack.dynamodb, stack.table("TelephonyTable"))


def of(pending: PendingCommands, extension: str = "104", account: str = "acme", **back: Any) -> list[str]:
    found = pending.of_extension(account, extension, NOON - timedelta(**back or {"minutes": 1}))
    return [one.command for one in found]


def test_a_command_comes_back_as_it_was_kept(pending: PendingCommands) -> None:
    """Every field."""
    one = a_pending(source="s-office", verdict=MatchVerdict.MATCHED, call_id="call-1", judged_at=NOON)
    pending.expect(one)
    assert (pending.get(one.key), pending.of_extension("acme", "104", NOON)) == (one, [one])


def test_a_command_is_expected_once(pending: PendingCommands) -> None:
    """What was judged since is not undone by a repeat."""
    one = a_pending()
    pending.expect(one)
    judged = replace(one, verdict=MatchVerdict.NO_CALL, judged_at=NOON)
    pending.judged([(one, judged)])
    pending.expect(one)
    assert pending.get(one.key) == judged


def test_commands_are_found_by_their_extension(pending: PendingCommands) -> None:
    """Within their account, those asked for since then, in the order of asking."""
    late = a_pending("cmd_late", asked_at=NOON + timedelta(seconds=1))
    for one in (
        late, a_pending("cmd_now"), a_pending("cmd_old", asked_at=NOON - timedelta(hours=1)),
        a_pending("cmd_x", extension="105"), a_pending("cmd_y", account="other"),
    ):  # fmt: skip
        pending.expect(one)
    assert (of(pending), of(pending, "105"), of(pending, account="other")) == (
        ["cmd_now", "cmd_late"],
        ["cmd_x"],
        ["cmd_y"],
    )
    assert of(pending, hours=2)[0] == "cmd_old"


def test_a_forgotten_command_is_gone(pending: PendingCommands) -> None:
    """And forgetting it twice is no error."""
    one = a_pending()
    pending.expect(one)
    pending.forget(one)
    pending.forget(one)
    assert (pending.get(one.key), of(pending)) == (None, [])


def test_verdicts_are_written_together_or_not_at_all(pending: PendingCommands) -> None:
    """Where one command is no longer as it was, none is changed."""
    one, other = a_pending("cmd_a"), a_pending("cmd_b")
    pending.expect(one)
    pending.expect(replace(other, verdict=MatchVerdict.NO_CALL))
    judged = [(before, replace(before, verdict=MatchVerdict.SEVERAL_COMMANDS)) for before in (one, other)]
    with pytest.raises(TryAgain):
        pending.judged(judged)
    assert pending.get(one.key) == one


def test_of_two_who_judge_at_once_one_wins(pending: PendingCommands) -> None:
    """The other is told to look again."""
    one = a_pending()
    pending.expect(one)
    verdicts = [replace(one, verdict=MatchVerdict.MATCHED, call_id=call) for call in ("call-1", "call-2")]
    ends = at_once([partial(pending.judged, [(one, verdict)]) for verdict in verdicts])
    assert sorted(type(end).__name__ for end in ends) == ["NoneType", "TryAgain"]


def test_an_endless_extension_has_no_commands(pending: PendingCommands) -> None:
    """Whatever a PBX calls an extension."""
    assert of(pending, "9" * 5000) == []


def test_a_settlement_is_held_back_until_the_time_is_over(stack: Stack) -> None:
    """Its message says where the command is found, and holds no number."""
    queue = SettlementQueue(stack.sqs, stack.queue("SettlementsQueue"), lambda: NOON)
    queue.send(a_pending(until=NOON - timedelta(minutes=1)))
    (record,) = stack.messages("SettlementsQueue")
    assert load(record["body"], PendingKey) == a_pending().key
    assert a_pending().number.received.lstrip("+") not in record["body"]
    queue.send(a_pending("cmd_later", until=NOON + timedelta(minutes=1)))
    assert stack.messages("SettlementsQueue") == []
