"""`make route`: writes the first version of a route of the operator's API, in a function of its own.

The new route answers with the account that the request names. The tests of routes, template, fixtures and policies
pass.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import Any

from local.bundle import ROOT
from local.errors import LocalError
from local.openapi import logical_id
from local.scaffold.texts import create, filled, insert_after, insert_before, replace

ROUTES = "layers/switchboard/switchboard/lambdas/routes.py"
RIGHTS = "layers/switchboard/switchboard/lambdas/rights.py"
OPERATIONS = "local/api/operator_operations.py"
FIXTURES = "events/functions"
SAMPLE = f"{FIXTURES}/admin/extensions/list.json"
METHODS = ("get", "post", "put", "patch", "delete")
WITH_BODY = ("post", "put", "patch")
WIDTH = 120


@dataclass(frozen=True, slots=True)
class NewRoute:
    """A method and a path, and the folder of the function that serves them: `admin/things`."""

    folder: str
    verb: str
    path: str

    @property
    def method(self) -> str:
        """The method in capitals."""
        return self.verb.upper()

    @property
    def names(self) -> list[str]:
        """The path's parameters."""
        return re.findall(r"{(\w+)}", self.path)

    @property
    def others(self) -> list[str]:
        """The path's parameters without the account."""
        return [name for name in self.names if name != "account"]

    @property
    def label(self) -> str:
        """The last part of the folder."""
        return self.folder.rpartition("/")[2]

    def at(self, account: str) -> str:
        """Return the path with values: the account's id, and `1` for every other parameter."""
        return re.sub(r"{(\w+)}", lambda found: account if found[1] == "account" else "1", self.path)


def new_route(folder: str, method: str, path: str) -> NewRoute:
    """Return the route. Raises LocalError for words that do not fit."""
    route = NewRoute(folder.strip("/"), method.lower(), path)
    if route.verb not in METHODS:
        raise LocalError(f"METHOD={method} is none of {', '.join(METHODS)}.")
    if not re.fullmatch(r"admin/[a-z][a-z0-9_]*", route.folder):
        raise LocalError(f"FN={folder} must be admin/ and a name: a vendor's API has its own shape (docs/changing.md).")
    if not re.fullmatch(r"/admin(/[a-z][a-z0-9-]*|/{[a-z_]+})+", path):
        raise LocalError(f"ROUTE={path} must begin with /admin/ and have parts like `things` or `{{thing}}`.")
    return route


def write(route: NewRoute, root: Path = ROOT) -> list[Path]:
    """Write every file of the route below `root`, and return the files. Raises LocalError if the function is there."""
    if (root / "functions" / route.folder).exists():
        raise LocalError(f"functions/{route.folder} is there: add the route by hand (docs/changing.md, 'A route').")
    return [
        create(root / "functions" / route.folder / "app.py", app(route)),
        insert_before(root / ROUTES, "}\n\n\n@dataclass", f'    "{route.folder}": ("{route.method} {route.path}",),\n'),
        insert_before(root / RIGHTS, "}\n\n\ndef needed", f'    "{route.method} {route.path}": {right(route)},\n'),
        insert_before(root / OPERATIONS, "}\nOPERATOR = ", f'    "{route.method} {route.path}": {operation(route)},\n'),
        add_function(root / "template.yaml", route),
        create(root / FIXTURES / route.folder / f"{route.verb}.json", fixture(route, root)),
        insert_before(
            root / "tests/support/trials.py",
            '    "admin/tokens/issue": 201,\n',
            f'    "{route.folder}/{route.verb}": 200,\n',
        ),
        insert_after(
            root / "tests/functions/test_policies.py",
            '    hub.operator("DELETE", "/admin/extensions/101", account="acme")\n',
            f'    hub.operator("{route.method}", "{route.at("acme")}"{sent(route, "acme")})\n',
        ),
        create(root / f"tests/functions/test_admin_{route.label}.py", first_test(route)),
    ]


