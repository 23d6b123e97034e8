"""Port Commands."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from switchboard.aws.telephony_table import TelephonyTable
from switchboard.errors import Invalid
from switchboard.telephony.model import Action, Command, CommandState
from switchboard.telephony.ports import Commands, IdempotencyClaim
from tests.fakes.telephony import MemoryCommands
from tests.support.builders import NOON
from tests.support.threads import at_once

WINDOW = timedelta(seconds=10)


def a_command(id_: str = "cmd_1", **fields: Any) -> Command:
    defaults: dict[str, Any] = {
        "account": "acme",
        "action": Action.ORIGINATE,
        "provider": "simulator",
        "created_at": NOON,
        "extension": "104",
        "number": "79012345600",
    }
    return Command(**{"id": id_, **defaults, **fields})


def a_claim(after: float = 0, **fields: Any) -> IdempotencyClaim:
    now = NOON + timedelta(seconds=after)
    return IdempotencyClaim(**{"key": "dial:104", "now": now, "until": now + WINDOW, **fields})


@pytest.fixture
def commands(kind: str, request: pytest.FixtureRequest) -> Commands:
    if kind == "memory":
        return MemoryCommands()
    stack: Any = request.getfixturevalue("stack")
    return TelephonyTable(stack.dynamodb, stack.table("TelephonyTable"))


def test_a_command_comes_back_as_it_was_begun(commands: Commands) -> None:
    """Every field of it."""
    command = a_command(call_id="c1", caller_id="+7351", reason="busy", finished_at=NOON)
    assert commands.begin(command) == command
    assert commands.get("acme", "cmd_1") == command


@pytest.mark.parametrize("id_", ["cmd_2", "", "x" * 3000, "ё"])
def test_an_unknown_command_is_none(commands: Commands, id_: str) -> None:
    """Whatever somebody makes up for an id."""
    commands.begin(a_command())
    assert commands.get("acme", id_) is None


def test_a_command_of_another_account_is_none(commands: Commands) -> None:
    """An id is good in its own account alone."""
    commands.begin(a_command())
    assert commands.get("other", "cmd_1") is None


def test_the_second_under_a_claim_is_given_the_first(commands: Commands) -> None:
    """And is not kept itself."""
    first = commands.begin(a_command("cmd_1"), a_claim())
    assert commands.begin(a_command("cmd_2"), a_claim(5)) == first
    assert commands.get("acme", "cmd_2") is None


@pytest.mark.parametrize(("seconds", "id_"), [(9.9, "cmd_1"), (9.999, "cmd_1"), (10, "cmd_2"), (3600, "cmd_2")])
@pytest.mark.parametrize("begun", [0, 3, 7.5])
def test_a_claim_holds_from_its_own_time_on(commands: Commands, begun: float, seconds: float, id_: str) -> None:
    """However the windows of the clock lie: 9.9 s later it holds, 10 s later it does not."""
    commands.begin(a_command("cmd_1"), a_claim(begun))
    assert commands.begin(a_command("cmd_2"), a_claim(begun + seconds)).id == id_


def test_a_claim_is_not_made_longer_by_who_finds_it(commands: Commands) -> None:
    """Ten seconds count from the first."""
    commands.begin(a_command("cmd_1"), a_claim())
    commands.begin(a_command("cmd_2"), a_claim(9))
    assert commands.begin(a_command("cmd_3"), a_claim(11)).id == "cmd_3"


def test_claims_of_other_keys_and_accounts_are_others(commands: Commands) -> None:
    """Nobody waits for a stranger."""
    commands.begin(a_command("cmd_1"), a_claim())
    assert commands.begin(a_command("cmd_2"), a_claim(key="dial:105")).id == "cmd_2"
    assert commands.begin(a_command("cmd_3", account="other"), a_claim()).id == "cmd_3"


def test_a_claim_is_let_go_of_for_one_who_names_its_command(commands: Commands) -> None:
    """Then it is the new one's, for its own time."""
    commands.begin(a_command("cmd_1"), a_claim())
    assert commands.begin(a_command("cmd_2"), a_claim(1, instead_of="cmd_1")).id == "cmd_2"
    assert commands.begin(a_command("cmd_3"), a_claim(2, instead_of="cmd_1")).id == "cmd_2"
    assert commands.begin(a_command("cmd_4"), a_claim(10.5)).id == "cmd_2"


