"""Whom a caller should reach, as a telephony asks its CRM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from switchboard.accounts.ports import Extensions
from switchboard.calls.model import Call, Direction, Number
from switchboard.calls.numbers import DEFAULT_REGION, digits_of, read_number
from switchboard.calls.ports import CallFilter, Page
from switchboard.crm.model import Workspace
from switchboard.crm.ports import Communications, ResponsibleUsers, Users
from switchboard.crm.receive import bare_id
from switchboard.routing.ports import Routings
from switchboard.routing.rules import ApplyRules, Caller

LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class WhoIsResponsible:
    """By the number of a caller, or by the call that was told of; the answer is in the CRM's ids of its users."""

    communications: Communications
    responsible: ResponsibleUsers
    users: Users

    def __call__(self, workspace: Workspace, external_id: str, phone: str) -> tuple[str, ...]:
        """The users, none where nobody is known to be responsible."""
        number = phone or self._client_of(workspace, external_id)
        extension = self.responsible.extension_of(workspace.account, number) if number else None
        if not extension:
            return ()
        users = self.users.extensions(workspace.account)
        return tuple(user for user, own in users.items() if own == extension) or (extension,)

    def _client_of(self, workspace: Workspace, external_id: str) -> str:
        found = self.communications.of_external_id(workspace, bare_id(workspace, external_id)) if external_id else None
        return found.client_phone if found else ""


@dataclass(frozen=True, slots=True)
class ByRules:
    """Port ResponsibleUsers: by the account's own rules, as its PBX is told; `otherwise` where it has made none."""

    routings: Routings
    extensions: Extensions
    rules: ApplyRules
    otherwise: ResponsibleUsers

    def extension_of(self, account: str, number: str) -> str | None:
        """The extension that the first rule finds, which may be the default of all callers."""
        routing, known = self.routings.get(account), read_number(number)
        if routing is None or known is None:
            return self.otherwise.extension_of(account, number)
        own = frozenset(extension.number for extension in self.extensions.of_account(account))
        return self.rules(Caller(account, known, DEFAULT_REGION), routing, own) or None


class Calls(Protocol):
    """Calls by number."""

    def listed(self, account: str, wanted: CallFilter, limit: int, cursor: str | None) -> Page: ...


@dataclass(frozen=True, slots=True)
class LastEmployee:
    """Port ResponsibleUsers: the extension that talked last with a number."""

    calls: Calls

    def extension_of(self, account: str, number: str) -> str | None:
        """Of the last few calls with the number."""
        known = read_number(number)
        if known is None:
            return None
        page = self.calls.listed(account, CallFilter(number=digits_of(known)), LOOKED_AT, None)
        return next((extension for call in page.calls if (extension := _who_talked(call))), None)


def _who_talked(call: Call) -> str:
    extension: Number | None = call.known("extension")
    is_own = call.known("direction") in (Direction.INCOMING, Direction.OUTGOING)
    return extension.received if extension and is_own and call.answered else ""
