"""Every path of the API and its methods, and whose error shape answers for paths that are not there."""

from __future__ import annotations

from switchboard.dialects.registry import Webhook, apis, by_webhook

SUBSCRIBE = ("DELETE", "GET", "PATCH", "POST", "PUT")

ROUTES: dict[str, tuple[str, ...]] = {
    "/api/v1/events/subscribe": SUBSCRIBE,
    "/api/v1/event/subscribe": SUBSCRIBE,
    "/api/v1/phones/local": ("GET",),
    **{f"/webhooks/{name}/{{source}}": ("POST",) for name in by_webhook(Webhook.OWN)},
    "/admin/accounts": ("GET", "POST"),
    "/admin/accounts/{account}": ("GET", "PATCH"),
    "/admin/tokens": ("GET", "POST"),
    "/admin/tokens/{token}": ("DELETE",),
    "/admin/sources": ("GET", "POST"),
    "/admin/sources/{source}": ("DELETE", "GET", "PATCH"),
    "/admin/sources/{source}/events": ("GET",),
    "/admin/extensions": ("GET", "POST"),
    "/admin/extensions/{number}": ("DELETE",),
    "/admin/subscriptions": ("GET",),
    "/admin/subscriptions/{subscription}": ("PATCH",),
    "/admin/subscriptions/{subscription}/secret": ("POST",),
    "/admin/destinations": ("GET", "POST"),
    "/admin/destinations/{destination}": ("DELETE", "GET", "PATCH"),
    "/admin/destinations/{destination}/secret": ("POST",),
    "/admin/destinations/{destination}/test": ("POST",),
    "/admin/endpoints": ("GET",),
    "/admin/endpoints/{endpoint}": ("GET", "PATCH"),
    "/admin/endpoints/{endpoint}/try": ("POST",),
    "/admin/calls": ("GET", "POST"),
    "/admin/calls/{call}": ("GET",),
    "/admin/deliveries": ("GET",),
    "/admin/deliveries/replay": ("POST",),
    "/admin/deliveries/{delivery}": ("GET",),
    "/admin/deliveries/{delivery}/replay": ("POST",),
    "/api/v1/application/originate": ("POST",),
    "/api/v1/aplication/originate": ("POST",),
    "/admin/accounts/{account}/telephony": ("DELETE", "GET", "PUT"),
    "/admin/calls/{call}/hangup": ("POST",),
    "/admin/calls/{call}/redirect": ("POST",),
    "/admin/commands": ("GET",),
    "/admin/commands/{command}": ("GET",),
    "/admin/sources/{source}/connect": ("POST",),
    "/admin/sources/{source}/check": ("POST",),
    "/admin/sources/{source}/disconnect": ("POST",),
    "/admin/accounts/{account}/routing": ("DELETE", "GET", "PUT"),
    "/webhooks/{dialect_or_source}/route": ("GET",),
    "/webhooks/{dialect_or_source}/{source}": ("POST",),
    "/admin/recordings": ("GET",),
    "/admin/recordings/{recording}": ("DELETE", "GET"),
    "/admin/recordings/{recording}/retry": ("POST",),
    "/api/v1/record/{call_id}": ("GET",),
    "/api/v1/voicemail/{call_id}": ("GET",),
    "/sys/subscribe_events": ("GET", "POST"),
    "/sys/events": ("GET",),
    "/sys/events/ticket": ("POST",),
    "/sys/records/{record_id}": ("GET",),
    "/admin/connectors": ("GET", "POST"),
    "/admin/connectors/{connector}": ("DELETE", "GET", "PATCH"),
    "/api/v1/{ws}/communications/call": ("POST",),
    "/api/v1/{ws}/communications/{communication}/hangup": ("POST",),
    "/api/v1/{ws}/communications/hangup": ("POST",),
    "/api/v1/{ws}/communications/callbacks/telephony/call-started": ("POST",),
    "/api/v1/{ws}/communications/callbacks/telephony/call-event": ("POST",),
    "/api/v1/{ws}/communications/callbacks/telephony/call-finished": ("POST",),
    "/api/v1/{ws}/communications/callbacks/telephony/call-failed": ("POST",),
    "/api/v1/{ws}/communications/callbacks/telephony/call-recording": ("POST",),
    "/api/v1/{ws}/communications/callbacks/telephony/register-call": ("POST",),
    "/api/v1/{ws}/communications/callbacks/telephony/call-redirect": ("GET",),
    "/admin/accounts/{account}/do-not-call": ("GET", "PUT"),
    "/admin/accounts/{account}/do-not-call/{number}": ("DELETE", "GET", "PUT"),
    "/api/v1/audio-files": ("GET",),
    "/api/v1/audio-files/add/{filename}": ("PUT",),
    "/api/v1/audio-files/uploads": ("POST",),
    "/api/v1/audio-files/uploads/{upload}": ("POST",),
    "/api/v1/audio-files/tts": ("POST",),
    "/api/v1/audio-files/{audio}": ("DELETE", "GET", "PUT"),
    "/api/v1/audio-files/{audio}/content": ("GET",),
    "/api/v1/subscriber-groups": ("GET",),
    "/api/v1/subscriber-groups/add/{name}": ("PUT",),
    "/api/v1/subscriber-groups/uploads": ("POST",),
    "/api/v1/subscriber-groups/uploads/{upload}": ("POST",),
    "/api/v1/subscriber-groups/{group}": ("DELETE", "GET", "PUT"),
    "/api/v1/subscriber-groups/{group}/content": ("GET",),
    "/api/v1/notification-settings": ("GET", "POST"),
    "/api/v1/notification-settings/{settings}": ("DELETE", "GET", "PUT"),
    "/api/v1/tasks": ("GET", "POST"),
    "/api/v1/tasks/{task}": ("DELETE", "GET", "PUT"),
    "/api/v1/tasks/{task}/start": ("PUT",),
    "/api/v1/tasks/{task}/dry-run": ("POST",),
    "/api/v1/task-execs": ("GET",),
    "/api/v1/task-execs/{execution}": ("DELETE", "GET", "PUT"),
    "/api/v1/task-execs/{execution}/pause": ("PUT",),
    "/api/v1/task-execs/{execution}/resume": ("PUT",),
    "/api/v1/task-execs/{execution}/stop": ("PUT",),
    "/api/v1/task-execs/{execution}/report.csv": ("GET",),
    "/admin/accounts/{account}/campaigns": ("GET", "PUT"),
}


def methods_of(path: str) -> tuple[str, ...]:
    """The methods of the route that a path fits, none where it fits none."""
    wanted = path.strip("/").split("/")
    for route, methods in ROUTES.items():
        if _fits(route.strip("/").split("/"), wanted):
            return methods
    return ()


def dialect_of(path: str) -> str | None:
    """Whose clients call this path, by the longest prefix that fits; None for the hub's own."""
    prefixes = {prefix: name for name, api in apis().items() for prefix in api.paths}
    prefixes |= {f"/webhooks/{name}/": name for name in by_webhook()}
    fitting = [prefix for prefix in prefixes if _begins(prefix.split("/")[:-1], path.split("/"))]
    return prefixes[max(fitting, key=len)] if fitting else None


def _begins(prefix: list[str], path: list[str]) -> bool:
    return len(path) >= len(prefix) and _fits(prefix, path[: len(prefix)])


def _fits(route: list[str], path: list[str]) -> bool:
    return len(route) == len(path) and all(
        part == given or (part.startswith("{") and given) for part, given in zip(route, path, strict=True)
    )
