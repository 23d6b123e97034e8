"""Writes docs/routes.md, every route with its function and every answer of the gateway's own: `make pages`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from local.bundle import ROOT
from local.gateway_answers import ANSWERS
from local.openapi import has_script
from switchboard.lambdas.rights import PREFIX, RIGHTS, Right
from switchboard.lambdas.routes import SERVED

PAGE = ROOT / "docs" / "routes.md"
INTRODUCTION = """\
# Routes

Written by `make pages` from `layers/switchboard/switchboard/lambdas/routes.py` and `local/gateway_answers.py`. The same
table of routes makes `openapi.yaml`, by which API Gateway knows the functions
([decision 22](decisions/0022-routes.md)).

On AWS a path begins with the stage, `/v1`, unless a domain is mapped to the API. A slash at the end of a path is
ignored. The scope of an operator's token comes first, then that of an account's own token, if one may send the request
([tokens](operator-api.md#tokens-and-scopes)).
"""
REFUSALS = """\
## What has no route

The function `unmatched` answers, in the shape of the dialect whose path was called.

| request | answer |
|---|---|
| a path of the list below with another method | 405; `Allow` names the methods that the path takes |
| any other path, also a part of a path such as `/admin` or `/webhooks` | 404 |
| `HEAD` | as any other method: no path takes `HEAD`, so the answer is 405 or 404, without a body |
| `OPTIONS` | as any other method: the hub's APIs are for servers |

A browser listens to `GET /sys/events` with a ticket, which needs no `OPTIONS`.
"""
OWN = """\
## What the gateway answers by itself

These requests reach no function. The gateway does not know whose path was called, so the body has the fields of every
dialect's errors: `name`, `message`, `error.code`, `error.message`, `timestamp` in milliseconds, `status` and `path`.
`path` is empty: the gateway repeats nothing that the client has sent. The local hub's front door answers with the same
table.
"""


def page() -> str:
    """The whole page."""
    answers = _table(("response type", "status", "`error.code`", "message", "headers"), _answers())
    parts = [INTRODUCTION, REFUSALS, OWN, *answers, "", "## Functions and their routes", "", *_routes(), ""]
    return "\n".join(parts)


def _routes() -> Iterator[str]:
    """A table for each folder of functions."""
    for group in dict.fromkeys(folder.partition("/")[0] for folder in SERVED):
        folders = [folder for folder in SERVED if folder.partition("/")[0] == group]
        scopes = ("scopes",) if group == "admin" else ()
        yield from (f"### {group}", "", *_table(("route", "function", *scopes), _rows(folders)), "")


def _rows(folders: Iterable[str]) -> Iterator[tuple[str, ...]]:
    for folder in folders:
        streams = ", streams" if has_script(folder) else ""
        for line in SERVED[folder]:
            *methods, path = line.split(" ")
            route = f"{', '.join(f'`{method}`' for method in methods)} `{path}`"
            shown = route, f"[{folder}](../functions/{folder}/app.py){streams}"
            yield (*shown, _scopes(path, methods)) if path.startswith(PREFIX) else shown


def _scopes(path: str, methods: Iterable[str]) -> str:
    """The scopes of each method, once if all are the same: `GET` `read`, `read`; `POST` `tokens`."""
    rights = {method: RIGHTS[f"{method} {path}"] for method in methods}
    texts = {method: _right(right) for method, right in rights.items()}
    if len(set(texts.values())) == 1:
        return next(iter(texts.values()))
    return "; ".join(f"`{method}` {text}" for method, text in texts.items())


def _right(right: Right) -> str:
    return ", ".join(f"`{scope}`" for scope in (right.operator, right.account) if scope)


def _answers() -> Iterator[tuple[str, ...]]:
    for kind, answer in ANSWERS.items():
        headers = ", ".join(f"`{name}: {value}`" for name, value in answer.headers.items())
        yield f"`{kind}`", f"{answer.status} {answer.reason}", f"`{answer.code}`", answer.message, headers


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    columns = list(head)
    lines = [columns, ["---"] * len(columns), *map(list, rows)]
    return [f"| {' | '.join(cells)} |".replace("| ---", "|---").replace("--- |", "---|") for cells in lines]


if __name__ == "__main__":
    PAGE.write_text(page())