def test_a_key_may_be_anything(commands: Commands) -> None:
    """As long and strange as a client likes."""
    key = "ключ\x00" * 500
    commands.begin(a_command("cmd_1"), a_claim(key=key))
    assert commands.begin(a_command("cmd_2"), a_claim(key=key)).id == "cmd_1"


def test_of_many_at_once_one_is_kept(commands: Commands) -> None:
    """A race has one winner, whom all are given."""
    ends = at_once([lambda id_=f"cmd_{n}": commands.begin(a_command(id_), a_claim()) for n in range(5)])
    assert not [end for end in ends if isinstance(end, Exception)]
    assert len({end.id for end in ends if isinstance(end, Command)}) == 1
    assert len(commands.listed("acme", 10, None)[0]) == 1


def test_what_came_of_a_command_is_kept(commands: Commands) -> None:
    """With its reason."""
    commands.begin(a_command())
    done = a_command(state=CommandState.FAILED, reason="busy", finished_at=NOON)
    assert commands.settle(done) == done
    assert commands.get("acme", "cmd_1") == done


SETTLED = [
    (CommandState.ACCEPTED, CommandState.SENT, True),
    (CommandState.ACCEPTED, CommandState.FAILED, True),
    (CommandState.SENT, CommandState.SUCCEEDED, True),
    (CommandState.SENT, CommandState.UNCORRELATED, True),
    (CommandState.SENT, CommandState.FAILED, False),
    (CommandState.FAILED, CommandState.SUCCEEDED, True),
    (CommandState.UNCORRELATED, CommandState.SUCCEEDED, True),
    (CommandState.UNCORRELATED, CommandState.SENT, False),
    (CommandState.UNCORRELATED, CommandState.FAILED, False),
    (CommandState.FAILED, CommandState.SENT, False),
    (CommandState.FAILED, CommandState.UNCORRELATED, True),
    (CommandState.SUCCEEDED, CommandState.FAILED, False),
    (CommandState.SUCCEEDED, CommandState.SENT, False),
    (CommandState.SUCCEEDED, CommandState.UNCORRELATED, False),
]


@pytest.mark.parametrize(("before", "after", "kept"), SETTLED)
def test_what_says_less_does_not_replace_what_says_more(
    commands: Commands,
    before: CommandState,
    after: CommandState,
    kept: bool,  # noqa: FBT001
) -> None:
    """Whoever comes late is given what is kept."""
    commands.begin(a_command(state=before))
    assert commands.settle(a_command(state=after)).state is (after if kept else before)


def test_commands_are_listed_newest_first(commands: Commands) -> None:
    """Of one account, page by page."""
    times: list[datetime] = [NOON + timedelta(seconds=second) for second in (2, 0, 1)]
    for number, at in enumerate(times):
        commands.begin(a_command(f"cmd_{number}", created_at=at))
    commands.begin(a_command("cmd_9", account="other"))
    found, cursor = commands.listed("acme", 2, None)
    rest, end = commands.listed("acme", 2, cursor)
    assert [one.id for one in found + rest] == ["cmd_0", "cmd_2", "cmd_1"]
    assert end is None


def test_a_made_up_cursor_is_invalid(commands: Commands) -> None:
    """And no failure."""
    with pytest.raises(Invalid):
        commands.listed("acme", 2, "made-up")


def test_a_settled_command_stays_in_its_place(commands: Commands) -> None:
    """The list is by the time of asking."""
    commands.begin(a_command("cmd_1"))
    commands.begin(a_command("cmd_2", created_at=NOON + timedelta(seconds=1)))
    commands.settle(replace(a_command("cmd_1"), state=CommandState.SENT))
    assert [one.id for one in commands.listed("acme", 9, None)[0]] == ["cmd_2", "cmd_1"]
