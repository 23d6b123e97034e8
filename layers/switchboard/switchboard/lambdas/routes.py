"""The table of the API's routes. Each entry gives a path, the methods and the function.

The gateway (`openapi.yaml`), the local hub's front door, the page of routes and the tests read this table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from switchboard.dialects.registry import Webhook, apis, by_webhook

# The function that answers every path and method that no route names.
UNMATCHED = "unmatched"
# The methods that the gateway accepts. A request with another method reaches no function.
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")

SUBSCRIBE = "DELETE GET PATCH POST PUT"
CALLBACKS = "/api/v1/{ws}/communications/callbacks/telephony"

# By the function's folder: its methods and paths.
SERVED: dict[str, tuple[str, ...]] = {
    # Events come in.
    **{f"webhooks/{name}": (f"POST /webhooks/{name}/{{source}}",) for name in by_webhook(Webhook.OWN)},
    "webhooks/other": (
        "POST /webhooks/{dialect_or_source}/{source}",
        "GET /webhooks/{dialect_or_source}/{source}",  # the vendor checks an address
        # The vendor appends the path of an event to the address.
        "POST /webhooks/{dialect_or_source}/{source}/{group}/{event}",
        "POST /webhooks/{dialect_or_source}/{source}/{group}/{event}/{detail}",
    ),
    "webhooks/route": ("GET /webhooks/{dialect_or_source}/route",),
    # The vendors' APIs.
    "vpbx/events_subscribe": (f"{SUBSCRIBE} /api/v1/events/subscribe", f"{SUBSCRIBE} /api/v1/event/subscribe"),
    "vpbx/doc": ("GET /api/v1/doc",),
    "vpbx/phones_local": ("GET /api/v1/phones/local",),
    "vpbx/originate": (
        "POST /api/v1/application/originate",
        "POST /api/v1/aplication/originate",
        # The API of Megafon's family, in both generations.
        "POST /sys/crm_api.wcgp",
        "POST /crmapi/v1/makecall",
        "GET /crmapi/v1/users",
        "GET /crmapi/v1/history/json",
    ),
    "vpbx/record": ("GET /api/v1/record/{call_id}",),
    "vpbx/voicemail": ("GET /api/v1/voicemail/{call_id}",),
    "sprecord/subscribe_events": ("GET POST /sys/subscribe_events",),
    "sprecord/events": ("GET /sys/events",),
    "sprecord/events_ticket": ("POST /sys/events/ticket",),
    "sprecord/records": ("GET /sys/records/{record_id}",),
    "kontur/call": ("POST /api/v1/{ws}/communications/call",),
    "kontur/hangup": (
        "POST /api/v1/{ws}/communications/{communication}/hangup",
        "POST /api/v1/{ws}/communications/hangup",
    ),
    "kontur/call_started": (f"POST {CALLBACKS}/call-started",),
    "kontur/call_event": (f"POST {CALLBACKS}/call-event",),
    "kontur/call_finished": (f"POST {CALLBACKS}/call-finished",),
    "kontur/call_failed": (f"POST {CALLBACKS}/call-failed",),
    "kontur/call_recording": (f"POST {CALLBACKS}/call-recording",),
    "kontur/register_call": (f"POST {CALLBACKS}/register-call",),
    "kontur/files": ("POST /api/v1/{ws}/files",),
    "kontur/call_redirect": (f"GET {CALLBACKS}/call-redirect",),
    "crm/hooks": ("POST /crm/{account}/{connector}/{hook}",),
    "cato/audio_files": (
        "GET /api/v1/audio-files",
        "PUT /api/v1/audio-files/add/{filename}",
        "DELETE GET PUT /api/v1/audio-files/{audio}",
    ),
    "cato/audio_uploads": ("POST /api/v1/audio-files/uploads", "POST /api/v1/audio-files/uploads/{upload}"),
    "cato/audio_content": (
        "GET /api/v1/audio-files/{audio}/content",
        "GET /telephony/audio/{ticket}/{account}/{audio}/{file}",
    ),
    "cato/tts": ("POST /api/v1/audio-files/tts",),
    "cato/subscriber_groups": (
        "GET /api/v1/subscriber-groups",
        "POST /api/v1/subscriber-groups/preview",
        "PUT /api/v1/subscriber-groups/add/{name}",
        "DELETE GET PUT /api/v1/subscriber-groups/{group}",
        "GET /api/v1/subscriber-groups/{group}/content",
    ),
    "cato/group_uploads": ("POST /api/v1/subscriber-groups/uploads", "POST /api/v1/subscriber-groups/uploads/{upload}"),
    "cato/notification_settings": (
        "GET POST /api/v1/notification-settings",
        "DELETE GET PUT /api/v1/notification-settings/{settings}",
    ),
    "cato/tasks": ("GET POST /api/v1/tasks", "DELETE GET PUT /api/v1/tasks/{task}"),
    "cato/start_task": ("PUT /api/v1/tasks/{task}/start",),
    "cato/campaigns": ("POST /api/v1/campaigns",),
    "cato/dry_run": ("POST /api/v1/tasks/{task}/dry-run",),
    "cato/task_execs": ("GET /api/v1/task-execs", "DELETE GET PUT /api/v1/task-execs/{execution}"),
    "cato/steer_execution": (
        "PUT /api/v1/task-execs/{execution}/pause",
        "PUT /api/v1/task-execs/{execution}/resume",
        "PUT /api/v1/task-execs/{execution}/stop",
    ),
    "cato/report_csv": (
        "GET /api/v1/task-execs/{execution}/report.csv",
        "GET /api/v1/task-execs/{execution}/report.xlsx",
        "GET /api/v1/task-execs/{execution}/report.html",
    ),
    # The hub itself.
    "console": (
        "GET /version",
        "GET /console",
        "GET /console/{build}/{file}",
        "GET /openapi.json",
        "GET /reference",
    ),
    # The operator's API.
    "admin/accounts": ("GET POST /admin/accounts", "GET PATCH /admin/accounts/{account}"),
    "admin/erasures": (
        "DELETE /admin/accounts/{account}",
        "POST /admin/accounts/{account}/erase",
        "GET /admin/erasures",
        "GET /admin/erasures/{erasure}",
    ),
    "admin/operators": (
        "GET POST /admin/operators",
        "DELETE GET /admin/operators/{operator}",
        "POST /admin/operators/{operator}/enable",
        "GET /admin/audit",
    ),
    "admin/tokens": ("GET POST /admin/tokens", "DELETE /admin/tokens/{token}"),
    "admin/extensions": ("GET POST /admin/extensions", "DELETE /admin/extensions/{number}"),
    "admin/sources": (
        "GET POST /admin/sources",
        "DELETE GET PATCH /admin/sources/{source}",
    ),
    "admin/source_events": ("GET /admin/sources/{source}/events", "GET /admin/sources/{source}/refused"),
    "admin/source_upstream": (
        "POST /admin/sources/{source}/connect",
        "POST /admin/sources/{source}/check",
        "POST /admin/sources/{source}/disconnect",
    ),
    "admin/routing": ("DELETE GET PUT /admin/accounts/{account}/routing",),
    "admin/calls": ("GET /admin/calls", "GET /admin/calls/{call}", "GET /admin/explain"),
    "admin/commands": (
        "POST /admin/calls",
        "POST /admin/calls/{call}/hangup",
        "POST /admin/calls/{call}/redirect",
        "GET /admin/commands",
        "GET /admin/commands/{command}",
    ),
    "admin/telephony": (
        "DELETE GET PUT /admin/accounts/{account}/telephony",
        "POST /admin/accounts/{account}/telephony/check",
    ),
    "admin/recordings": (
        "GET /admin/recordings",
        "DELETE GET /admin/recordings/{recording}",
        "POST /admin/recordings/{recording}/retry",
    ),
    "admin/subscriptions": (
        "GET /admin/subscriptions",
        "PATCH /admin/subscriptions/{subscription}",
        "POST /admin/subscriptions/{subscription}/secret",
    ),
    "admin/destinations": (
        "GET POST /admin/destinations",
        "DELETE GET PATCH /admin/destinations/{destination}",
        "POST /admin/destinations/{destination}/secret",
        "POST /admin/destinations/{destination}/test",
    ),
    "admin/connectors": (
        "GET POST /admin/connectors",
        "DELETE GET PATCH /admin/connectors/{connector}",
        "GET PUT /admin/connectors/{connector}/authorisation",
    ),
    "admin/deliveries": (
        "GET /admin/deliveries",
        "GET /admin/deliveries/{delivery}",
        "POST /admin/deliveries/{delivery}/replay",
    ),
    "admin/replays": (
        "POST /admin/deliveries/replay",
        "GET /admin/replays",
        "GET /admin/replays/{replay}",
        "POST /admin/replays/{replay}/stop",
    ),
    "admin/endpoints": (
        "GET /admin/endpoints",
        "GET PATCH /admin/endpoints/{endpoint}",
        "POST /admin/endpoints/{endpoint}/try",
        "POST /admin/endpoints/{endpoint}/pause",
        "POST /admin/endpoints/{endpoint}/resume",
    ),
    "admin/campaigns": ("GET PUT /admin/accounts/{account}/campaigns",),
    "admin/do_not_call": (
        "GET PUT /admin/accounts/{account}/do-not-call",
        "DELETE GET PUT /admin/accounts/{account}/do-not-call/{number}",
    ),
}


@dataclass(frozen=True, slots=True)
class Route:
    """A method of a path, and the folder under `functions/` that serves this method."""

    method: str
    path: str
    folder: str

    @property
    def name(self) -> str:
        """Method and path, as documents write them."""
        return f"{self.method} {self.path}"


@cache
def routes() -> tuple[Route, ...]:
    """Every route, in the table's order."""
    return tuple(_routes())


