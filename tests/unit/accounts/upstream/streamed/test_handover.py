"""Successive runs read a PBX that sends no ids, over real connections, and lose no event between them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event, Thread

import pytest

from switchboard.accounts.model import Source
from switchboard.accounts.upstream.streamed import lease
from switchboard.dialects.vendor_requests import VendorRequest
from switchboard.net.guard import Guard
from switchboard.net.resolver import Resolver
from switchboard.net.session import vetted_session
from switchboard.net.vendor_streams import VendorStreams
from tests.support.receiver import Exchange, Received, receiving
from tests.unit.accounts.upstream.streamed.world import ID, World

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
TURN = timedelta(milliseconds=200)
RUNS = 8


class PbxClient:
    """A PBX that sends the next number to all connections every few milliseconds."""

    def __init__(self) -> None:
        self.number = 0
        self.ended = Event()
        self.clock = Thread(target=self._count, daemon=True)

    def _count(self) -> None:
        while not self.ended.wait(0.003):
            self.number += 1

    def behave(self, exchange: Exchange, _: Received) -> bool:
        exchange.send(HEAD)
        said = self.number
        while exchange.pause(0.001):
            while said < self.number:
                said += 1
                exchange.send(b'data: {"number": %d}\n\n' % said)
        return False


def test_nothing_is_lost_between_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every number from the first connection to the last is queued; some are queued twice."""
    monkeypatch.setattr(lease, "RENEW", timedelta(milliseconds=20))
    pbx, stored, over = PbxClient(), [], Event()
    streams = VendorStreams(lambda: vetted_session(Guard(Resolver(), allow_private=True)))

    def receive(_: Source, data: str) -> None:
        stored.append(json.loads(data)["number"])

    with receiving(pbx.behave) as vendor:
        url = f"http://127.0.0.1:{vendor.port}"

        def listen(*_: object) -> AbstractContextManager[Iterator[bytes]]:
            return streams.listen(url, VendorRequest("GET", ("/sys/events",)))

        real = {"listen": listen, "receive": receive, "pause": over.wait, "clock": partial(datetime.now, UTC)}
        read = replace(World().reader(), **real)  # type: ignore[arg-type]
        pbx.clock.start()
        runs = [Thread(target=read, args=(ID, over.is_set, TURN), daemon=True) for _ in range(RUNS)]
        for run in runs:
            run.start()
            over.wait(1.2 * TURN.total_seconds())
        over.set()
        for run in runs:
            run.join(10)
        pbx.ended.set()
    first, last = min(stored), max(stored)
    assert sorted(set(stored)) == list(range(first, last + 1))
    assert (vendor.connections > RUNS // 2, last - first > 100) == (True, True)
