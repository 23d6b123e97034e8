"""Read the header Authorization as PBXs and CRMs write it (RFC 9110, section 11.6.2)."""

from __future__ import annotations


def scheme_and_credentials(authorization: str) -> tuple[str, str]:
    """Return the scheme in lower case, and the credentials.

    Any number of blanks may stand before, between and after. Both are empty without a word.
    """
    scheme, *rest = authorization.split(maxsplit=1) or [""]
    return scheme.lower(), rest[0].strip() if rest else ""
