"""The hub's own pages, which need no token."""

import gzip
import re
import tomllib
from pathlib import Path

from local.bundle import ROOT
from switchboard.accounts.activity.model import RefusalReason
from switchboard.campaigns.importing.model import Reading
from switchboard.campaigns.report_words import REASONS
from switchboard.console.pages import STATIC, build
from switchboard.console.release import RELEASE, Version, version
from switchboard.deliveries.explain.decide import Reach
from switchboard.deliveries.model import DeliveryState
from switchboard.deliveries.standing import ReceiverState
from switchboard.dialects.cato.report import WAITING
from switchboard.kernel.call import Direction, State
from switchboard.kernel.campaign import Phase, SuccessCondition
from switchboard.recordings.model import Media, RecordingState
from tests.support.hub import Hub


def test_the_version_needs_no_token(hub: Hub) -> None:
    """A monitor or a deployment script asks which release answers. A checkout without a build has no commit."""
    answer = hub.request("GET", "/version")
    assert (answer.status, answer.json) == (
        200,
        {"name": "switchboard", "release": RELEASE, "commit": None, "committed_at": None},
    )


def test_the_release_is_the_projects() -> None:
    """The package and pyproject.toml name the same release."""
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == RELEASE


def test_a_build_of_a_checkout_knows_its_commit(tmp_path: Path) -> None:
    """The layer's Makefile writes commit and time; an empty file counts as none."""
    stamp = tmp_path / "BUILD"
    for text, found in {
        "0123456789ab 2026-03-14T12:00:00+03:00\n": Version(RELEASE, "0123456789ab", "2026-03-14T12:00:00+03:00"),
        "": Version(RELEASE),
    }.items():
        stamp.write_text(text)
        assert version(stamp) == found


LARGEST = 400_000  # bytes of all files: they are in the layer of every function
LARGEST_SENT = 150_000  # bytes of all files in gzip
# Another host, or a text that is run. Names of `example` show people what an address looks like.
ELSEWHERE = r"https?://(?!\w+\.example)|\beval\(|innerHTML|insertAdjacent|document\.write"
FILES = sorted(path.name for path in STATIC.iterdir())


def test_the_page_names_files_that_are_there(hub: Hub) -> None:
    """With and without a final slash, relative to the page: a hub may have a stage before its paths."""
    for path, base in (("/console", "console/"), ("/console/", "")):
        answer = hub.request("GET", path)
        named = [
            name.removeprefix(f"{base}{build()}/")
            for name in re.findall(r'(?:href|src)="(?!data:)([^"]+)"', answer.text)
        ]
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")
        assert (named[0], named[-1]) == ("style.css", "app.js")
        assert {"parts.js", "preact.js", "words.js"} < set(named) <= set(FILES)


def test_files_are_kept_for_ever_and_have_no_other_address(hub: Hub) -> None:
    """Their address changes with their content. Files of another build, and names with a way out, are not found."""
    for name in FILES:
        answer = hub.request("GET", f"/console/{build()}/{name}")
        if name == "index.html":
            assert answer.status == 404
            continue
        assert (answer.status, answer.text) == (200, (STATIC / name).read_text())
        assert "immutable" in answer.headers["Cache-Control"]
        assert re.fullmatch(r"text/(javascript|css|plain); charset=utf-8", answer.headers["Content-Type"])
    for path in (f"{build()}/pages.py", f"{build()}/..%2Fpages.py", "0123456789abcdef/app.js"):
        assert hub.request("GET", f"/console/{path}").status == 404


def test_nothing_of_another_host_and_nothing_inline_runs(hub: Hub) -> None:
    """The policy allows the hub's own files alone, and the page needs no more."""
    policy = hub.request("GET", "/console").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    page = (STATIC / "index.html").read_text()
    assert re.findall(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=", page) == []
    own = [name for name in FILES if name not in {"preact.js", "licences.txt"}]
    for name in own:
        text = (STATIC / name).read_text()
        assert re.findall(ELSEWHERE, text) == [], name


def test_modules_import_what_others_export() -> None:
    """Nothing is compiled, so a name that no module exports would show in the browser alone."""
    scripts = {name: (STATIC / name).read_text() for name in FILES if name.endswith(".js")}
    for name, text in scripts.items():
        for names, other in re.findall(r'import {([^}]*)} from "./([\w.]+)"', text):
            assert {one.strip() for one in names.split(",")} - exported(scripts[other]) == set(), (name, other)


def exported(text: str) -> set[str]:
    """The names that a module exports: declared, or in a list."""
    listed = ",".join(re.findall(r"export ?{([^}]*)}", text))
    return {
        *re.findall(r"\bexport (?:async )?(?:const|function|class) (\w+)", text),
        *re.findall(r"(\w+) *(?:,|$)", listed),
    }


def test_the_console_is_small() -> None:
    """A cold start unpacks the layer, and a browser loads the page within a second."""
    assert sum(path.stat().st_size for path in STATIC.iterdir()) < LARGEST
    assert sum(len(gzip.compress(path.read_bytes())) for path in STATIC.iterdir()) < LARGEST_SENT


def test_both_languages_have_all_words() -> None:
    """The same keys, the same values to fill in, and every key that a view asks for."""
    text = (STATIC / "words.js").read_text()
    english, russian = (
        dict(re.findall(r'\b([a-z]\w*): "([^"]*)"', text.partition(f"const {name} = ")[2].partition("};")[0]))
        for name in ("EN", "RU")
    )
    assert english.keys() == russian.keys()
    for key, words in english.items():
        assert sorted(re.findall(r"{(\w+)}", words)) == sorted(re.findall(r"{(\w+)}", russian[key])), key
        assert key.startswith("hidden") or re.search("[А-я]", russian[key]), key
    scripts = "".join((STATIC / name).read_text() for name in FILES if name.endswith(".js"))
    asked = set(re.findall(r'\bt\("(\w+)"', scripts))
    assert asked - english.keys() == set()


def test_every_state_of_the_api_has_its_words() -> None:
    """What the API answers, the console says in both languages."""
    text = (STATIC / "words.js").read_text()
    keys = [
        *(f"reach_{one}" for one in Reach),
        *(f"says_{one}" for one in Reach),
        *(f"receiver_{one}" for one in ReceiverState),
        *(f"state_{one}" for one in State),
        *(f"delivery_{one}" for one in DeliveryState),
        *(f"kept_{one}" for one in RecordingState),
        *(f"media_{one}" for one in Media),
        *(f"direction_{one}" for one in Direction),
        *(f"phase_{one}" for one in [*Phase, WAITING]),
        *(f"condition_{one}" for one in SuccessCondition),
        *(f"column_{one}" for one in Reading),
        *(f"result_{one}" for one in REASONS["en"]),
        *(f"why_{one}" for one in RefusalReason),
        *(f"mend_{one}" for one in RefusalReason),
    ]
    assert [key for key in keys if text.count(f" {key}: ") != 2] == []


def test_the_token_stands_in_no_address_and_outlives_no_tab() -> None:
    """It is kept in sessionStorage alone, and sent in a header alone."""
    text = (STATIC / "api.js").read_text()
    assert "sessionStorage" in text
    assert "localStorage" not in text
    assert re.findall(r"searchParams\.set\([^)]*token", text, re.IGNORECASE) == []
