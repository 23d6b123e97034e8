"""amoCRM's contacts: the search for a number, and what an answer says of a contact.

The search is over the text of all fields, and a number is stored as somebody typed it. So the search is for the last
ten digits. A hit counts only if the digits are those of a telephone number of the contact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from switchboard.dialects.reading import inside
from switchboard.dialects.vendor_requests import VendorAnswer, VendorRequest

COMPARED = 10  # digits: `+7 911 …` and `8 911 …` are one number
MOST = "50"
CONTACTS, LEADS = "contacts", "leads"


def search(phone: str) -> VendorRequest:
    """Build the search for contacts with a number."""
    query = {"query": last_digits(phone), "with": LEADS, "limit": MOST}
    return VendorRequest("GET", (f"/api/v4/{CONTACTS}",), query=query)


def found_in(answer: VendorAnswer, phone: str) -> list[Mapping[str, Any]]:
    """Return the contacts that have the number, in the order of the answer; 204 means none."""
    wanted = last_digits(phone)
    return [one for one in embedded(answer, CONTACTS) if wanted in map(last_digits, _phones(one))]


def embedded(answer: VendorAnswer, name: str) -> list[Mapping[str, Any]]:
    """Return the objects below `_embedded`; none if the answer has no such list."""
    listed = inside(answer.body, "_embedded").get(name) if isinstance(answer.body, Mapping) else None
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []


def leads_of(contact: Mapping[str, Any]) -> list[int]:
    """Return the ids of a contact's leads."""
    listed = inside(contact, "_embedded").get(LEADS)
    leads = listed if isinstance(listed, list) else []
    return [one["id"] for one in leads if isinstance(one, Mapping) and isinstance(one.get("id"), int)]


def last_digits(number: str) -> str:
    """Return the last ten digits of a number, or all if there are fewer."""
    return "".join(letter for letter in number if letter.isascii() and letter.isdigit())[-COMPARED:]


def _phones(contact: Mapping[str, Any]) -> Iterator[str]:
    fields = contact.get("custom_fields_values")
    for field in fields if isinstance(fields, list) else ():
        if isinstance(field, Mapping) and field.get("field_code") == "PHONE":
            values = field.get("values")
            for value in values if isinstance(values, list) else ():
                if isinstance(value, Mapping):
                    yield str(value.get("value") or "")
