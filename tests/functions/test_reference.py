"""The API's document and its page, as the hub serves them."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

from tests.support.api_document import committed
from tests.support.hub import Hub

LARGEST = 1_000_000  # bytes of the page: Lambda takes six


class Read(HTMLParser):
    """The tags of a page, its anchors and its links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in {"meta", "link", "br"}:
            self.open.append(tag)
        told = dict(attrs)
        self.ids += [str(told["id"])] if "id" in told else []
        self.links |= {str(told["href"])} if "href" in told else set()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_document_needs_no_token(hub: Hub) -> None:
    """A client's generator reads it from the hub."""
    answer = hub.request("GET", "/openapi.json")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert json.loads(answer.text) == committed()


def test_the_page_names_every_operation_and_every_schema(hub: Hub) -> None:
    """And every link inside the page leads somewhere."""
    read = Read(hub.request("GET", "/reference").text)
    operations = {one["operationId"] for methods in committed()["paths"].values() for one in methods.values()}
    assert operations <= set(read.ids)
    assert {f"schema-{name}" for name in committed()["components"]["schemas"]} <= set(read.ids)
    assert len(set(read.ids)) == len(read.ids)
    assert {link.removeprefix("#") for link in read.links} - set(read.ids) == {"openapi.json"}


def test_the_page_works_without_scripts_and_other_addresses(hub: Hub) -> None:
    """The policy allows the one style sheet in the page."""
    answer = hub.request("GET", "/reference")
    style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert Read(answer.text).tags.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert "http" not in re.sub(r"<pre>.*?</pre>|<td>.*?</td>|<p>.*?</p>", "", answer.text, flags=re.DOTALL)
    assert len(answer.text.encode()) < LARGEST
