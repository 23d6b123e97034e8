"""The commands of the documents work when they are pasted, one after the other, against a deployed hub.

Pages speak of the hub on port 8080, of a receiver on port 9000 and of the account `demo`. Here these are the hub under
test, a receiver of the test, and an account of its own. A request that the hub refuses ends the page.
"""

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.receiver import Received, Receiver
from local.sounds import signal
from tests.e2e.conftest import ROOT, Hub
from tests.support.shell_blocks import RUN, shell_blocks

ACCOUNT = "papers"
PEOPLE = "fullName;phone\nAnna Lee;79010000100\nBoris Ore;79010000201\n"
PRELUDE = 'set -euo pipefail\ncurl() { command curl -sS --fail-with-body "$@"; echo; }\n'
# What a receiver gets because of a page's commands: words of its path and of its body.
ARRIVES = {
    "README.md": [("/calls", "start.call")],
    "docs/start.md": [("/start", "call.started"), ("/start", "call.ended")],
    "docs/start.ru.md": [("/start", "call.ended")],
    "docs/recipes.md": [("/shop-sales/", "externalId"), ("/calls", "call.started")],
}
PAGES = [page for page in RUN if any(block.runs for block in shell_blocks(ROOT / page))]


@pytest.fixture(scope="module")
def papers(hub: Hub) -> Mapping[str, Any]:
    """What hub.json says of the account that the pages work with."""
    for name in (ACCOUNT, "acme"):
        hub.operator("POST", "/accounts", json={"id": name, "name": name})
    hub.operator("POST", "/extensions", json={"account": ACCOUNT, "number": "101"})
    hub.operator("PUT", f"/accounts/{ACCOUNT}/telephony", json={"provider": "simulator", "settings": {"speed": 20}})
    told: dict[str, Any] = {"base_url": hub.base_url, "operator_token": hub.operator_token, "account": ACCOUNT}
    for kind in ("vpbx", "cato"):
        issued = hub.operator("POST", "/tokens", json={"account": ACCOUNT, "kind": kind, "name": "papers"})
        told[f"{kind}_token"] = issued.raise_for_status().json()["token"]
    made = hub.operator("POST", "/sources", json={"account": ACCOUNT, "dialect": "callevents", "history_days": 365})
    return {**told, "webhooks": {"callevents": made.raise_for_status().json()["webhook_url"]}}


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_work(
    page: str, papers: Mapping[str, Any], receiver: Callable[..., Receiver], tmp_path: Path
) -> None:
    """Each is taken by the hub, and receivers get what the page says."""
    crm = receiver()
    done = run(page, papers, crm, tmp_path)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-1000:]}"
    wanted = ARRIVES.get(page, [])
    assert crm.wait_for(lambda got: all(any(arrived(one, *words) for one in got) for words in wanted), 60), crm.requests


def arrived(request: Received, path: str, word: str) -> bool:
    return path in request.path and word in request.body.decode()


def run(page: str, papers: Mapping[str, Any], crm: Receiver, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a page's blocks as one script, in a directory with the files that pages name."""
    (home / ".local").mkdir()
    (home / ".local" / "hub.json").write_text(json.dumps(papers))
    (home / "warning.mp3").write_bytes(signal(4))
    for name in ("town.csv", "town.xlsx"):
        (home / name).write_text(PEOPLE)
    code = "\n".join(block.code for block in shell_blocks(ROOT / page) if block.runs)
    for shown, ours in (
        ("http://127.0.0.1:8080", papers["base_url"]),
        ("http://127.0.0.1:9000", crm.url),
        ('"demo"', f'"{ACCOUNT}"'),
        ("/demo/", f"/{ACCOUNT}/"),
        ("account=demo", f"account={ACCOUNT}"),
    ):
        code = code.replace(shown, ours)
    return subprocess.run(
        ["/bin/bash", "-c", PRELUDE + code],
        cwd=home,
        env=environment(papers),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def environment(papers: Mapping[str, Any]) -> dict[str, str]:
    """Names that pages take for granted."""
    base, cato = papers["base_url"], papers["cato_token"]
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "NO_PROXY": urlsplit(base).hostname or "",
        "HUB": base,
        "hub": base,
        "OPERATOR": papers["operator_token"],
        "OPERATOR_TOKEN": papers["operator_token"],
        "CATO_TOKEN": cato,
        "token": cato,
        "AUTH": f"Authorization: Bearer plain:{cato}",
        "JSON": "Content-Type: application/json",
    }
