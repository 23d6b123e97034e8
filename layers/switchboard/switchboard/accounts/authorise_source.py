"""Check the credentials of a request from a source."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from switchboard.accounts.digests import matches
from switchboard.accounts.model import AuthScheme, Source
from switchboard.errors import Unauthorized
from switchboard.kernel.authorization import scheme_and_credentials


def authorise_source(source: Source, authorization: str, body: Mapping[str, Any]) -> None:
    """Raise Unauthorized unless the request shows the credentials of the source. The comparison takes constant time.

    `authorization` is the value of the header, or empty. `body` is searched if the scheme is `body`.
    A vendor's own signature is checked by `check_signature`.
    """
    auth = source.auth
    if auth.scheme in {AuthScheme.NONE, AuthScheme.SIGNATURE}:
        return
    shown = _shown(auth.scheme, auth.field, authorization, body)
    if not matches(shown, auth.digest):
        raise Unauthorized("The credentials of this source are missing or wrong.")


def without_credentials(source: Source, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload without the field that carries the source's token, so that the payload can be stored."""
    hidden = source.auth.field if source.auth.scheme is AuthScheme.BODY else None
    return {name: value for name, value in body.items() if name != hidden}


def _shown(scheme: AuthScheme, field: str, authorization: str, body: Mapping[str, Any]) -> str:
    if scheme is AuthScheme.BODY:
        return str(body.get(field, ""))
    word, credentials = scheme_and_credentials(authorization)
    if word != scheme.value:
        return ""
    return _basic(credentials) if scheme is AuthScheme.BASIC else credentials


def _basic(credentials: str) -> str:
    padding = "=" * (-len(credentials) % 4)  # some clients leave the padding out
    try:
        return base64.b64decode(credentials + padding, validate=True).decode()
    except ValueError:
        return ""
