"""Tokens of IS.VPBX: JWTs, HS256, claims `domain`, `name`, `expire_datetime` (is-vpbx-openapi, 'Авторизация')."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import jwt

from switchboard.accounts.model import Token
from switchboard.dialects.reading import local_time
from switchboard.dialects.vpbx.tables import ZONE
from switchboard.errors import Unauthorized
from switchboard.kernel.authorization import scheme_and_credentials

ALGORITHM = "HS256"
UNKNOWN = "The token is not known."  # also for a forged token: both say the same
NO_HEADER = "There is no Authorization header in request."


def write_token(token: Token, key: str) -> str:
    """Return the JWT for a token. The claim `jti` makes tokens of the same name differ."""
    claims = {
        "domain": token.account,
        "name": token.name,
        "expire_datetime": local_time(token.expires_at, ZONE),
        "jti": token.id,
    }
    return jwt.encode(claims, key, ALGORITHM, {"kid": kid_of(key)})


def kid_of(key: str) -> str:
    """Return the id of a key, for the header `kid` of a token. The id tells nothing of the key."""
    return hashlib.sha256(f"kid\n{key}".encode()).hexdigest()[:16]


def no_key() -> str:
    """Return no key."""
    return ""


def read_token(authorization: str | None, key: str, previous_key: Callable[[], str] = no_key) -> str:
    """Return the JWT in `Bearer <token>`. Raises Unauthorized if absent, malformed or not signed with one of the keys.

    `previous_key` is asked for tokens that the key has not signed. A token without `kid` may be of either key.
    """
    if not authorization:
        raise Unauthorized(NO_HEADER)
    scheme, token = scheme_and_credentials(authorization)
    if scheme != "bearer" or not token:
        raise Unauthorized("The Authorization header must be: Bearer <token>.")
    try:
        kid = jwt.get_unverified_header(token).get("kid", "")
        if not _is_signed(token, kid, key) and not _is_signed(token, kid, previous_key()):
            raise Unauthorized(UNKNOWN)
    except jwt.PyJWTError:
        raise Unauthorized("The token is malformed.") from None
    return token


def _is_signed(token: str, kid: str, key: str) -> bool:
    """Whether a key has signed the token. Raises PyJWTError for a malformed token."""
    if not key or (kid and kid != kid_of(key)):
        return False
    try:
        jwt.decode(token, key, [ALGORITHM])
    except jwt.InvalidSignatureError:
        return False
    return True
