"""The settings of a connector to amoCRM."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from switchboard.errors import Invalid

UNKNOWN, UNSORTED, LEAVE = "unknown_callers", "unsorted", "leave"
WAIT, SOURCE, PIPELINE = "recording_wait", "source", "pipeline"
DEFAULTS = {UNKNOWN: UNSORTED, WAIT: "120", SOURCE: "Switchboard", PIPELINE: ""}
LONGEST_WAIT = 1200  # seconds
LONGEST_SOURCE = 100  # characters
COMMON = ("amocrm.ru", "amocrm.com", "kommo.com")  # no account has its API here: every account has a subdomain


def read_settings(base_url: str, given: Mapping[str, str]) -> Mapping[str, str]:
    """Return the settings with their defaults. Raises Invalid, with the name of the field."""
    host = (urlsplit(base_url).hostname or "").removeprefix("www.")
    if host in COMMON:
        raise Invalid("base_url must be the account's own address, such as https://romashka.amocrm.ru.", "base_url")
    for name in given:
        if name not in DEFAULTS:
            raise Invalid(f"must be one of {', '.join(DEFAULTS)}", f"settings.{name}")
    settings = {**DEFAULTS, **given}
    if settings[UNKNOWN] not in (UNSORTED, LEAVE):
        raise Invalid(f"must be {UNSORTED} or {LEAVE}", f"settings.{UNKNOWN}")
    if not (_is_number(settings[WAIT]) and int(settings[WAIT]) <= LONGEST_WAIT):
        raise Invalid(f"must be seconds from 0 to {LONGEST_WAIT}", f"settings.{WAIT}")
    if settings[PIPELINE] and not _is_number(settings[PIPELINE]):
        raise Invalid("must be the id of a pipeline, or empty", f"settings.{PIPELINE}")
    if not 0 < len(settings[SOURCE].strip()) <= LONGEST_SOURCE:
        raise Invalid(f"must have 1 to {LONGEST_SOURCE} characters", f"settings.{SOURCE}")
    return settings


def workspace_of(base_url: str) -> str:
    """Return the account's subdomain in amoCRM."""
    return (urlsplit(base_url).hostname or "").partition(".")[0]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16  # noqa: PLR2004 - fits JSON's exact integers
