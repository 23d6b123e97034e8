"""The table of routes, held against what the functions say of their routes themselves."""

import ast
import re

import pytest
from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from local.bundle import ROOT
from switchboard.lambdas.routes import SERVED, routes
from tests.support.hub import module

FOLDERS = sorted(SERVED)


def given(folder: str) -> set[str]:
    """The routes that the table gives to a function, as `POST /admin/calls`."""
    return {route.name for route in routes() if route.folder == folder}


def named(app: APIGatewayRestResolver) -> set[str]:
    """The routes that a function has named to its router."""
    found = [*app._static_routes, *app._dynamic_routes]
    return {f"{one.method} {one.path.replace('<', '{').replace('>', '}')}" for one in found}


def routers() -> dict[str, APIGatewayRestResolver]:
    """The routers of all functions that have one, by the function's folder."""
    apps = {folder: getattr(module(folder), "app", None) for folder in FOLDERS}
    return {folder: app for folder, app in apps.items() if isinstance(app, APIGatewayRestResolver)}


def nameless(path: str) -> str:
    """A path whose parameters have no names: the gateway's name for one need not be the reader's."""
    return re.sub("{.+?}", "{}", path)


def test_every_function_of_the_table_is_there() -> None:
    """By its folder."""
    assert [folder for folder in FOLDERS if not (ROOT / "functions" / folder / "app.py").is_file()] == []


def test_a_router_has_the_routes_that_the_table_gives_its_function() -> None:
    """No more of them, which nobody could reach, and no fewer, which would be 404."""
    found = routers()
    assert len(found) > 20
    assert {folder: named(app) for folder, app in found.items()} == {folder: given(folder) for folder in found}


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_function_tells_its_readers_its_paths(folder: str) -> None:
    """An app.py begins with a path of its own, and names no path that another function has."""
    text = ast.get_docstring(ast.parse((ROOT / "functions" / folder / "app.py").read_text())) or ""
    own = {nameless(route.path) for route in routes() if route.folder == folder}
    told = {
        nameless(path)
        for path in re.findall(
            r"/(?:(?:admin|api|sys|webhooks|crm)/[\w/{}.-]*[\w}]|version|openapi\.json|reference|console(?:/[\w/{}.-]*[\w}])?)",
            text,
        )
    }
    assert told
    assert told <= own