def _routes() -> Iterator[Route]:
    for folder, lines in SERVED.items():
        for line in lines:
            *methods, path = line.split(" ")
            for method in methods:
                yield Route(method, path, folder)


@cache
def by_path() -> dict[str, dict[str, Route]]:
    """Every path's routes, by their methods in alphabetical order."""
    found: dict[str, dict[str, Route]] = {}
    for route in sorted(routes(), key=lambda route: route.method):
        found.setdefault(route.path, {})[route.method] = route
    return {route.path: found[route.path] for route in routes()}


@cache
def tree() -> tuple[str, ...]:
    """Return every path of a route and every parent path, sorted: `/admin/accounts`, `/admin`, `/`.

    The gateway itself answers requests to a path without methods.
    """
    parts = [_parts(route) for route in by_path()]
    return tuple(sorted({"/", *("/" + "/".join(path[:end]) for path in parts for end in range(1, len(path) + 1))}))


def methods_of(path: str) -> tuple[str, ...]:
    """Return the methods of the route's path that the gateway matches, none without a match."""
    wanted = _parts(path)
    fitting = [known for known in tree() if _fits(_parts(known), wanted)]
    return tuple(by_path().get(min(fitting, key=specificity), ())) if fitting else ()


def specificity(path: str) -> tuple[bool, ...]:
    """Return the sort key of the gateway's preference: a literal part comes before a parameter."""
    return tuple(part.startswith("{") for part in _parts(path))


def dialect_of(path: str) -> str | None:
    """Return the dialect of a path, by the longest matching prefix, None for the hub's own paths."""
    prefixes = {prefix: name for name, api in apis().items() for prefix in api.paths}
    prefixes |= {f"/webhooks/{name}/": name for name in by_webhook()}
    fitting = [prefix for prefix in prefixes if _begins(prefix.split("/")[:-1], path.split("/"))]
    return prefixes[max(fitting, key=len)] if fitting else None


def _parts(path: str) -> list[str]:
    return path.strip("/").split("/")


def _begins(prefix: list[str], path: list[str]) -> bool:
    return len(path) >= len(prefix) and _fits(prefix, path[: len(prefix)])


def _fits(route: list[str], path: list[str]) -> bool:
    return len(route) == len(path) and all(
        part == given or (part.startswith("{") and given) for part, given in zip(route, path, strict=True)
    )
