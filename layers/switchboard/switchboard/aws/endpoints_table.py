"""Receivers with recent failures, their lanes (`lanes_table`), and the parked deliveries.

| pk                              | sk              | what                          | listing (index by_account) |
|---------------------------------|-----------------|-------------------------------|----------------------------|
| <account>#<endpoint>            | ENDPOINT        | the receiver's state          | <account>                  |
| <account>#<endpoint>            | LANE#<subject>  | a lane                        |                            |
| <account>#<endpoint>#<subject>  | <place>         | a parked delivery's id        |                            |
| <account>#<endpoint>            | RATE#<second>   | requests sent in that second  |                            |

The index by_next_attempt (`watch`) holds each receiver with a lane. During an episode, the index has the time of the
next attempt. The records of parked deliveries are in the table of deliveries, written in the same transactions.
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

RATE_KEPT = 60  # seconds until a second's count expires


class EndpointsTable(LanesTable):
    """Ports Endpoints and RateLimiter."""

    def get(self, key: EndpointKey) -> Endpoint | None:
        """Return the receiver's record as of the last write, None without a record."""
        found = self._client.get_item(TableName=self._name, Key=endpoint_key(key), ConsistentRead=True)
        return read_endpoint(found["Item"]) if "Item" in found else None

    def of_account(self, account: str) -> list[Endpoint]:
        """Return an account's receivers that have a record."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            IndexName="by_account",
            KeyConditionExpression="listing = :account",
            ExpressionAttributeValues=to_item({":account": account}),
        )
        return [read_endpoint(item) for page in pages for item in page["Items"]]

    def overdue(self, since: datetime) -> list[Endpoint]:
        """Return the receivers of all accounts with a time before `since` in the watch's index."""
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
        """Reset failures and refusals, and close the breaker."""
        values = {":none": 0, ":at": stamp(at)}
        update = "SET failures = :none, refusals = :none, #open = :none, step = :none, last_success_at = :at"
        self._update(endpoint_key(key), update, values, "attribute_exists(pk)", {"#open": "open"})

    def begin_episode(self, endpoint: Endpoint, at: datetime, next_at: datetime) -> Endpoint:
        """Begin an episode if none lasts, and return the endpoint in its episode."""
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
        """Record that the operators know of the episode."""
        values = {":yes": 1, ":episode": endpoint.episode}
        self._update(endpoint_key(endpoint.key), "SET told = :yes", values, "episode = :episode")

    def hand_on(self, endpoint: Endpoint, part: int, at: datetime) -> None:
        """Write a newer part of the episode's workflow, and the time of its first turn."""
        values = {":part": part, ":next": stamp(at), ":episode": endpoint.episode}
        newer = "episode = :episode AND part < :part"
        self._update(endpoint_key(endpoint.key), "SET part = :part, next_at = :next", values, newer)

    def open(self, endpoint: Endpoint) -> None:
        """Open the breaker, unless a success has reset the failures since the endpoint was read."""
        values = {":yes": 1, ":seen": endpoint.failures, ":step": endpoint.step, ":next": stamp(endpoint.next_at)}
        update = "SET #open = :yes, step = :step, next_at = :next REMOVE #round"
        names = {"#open": "open", "#round": "round"}
        self._update(endpoint_key(endpoint.key), update, values, "failures >= :seen", names)

    def plan(self, endpoint: Endpoint) -> None:
        """Write step and next time, unless the breaker changed since the endpoint was read."""
        values = {":open": int(endpoint.open), ":step": endpoint.step, ":next": stamp(endpoint.next_at)}
        same = (
            "#open = :open"
            if endpoint.open
            else "attribute_exists(pk) AND (attribute_not_exists(#open) OR #open = :open)"
        )
        self._update(endpoint_key(endpoint.key), "SET step = :step, next_at = :next", values, same, {"#open": "open"})

    def begin_round(self, endpoint: Endpoint, at: datetime) -> Endpoint:
        """Begin a round. Of two requests at once, the last write counts."""
        values = {":at": stamp(at), ":none": 0}
        update = "SET #round = :at, failed_probes = :none"
        self._update(endpoint_key(endpoint.key), update, values, "attribute_exists(pk)", {"#round": "round"})
        return replace(endpoint, round=at, failed_probes=0)

    def probe_failed(self, endpoint: Endpoint) -> None:
        """Count a failed probe of the endpoint's round."""
        values = {":one": 1, ":round": stamp(endpoint.round)}
        update = "ADD failed_probes :one"
        self._update(endpoint_key(endpoint.key), update, values, "#round = :round", {"#round": "round"})

    def end_round(self, endpoint: Endpoint) -> bool:
        """End the round and write the plan, if the breaker is open and the round is the latest."""
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
        """Remove a receiver without lanes and episode from the watch's index."""
        return self._update(
            endpoint_key(endpoint.key),
            "REMOVE next_at, watch",
            {":none": 0},
            "lanes = :none AND (attribute_not_exists(failing) OR failing = :none)",
        )

    def watch(self, endpoint: Endpoint, at: datetime) -> None:
        """Set the time of a receiver without an episode in the watch's index."""
        values = {":at": stamp(at), ":none": 0}
        condition = "attribute_not_exists(failing) OR failing = :none"
        self._update(endpoint_key(endpoint.key), "SET next_at = :at", values, f"attribute_exists(pk) AND ({condition})")

    def recovered(self, endpoint: Endpoint) -> bool:
        """End the episode if no lane waits. Returns whether the episode ended."""
        return self._update(
            endpoint_key(endpoint.key),
            "SET failing = :none, #open = :none, step = :none, failures = :none "
            "REMOVE next_at, failing_since, watch, #round",
            {":none": 0, ":episode": endpoint.episode},
            "lanes = :none AND episode = :episode",
            {"#open": "open", "#round": "round"},
        )

    def take(self, key: EndpointKey, rate: float, at: datetime) -> bool:
        """Count a request in its second. Returns False if the second is full. Rates below 1/s have longer windows."""
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
