"""GET /api/v1/phones/local."""

from tests.support.hub import Hub

PATH = "/api/v1/phones/local"


def test_extensions_are_listed_as_documented(hub: Hub) -> None:
    """Ids and numbers, the numbers as numbers."""
    auth = hub.account()
    for number in ("100", "101"):
        hub.operator("POST", "/admin/extensions", {"account": "acme", "number": number})
    answer = hub.request("GET", PATH, headers=auth)
    assert (answer.status, answer.json) == (
        200,
        {"local_numbers": [{"id": 1, "number": 100}, {"id": 2, "number": 101}]},
    )


def test_an_extension_that_begins_with_a_zero_keeps_it(hub: Hub) -> None:
    """A number that is no number stays a string."""
    auth = hub.account()
    hub.operator("POST", "/admin/extensions", {"account": "acme", "number": "007"})
    assert hub.request("GET", PATH, headers=auth).json == {"local_numbers": [{"id": 1, "number": "007"}]}


def test_without_extensions_the_list_is_empty(hub: Hub) -> None:
    """An empty list, and no error."""
    assert hub.request("GET", PATH, headers=hub.account()).json == {"local_numbers": []}


def test_without_a_token_nothing_is_served(hub: Hub) -> None:
    """401 with the documented words."""
    answer = hub.request("GET", PATH)
    assert (answer.status, answer.json) == (
        401,
        {"name": "401 Unauthorized", "message": "There is no Authorization header in request."},
    )
