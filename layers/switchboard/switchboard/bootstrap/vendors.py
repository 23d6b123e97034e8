"""Requests to the PBXs behind sources, and their streams."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import cache
from typing import TYPE_CHECKING

from switchboard.bootstrap.adapters import sources, telephonies, upstreams, vault
from switchboard.bootstrap.network import vendor_api, vendor_streams
from switchboard.dialects.registry import part_of
from switchboard.dialects.roles import PbxClientModule, RecordingModule, StreamModule
from switchboard.errors import NotFound, ProviderRefused, Refusal
from switchboard.telephony.registry import PROVIDERS
from switchboard.vault import TELEPHONY, UPSTREAM_TOKEN

if TYPE_CHECKING:
    from switchboard.accounts.upstream.credentials import UpstreamCredentials
    from switchboard.accounts.upstream.model import Upstream
    from switchboard.dialects.roles import PbxClient
    from switchboard.telephony.model import AccountTelephony

# Seconds for all requests to a PBX within one request to us, or within one turn of the hourly check.
ASKED_WITHIN = 20.0


def dial(dialect: str, upstream: Upstream, token: str) -> PbxClient:
    """Return a client of the PBX behind an upstream, for the requests of ASKED_WITHIN seconds."""
    module = part_of(dialect, "client", PbxClientModule)
    return module.open_client(vendor_api().at(upstream.base_url, ASKED_WITHIN), token, upstream.spelling)


def listen(dialect: str, upstream: Upstream, token: str, last_id: str) -> AbstractContextManager[Iterator[bytes]]:
    """Return the stream of the PBX behind an upstream, from the event after `last_id` on."""
    return vendor_streams().listen(
        upstream.base_url, part_of(dialect, "client", StreamModule).listening(token, last_id)
    )


def ask_recording_link(dialect: str, account: str, source: str, recording_id: str) -> str:
    """Ask the PBX behind a source for the link of a recording; empty if the file is not ready. Raises Refused."""
    base_url, token = _access(dialect, account, source)
    module = part_of(dialect, "recording", RecordingModule)
    ask = vendor_api().at(base_url, ASKED_WITHIN)
    return module.link_in(ask(module.ask_link(token, recording_id)))


def _access(dialect: str, account: str, source: str) -> tuple[str, str]:
    """Return address and token of the PBX behind a source: of its connection, else of the account's telephony.

    Raises NotFound for a source of another dialect or account, ProviderRefused if no token is stored.
    """
    found = sources().get(source)
    if found is None or (found.account, found.dialect) != (account, dialect):
        raise NotFound("The recording is of no such source.", "source")
    upstream = upstreams().get(source)
    if upstream is not None and upstream.account == account:
        return upstream.base_url, vault().open(account, upstream.token, UPSTREAM_TOKEN)
    chosen = telephonies().get(account)
    if chosen is None or not chosen.secret or not _is_behind(chosen, dialect, source):
        raise ProviderRefused("The hub has no token of the PBX: connect the source.", Refusal.FORBIDDEN)
    return chosen.settings["base_url"], vault().open(account, chosen.secret, TELEPHONY)


def _is_behind(chosen: AccountTelephony, dialect: str, source: str) -> bool:
    """Whether an account's telephony is the PBX that the source's events come from."""
    is_same = PROVIDERS[chosen.provider].heard_in == dialect
    return is_same and chosen.settings.get("source", "") in ("", source)


@cache
def upstream_credentials() -> UpstreamCredentials:
    """Return the hub's credentials for files that the PBXs keep."""
    from switchboard.accounts.upstream.credentials import UpstreamCredentials

    return UpstreamCredentials(upstreams(), vault())
