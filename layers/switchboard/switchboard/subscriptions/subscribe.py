"""Subscribe, change, unsubscribe, and sign."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.errors import Conflict, NotFound
from switchboard.subscriptions.model import AuthType, Subscription
from switchboard.subscriptions.ports import Subscriptions

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Wish:
    """What a receiver asks for."""

    event_name: str
    url: str
    auth_type: AuthType = AuthType.NONE
    auth_string: str = ""
    auth_field: str = ""


def subscribe(account: str, dialect: str, wish: Wish, subscriptions: Subscriptions, now: datetime) -> Subscription:
    """Make the subscription; Conflict where the account has one for this event already."""
    blank = Subscription(account, 0, dialect, wish.event_name, wish.url, now)
    if subscriptions.get(account, blank.key):
        raise Conflict("There is a subscription for this event already.")
    made = _granted(replace(blank, id=subscriptions.next_id(account)), wish)
    subscriptions.add(made)
    return made


def change_subscription(account: str, dialect: str, wish: Wish, subscriptions: Subscriptions) -> Subscription:
    """Replace where and how an event is delivered; NotFound where there is no subscription."""
    old = find_subscription(account, dialect, wish.event_name, subscriptions)
    changed = _granted(replace(old, version=old.version + 1), wish)
    subscriptions.save(changed)
    return changed


def find_subscription(account: str, dialect: str, event_name: str, subscriptions: Subscriptions) -> Subscription:
    """The account's subscription for an event, or NotFound."""
    found = subscriptions.get(account, f"{dialect}:{event_name}")
    if found is None:
        raise NotFound("There is no subscription for this event.", "event_name")
    return found


def sign_deliveries(account: str, subscription_id: int, subscriptions: Subscriptions) -> Subscription:
    """Give a subscription a new signing secret, to be shown once; NotFound for an unknown id."""
    for old in subscriptions.of_account(account):
        if old.id == subscription_id:
            signed = replace(old, secret=new_signing_secret(), version=old.version + 1)
            subscriptions.save(signed)
            return signed
    raise NotFound("There is no such subscription.", "subscription")


def new_signing_secret() -> str:
    """A Standard Webhooks secret: `whsec_` and 32 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _granted(subscription: Subscription, wish: Wish) -> Subscription:
    return replace(
        subscription,
        url=wish.url,
        auth_type=wish.auth_type,
        auth_string=wish.auth_string,
        auth_field=wish.auth_field,
    )
