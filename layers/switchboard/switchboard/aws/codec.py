"""The frozen dataclasses as JSON and back, for rows and messages."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import Any, TypeVar, get_type_hints

import msgspec

from switchboard.calls.model import Call, CallEvent, Fact
from switchboard.crm.model import CrmCallRequest, RedirectRequest
from switchboard.deliveries.endpoint import Drain
from switchboard.deliveries.model import Delivery
from switchboard.errors import Invalid

T = TypeVar("T")
Item = dict[str, dict[str, str]]
DRAIN = "drain"  # the one field of a message that is no delivery
REDIRECT = "redirect"  # the same of a message that is no wish for a call
NOT_A_CURSOR = "This is not a cursor of this list."

# A fact has the type of the event's field that told it.
FACT_TYPES = get_type_hints(CallEvent)


def dump(value: Any) -> str:
    """JSON text of a model."""
    return msgspec.json.encode(value).decode()


def load(text: str, kind: type[T]) -> T:
    """The model that `dump` wrote."""
    return msgspec.json.decode(text, type=kind)


def dump_drain(drain: Drain) -> str:
    """A message of the queue of deliveries that is no delivery."""
    return dump({DRAIN: drain})


def load_queued(text: str) -> Delivery | Drain:
    """What stands in a message of the queue of deliveries."""
    return load(text, dict[str, Drain])[DRAIN] if text.startswith(f'{{"{DRAIN}":') else load(text, Delivery)


def load_crm_wish(text: str) -> CrmCallRequest | RedirectRequest:
    """What stands in a message of the queue of what CRMs want of calls."""
    return (
        load(text, dict[str, RedirectRequest])[REDIRECT]
        if text.startswith(f'{{"{REDIRECT}":')
        else load(text, CrmCallRequest)
    )


def load_call(text: str) -> Call:
    """A call, with the types of its facts restored."""
    call = load(text, Call)
    return replace(call, facts={name: _typed(name, fact) for name, fact in call.facts.items()})


def _typed(name: str, fact: Fact) -> Fact:
    return replace(fact, value=msgspec.convert(fact.value, FACT_TYPES[name]))


def dump_cursor(key: Any) -> str | None:
    """An opaque cursor for the key that a page ended with."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode() if key else None


def load_cursor(cursor: str, attributes: frozenset[str]) -> Item:
    """The key behind a cursor, which has these attributes; Invalid where it is not one of ours."""
    try:
        key = msgspec.json.decode(base64.urlsafe_b64decode(cursor), type=Item)
    except (binascii.Error, msgspec.DecodeError, ValueError) as error:
        raise Invalid(NOT_A_CURSOR, "cursor") from error
    if key.keys() != attributes:
        raise Invalid(NOT_A_CURSOR, "cursor")
    return key
