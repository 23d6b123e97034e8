"""Digests of secrets, and comparing them without telling by time where they differ."""

from __future__ import annotations

import hashlib
import hmac
import secrets

TOKEN_BYTES = 32
ID_BYTES = 16


def digest_of(secret: str) -> str:
    """SHA-256 in hex. The secrets are long and random, so no slow hash is called for."""
    return hashlib.sha256(secret.encode()).hexdigest()


def matches(secret: str, digest: str) -> bool:
    """Whether `secret` is the one that `digest` was made of, in constant time."""
    return hmac.compare_digest(digest_of(secret), digest)


def new_secret() -> str:
    """An unguessable token of 43 URL-safe characters."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_id() -> str:
    """An unguessable id of 22 URL-safe characters that begins with a letter or digit."""
    return "s" + secrets.token_urlsafe(ID_BYTES)
