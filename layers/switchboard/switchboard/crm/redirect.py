"""Answer a telephony that asks, as it would ask a CRM, for the user responsible for a caller."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from switchboard.accounts.ports import Extensions
from switchboard.calls.ports import CallFilter, KeptEvent
from switchboard.crm.ports import Communications, Users
from switchboard.crm.receive import bare_id
from switchboard.dialects.crm_roles import CallbackModule
from switchboard.kernel.call import Call, Direction, Kind, Number
from switchboard.kernel.communication import Communication, Workspace
from switchboard.kernel.numbers import digits_of, extension_key, read_number
from switchboard.routing.ports import PastCalls, ResponsibleUsers, Routings
from switchboard.routing.rules import ApplyRules, Caller

OWN = (Direction.INCOMING, Direction.OUTGOING)
LOOKED_AT = 20
LOGS_READ = 5  # of past calls, newest first


class CallLogs(PastCalls, Protocol):
    """Reads past calls and their logs, each log in the order of its events."""

    def events(self, account: str, call_id: str) -> Sequence[KeptEvent]: ...


@dataclass(frozen=True, slots=True)
class FindResponsibleUsers:
    """Finds the responsible users by the caller's number, or by a communication."""

    communications: Communications
    responsible: ResponsibleUsers
    users: Users
    told: ToldUsers

    def __call__(self, workspace: Workspace, external_id: str, phone: str) -> tuple[str, ...]:
        """Return the CRM's ids of the users, maybe none. An extension without a user is returned as it is."""
        found = self._communication(workspace, external_id)
        number = phone or (found.client_phone if found else "")
        extension = self.responsible.extension_of(workspace.account, number) if number else None
        if not extension:
            user = self.told.user_of(workspace, found, number)
            return (user,) if user else ()
        users = self.users.extensions(workspace.account)
        same = (user for user, own in users.items() if extension_key(own) == extension_key(extension))
        return tuple(same) or (extension,)

    def _communication(self, workspace: Workspace, external_id: str) -> Communication | None:
        return self.communications.of_external_id(workspace, bare_id(workspace, external_id)) if external_id else None


@dataclass(frozen=True, slots=True)
class ToldUsers:
    """Finds the user whom the telephony's own callbacks named. No connector needs to know the user.

    `call_of` gives the hub's id of a communication's call. Routing rules of the account leave no choice to this.
    """

    routings: Routings
    calls: CallLogs
    dialect: CallbackModule
    call_of: Callable[[Communication, Workspace], str]
    region_of: Callable[[str], str]

    def user_of(self, workspace: Workspace, communication: Communication | None, number: str) -> str:
        """Return the user of the communication, else the user who last talked with the number; empty without one."""
        account = workspace.account
        if self.routings.get(account):
            return ""
        own = self._users_in(account, self.call_of(communication, workspace)) if communication else ("", "")
        return own[0] or self._talked_with(account, number) or own[1]

    def _talked_with(self, account: str, number: str) -> str:
        known = read_number(number, self.region_of(account))
        if known is None or not digits_of(known):
            return ""
        page = self.calls.listed(account, CallFilter(number=digits_of(known)), LOOKED_AT, None)
        answered = [call for call in page.calls if call.answered and call.known("direction") in OWN][:LOGS_READ]
        return next((user for call in answered if (user := self._users_in(account, call.id)[0])), "")

    def _users_in(self, account: str, call_id: str) -> tuple[str, str]:
        """Return the user who answered last and the user who was named last; empty without one."""
        events = [kept.event for kept in self.calls.events(account, call_id)]
        told = [(one.kind, self.dialect.party_of(one.raw)[1]) for one in events if one.dialect == self.dialect.NAME]
        named = [user for _, user in told if user]
        answered = [user for kind, user in told if user and kind is Kind.CALL_ANSWERED]
        return (answered or [""])[-1], (named or [""])[-1]


@dataclass(frozen=True, slots=True)
class ResponsibleByRules:
    """Finds the extension by the routing rules of the account; without rules, by `otherwise`."""

    routings: Routings
    extensions: Extensions
    rules: ApplyRules
    otherwise: ResponsibleUsers
    region_of: Callable[[str], str]

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
    region_of: Callable[[str], str]

    def extension_of(self, account: str, number: str) -> str | None:
        """Search the last few calls with the number. Return the extension; None if nobody talked."""
        known = read_number(number, self.region_of(account))
        if known is None or not digits_of(known):
            return None
        page = self.calls.listed(account, CallFilter(number=digits_of(known)), LOOKED_AT, None)
        return next((extension for call in page.calls if (extension := _who_talked(call))), None)


def _who_talked(call: Call) -> str:
    extension: Number | None = call.known("extension")
    is_own = call.known("direction") in OWN
    return extension.received if extension and is_own and call.answered else ""
