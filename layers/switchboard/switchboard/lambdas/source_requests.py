"""What requests do to sources: add, change and remove. New secrets are returned for the answer that shows them once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from switchboard.accounts.activity.silence import watch_source
from switchboard.accounts.auth.contracts import with_new_secrets
from switchboard.accounts.contracts import read_new_address, read_source, read_source_change
from switchboard.accounts.digests import new_id
from switchboard.accounts.model import AuthScheme, Source
from switchboard.accounts.source_paths import with_new_path
from switchboard.accounts.sources import connect_source, with_region
from switchboard.accounts.upstream.connect import change_source, require_unconnected
from switchboard.accounts.vendor_signature import check_signing
from switchboard.bootstrap import now
from switchboard.bootstrap.adapters import accounts, silences, sources, upstreams, vault
from switchboard.dialects.registry import DIALECTS, by_webhook, signed
from switchboard.vault import SOURCE_SIGNATURE


def add_source(fields: Mapping[str, Any]) -> tuple[Source, dict[str, str]]:
    """Return the new source, and the secrets that `auth` left out."""
    whole, secrets = _with_new_secrets(fields, fields.get("dialect"))
    wanted = read_source(whole, now(), partial(vault().seal, place=SOURCE_SIGNATURE))
    check_signing(wanted, signed())
    source = connect_source(wanted, by_webhook(), accounts(), sources())
    watch_source(source, silences(), now())
    return source, secrets


def change_fields(found: Source, fields: Mapping[str, Any]) -> tuple[Source, dict[str, str]]:
    """Return the changed source, and the secrets that `auth` left out."""
    others, overlap = read_new_address(fields)
    whole, secrets = _with_new_secrets(others, found.dialect)
    changed = read_source_change(whole, found, partial(vault().seal, place=SOURCE_SIGNATURE))
    check_signing(changed, signed())
    changed = changed if changed.region else with_region(changed, accounts())
    if overlap is not None:
        changed = with_new_path(changed, new_id(), now(), overlap)
        sources().add_path(changed, changed.path)
    change_source(found, changed, sources(), upstreams())
    watch_source(changed, silences(), now())
    return changed, secrets


def _with_new_secrets(fields: Mapping[str, Any], dialect: object) -> tuple[dict[str, Any], dict[str, str]]:
    entry = DIALECTS.get(str(dialect))
    return with_new_secrets(fields, usual_scheme(dialect), entry.body_field if entry else "token")


def usual_scheme(dialect: object) -> AuthScheme:
    """Return the scheme of the credentials for a source of a dialect whose `auth` names none."""
    entry = DIALECTS.get(str(dialect))
    if entry is None:
        return AuthScheme.BASIC
    return AuthScheme.SIGNATURE if entry.signs else AuthScheme(entry.credentials)


def remove_source(found: Source) -> None:
    """Remove a source with its paths. Raises Conflict while its PBX is connected."""
    require_unconnected(found.id, upstreams(), "source")
    for key in {found.id, *(one.key for one in found.paths)}:
        sources().remove(key)
    silences().remove(found.id)


def shown_once(secrets: Mapping[str, str]) -> dict[str, Any]:
    """Return the part of an answer with new secrets; nothing without any."""
    return {"secrets": dict(secrets)} if secrets else {}
