"""Requests to addresses that others chose. Every address is vetted before a connection is made."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from switchboard import settings
from switchboard.kernel.own_address import is_this_machine, own_addresses

if TYPE_CHECKING:
    from switchboard.net.guard import Guard
    from switchboard.net.targets import VettedTargets
    from switchboard.net.upload import FileUploads
    from switchboard.net.vendor_api import VendorApi
    from switchboard.net.vendor_streams import VendorStreams

LONG_REQUEST = 40.0  # seconds: an hour of audio, a list of 5,000, a report of 100,000
LARGEST_REPORT = 128 * 1024 * 1024  # bytes; a report of 100,000 people has some 95 MiB and takes a gigabyte of memory


@cache
def guard() -> Guard:
    """Return the check of addresses."""
    from switchboard.net.guard import Guard
    from switchboard.net.resolver import Resolver

    private = settings.is_on("ALLOW_PRIVATE_TARGETS")
    return Guard(Resolver(), allow_private=private, closed=_emulator_ports() if private else ())


def _emulator_ports() -> list[int]:
    """Return the port of the emulator of AWS on one machine: its S3 and its functions have no credentials."""
    from switchboard.aws.clients import dynamodb

    found = urlsplit(dynamodb().meta.endpoint_url)
    return [found.port] if found.port and found.hostname and is_this_machine(found.hostname) else []


@cache
def targets() -> VettedTargets:
    """Return the check of subscriptions' URLs."""
    from switchboard.net.targets import VettedTargets

    return VettedTargets(guard(), lambda: own_addresses(settings.base_url()), _allows_self)


def _allows_self(account: str) -> bool:
    from switchboard.bootstrap.adapters import accounts

    found = accounts().get(account)
    return found is not None and found.allow_self


@cache
def vendor_api() -> VendorApi:
    """Return what sends requests to vendors' APIs."""
    from switchboard.net.session import vetted_session
    from switchboard.net.vendor_api import VendorApi

    return VendorApi(partial(vetted_session, guard()))


@cache
def campaign_api() -> VendorApi:
    """Return what sends requests to campaign systems, with time and room for long lists."""
    from switchboard.net.session import vetted_session
    from switchboard.net.vendor_api import VendorApi

    return VendorApi(partial(vetted_session, guard()), LONG_REQUEST, read_at_most=LARGEST_REPORT)


@cache
def vendor_streams() -> VendorStreams:
    """Return what listens to vendors' streams."""
    from switchboard.net.session import vetted_session
    from switchboard.net.vendor_streams import VendorStreams

    return VendorStreams(partial(vetted_session, guard()))


@cache
def file_uploads() -> FileUploads:
    """Return what sends files to CRMs."""
    from switchboard.net.session import vetted_session
    from switchboard.net.upload import FileUploads

    return FileUploads(partial(vetted_session, guard()))
