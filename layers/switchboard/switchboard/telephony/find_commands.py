"""Finding commands: one by its id, an account's by time."""

from __future__ import annotations

from collections.abc import Sequence

from switchboard.errors import NotFound
from switchboard.paging import across
from switchboard.telephony.model import Command
from switchboard.telephony.ports import Commands


def find_command(accounts: Sequence[str], command_id: str, commands: Commands) -> Command:
    """The command of this id in the first of these accounts that has it; NotFound where none does."""
    found = (commands.get(account, command_id) for account in accounts)
    command = next((command for command in found if command is not None), None)
    if command is None:
        raise NotFound("There is no such command.", "command")
    return command


def list_commands(
    accounts: Sequence[str], limit: int, cursor: str | None, commands: Commands
) -> tuple[list[Command], str | None]:
    """Commands newest first within an account, a page at a time."""
    return across(accounts, limit, cursor, commands.listed)
