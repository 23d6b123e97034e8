"""One hub and one browser for all tests of the console. Both end with the last of these tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.pages import chromium
from tests.browser.serving import ServedHub, serving
from tests.browser.world import fill
from tests.conftest import CLIENTS
from tests.support.hub import close_hub, open_hub
from tests.support.stack import Clients, Stack


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A Chromium without a window; a test without one is skipped."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium: install Debian's package `chromium`, or name a binary in $CHROMIUM")
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=path, args=["--no-sandbox", *_SOUND])
        yield opened
        opened.close()


# A microphone that hums, and nobody is asked for permission.
_SOUND = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture(scope="package")
def served(aws: None) -> Iterator[ServedHub]:
    """A hub without any account, with an address."""
    patch = pytest.MonkeyPatch()
    made: list[Any] = [client() for client in CLIENTS]
    hub = open_hub(Stack(Clients(*made)), patch)
    with serving(hub) as found:
        yield found
    close_hub(hub)
    patch.undo()


@pytest.fixture(scope="package")
def filled(served: ServedHub) -> Iterator[ServedHub]:
    """The same hub with accounts, calls, receivers in every state, and a campaign."""
    with fill(served):
        yield served
