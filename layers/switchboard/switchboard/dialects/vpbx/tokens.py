"""Tokens of IS.VPBX: JWTs, HS256, claims `domain`, `name`, `expire_datetime` (is-vpbx-openapi, 'Авторизация')."""

from __future__ import annotations

import jwt

from switchboard.accounts.model import Token
from switchboard.dialects.reading import local_time
from switchboard.dialects.vpbx.tables import ZONE
from switchboard.errors import Unauthorized
from switchboard.kernel.authorization import scheme_and_credentials

ALGORITHM = "HS256"
NO_HEADER = "There is no Authorization header in request."


def write_token(token: Token, key: str) -> str:
    """Return the JWT for a token. The claim `jti` makes tokens of the same name differ."""
    claims = {
        "domain": token.account,
        "name": token.name,
        "expire_datetime": local_time(token.expires_at, ZONE),
        "jti": token.id,
    }
    return jwt.encode(claims, key, ALGORITHM)


def read_token(authorization: str | None, key: str) -> str:
    """Return the JWT in `Bearer <token>`. Raises Unauthorized if absent, malformed or not signed with `key`."""
    if not authorization:
        raise Unauthorized(NO_HEADER)
    scheme, token = scheme_and_credentials(authorization)
    if scheme != "bearer" or not token:
        raise Unauthorized("The Authorization header must be: Bearer <token>.")
    try:
        jwt.decode(token, key, [ALGORITHM])
    except jwt.InvalidSignatureError:
        raise Unauthorized("The token has a wrong signature.") from None
    except jwt.PyJWTError:
        raise Unauthorized("The token is malformed.") from None
    return token
