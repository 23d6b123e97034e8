"""The console as people see it: every view in Chromium, without a fault, accessible, and of the hub's own address."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import TELEPHONE, Console, opened
from tests.browser.serving import ServedHub
from tests.browser.world import speech
from tests.support.receiver import answering, receiving
from tests.support.sounds import wav

SETUP = (
    "start", "accounts", "tokens", "destinations", "connectors", "telephony", "extensions", "routing", "donotcall",
    "limits", "operators", "audit",
)  # fmt: skip
VIEWS = ("live", "call/call-3", "calls", "deliveries", "campaigns", "campaigns/new", "sources", "setup/start")
PICTURED = {"live", "call/call-3", "calls", "deliveries", "sources", "setup/start", "setup/destinations"}
# The simulator answers 00, and is busy at 65. The second row has no number.
LIST = "Name;Telephone\nAnna Lee;79010000100\nBoris Ore;ask the neighbour\nClara Oak;79010000265"
# `make screenshots` sets this to the directory of the pictures.
PICTURES = os.environ.get("SCREENSHOTS", "")


@pytest.fixture
def console(browser: Browser, filled: ServedHub) -> Iterator[Console]:
    with opened(browser, filled.address) as tab:
        tab.sign_in()
        yield tab


def test_a_newcomer_gets_from_nothing_to_a_call_that_arrives(browser: Browser, served: ServedHub) -> None:
    """The first steps make account, source and destination, send a test call, and lead to the page of that call."""
    with receiving(answering(200)) as crm, opened(browser, served.address) as tab:
        tab.sign_in()
        tab.open("setup/start")
        page = tab.page
        if not page.get_by_role("button", name="Add an account").count():  # other tests have made accounts
            tab.open("setup/accounts")
        fill_in(page, "Add an account", Id="first", Name="First")
        expect(page.locator("aside select")).to_have_value("first")
        tab.open("setup/start")
        fill_in(page, "Add a source", Name="Office")
        fill_in(page, "Add a destination", Name="CRM", Address=crm.url)
        page.get_by_role("button", name="Send a test call").click()
        page.get_by_role("link", name="Open the newest call").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("+79000002211")
        expect(page.get_by_text("The receiver took everything")).to_be_visible()
        assert tab.violations() == []
        assert (tab.faults, tab.elsewhere) == ([], [])
        assert crm.requests


def test_every_view_opens_without_a_fault(console: Console) -> None:
    """No error of a script, nothing that axe finds, and no request to another address."""
    found = {}
    views = dict.fromkeys([*VIEWS, *(f"setup/{place}" for place in SETUP)])
    for view in views:
        console.open(view)
        prepare(console, view)
        found[view] = console.violations()
        if view in PICTURED:
            picture(console, view)
    assert found == {view: [] for view in views}
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


def test_ten_thousand_calls_are_a_list_of_which_the_rows_in_view_exist(console: Console) -> None:
    """Further pages come while scrolling; the arrow keys go from row to row."""
    page = console.page
    page.route("**/admin/calls?*", lambda route: route.fulfill(json=page_of_calls(route.request.url)))
    console.open("sources")
    console.open("live")
    rows, box = page.locator(".virtual li"), page.locator(".virtual")
    for _ in range(60):
        box.evaluate("box => { box.scrollTop = box.scrollHeight; }")
        if page.get_by_text("All calls 10000", exact=True).count():
            break
    expect(page.get_by_role("heading", name="All calls 10000", exact=True)).to_be_visible()
    box.evaluate("box => { box.scrollTop = box.scrollHeight; }")
    expect(rows.last).to_contain_text("+79160009999")
    assert rows.count() < 40
    rows.last.locator("a").focus()
    page.keyboard.press("ArrowUp")
    assert "+79160009998" in str(page.evaluate("document.activeElement.textContent"))


def page_of_calls(url: str) -> dict[str, Any]:
    """A page of ten thousand calls that have ended."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    begin, limit = int(query.get("cursor") or 0), 2000 if query["limit"] == "200" else 1
    at = "2026-03-14T12:00:00+00:00"
    calls = [
        {"id": f"c{place}", "state": "ended", "answered": True, "talk_duration": 5, "first_event_at": at,
         "last_event_at": at, "direction": "incoming", "legs": [], "caller": {"e164": f"+7916{place:07}"}}
        for place in range(begin, begin + limit)
    ]  # fmt: skip
    end = begin + limit
    return {"calls": calls, "cursor": str(end) if end < 10_000 else None}


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
    expect(page.get_by_text("3 people", exact=True)).to_be_visible()
    page.get_by_label("Name", exact=True).last.fill("Flood")
    for hour in ("Calls from", "Calls until"):  # at any time of the day
        page.get_by_label(hour).fill("")
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
        assert tab.page.evaluate("sessionStorage.length") == 0


def fill_in(page: Page, button: str, **values: str) -> None:
    """Fill in the form with this button, and send it."""
    form = page.locator("form").filter(has=page.get_by_role("button", name=button, exact=True))
    for label, value in values.items():
        form.get_by_label(label, exact=True).fill(value)
    form.get_by_role("button", name=button, exact=True).click()


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
