"""The console as people see it: every view in Chromium, without a fault, accessible, and of the hub's own address."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.pages import TELEPHONE, Console, opened
from tests.browser.serving import ServedHub
from tests.browser.world import speech
from tests.support.sounds import wav

VIEWS = ("live", "call/call-3", "calls", "deliveries", "campaigns", "campaigns/new", "sources")
# The simulator answers 00, and is busy at 65. The second row has no number.
LIST = "Name;Telephone\nAnna Lee;79010000100\nBoris Ore;ask the neighbour\nClara Oak;79010000265"
# `make screenshots` sets this to the directory of the pictures.
PICTURES = os.environ.get("SCREENSHOTS", "")


@pytest.fixture
def console(browser: Browser, filled: ServedHub) -> Iterator[Console]:
    with opened(browser, filled.address) as tab:
        tab.sign_in()
        yield tab


def test_every_view_opens_without_a_fault(console: Console) -> None:
    """No error of a script, nothing that axe finds, and no request to another address."""
    found = {}
    for view in VIEWS:
        console.open(view)
        prepare(console, view)
        found[view] = console.violations()
        picture(console, view)
    assert found == {view: [] for view in VIEWS}
    assert (console.faults, console.elsewhere) == ([], [])


def test_every_view_fits_a_telephone(browser: Browser, filled: ServedHub) -> None:
    """Dark, in Russian, 360 pixels wide: nothing has to be scrolled sideways, and axe finds nothing."""
    with opened(browser, filled.address, viewport=TELEPHONE, locale="ru-RU", color_scheme="dark") as tab:
        tab.sign_in()
        found, wide = {}, []
        for view in VIEWS:
            tab.open(view)
            found[view] = tab.violations()
            wide += [view] if tab.too_wide() else []
            if view == "live":
                picture(tab, "live-telephone")
        assert found == {view: [] for view in VIEWS}
        assert (wide, tab.faults, tab.elsewhere) == ([], [], [])


def test_a_campaign_is_made_mended_started_and_reported(console: Console, tmp_path: Path) -> None:
    """A sound is uploaded, a list is pasted, its wrong row is mended in place, and the report is downloaded."""
    page = console.page
    console.open("campaigns/new")
    page.get_by_label("A file", exact=True).set_input_files(
        {"name": "flood.wav", "mimeType": "audio/wav", "buffer": wav(speech())}
    )
    page.get_by_role("button", name="Listen").click()
    page.wait_for_selector(".wave rect")
    page.get_by_label("Or paste a list").fill(LIST)
    page.get_by_role("button", name="Look").click()
    mended = page.get_by_label("Row 3")
    mended.fill("Boris Ore;79010000300")
    mended.press("Tab")
    page.get_by_role("button", name="Keep 3 people", exact=True).click()
    page.get_by_label("Name", exact=True).last.fill("Flood")
    page.get_by_label("Waves", exact=True).fill("1")
    page.get_by_role("button", name="Dry run").click()
    expect(page.get_by_text("Would be called")).to_be_visible()
    picture(console, "campaign-new")
    page.get_by_role("button", name="Start calling").click()
    expect(page.get_by_text("finished")).to_be_visible()
    expect(page.locator(".key")).to_contain_text("notified2")
    assert console.violations() == []
    picture(console, "campaign")
    with page.expect_download() as started:
        page.get_by_role("button", name="Report csv").click()
    started.value.save_as(tmp_path / "report.csv")
    assert "79010000300" in (tmp_path / "report.csv").read_text("utf-8-sig")
    assert (console.faults, console.elsewhere) == ([], [])


def test_a_wrong_token_is_told(browser: Browser, served: ServedHub) -> None:
    """The hub answers 401, and the form says what to do."""
    with opened(browser, served.address) as tab:
        tab.page.goto(f"{served.address}/console")
        tab.page.fill("input[name=token]", "not-a-token")
        tab.page.click("button[type=submit]")
        expect(tab.page.get_by_role("alert")).to_contain_text("does not know this token")


def prepare(console: Console, view: str) -> None:
    """What a person does before the view shows what it is for."""
    page = console.page
    if view == "calls":
        page.get_by_role("button", name="Find", exact=True).click()
        page.wait_for_selector("article.call")
    if view.startswith("call/"):
        page.get_by_role("button", name="Listen").click()
        page.wait_for_selector(".wave rect")


def picture(console: Console, view: str) -> None:
    """Keep a screenshot, if asked to."""
    if PICTURES:
        name = "call" if view.startswith("call/") else view.replace("/", "-")
        console.page.screenshot(path=Path(PICTURES) / f"{name}.png")
