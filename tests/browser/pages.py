"""Pages of a browser that note what went wrong, and look for violations of accessibility."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.support.stack import OPERATOR_TOKEN

DESK, TELEPHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
_AXE = Path(str(find_spec("axe_playwright_python").origin)).with_name("axe.min.js")  # type: ignore[union-attr]


def chromium() -> str | None:
    """The browser: $CHROMIUM, or Debian's."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass
class Console:
    """A tab with the console, signed in as the operator. `faults` are errors of scripts and of the console's log."""

    page: Page
    address: str
    faults: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def sign_in(self, token: str = OPERATOR_TOKEN) -> None:
        """Open the console, and sign in."""
        self.page.goto(f"{self.address}/console")
        self.page.fill("input[name=token]", token)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector("main h1")

    def open(self, view: str) -> None:
        """Open a view, and wait until everything has loaded."""
        self.page.goto(f"{self.address}/console#/{view}")
        self.page.wait_for_selector(f"main[data-view='{view}'] h1")
        expect(self.page.locator(".spinner")).to_have_count(0)

    def violations(self) -> list[str]:
        """What axe finds on the page as it is."""
        self.page.evaluate(_AXE.read_text())
        found: list[Any] = self.page.evaluate("axe.run()")["violations"]
        return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]

    def too_wide(self) -> bool:
        """Whether the page has to be scrolled sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@contextmanager
def opened(browser: Browser, address: str, **context: Any) -> Iterator[Console]:
    """A tab of its own, with nothing kept from others."""
    own = browser.new_context(**{"viewport": DESK, "locale": "en-GB", "color_scheme": "light", **context})
    own.set_default_timeout(10_000)
    console = Console(own.new_page(), address)
    page = console.page
    page.on("pageerror", lambda error: console.faults.append(str(error)))
    page.on("console", lambda said: console.faults.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: _note(console, asked.url))
    try:
        yield console
    finally:
        own.close()


def _note(console: Console, url: str) -> None:
    if not url.startswith((console.address, "blob:", "data:")):
        console.elsewhere.append(url)
