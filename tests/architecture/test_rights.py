"""Every route of the operator's API needs a scope."""

from switchboard.accounts.operators.model import AccountScope, OperatorScope
from switchboard.lambdas.rights import PREFIX, RIGHTS
from switchboard.lambdas.routes import routes


def test_every_route_of_the_operators_api_has_its_scope() -> None:
    """A new route belongs into the table, and a line without a route out of it."""
    assert set(RIGHTS) == {route.name for route in routes() if route.path.startswith(PREFIX)}


def test_every_scope_opens_something() -> None:
    """No scope is given in vain."""
    assert {right.operator for right in RIGHTS.values()} == set(OperatorScope)
    assert {right.account for right in RIGHTS.values()} - {None} == set(AccountScope)


def test_reading_changes_nothing_and_changing_is_more_than_reading() -> None:
    """An operator with the scope `read` sends no other method than GET."""
    assert {name.split(" ")[0] for name, right in RIGHTS.items() if right.operator is OperatorScope.READ} == {"GET"}
