"""Answer a telephony that asks, as it would ask a CRM, for the user responsible for a caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from switchboard.accounts.ports import Extensions
from switchboard.calls.ports import CallFilter
from switchboard.crm.ports import Communications, Users
from switchboard.crm.receive import bare_id
from switchboard.kernel.call import Call, Direction, Number
from switchboard.kernel.communication import Workspace
from switchboard.kernel.numbers import DEFAULT_REGION, digits_of, extension_key, read_number
from switchboard.routing.ports import PastCalls, ResponsibleUsers, Routings
from switchboard.routing.rules import ApplyRules, Caller

LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class FindResponsibleUsers:
    """Finds the responsible users by the caller's number, or by a communication."""

    communications: Communications
    responsible: ResponsibleUsers
    users: Users

    def __call__(self, workspace: Workspace, external_id: str, phone: str) -> tuple[str, ...]:
        """Return the CRM's ids of the users, maybe none. An extension without a user is returned as it is."""
        number = phone or self._client_of(workspace, external_id)
        extension = self.responsible.extension_of(workspace.account, number) if number else None
        if not extension:
            return ()
        users = self.users.extensions(workspace.account)
        same = (user for user, own in users.items() if extension_key(own) == extension_key(extension))
        return tuple(same) or (extension,)

    def _client_of(self, workspace: Workspace, external_id: str) -> str:
        found = self.communications.of_external_id(workspace, bare_id(workspace, external_id)) if external_id else None
        return found.client_phone if found else ""


@dataclass(frozen=True, slots=True)
class ResponsibleByRules:
    """Finds the extension by the routing rules of the account; without rules, by `otherwise`."""

    routings: Routings
    extensions: Extensions
    rules: ApplyRules
    otherwise: ResponsibleUsers
    region_of: Callable[[str], str] = lambda _: DEFAULT_REGION

    def extension_of(self, account: str, number: str) -> str | None:
        """Return the extension of the first matching rule, or the default; None without either."""
        routing, known = self.routings.get(account), read_number(number, self.region_of(account))
        if routing is None or known is None:
            return self.otherwise.extension_of(account, number)
        own = frozenset(extension.number for extension in self.extensions.of_account(account))
        return self.rules(Caller(account, known, self.region_of(account)), routing, own) or None


@dataclass(frozen=True, slots=True)
class ResponsibleByLastCall:
    """Finds the extension that last talked with the number."""

    calls: PastCalls
    region_of: Callable[[str], str] = lambda _: DEFAULT_REGION

    def extension_of(self, account: str, number: str) -> str | None:
        """Search the last few calls with the number. Return the extension; None if nobody talked."""
        known = read_number(number, self.region_of(account))
        if known is None or not digits_of(known):
            return None
        page = self.calls.listed(account, CallFilter(number=digits_of(known)), LOOKED_AT, None)
        return next((extension for call in page.calls if (extension := _who_talked(call))), None)


def _who_talked(call: Call) -> str:
    extension: Number | None = call.known("extension")
    is_own = call.known("direction") in (Direction.INCOMING, Direction.OUTGOING)
    return extension.received if extension and is_own and call.answered else ""
