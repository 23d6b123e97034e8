"""Encode frozen dataclasses as JSON for rows and messages, and decode them.

The JSON of a model ends with the version of its writing, `"v"`. A reader keeps fields that it does not know for the
next writing, and reads words of a newer version as `unknown`.
"""

from __future__ import annotations

import base64
import binascii
import threading
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass, replace
from typing import Any, TypeVar, get_type_hints

import msgspec

from switchboard.aws.lenient_load import load_leniently
from switchboard.aws.unknown_fields import (
    VERSION_FIELD,
    remembering,
    text_as_read,
    with_unknown_fields,
    written_with_unknown_fields,
)
from switchboard.deliveries.endpoint import Drain
from switchboard.deliveries.model import Delivery
from switchboard.errors import Invalid
from switchboard.kernel.call import Call, CallEvent, Fact
from switchboard.kernel.communication import CrmCallRequest, RedirectRequest
from switchboard.telephony.chime.model import ChimeCheck
from switchboard.telephony.simulator.model import Advance

T = TypeVar("T")
Item = dict[str, dict[str, str]]
CHECK = "chime"  # the only field of a message that looks after a call through Amazon Chime
DRAIN = "drain"  # the only field of a message that drains a lane
REDIRECT = "redirect"  # the only field of a message that redirects a call
NOT_A_CURSOR = "This is not a cursor of this list."

VERSION = 1  # of rows and messages; a higher number says that an older reader may misread
STAMP = f',"v":{VERSION}}}'.encode()

_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}
_building = threading.Lock()

# A fact has the type of the event's field with the same name.
FACT_TYPES = get_type_hints(CallEvent)


def dump(value: Any) -> str:
    """Return the JSON text of a model."""
    return _encoded(value).decode()


def load(text: str | bytes, kind: type[T]) -> T:
    """Return the model that `dump` wrote."""
    written, strange = text.encode() if isinstance(text, str) else text, False
    try:
        model: T = _decoder(kind).decode(written)
    except msgspec.ValidationError as error:
        model, strange = load_leniently(written, kind, error), True
    if not strange and _stamped(model) == written:
        return model  # all fields are known
    kept: T = with_unknown_fields(model, msgspec.json.decode(written), VERSION)
    return remembering(kept, written) if strange or kept is not model else model


def plain(value: Any) -> dict[str, Any]:
    """Return a model as dicts, lists and texts: the answer of a function that another function invokes."""
    told: dict[str, Any] = msgspec.to_builtins(value)
    return told


def from_plain(value: dict[str, Any], kind: type[T]) -> T:
    """Return the model that `plain` made dicts, lists and texts of."""
    return load(msgspec.json.encode(value), kind)


def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    """Return the decoder of a type. Workers decode in threads, and msgspec crashes where two threads build one type."""
    found = _decoders.get(kind)
    if found is None:
        with _building:
            found = _decoders.setdefault(kind, msgspec.json.Decoder(kind))
    return found


def pack(value: Any) -> bytes:
    """Return a model as compressed JSON, a third of the size. DynamoDB charges by the kilobyte."""
    return zlib.compress(_encoded(value), 9)


def unpack(packed: bytes | str, kind: type[T]) -> T:
    """Return the model that `pack` wrote, or `dump` in an earlier version."""
    return load(packed if isinstance(packed, str) else zlib.decompress(packed), kind)


def _encoded(value: Any) -> bytes:
    if (read := text_as_read(value)) is not None:
        return read
    written = written_with_unknown_fields(value)
    if written is value:
        return _stamped(value)
    text = msgspec.json.encode(written)
    return text if isinstance(value, Mapping | Sequence) or VERSION_FIELD in written else text[:-1] + STAMP


def _stamped(value: Any) -> bytes:
    text = msgspec.json.encode(value)
    return text[:-1] + STAMP if is_dataclass(value) and len(text) > len("{}") else text


def load_queued(text: str) -> Delivery | Drain:
    """Return the model in a message of the queue of deliveries."""
    return load(text, dict[str, Drain])[DRAIN] if text.startswith(f'{{"{DRAIN}":') else load(text, Delivery)


def load_crm_wish(text: str) -> CrmCallRequest | RedirectRequest:
    """Return the model in a message of the queue of CRMs' calls."""
    return (
        load(text, dict[str, RedirectRequest])[REDIRECT]
        if text.startswith(f'{{"{REDIRECT}":')
        else load(text, CrmCallRequest)
    )


def load_step(text: str) -> Advance | ChimeCheck:
    """Return the model in a message of the queue of calls that go on by the clock."""
    return load(text, dict[str, ChimeCheck])[CHECK] if text.startswith(f'{{"{CHECK}":') else load(text, Advance)


def load_call(packed: bytes | str) -> Call:
    """Return a call, with the types of its facts restored."""
    call = unpack(packed, Call)
    return replace(call, facts={name: _typed(name, fact) for name, fact in call.facts.items()})


def _typed(name: str, fact: Fact) -> Fact:
    if name not in FACT_TYPES:
        return fact  # of a later release
    _decoder(FACT_TYPES[name])  # builds the type under the lock
    return replace(fact, value=msgspec.convert(fact.value, FACT_TYPES[name]))


def dump_cursor(key: Any) -> str | None:
    """Return an opaque cursor for the last key of a page, None after the last page."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode() if key else None


def load_cursor(cursor: str, attributes: frozenset[str]) -> Item:
    """Return the key in a cursor. Raises Invalid if the key has other attributes."""
    try:
        key = load(base64.urlsafe_b64decode(cursor), Item)
    except (binascii.Error, msgspec.DecodeError, ValueError) as error:
        raise Invalid(NOT_A_CURSOR, "cursor") from error
    if key.keys() != attributes:
        raise Invalid(NOT_A_CURSOR, "cursor")
    return key
