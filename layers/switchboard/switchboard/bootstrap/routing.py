"""The routing of a caller: the use case that tells a PBX the extension for a call."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import extensions, kept_calls, routings

if TYPE_CHECKING:
    from switchboard.routing.route import RouteCaller

RULES_AT_ONCE, CRMS_AT_ONCE = 8, 8


@cache
def route_caller() -> RouteCaller:
    """Return what routes callers: by the CRMs that know a customer's manager, and by the accounts' rules."""
    from concurrent.futures import ThreadPoolExecutor

    from switchboard.observability.logs import asking_failed
    from switchboard.routing.route import TIME_LIMIT, RouteCaller
    from switchboard.routing.rules import ApplyRules

    return RouteCaller(
        (_Crms(),),
        routings(),
        extensions(),
        ApplyRules(kept_calls(), now),
        ThreadPoolExecutor(RULES_AT_ONCE, "rules"),
        ThreadPoolExecutor(CRMS_AT_ONCE, "crms"),
        asking_failed,
        now,
        TIME_LIMIT,
    )


class _Crms:
    """Port ResponsibleUsers. The clients of CRMs are imported when a rule asks."""

    def extension_of(self, account: str, number: str) -> str | None:
        from switchboard.bootstrap.inbound import ask_crms

        return ask_crms().extension_of(account, number)
