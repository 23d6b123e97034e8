"""Which changes of the list of operators are allowed: pure decisions that return the changed list."""

from __future__ import annotations

from dataclasses import replace

from switchboard.accounts.operators.model import EVERY_SCOPE, STACK, Caller, Operator, OperatorList
from switchboard.errors import Conflict, Forbidden, NotFound, TooMany

MOST_OPERATORS = 100
LAST = (
    "This is the last token that can make operators: first make an operator with all scopes, for all accounts, "
    "without an end."
)


def with_operator(known: OperatorList, new: Operator, by: Caller) -> OperatorList:
    """Return the list with a new operator.

    Raises Forbidden for rights that the maker lacks, Conflict for a taken name, TooMany over 100 operators.
    """
    if not by.covers(new):
        raise Forbidden("You can give only scopes and accounts that your own token has.", "scopes")
    if by.expires_at is not None and (new.expires_at is None or new.expires_at > by.expires_at):
        raise Forbidden("The token must not outlive your own.", "expires_at")
    if new.name == STACK or any(one.name == new.name for one in known.operators):
        raise Conflict("An operator of this name exists.", "name")
    if len(known.operators) >= MOST_OPERATORS:
        raise TooMany(f"There are {MOST_OPERATORS} operators already: delete one first.")
    return replace(known, operators=(*known.operators, new))


def without_operator(known: OperatorList, operator_id: str, by: Caller) -> OperatorList:
    """Return the list without an operator, or with the stack's token switched off.

    Raises NotFound for an operator out of reach, Forbidden for one with more rights, Conflict for the last full one.
    """
    if operator_id == STACK:
        _check_full(by)
        left = replace(known, stack_on=False)
    else:
        gone = found_operator(known, operator_id, by)
        if not by.covers(gone):
            raise Forbidden("This operator has rights that your own token lacks.", "operator")
        left = replace(known, operators=tuple(one for one in known.operators if one.id != operator_id))
    if not left.stack_on and not any(_is_lasting(one) for one in left.operators):
        raise Conflict(LAST, "operator")
    return left


def with_stack(known: OperatorList, operator_id: str, by: Caller) -> OperatorList:
    """Return the list with the stack's token switched on. Raises NotFound, Forbidden and Conflict."""
    if operator_id != STACK:
        found_operator(known, operator_id, by)
        raise Conflict("Only the stack's own token can be switched on; make a new operator instead.", "operator")
    _check_full(by)
    return replace(known, stack_on=True)


def found_operator(known: OperatorList, operator_id: str, by: Caller) -> Operator:
    """Return an operator in the caller's reach. Raises NotFound."""
    for one in known.operators:
        if one.id == operator_id and is_visible(one, by):
            return one
    raise NotFound("There is no such operator.", "operator")


def is_visible(operator: Operator, by: Caller) -> bool:
    """Whether all accounts of the operator are in the caller's reach."""
    return by.accounts is None or (operator.accounts is not None and set(operator.accounts) <= set(by.accounts))


def _is_lasting(operator: Operator) -> bool:
    return set(operator.scopes) == set(EVERY_SCOPE) and operator.accounts is None and operator.expires_at is None


def _check_full(by: Caller) -> None:
    if by.accounts is not None or not by.scopes.issuperset(EVERY_SCOPE):
        raise Forbidden("This needs all scopes, for all accounts.", "operator")