def app(route: NewRoute) -> str:
    """Return the text of the handler."""
    named = "account" in route.names
    source_of = "body_of" if route.verb in WITH_BODY else "query_of"
    imports = {"account_in", "operator_api", "operator_handler"} | (set() if named else {source_of})
    return filled(
        "app.py.txt",
        method=route.method,
        path=route.path,
        verb=route.verb,
        powertools_path=route.path.replace("{", "<").replace("}", ">"),
        name={"get": "show", "delete": "remove"}.get(route.verb, "change"),
        arguments=", ".join(f"{name}: str" for name in route.names),
        imports=", ".join(sorted(imports)),
        others="".join(f', "{name}": {name}' for name in route.others),
        account='{"account": account}' if named else f"{source_of}(app)",
    )


def right(route: NewRoute) -> str:
    """Return the source text of the scopes that the route needs: those of reading, or those of changing."""
    return "Right(READ, Own.READ)" if route.verb == "get" else "Right(OPERATE, Own.MANAGE)"


def operation(route: NewRoute) -> str:
    """Return the source text of what the route takes and answers: objects of any fields."""
    body = ', body=Content(JSON, {"type": "object"})' if route.verb in WITH_BODY else ""
    return f'ok(Content(JSON, {{"type": "object"}}){body})'


def sent(route: NewRoute, account: str) -> str:
    """Return the source text of the arguments that name the account."""
    if "account" in route.names:
        return ""
    return f', {{"account": "{account}"}}' if route.verb in WITH_BODY else f', account="{account}"'


def first_test(route: NewRoute) -> str:
    """Return the text of the first test."""
    return filled(
        "test_route.py.txt",
        method=route.method,
        path=route.path,
        name=f"{route.label}_of_an_account",
        suffix="_answers",
        filled_path=route.at("acme"),
        sent=sent(route, "acme"),
        unknown_path=route.at("unknown"),
        others="".join(f', "{name}": "1"' for name in route.others),
        sent_unknown=sent(route, "unknown"),
    )


def fixture(route: NewRoute, root: Path = ROOT) -> str:
    """Return the event that API Gateway hands to the function."""
    event: dict[str, Any] = json.loads((root / SAMPLE).read_text())
    named, has_body = "account" in route.names, route.verb in WITH_BODY
    query: dict[str, str] | None = None if named or has_body else {"account": "demo"}
    event |= {
        "resource": route.path,
        "path": route.at("demo"),
        "httpMethod": route.method,
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} if query else None,
        "pathParameters": {name: "demo" if name == "account" else "1" for name in route.names} or None,
        "body": json.dumps({"account": "demo"}) if has_body else None,
    }
    event["requestContext"] |= {
        "httpMethod": route.method,
        "path": f"/v1{route.at('demo')}",
        "resourcePath": route.path,
    }
    return json.dumps(event, indent=2) + "\n"


def add_function(template: Path, route: NewRoute) -> Path:
    """Write the function behind the last one of the operator's API, and let the gateway invoke the function."""
    blocks = re.findall(r"  Admin\w+Function:\n(?:    .*\n)+", template.read_text())
    text = filled("function.yaml.txt", logical_id=logical_id(route.folder), folder=route.folder)
    insert_after(template, blocks[-1], text)
    return let_the_gateway_invoke(template, logical_id(route.folder))


def let_the_gateway_invoke(template: Path, function: str) -> Path:
    """Add the function to the list of GatewayRole, in alphabetical order."""
    found = re.search(r"Action: \[lambda:InvokeFunction\]\n +Resource: \[\n([^\]]+?)\n +\]", template.read_text())
    if not found:
        raise LocalError("template.yaml has no list of functions in GatewayRole.")
    names = sorted([*re.findall(r"!GetAtt (\w+)\.Arn", found[1]), function])
    entries = ", ".join(f"!GetAtt\0{name}.Arn" for name in names)
    indent = re.match(" *", found[1])
    space = indent[0] if indent else ""
    lines = fill(entries, WIDTH, initial_indent=space, subsequent_indent=space, break_long_words=False)
    return replace(template, found[1], lines.replace("\0", " "))


def main() -> int:
    """Write the route that the arguments name; print what was written, or why nothing was."""
    try:
        files = write(new_route(*sys.argv[1:]))
    except LocalError as error:
        print(error, file=sys.stderr)
        return 1
    for path in files:
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
