"""Request and response bodies of the operator's API for accounts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from pydantic import Field, StrictBool, field_validator

from switchboard.accounts.activity.model import DAILY_DELIVERIES, DAILY_EVENTS
from switchboard.accounts.model import LOST_AFTER, RETENTIONS, Account, AccountLimits, AccountState
from switchboard.accounts.suspension import in_state
from switchboard.contracts import OwnBody, check_fixed, known_part, read_body

MOST_A_DAY = 1_000_000_000
# Seconds. A first look at a call takes place ten minutes after its start, and no call is silent for more than a day.
SHORTEST_LIFE, LONGEST_LIFE = 600, 86_400
MOST_A_SECOND, MOST_PREFIXES, MOST_BYTES = 100_000, 300, 2**50
PREFIX = re.compile(r"\+[0-9]{0,14}")
NORMAL = AccountLimits()
ACCOUNT_ID = r"^[a-z0-9][a-z0-9-]{0,31}$"


def check_zone(name: str) -> str:
    """Return the name of a time zone. Raises ValueError."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("timezone must be an IANA name such as Europe/Moscow") from None
    return name


def check_region(code: str) -> str:
    """Return the code of a country. Raises ValueError."""
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("region must be a two-letter country code such as RU")
    return code


def _retention(days: int) -> int:
    if days not in RETENTIONS:
        raise ValueError(f"recording_days must be one of {', '.join(map(str, RETENTIONS))}")
    return days


class LimitsBody(OwnBody):
    """The field `limits` of an account."""

    requests_per_second: int = Field(default=NORMAL.requests_per_second, ge=1, le=MOST_A_SECOND)
    originates_per_day: int = Field(default=NORMAL.originates_per_day, ge=0, le=MOST_A_DAY)
    prefixes: list[str] = Field(default=[], max_length=MOST_PREFIXES)
    speech_characters_per_day: int = Field(default=NORMAL.speech_characters_per_day, ge=0, le=MOST_A_DAY)
    email: StrictBool = NORMAL.email
    storage_bytes: int = Field(default=NORMAL.storage_bytes, ge=0, le=MOST_BYTES)

    @field_validator("prefixes")
    @classmethod
    def _international(cls, prefixes: list[str]) -> list[str]:
        if not all(PREFIX.fullmatch(one) for one in prefixes):
            raise ValueError("prefixes must begin with + and a country code, such as +44; + alone allows all numbers")
        return list(dict.fromkeys(prefixes))


class AccountBody(OwnBody):
    id: str = Field(pattern=ACCOUNT_ID)
    name: str = Field(min_length=1, max_length=200)
    region: str = "RU"
    timezone: str = "Europe/Moscow"
    recording_days: int = 365
    callerid_num: str = Field(default="", pattern=r"^(\+?[0-9]{2,15})?$")
    lost_after: int = Field(default=LOST_AFTER, ge=SHORTEST_LIFE, le=LONGEST_LIFE)
    allow_self: bool = False
    daily_events: int = Field(default=DAILY_EVENTS, ge=1, le=MOST_A_DAY)
    daily_deliveries: int = Field(default=DAILY_DELIVERIES, ge=1, le=MOST_A_DAY)

    limits: LimitsBody = LimitsBody()

    _check_zone = field_validator("timezone")(check_zone)
    _check_region = field_validator("region")(check_region)
    _check_days = field_validator("recording_days")(_retention)


class AccountChangeBody(AccountBody):
    """Body of `PATCH /admin/accounts/{account}`, completed with the present values."""

    state: AccountState

    @field_validator("state")
    @classmethod
    def _reachable(cls, state: AccountState) -> AccountState:
        if state is AccountState.DELETING:
            raise ValueError("state must be active or suspended")
        return state


def read_account(fields: Mapping[str, Any], now: datetime) -> Account:
    """Return the new account. Raises Invalid."""
    given = read_body(AccountBody, fields).model_dump()
    return Account(**{**given, "limits": _limits(given["limits"])}, created_at=now)


def read_account_change(fields: Mapping[str, Any], account: Account, now: datetime) -> Account:
    """Return the account with the given fields replaced; `id` cannot change. Raises Invalid."""
    check_fixed(fields, {"id": account.id})
    known = known_part(AccountChangeBody, asdict(account))
    if isinstance(changed := fields.get("limits"), Mapping):
        fields = {**fields, "limits": {**known["limits"], **changed}}
    given = read_body(AccountChangeBody, {**known, **fields}).model_dump()
    state = given.pop("state")
    return in_state(replace(account, **{**given, "limits": _limits(given["limits"])}), state, now)


def _limits(given: Mapping[str, Any]) -> AccountLimits:
    return AccountLimits(**{**given, "prefixes": tuple(given["prefixes"])})


def account_view(account: Account) -> dict[str, Any]:
    """Return every field of the account. `suspended_at` is there while the account is suspended."""
    view = asdict(account)
    times = view.pop("suspensions")
    return {**view, "suspended_at": times[-1]["since"]} if account.state is AccountState.SUSPENDED else view
