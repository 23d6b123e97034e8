"""The API of campaigns: start one by one request, follow it, and fetch the report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import httpx

from switchboard_client.answers import campaigns
from switchboard_client.transport import Transport, at


class Campaigns(Transport):
    """The client of an account's token of the kind `cato`."""

    def __init__(self, base_url: str, token: str, over: httpx.BaseTransport | None = None) -> None:
        super().__init__(base_url, f"Bearer plain:{token}", over)

    def launch(
        self, people: Path, audio: Path, settings: Mapping[str, Any], key: str, **fields: str
    ) -> campaigns.Launched:
        """Upload list and audio, and start. A repeat with the same key calls nobody again."""
        files = {"list": (people.name, people.read_bytes()), "audio": (audio.name, audio.read_bytes())}
        data = {"settings": json.dumps(settings), **fields}
        answer = self.send("POST", "/api/v1/campaigns", files=files, data=data, headers={"Idempotency-Key": key})
        return cast("campaigns.Launched", answer.json())

    def preview(self, people: Path) -> campaigns.ListPreview:
        """Return what a list is read as. Nothing is kept."""
        answer = self.send(
            "POST",
            "/api/v1/subscriber-groups/preview",
            content=people.read_bytes(),
            headers={"Content-Type": "application/octet-stream"},
        )
        return cast("campaigns.ListPreview", answer.json())

    def execution(self, execution: str) -> campaigns.ExecutionPage:
        """Return the progress of an execution, with one subscriber."""
        path = at("api", "v1", "task-execs", execution)
        return cast("campaigns.ExecutionPage", self.ask("GET", path, limit=1, details=True))

    def stop(self, execution: str) -> None:
        """End an execution after its running calls."""
        self.ask("PUT", at("api", "v1", "task-execs", execution, "stop"))

    def report(self, execution: str) -> bytes:
        """Return the report as CSV."""
        return self.send("GET", at("api", "v1", "task-execs", execution) + "/report.csv").content
