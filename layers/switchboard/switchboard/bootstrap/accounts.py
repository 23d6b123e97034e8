"""Accounts: whose a token or a source is."""

from __future__ import annotations

from datetime import timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from switchboard import settings
from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import (
    accounts,
    accounts_at_the_door,
    secrets,
    sources_at_the_door,
    spending,
    tokens,
    vault,
)
from switchboard.kernel.numbers import DEFAULT_REGION
from switchboard.vault import SOURCE_SIGNATURE

REGIONS, REGION_SECONDS = 10_000, 30
KEY_OVERLAP, OPERATOR_OVERLAP = timedelta(days=366), timedelta(days=1)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from switchboard.accounts.model import Token
    from switchboard.accounts.sources import CachedSources
    from switchboard.accounts.states import AccountStates
    from switchboard.accounts.terms.permits import Permits
    from switchboard.accounts.terms.rates import CountRequests
    from switchboard.accounts.terms.storage import AccountStorage
    from switchboard.accounts.tokens import Authenticator, TokenForm
    from switchboard.accounts.vendor_signature import SignatureKeys
    from switchboard.dialects.registry import ServedApi
    from switchboard.kernel.remembered import Remembered


@cache
def account_states() -> AccountStates:
    """Return the states of accounts, each remembered for half a minute."""
    from switchboard.accounts.states import AccountStates

    return AccountStates(accounts(), now)


@cache
def permits() -> Permits:
    """Return the limits of accounts."""
    from switchboard.accounts.terms.permits import Permits

    return Permits(account_states().account, spending(), now)


@cache
def storage() -> AccountStorage:
    """Return what bounds the stored bytes of accounts."""
    from switchboard.accounts.terms.storage import AccountStorage

    return AccountStorage(spending(), permits().storage_bytes, now)


@cache
def count_requests() -> CountRequests:
    """Return what bounds the requests a second of accounts, in the memory of the container first."""
    from switchboard.accounts.terms.rates import CountRequests
    from switchboard.observability.sources import activity_not_written

    return CountRequests(spending(), permits().requests_per_second, activity_not_written, now)


@cache
def authenticator() -> Authenticator:
    """Return what finds the account of a token."""
    from switchboard.accounts.tokens import Authenticator

    return Authenticator(tokens(), now, account_states().admit, count_requests())


@cache
def cached_sources() -> CachedSources:
    """Return the sources by id, each remembered for half a minute."""
    from switchboard.accounts.sources import CachedSources
    from switchboard.accounts.states import AccountStates
    from switchboard.accounts.terms.permits import Permits
    from switchboard.accounts.terms.rates import CountRequests
    from switchboard.accounts.vendor_signature import SourceChecks
    from switchboard.aws.outages import passes_by
    from switchboard.kernel.last_known import Outages
    from switchboard.observability.sources import activity_not_written
    from switchboard.observability.spills import stale_served

    opened = lru_cache(1000)(lambda account, sealed: vault().open(account, sealed, SOURCE_SIGNATURE))
    states = AccountStates(accounts_at_the_door(), now, passes_by)
    limits = Permits(states.account, spending(), now)
    count = CountRequests(spending(), limits.requests_per_second, activity_not_written, now)

    def admit(account: str) -> None:
        states.admit(account)
        count(account)

    checks = SourceChecks(opened, _is_signed)
    return CachedSources(sources_at_the_door(), now, checks, admit, Outages(passes_by, stale_served))


def _is_signed(dialect: str, fields: Mapping[str, Any], headers: Mapping[str, str], keys: SignatureKeys) -> bool:
    from switchboard.dialects.registry import part_of, signed
    from switchboard.dialects.roles import SignatureModule

    return dialect in signed() and part_of(dialect, "signature", SignatureModule).is_signed(fields, headers, keys)


@cache
def _regions() -> Remembered[str, str]:
    from switchboard.kernel.remembered import Remembered

    return Remembered(REGIONS, REGION_SECONDS, timer=lambda: now().timestamp())


def region_of(account: str) -> str:
    """Return the numbering plan of an account's national numbers, remembered for half a minute."""
    known = _regions().get(account)
    if known is None:
        found = accounts().get(account)
        known = _regions()[account] = found.region if found else DEFAULT_REGION
    return known


def token_forms() -> dict[str, TokenForm]:
    """Return the form of the tokens of each served API, and of the hub's own."""
    from switchboard.accounts.tokens import OWN_FORM, OWN_KIND, TokenForm
    from switchboard.dialects.registry import apis, part_of
    from switchboard.dialects.roles import TokenModule

    def form(name: str, api: ServedApi) -> TokenForm:
        def write(token: Token) -> str:
            return part_of(name, "tokens", TokenModule).write_token(token, token_key())

        return TokenForm(api.workspaces, write if api.signed_tokens else None, frozenset(api.scopes))

    return {**{name: form(name, api) for name, api in apis().items()}, OWN_KIND: OWN_FORM}


def token_key() -> str:
    """Return the key that signs tokens."""
    return secrets().read(settings.token_key_secret())


def previous_token_key() -> str:
    """Return the key that signed tokens before, for as long as tokens live unless told; then nothing."""
    return secrets().previous(settings.token_key_secret(), now() - KEY_OVERLAP)


def operator_token() -> str:
    """Return the operator's token."""
    return secrets().read(settings.operator_secret())


def previous_operator_token() -> str:
    """Return the operator's token before the current one, for a day; then nothing."""
    return secrets().previous(settings.operator_secret(), now() - OPERATOR_OVERLAP)
