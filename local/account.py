from collections.abc import Mapping
from typing import Any

from local.files import read_json, write_json
from local.operator import Operator
from local.paths import Paths
from switchboard.dialects.registry import apis, by_webhook

ACCOUNT = "demo"
HISTORY_DAYS = 3650  # the samples of events are older than the sources of a new hub
EXTENSIONS = {"101": "Reception", "105": "Sales"}
TELEPHONY = {"provider": "simulator", "settings": {"ring": 3, "talk": 15}}

Token = dict[str, Any]


def prepare(paths: Paths, operator: Operator, base_url: str, operator_token: str) -> dict[str, Any]:
    """Make the account `demo` with all it needs, or find it there; return what hub.json says about the hub."""
    if _is_missing(operator):
        operator.add("/admin/accounts", {"id": ACCOUNT, "name": "Demo"})
        for number, name in EXTENSIONS.items():
            operator.add("/admin/extensions", {"account": ACCOUNT, "number": number, "name": name})
    _choose_telephony(operator)
    tokens = _tokens(paths, operator)
    return {
        "base_url": base_url,
        "operator_token": operator_token,
        "account": ACCOUNT,
        **dict(_shown(kind, tokens[kind]) for kind in apis()),
        "webhooks": _webhooks(operator),
    }


def _shown(kind: str, token: Token) -> tuple[str, Any]:
    """Return a token by its name in hub.json, together with its workspace where it has one."""
    if "workspace" in token:
        return kind, {"workspace": token["workspace"], "access_key": token["token"]}
    return f"{kind}_token", token["token"]


def _is_missing(operator: Operator) -> bool:
    return operator.ask("GET", f"/admin/accounts/{ACCOUNT}", also=404).get("id") != ACCOUNT


def _choose_telephony(operator: Operator) -> None:
    """Give the account a simulator, unless it has a telephony of its own."""
    path = f"/admin/accounts/{ACCOUNT}/telephony"
    if "provider" not in operator.ask("GET", path, also=404):
        operator.ask("PUT", path, body=TELEPHONY)


def _tokens(paths: Paths, operator: Operator) -> Mapping[str, Token]:
    """Take the tokens of an earlier start where the hub still knows them, and new ones for the rest."""
    kept: dict[str, Token] = read_json(paths.account).get("tokens", {})
    listed = operator.get("/admin/tokens", account=ACCOUNT, limit="200")["tokens"]
    known = {token["id"] for token in listed if _is_good(token)}
    tokens = {kind: token for kind, token in kept.items() if token["id"] in known}
    for kind in apis():
        if kind not in tokens:
            issued = operator.post("/admin/tokens", {"account": ACCOUNT, "kind": kind, "name": "demo"})
            tokens[kind] = {name: issued[name] for name in ("id", "token", "workspace") if name in issued}
    if tokens != kept:
        write_json(paths.account, {"tokens": tokens})
    return tokens


def _is_good(token: Token) -> bool:
    return not token.get("revoked_at") and not token.get("revoked")


def _webhooks(operator: Operator) -> dict[str, str]:
    """Return the address for each dialect. Each begins with the hub's own address, and changes with its port."""
    sources = operator.get("/admin/sources", account=ACCOUNT, limit="200")["sources"]
    found = {source["name"]: source for source in sources}
    webhooks = {}
    for dialect in by_webhook():
        name = f"demo-{dialect}"
        wanted = {"account": ACCOUNT, "dialect": dialect, "name": name, "history_days": HISTORY_DAYS}
        source = found.get(name) or operator.post("/admin/sources", wanted)
        webhooks[dialect] = source["webhook_url"]
    return webhooks
