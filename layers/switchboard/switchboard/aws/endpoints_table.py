"""Receivers in trouble, the lanes that wait for them (`lanes_table`), and what is parked in each.

| pk                              | sk              | what                          | listing (index by_account) |
|---------------------------------|-----------------|-------------------------------|----------------------------|
| <account>#<endpoint>            | ENDPOINT        | the receiver's state          | <account>                  |
| <account>#<endpoint>            | LANE#<subject>  | a lane                        |                            |
| <account>#<endpoint>#<subject>  | <place>         | a parked delivery's id        |                            |
| <account>#<endpoint>            | RATE#<second>   | requests sent in that second  |                            |

From its first lane on a receiver stands in the index by_next_attempt under `watch`: while an episode of trouble lasts,
with the time of its next attempt. Parked deliveries themselves are rows of the table of deliveries, written in the same
transactions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from switchboard.aws.endpoint_rows import WATCH, endpoint_key, partition, read_endpoint, stamp
from switchboard.aws.lanes_table import LanesTable
from switchboard.aws.table import named_errors, to_item
from switchboard.deliveries.endpoint import Endpoint, EndpointKey

RATE_KEPT = 60  # seconds that a second's count is kept


class EndpointsTable(LanesTable):
    """Ports Endpoints and RateLimiter."""

    def get(self, key: EndpointKey) -> Endpoint | None:
        """The receiver's record as of the last write; None for one that was never in trouble."""
        found = self._client.get_item(TableName=self._name, Key=endpoint_key(key), ConsistentRead=True)
        return read_endpoint(found["Item"]) if "Item" in found else None

    def of_account(self, account: str) -> list[Endpoint]:
        """Every receiver of an account that has a record."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            IndexName="by_account",
            KeyConditionExpression="listing = :account",
            ExpressionAttributeValues=to_item({":account": account}),
        )
        return [read_endpoint(item) for page in pages for item in page["Items"]]

    def overdue(self, since: datetime) -> list[Endpoint]:
        """Receivers in trouble, of all accounts, whose next attempt should have been before that."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            IndexName="by_next_attempt",
            KeyConditionExpression="watch = :watch AND next_at < :since",
            ExpressionAttributeValues=to_item({":watch": WATCH, ":since": stamp(since)}),
        )
        return [read_endpoint(item) for page in pages for item in page["Items"]]

    def failed(self, key: EndpointKey) -> Endpoint:
        """Count a lane whose fast attempts ran out."""
        return self._changed(key, "ADD failures :one", {":one": 1})

    def refused(self, key: EndpointKey, receiver: str) -> None:
        """Count a final refusal."""
        values = {":one": 1, ":receiver": receiver, ":account": key.account}
        self._changed(key, "SET receiver = :receiver, listing = :account ADD refusals :one", values)

    def succeeded(self, key: EndpointKey, at: datetime) -> None:
        """Forget what went wrong, and close the breaker."""
        values = {":none": 0, ":at": stamp(at)}
        update = "SET failures = :none, refusals = :none, #open = :none, step = :none, last_success_at = :at"
        self._update(endpoint_key(key), update, values, "attribute_exists(pk)", {"#open": "open"})

    def begin(self, endpoint: Endpoint, at: datetime, next_at: datetime) -> Endpoint:
        """Begin an episode; of two at once one begins it and both get it."""
        values = {":yes": 1, ":no": 0, ":one": 1, ":at": stamp(at), ":next": stamp(next_at), ":watch": WATCH}
        self._update(
            endpoint_key(endpoint.key),
            "SET failing = :yes, failing_since = :at, watch = :watch, part = :no, told = :no, next_at = :next "
            "ADD episode :one",
            values,
            "attribute_not_exists(failing) OR failing = :no",
        )
        return self.get(endpoint.key) or endpoint

    def tell(self, endpoint: Endpoint) -> None:
        """Note that the operators heard of an episode."""
        values = {":yes": 1, ":episode": endpoint.episode}
        self._update(endpoint_key(endpoint.key), "SET told = :yes", values, "episode = :episode")

    def hand_on(self, endpoint: Endpoint, part: int, at: datetime) -> None:
        """Have a newer part drive the episode from `at` on."""
        values = {":part": part, ":next": stamp(at), ":episode": endpoint.episode}
        newer = "episode = :episode AND part < :part"
        self._update(endpoint_key(endpoint.key), "SET part = :part, next_at = :next", values, newer)

    def open(self, endpoint: Endpoint) -> None:
        """Open the breaker; a success forgets the failures that were seen."""
        values = {":yes": 1, ":seen": endpoint.failures, ":step": endpoint.step, ":next": stamp(endpoint.next_at)}
        update = "SET #open = :yes, step = :step, next_at = :next REMOVE #round"
        names = {"#open": "open", "#round": "round"}
        self._update(endpoint_key(endpoint.key), update, values, "failures >= :seen", names)

    def plan(self, endpoint: Endpoint) -> None:
        """Write step and next time, where the breaker is as it was seen."""
        values = {":open": int(endpoint.open), ":step": endpoint.step, ":next": stamp(endpoint.next_at)}
        same = (
            "#open = :open"
            if endpoint.open
            else "attribute_exists(pk) AND (attribute_not_exists(#open) OR #open = :open)"
        )
        self._update(endpoint_key(endpoint.key), "SET step = :step, next_at = :next", values, same, {"#open": "open"})

    def begin_round(self, endpoint: Endpoint, at: datetime) -> Endpoint:
        """Begin a round; of two at once the later moment is the round's."""
        values = {":at": stamp(at), ":none": 0}
        update = "SET #round = :at, failed_probes = :none"
        self._update(endpoint_key(endpoint.key), update, values, "attribute_exists(pk)", {"#round": "round"})
        return replace(endpoint, round=at, failed_probes=0)

    def probe_failed(self, endpoint: Endpoint) -> None:
        """Count a probe of a round."""
        values = {":one": 1, ":round": stamp(endpoint.round)}
        update = "ADD failed_probes :one"
        self._update(endpoint_key(endpoint.key), update, values, "#round = :round", {"#round": "round"})

    def end_round(self, endpoint: Endpoint) -> bool:
        """End a round with a plan, if the breaker is open still."""
        values = {
            ":yes": 1,
            ":round": stamp(endpoint.round),
            ":step": endpoint.step,
            ":next": stamp(endpoint.next_at),
        }
        return self._update(
            endpoint_key(endpoint.key),
            "SET step = :step, next_at = :next REMOVE #round",
            values,
            "#open = :yes AND #round = :round",
            {"#open": "open", "#round": "round"},
        )

    def rest(self, endpoint: Endpoint) -> bool:
        """Take a receiver that no lane waits for out of the watch's index."""
        return self._update(
            endpoint_key(endpoint.key),
            "REMOVE next_at, watch",
            {":none": 0},
            "lanes = :none AND (attribute_not_exists(failing) OR failing = :none)",
        )

    def watch(self, endpoint: Endpoint, at: datetime) -> None:
        """Move a receiver's time in the watch's index."""
        values = {":at": stamp(at), ":none": 0}
        condition = "attribute_not_exists(failing) OR failing = :none"
        self._update(endpoint_key(endpoint.key), "SET next_at = :at", values, f"attribute_exists(pk) AND ({condition})")

    def recovered(self, endpoint: Endpoint) -> bool:
        """End the episode where no lane waits."""
        return self._update(
            endpoint_key(endpoint.key),
            "SET failing = :none, #open = :none, step = :none, failures = :none "
            "REMOVE next_at, failing_since, watch, #round",
            {":none": 0, ":episode": endpoint.episode},
            "lanes = :none AND episode = :episode",
            {"#open": "open", "#round": "round"},
        )

    def take(self, key: EndpointKey, rate: float, at: datetime) -> bool:
        """Count a request in its second; False where the second is full. Below one a second, windows are longer."""
        window = max(1, math.ceil(1 / rate))
        slot = int(at.timestamp()) // window * window
        values = {":one": 1, ":most": max(1, int(rate)), ":expires": slot + RATE_KEPT + window}
        return self._update(
            to_item({"pk": partition(key), "sk": f"RATE#{slot}"}),
            "SET expires_at = :expires ADD sent :one",
            values,
            "attribute_not_exists(sent) OR sent < :most",
        )

    def _changed(self, key: EndpointKey, update: str, values: Mapping[str, Any]) -> Endpoint:
        with named_errors():
            answer = self._client.update_item(
                TableName=self._name,
                Key=endpoint_key(key),
                UpdateExpression=update,
                ExpressionAttributeValues=to_item(values),
                ReturnValues="ALL_NEW",
            )
        return read_endpoint(answer["Attributes"])
