"""The use case behind the question whom a caller should reach, and its adapters."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard import bootstrap

if TYPE_CHECKING:
    from switchboard.accounts.sources import CachedSources
    from switchboard.aws.routings import RoutingRows
    from switchboard.routing.ports import ResponsibleUsers
    from switchboard.routing.route import RouteCaller

RULES_AT_ONCE, CRMS_AT_ONCE = 8, 8


@cache
def routings() -> RoutingRows:
    """The accounts' rules."""
    from switchboard.aws.routings import RoutingRows

    return RoutingRows(bootstrap.accounts_table())


def responsible_users() -> tuple[ResponsibleUsers, ...]:
    """The CRMs that know who is responsible for a customer."""
    from switchboard.bootstrap.inbound import ask_crms

    return (ask_crms(),)


@cache
def source_directory() -> CachedSources:
    """The sources by id, remembered for half a minute."""
    from switchboard.accounts.sources import CachedSources

    return CachedSources(bootstrap.sources(), bootstrap.now)


@cache
def route_caller() -> RouteCaller:
    """The use case."""
    from concurrent.futures import ThreadPoolExecutor

    from switchboard.observability.logs import asking_failed
    from switchboard.routing.route import TIME_LIMIT, RouteCaller
    from switchboard.routing.rules import ApplyRules

    return RouteCaller(
        responsible_users(),
        routings(),
        bootstrap.extensions(),
        ApplyRules(bootstrap.kept_calls(), bootstrap.now),
        ThreadPoolExecutor(RULES_AT_ONCE, "rules"),
        ThreadPoolExecutor(CRMS_AT_ONCE, "crms"),
        asking_failed,
        bootstrap.now,
        TIME_LIMIT,
    )
