"""Whether a request is from the source that it says it is from."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from switchboard.accounts.digests import matches
from switchboard.accounts.model import AuthScheme, Source
from switchboard.errors import Unauthorized


def authorise_source(source: Source, authorization: str, body: Mapping[str, Any]) -> None:
    """Check the source's own authorisation, in constant time; raises Unauthorized.

    `authorization` is the header's value, empty where there is none.
    """
    auth = source.auth
    if auth.scheme is AuthScheme.NONE:
        return
    shown = _shown(auth.scheme, auth.field, authorization, body)
    if not matches(shown, auth.digest):
        raise Unauthorized("The credentials of this source are missing or wrong.")


def without_credentials(source: Source, body: Mapping[str, Any]) -> dict[str, Any]:
    """The payload as it may be kept: without the field that carries the source's token."""
    hidden = source.auth.field if source.auth.scheme is AuthScheme.BODY else None
    return {name: value for name, value in body.items() if name != hidden}


def _shown(scheme: AuthScheme, field: str, authorization: str, body: Mapping[str, Any]) -> str:
    if scheme is AuthScheme.BODY:
        return str(body.get(field, ""))
    word, _, credentials = authorization.partition(" ")
    if word.lower() != scheme.value:
        return ""
    return _basic(credentials) if scheme is AuthScheme.BASIC else credentials.strip()


def _basic(credentials: str) -> str:
    try:
        return base64.b64decode(credentials, validate=True).decode()
    except ValueError:
        return ""
