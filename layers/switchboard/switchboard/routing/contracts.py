"""Request and response bodies of the operator's API for routing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from switchboard.contracts import OwnBody, read_body
from switchboard.errors import Invalid
from switchboard.kernel.numbers import extension_key
from switchboard.routing.model import Routing, Rule

PATTERN = r"^\+?[0-9]{2,15}$|^\+?[0-9]{1,14}\*$"
EXTENSION = r"^[0-9]{0,15}$"
MOST_RULES, MOST_NUMBERS = 100, 1000


class DaysBody(OwnBody):
    """How many days back to search for the last employee who talked to the caller."""

    days: int = Field(ge=1, le=400)


class RuleBody(OwnBody):
    """One rule: numbers and an extension, or the last employee, or the responsible user of the CRM."""

    numbers: list[Annotated[str, Field(pattern=PATTERN)]] = Field(default_factory=list, max_length=MOST_NUMBERS)
    extension: str = Field(default="", pattern=EXTENSION)
    last_employee: DaysBody | None = None
    responsible_user: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> RuleBody:
        told = (bool(self.numbers), bool(self.extension), self.last_employee is not None, bool(self.responsible_user))
        if told not in ((True, True, False, False), (False, False, True, False), (False, False, False, True)):
            raise ValueError("must have either numbers and an extension, or last_employee, or responsible_user")
        return self


class RoutingBody(OwnBody):
    """The rules of an account, in the order in which they are tried."""

    rules: list[RuleBody] = Field(default_factory=list, max_length=MOST_RULES)
    default: str = Field(default="", pattern=EXTENSION)


def read_routing(account: str, fields: Mapping[str, Any], extensions: Collection[str]) -> Routing:
    """Return the rules. Raises Invalid for a bad number, or for an extension that the account does not have."""
    body = read_body(RoutingBody, fields)
    if sum(bool(one.responsible_user) for one in body.rules) > 1:
        raise Invalid("Only one rule may have responsible_user.", "rules")
    rules = tuple(_rule(place, one, extensions) for place, one in enumerate(body.rules))
    return Routing(account, rules, _own(body.default, extensions, "default"))


def routing_view(routing: Routing) -> dict[str, Any]:
    """`{"rules": [{"numbers", "extension"} | {"last_employee": {"days"}} | {"responsible_user"}], "default"}`."""
    return {"rules": [_rule_view(rule) for rule in routing.rules], "default": routing.default}


def _rule(place: int, body: RuleBody, extensions: Collection[str]) -> Rule:
    if body.last_employee is not None:
        return Rule(days=body.last_employee.days)
    if body.responsible_user:
        return Rule(responsible=True)
    return Rule(tuple(body.numbers), _own(body.extension, extensions, f"rules.{place}.extension"))


def _rule_view(rule: Rule) -> dict[str, Any]:
    if rule.days:
        return {"last_employee": {"days": rule.days}}
    if rule.responsible:
        return {"responsible_user": True}
    return {"numbers": list(rule.numbers), "extension": rule.extension}


def _own(extension: str, extensions: Collection[str], field: str) -> str:
    """Return the account's spelling of an extension, empty for an empty one. Raises Invalid for an unknown one."""
    found = extension_key(extension, extensions)
    if found and found not in extensions:
        raise Invalid("The account has no such extension.", field)
    return found
