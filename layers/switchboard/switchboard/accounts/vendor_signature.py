"""Check a vendor's own signature of a request. The dialect knows how the vendor signs; the source keeps the keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from switchboard.accounts.model import AuthScheme, Source, SourceAuth
from switchboard.accounts.wire_checks import OpenSecret, WireFacts
from switchboard.errors import Invalid, Unauthorized


@dataclass(frozen=True, slots=True)
class SignatureKeys:
    """The keys of a vendor's signature, in plain text."""

    secret: str
    key: str = ""


class IsSigned(Protocol):
    """Whether a dialect's signature of a request is right."""

    def __call__(
        self, dialect: str, fields: Mapping[str, Any], headers: Mapping[str, str], keys: SignatureKeys
    ) -> bool: ...


def never_signed(
    dialect: str,  # noqa: ARG001 - the protocol's
    fields: Mapping[str, Any],  # noqa: ARG001
    headers: Mapping[str, str],  # noqa: ARG001
    keys: SignatureKeys,  # noqa: ARG001
) -> bool:
    """Return False. Null object for `IsSigned`."""
    return False


@dataclass(frozen=True, slots=True)
class SourceChecks:
    """What the checks of a source's requests need: its sealed secrets, and the dialects' signatures."""

    open_secret: OpenSecret
    is_signed: IsSigned = never_signed


def check_signature(source: Source, fields: Mapping[str, Any], wire: WireFacts, checks: SourceChecks) -> None:
    """Raise Unauthorized unless the vendor's signature is right. A source of another scheme takes any request."""
    if source.auth.scheme is not AuthScheme.SIGNATURE:
        return
    keys = _opened(source, checks.open_secret)
    if keys is None or not checks.is_signed(source.dialect, fields, wire.headers, keys):
        raise Unauthorized("The vendor's signature of this request is missing or wrong.")


def _opened(source: Source, open_secret: OpenSecret) -> SignatureKeys | None:
    kept = source.auth.keys
    if kept is None:
        return None
    return SignatureKeys(open_secret(source.account, kept.secret), kept.key and open_secret(source.account, kept.key))


def check_signing(source: Source, signed: Mapping[str, tuple[str, ...]]) -> None:
    """Raise Invalid if the source waits for a signature that its vendor does not make, or lacks a key of it.

    `signed` has the names of the keys that a signature needs, by dialect.
    """
    auth = source.auth
    if auth.scheme is not AuthScheme.SIGNATURE:
        return
    if source.dialect not in signed:
        raise Invalid("This vendor signs nothing: choose another type.", "auth.type")
    missing = [name for name in signed[source.dialect] if not _is_kept(auth, name)]
    if missing:
        raise Invalid(f"The signature of this vendor needs {missing[0]}.", f"auth.{missing[0]}")


def _is_kept(auth: SourceAuth, name: str) -> bool:
    return auth.keys is not None and bool(getattr(auth.keys, name))
