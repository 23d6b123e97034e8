"""Find the number in a SIP or tel address, or in the name of a PBX's device.

Grammars: RFC 3261 section 25.1 (name-addr, SIP-URI) and RFC 3966 section 3 (tel). Asterisk's channel names are
technology/resource-identifier.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

_BRACKETED = re.compile(r"<\s*([^<>]*?)\s*>")
_QUOTED = re.compile(r'^\s*"(?:[^"\\]|\\.)*"\s*')
_SCHEME = re.compile(r"(?i)\b(sips?|tel|callto|h323|xmpp|im)\s*:\s*")
_DEVICE = re.compile(
    r"(?i)^(pjsip|sip|iax2|iax|local|sccp|skinny|dahdi|zap|agent|khomp|dongle|quectel|ooh323|motif|mobile|misdn|capi|"
    r"ext|exten|user|endpoint|gsm|fxs|fxo|e1)/(.+)$"
)
_SPAN_SUFFIX = re.compile(r"-\d{1,3}$")
_SPANS = frozenset({"dahdi", "zap", "misdn", "khomp", "capi"})
_CHANNEL_SUFFIX = re.compile(r"-[0-9a-f]{4,16}(;[12])?$", re.IGNORECASE)
_EXTENSION_PARAMETER = re.compile(r"(?i);(?:ext|postd)=([0-9.\-]+)")
_CONTEXT_PARAMETER = re.compile(r"(?i);phone-context=(\+[0-9.\-]+)")


@dataclass(frozen=True, slots=True)
class Address:
    """The user part of an address: its text, an extension that a parameter names, and tel's `phone-context`."""

    user: str
    extension: str = ""
    context: str = ""
    is_address: bool = False
    """Whether the text was a URI or a device name, and not merely a number."""


def read_address(text: str) -> Address:
    """The number within a cleaned text. A text that is no address comes back as it is."""
    device = _DEVICE.match(text)
    if device:
        return _device(device[1].lower(), device[2])
    inner = _inside(text)
    scheme = _SCHEME.search(inner)
    if scheme:
        return _uri(scheme[1].lower(), inner[scheme.end() :])
    if "@" in inner and not inner.startswith("@"):
        return _uri("sip", inner)
    return Address(inner, is_address=inner != text)


def _inside(text: str) -> str:
    """What stands in the angle brackets behind a display name, else the text without a quoted name."""
    bracketed = _BRACKETED.findall(text)
    filled = [part for part in bracketed if part]
    if filled:
        return str(filled[-1])
    return _QUOTED.sub("", text) or text


def _uri(scheme: str, rest: str) -> Address:
    extension = _EXTENSION_PARAMETER.search(rest)
    context = _CONTEXT_PARAMETER.search(rest)
    user = rest.split("?", 1)[0]
    if scheme != "tel" and "@" in user:
        user = user.rpartition("@")[0]
    user = unquote(user.split(";", 1)[0])
    if scheme in {"sip", "sips"} and "@" in rest:
        user = user.split(":", 1)[0]  # a password may follow the user (RFC 3261 section 19.1.1)
    elif scheme in {"sip", "sips"} and ":" in user:
        user = user.split(":", 1)[0]
    return Address(user.strip(), extension[1] if extension else "", context[1] if context else "", is_address=True)


def _device(technology: str, resource: str) -> Address:
    """`103` of `103-00001a2b`, `103@from-internal-0000001c;1`, `trunk/79161234567` and `79161234567@trunk`."""
    if scheme := _SCHEME.search(resource):
        return _uri(scheme[1].lower(), resource[scheme.end() :])
    named = _CHANNEL_SUFFIX.sub("", resource.split("@", 1)[0]).split(";", 1)[0]
    last = named.rpartition("/")[2].strip() or named
    return Address(_SPAN_SUFFIX.sub("", last) if technology in _SPANS else last, is_address=True)
