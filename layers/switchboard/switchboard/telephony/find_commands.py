"""Find commands: by id, or an account's by time."""

from __future__ import annotations

from collections.abc import Sequence

from switchboard.errors import NotFound
from switchboard.paging import across
from switchboard.telephony.model import Command
from switchboard.telephony.ports import Commands


def find_command(accounts: Sequence[str], command_id: str, commands: Commands) -> Command:
    """Return the command with this id in one of these accounts. Raises NotFound."""
    found = (commands.get(account, command_id) for account in accounts)
    command = next((command for command in found if command is not None), None)
    if command is None:
        raise NotFound("There is no such command.", "command")
    return command


def list_commands(
    accounts: Sequence[str], limit: int, cursor: str | None, commands: Commands
) -> tuple[list[Command], str | None]:
    """Return a page of commands, newest first within an account, and the cursor of the next page."""
    return across(accounts, limit, cursor, commands.listed)
