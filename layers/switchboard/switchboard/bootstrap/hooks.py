"""The use case around an account's hook, with what verifies it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from switchboard import bootstrap

if TYPE_CHECKING:
    from switchboard.subscriptions.hook import AccountHookManager


@cache
def hook_desk() -> AccountHookManager:
    """Where the hooks of SpRecord's API are set."""
    from switchboard.subscriptions.hook import AccountHookManager

    return AccountHookManager(bootstrap.desk(), "sprecord", _verify)


def _verify(account: str, url: str) -> None:
    from switchboard.accounts.digests import new_secret
    from switchboard.bootstrap.upstream import vendor_api
    from switchboard.dialects.sprecord.verification import verify

    api = vendor_api()
    verify(lambda base_url, question: api.at(base_url)(question), account, url, new_secret())
