"""Take credentials out of the body of a refused request, so that an operator may read the body."""

from __future__ import annotations

import re

from switchboard.accounts.activity.model import KEPT_OF_BODY
from switchboard.accounts.digests import matches
from switchboard.accounts.model import Source

LOOKED_AT = 8 * 1024  # bytes of a body: more than is kept, so that a long credential is seen whole
REDACTED = "***"
SHORTEST = 4  # characters: shorter words are no credentials
MOST_WORDS = 2000
_NAMED = (
    r"[\w.\-\[\]]*(?:token|passw|pwd|secret|key\b|auth|credential|signature|bearer|jwt|cookie|private|парол|токен|ключ)"
    r"[\w.\-\[\]]*|pin|pass|sign|hash|hmac|login|sid"
)
_REST_OF_STRING = r"(?:[^\"\\]|\\.)*+(?:\"|$)"
_VALUE = (
    rf"(?:\"{_REST_OF_STRING}|\\\"[^\"]*(?:\"|$)|'[^']*(?:'|$)|\{{[^{{}}]*(?:\}}|$)|\[[^\[\]]*(?:\]|$)|[^,}}\]\s]+)"
)
# "name": "value", also with escaped quotes; name=value and name: value; a part of a multipart form; an element of XML.
_IN_JSON = re.compile(rf"(?P<kept>\\?[\"'](?:{_NAMED})\\?[\"']\s*+:\s*+){_VALUE}", re.IGNORECASE | re.DOTALL)
_IN_FORM = re.compile(rf"(?P<kept>(?<![\w.\-\[\]])(?:{_NAMED})\s*+[=:]\s*+)[^&\s\"'<>,}}]+", re.IGNORECASE)
_IN_PART = re.compile(rf"(?P<kept>name=\"?(?:{_NAMED})\"?[^\n]*\n(?:[^\r\n][^\n]*\n)*+\r?\n)[^\r\n]*", re.IGNORECASE)
_IN_TAG = re.compile(rf"(?P<kept><(?:{_NAMED})[^>]*>)[^<]*", re.IGNORECASE)
_SCHEME = re.compile(r"(?P<kept>\b(?:Basic|Bearer|Digest|Token)\s+)[\w.+/=:~\-]{4,}", re.IGNORECASE)
_USERINFO = re.compile(r"(?P<kept>://)[^/\s@\"']{1,200}@")
_WORD = re.compile(r"[^\s\"'&=,;:<>{}\[\]]{4,500}")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def redacted(text: str, source: Source, shown: str = "") -> str:
    """Return the first KEPT_OF_BODY characters of a body without credentials.

    Values of fields that are named like secrets are replaced, and so are logins in URLs. The source's own secret and
    `shown`, the credentials in the request's header, are replaced wherever they stand.
    """
    found = _INVISIBLE.sub("", text)
    if len(shown) >= SHORTEST:
        found = found.replace(shown, REDACTED)
    for pattern in (_SCHEME, _IN_JSON, _IN_PART, _IN_FORM, _IN_TAG, _USERINFO):
        found = pattern.sub(_hidden, found)
    found = _without_field(found, source.auth.field)
    return _without_secret(found, source.auth.digest)[:KEPT_OF_BODY]


def _hidden(found: re.Match[str]) -> str:
    if found.re is _IN_JSON:
        return f'{found["kept"]}"{REDACTED}"'
    return found["kept"] + REDACTED + ("@" if found.re is _USERINFO else "")


def _without_field(text: str, field: str) -> str:
    """Replace the value of the field that carries the source's token."""
    if not field:
        return text
    name = re.escape(field)
    in_json = re.compile(rf"(\\?[\"']{name}\\?[\"']\s*+:\s*+){_VALUE}", re.DOTALL)
    in_form = re.compile(rf"((?<![\w.\-\[\]]){name}\s*+[=:]\s*+)[^&\s\"'<>,}}]+")
    return in_form.sub(rf"\g<1>{REDACTED}", in_json.sub(rf'\g<1>"{REDACTED}"', text))


def _without_secret(text: str, digest: str) -> str:
    """Replace each word that is the source's secret."""
    if not digest:
        return text
    words = set(_WORD.findall(text)[:MOST_WORDS])
    for word in words:
        if matches(word, digest):
            text = text.replace(word, REDACTED)
    return text
