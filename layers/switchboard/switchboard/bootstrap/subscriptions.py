"""Subscriptions, destinations and accounts' hooks."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import new_subscriptions, subscriptions, vault
from switchboard.bootstrap.network import targets, vendor_api

if TYPE_CHECKING:
    from switchboard.dialects.roles import VerificationModule
    from switchboard.subscriptions.credentials import CredentialOpener
    from switchboard.subscriptions.current import CachedSubscriptions
    from switchboard.subscriptions.destinations import DestinationManager
    from switchboard.subscriptions.hook import AccountHookManager
    from switchboard.subscriptions.subscribe import SubscriptionManager


@cache
def subscription_manager() -> SubscriptionManager:
    """Return what makes and changes subscriptions."""
    from switchboard.subscriptions.subscribe import SubscriptionManager

    return SubscriptionManager(new_subscriptions(), vault(), targets(), now)


@cache
def destination_manager() -> DestinationManager:
    """Return what makes and changes destinations."""
    from switchboard.subscriptions.destinations import DestinationManager

    return DestinationManager(subscription_manager())


@cache
def account_hook_manager(dialect: str) -> AccountHookManager:
    """Return what sets the only webhook of an account in a dialect whose API has one."""
    from switchboard.dialects.registry import part_of
    from switchboard.dialects.roles import VerificationModule
    from switchboard.subscriptions.hook import AccountHookManager

    module = part_of(dialect, "verification", VerificationModule)
    return AccountHookManager(subscription_manager(), dialect, partial(_verify_hook, module))


def _verify_hook(module: VerificationModule, account: str, url: str) -> None:
    from switchboard.accounts.digests import new_secret

    api = vendor_api()
    module.verify(lambda base_url, question: api.at(base_url)(question), account, url, new_secret())


@cache
def current_subscriptions() -> CachedSubscriptions:
    """Return the subscriptions as senders see them, each remembered for a short time."""
    from switchboard.subscriptions.current import CachedSubscriptions

    return CachedSubscriptions(subscriptions())


@cache
def credential_opener() -> CredentialOpener:
    """Return what opens the sealed credentials of receivers."""
    from switchboard.aws.outages import passes_by
    from switchboard.observability.spills import stale_served
    from switchboard.subscriptions.credentials import CredentialOpener

    return CredentialOpener(vault(), passes_by, stale_served)
