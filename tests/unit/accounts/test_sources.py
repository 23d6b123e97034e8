from base64 import b64encode
from dataclasses import replace
from datetime import timedelta

import pytest

from switchboard.accounts.digests import digest_of
from switchboard.accounts.model import AuthScheme, SourceAuth
from switchboard.accounts.sources import CachedSources, connect_source, require_source
from switchboard.accounts.vendor_signature import SourceChecks
from switchboard.errors import Invalid, NotFound, Unauthorized
from tests.fakes.accounts import MemoryAccounts, MemorySources
from tests.support.builders import NOON, a_source, an_account
from tests.support.secrets import opened

DIALECTS = ("vpbx", "sprecord")


@pytest.fixture
def accounts() -> MemoryAccounts:
    kept = MemoryAccounts()
    kept.add(an_account())
    return kept


@pytest.fixture
def sources() -> MemorySources:
    return MemorySources()


def test_a_source_is_connected_to_its_account(accounts: MemoryAccounts, sources: MemorySources) -> None:
    """The stored source is found by its id."""
    connect_source(a_source(), DIALECTS, accounts, sources)
    assert require_source("s-office", sources) == a_source()


def test_a_source_of_no_account_is_refused(accounts: MemoryAccounts, sources: MemorySources) -> None:
    """An unknown account cannot have events."""
    with pytest.raises(NotFound):
        connect_source(a_source(account="nobody"), DIALECTS, accounts, sources)
    assert sources.get("s-office") is None


def test_a_dialect_that_nobody_speaks_is_refused(accounts: MemoryAccounts, sources: MemorySources) -> None:
    """The error names the field `dialect`."""
    with pytest.raises(Invalid) as caught:
        connect_source(a_source(dialect="latin"), DIALECTS, accounts, sources)
    assert caught.value.field == "dialect"


def test_a_source_that_is_not_there_is_not_found(sources: MemorySources) -> None:
    """An unknown id raises NotFound."""
    with pytest.raises(NotFound):
        require_source("s-office", sources)


def test_a_changed_source_is_seen_within_half_a_minute(sources: MemorySources) -> None:
    """The cache keeps an old source for 30 seconds at most."""
    time = [NOON]
    directory = CachedSources(sources, lambda: time[0], SourceChecks(opened))
    sources.add(a_source())
    directory.find("s-office", "vpbx")
    changed = replace(a_source(), timezone="Europe/Moscow")
    sources.save(changed)
    time[0] += timedelta(seconds=29)
    assert directory.find("s-office", "vpbx") == a_source()
    time[0] += timedelta(seconds=2)
    assert directory.find("s-office", "vpbx") == changed


def test_a_new_source_is_found_at_once(sources: MemorySources) -> None:
    """The cache does not remember an unknown id."""
    directory = CachedSources(sources, lambda: NOON, SourceChecks(opened))
    with pytest.raises(NotFound):
        directory.find("s-office", "vpbx")
    sources.add(a_source())
    assert directory.find("s-office", "vpbx") == a_source()


BASIC = SourceAuth(AuthScheme.BASIC, digest_of("pbx:new"))
SHOWN = "Basic " + b64encode(b"pbx:new").decode()


@pytest.mark.parametrize(
    "before", [SourceAuth(), SourceAuth(AuthScheme.BASIC, digest_of("pbx:old"))], ids=["none", "old"]
)
def test_new_credentials_hold_at_once(sources: MemorySources, before: SourceAuth) -> None:
    """A request with new credentials passes although the cache has the old ones; then the cache has the new ones."""
    directory = CachedSources(sources, lambda: NOON, SourceChecks(opened))
    sources.add(a_source(auth=before))
    remembered = directory.find("s-office", "vpbx")
    changed = a_source(auth=BASIC)
    sources.save(changed)
    directory.authorise(remembered, SHOWN, {})
    if before.scheme is not AuthScheme.NONE:
        assert directory.find("s-office", "vpbx") == changed


@pytest.mark.parametrize("shown", ["", "Basic x", "Bearer pbx:new"])
def test_wrong_credentials_are_refused_by_what_is_kept(sources: MemorySources, shown: str) -> None:
    """The stored source decides, also if its credentials changed or the source was removed."""
    directory = CachedSources(sources, lambda: NOON, SourceChecks(opened))
    sources.add(a_source(auth=SourceAuth(AuthScheme.BASIC, digest_of("pbx:old"))))
    remembered = directory.find("s-office", "vpbx")
    for auth in (remembered.auth, BASIC):
        sources.save(a_source(auth=auth))
        with pytest.raises(Unauthorized):
            directory.authorise(remembered, shown, {})
    sources.remove("s-office")
    with pytest.raises(Unauthorized):
        directory.authorise(remembered, SHOWN, {})
