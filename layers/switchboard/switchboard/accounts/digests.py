"""Digests of secrets, constant-time comparison, and new random secrets and ids."""

from __future__ import annotations

import hashlib
import hmac
import secrets

TOKEN_BYTES = 32
ID_BYTES = 16


def digest_of(secret: str) -> str:
    """Return the SHA-256 in hex. The secrets are long and random, so a slow password hash is not needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def matches(secret: str, digest: str) -> bool:
    """Whether `digest` was made of `secret`. The comparison takes constant time."""
    return hmac.compare_digest(digest_of(secret), digest)


def new_secret() -> str:
    """Return a random token of 43 URL-safe characters."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_id() -> str:
    """Return a random id of 23 URL-safe characters, of which the first is a letter."""
    return "s" + secrets.token_urlsafe(ID_BYTES)
