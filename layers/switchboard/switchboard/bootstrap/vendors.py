"""Requests to the PBXs behind sources, and their streams."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import cache
from typing import TYPE_CHECKING

from switchboard.bootstrap.adapters import upstreams, vault
from switchboard.bootstrap.network import vendor_api, vendor_streams
from switchboard.dialects.registry import part_of
from switchboard.dialects.roles import PbxClientModule, StreamModule

if TYPE_CHECKING:
    from switchboard.accounts.upstream.credentials import UpstreamCredentials
    from switchboard.accounts.upstream.model import Upstream
    from switchboard.dialects.roles import PbxClient

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


@cache
def upstream_credentials() -> UpstreamCredentials:
    """Return the hub's credentials for files that the PBXs keep."""
    from switchboard.accounts.upstream.credentials import UpstreamCredentials

    return UpstreamCredentials(upstreams(), vault())
