"""Writes docs/systems.md, docs/systems.ru.md and the console's list: what connects to what, by the registries.

`docs/systems.json` has what no registry knows: who a system is, its limits, and what the connection was tried on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from local.bundle import ROOT
from switchboard.dialects.registry import DIALECTS, DialectEntry, Exchanging, by_webhook, renderers
from switchboard.telephony.registry import PROVIDERS, ProviderKind

DOCS = ROOT / "docs"
PAGES = {"en": DOCS / "systems.md", "ru": DOCS / "systems.ru.md"}
NOTES = DOCS / "systems.json"
CONSOLE = ROOT / "layers" / "switchboard" / "switchboard" / "console" / "static" / "systems.js"
SCHEMES = ("none", "basic", "bearer")
NONE = "–"
WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "# What connects to what",
        "lead": (
            "[По-русски](systems.ru.md). `make pages` writes this page from the registries of the code, and from\n"
            "`docs/systems.json`. Every system that sends events can be joined to every system that takes\n"
            "events: the hub reads one dialect and writes the other. [Matrix](dialects/matrix.md) has each event\n"
            "of each pair."
        ),
        "head": "| system | events in | events out | calls | responsible employee | recordings |",
        "limits": "## Limits, and what was tried on what",
        "limits_head": "| system | limits | tried on |",
        "webhook": "webhook",
        "signed": "signed webhook",
        "hook": "the hub sets the address",
        "stream": "or the hub reads its stream",
        "api": "by the API that the hub serves",
        "telephony": "by the telephony",
        "connector": "by a connector",
        "form": "forms",
        "json": "JSON",
        "starts": "starts calls",
        "places": "plays messages",
        "redirects": "redirects",
        "campaigns": "runs campaigns",
        "names": "names the employee",
        "steered": "asks by an event",
        "asks": "asks by an address",
        "requested": "asked for by the hub",
        "url": "by the event's link",
        "ours": "an imitation of our own alone",
    },
    "ru": {
        "title": "# Что с чем соединяется",
        "lead": (
            "[In English](systems.md). Эту страницу пишет `make pages` по реестрам кода и по `docs/systems.json`.\n"
            "Любую систему, которая присылает события, можно соединить с любой, которая их принимает: хаб\n"
            "читает один диалект и пишет на другом. В [матрице](dialects/matrix.md) есть каждое событие каждой\n"
            "пары."
        ),
        "head": "| система | события в хаб | события из хаба | звонки | ответственный | записи |",
        "limits": "## Ограничения и на чём проверено",
        "limits_head": "| система | ограничения | проверено на |",
        "webhook": "вебхук",
        "signed": "вебхук с подписью",
        "hook": "адрес вписывает хаб",
        "stream": "или хаб читает поток",
        "api": "через API, который отдаёт хаб",
        "telephony": "через телефонию",
        "connector": "через коннектор",
        "form": "формы",
        "json": "JSON",
        "starts": "начинает звонки",
        "places": "проигрывает сообщения",
        "redirects": "переводит",
        "campaigns": "ведёт обзвоны",
        "names": "называет сотрудника",
        "steered": "спрашивает событием",
        "asks": "спрашивает по адресу",
        "requested": "хаб просит ссылку",
        "url": "по ссылке из события",
        "ours": "только на нашей имитации",
    },
}
WITHOUT_DIALECT = (ProviderKind.SIMULATOR, ProviderKind.CONNECTED_PBX, ProviderKind.MEDIA_APPLICATION)


def systems() -> list[str]:
    """Return the names of all dialects and telephonies."""
    return list(dict.fromkeys([*DIALECTS, *PROVIDERS]))


def page(language: str) -> str:
    """Return the text of the page in a language."""
    words, notes = WORDS[language], json.loads(NOTES.read_text())
    suffix = "" if language == "en" else f"_{language}"
    lines = [words["title"], "", words["lead"], "", words["head"], "|---" * 6 + "|"]
    lines += [_row(name, words, notes.get(name, {}), suffix) for name in systems()]
    lines += ["", words["limits"], "", words["limits_head"], "|---" * 3 + "|"]
    lines += [_limits(name, words, notes.get(name, {}), suffix) for name in systems()]
    return "\n".join([*lines, ""])


def _row(name: str, words: Mapping[str, str], note: Mapping[str, str], suffix: str) -> str:
    entry = DIALECTS.get(name)
    cells = (_in(name, entry), _out(entry), _calls(name), _employee(name, entry), _recordings(entry))
    shown = (", ".join(words[word] for word in cell) or NONE for cell in cells)
    return f"| {_title(name, note, suffix)} | {' | '.join(shown)} |"


def _limits(name: str, words: Mapping[str, str], note: Mapping[str, str], suffix: str) -> str:
    limits, tried = note.get(f"limits{suffix}", NONE), note.get(f"tried{suffix}", words["ours"])
    return f"| `{name}` | {limits} | {tried} |"


def _title(name: str, note: Mapping[str, str], suffix: str) -> str:
    who = note.get(f"who{suffix}") or note.get("who", "")
    tongue = ".ru" if suffix else ""
    pages = (f"dialects/{name}{tongue}.md", f"dialects/{name}.md", f"telephony/{name}.md")
    link = next((page for page in pages if (DOCS / page).is_file()), "telephony.md")
    return f"[{name}]({link}){f': {who}' if who else ''}"


def _in(name: str, entry: DialectEntry | None) -> Iterable[str]:
    if name in by_webhook() and entry:
        yield "signed" if entry.signs else "webhook"
        ways = {way.value for way in entry.connects}
        yield from ["hook"] if ways - {"stream"} else []
        yield from ["stream"] if "stream" in ways else []
    elif entry and entry.reads:
        yield "api"
    elif name in PROVIDERS and PROVIDERS[name].kind in WITHOUT_DIALECT:
        yield "telephony"


def _out(entry: DialectEntry | None) -> Iterable[str]:
    if entry and entry.exchange is not Exchanging.NONE:
        yield "connector"
    elif entry and entry.renders:
        yield "form" if entry.form else "json"


def _calls(name: str) -> Iterable[str]:
    if name not in PROVIDERS:
        return
    provider = PROVIDERS[name]
    yield "campaigns" if provider.hands_over else "starts"
    yield from ["places"] if provider.places else []
    yield from ["redirects"] if provider.redirects else []


def _employee(name: str, entry: DialectEntry | None) -> Iterable[str]:
    if entry and entry.exchange is not Exchanging.NONE:
        yield "names"
    elif entry and name in by_webhook():
        yield "steered" if entry.steered else "asks"


def _recordings(entry: DialectEntry | None) -> Iterable[str]:
    if entry and entry.reads:
        yield "requested" if entry.recordings else "url"


def console_list() -> str:
    """Return the console's module: sources with credentials, destinations, and PBXs that start calls."""
    entries = {name: DIALECTS[name] for name in by_webhook()}
    sources = {name: {"keys": entry.signs, "schemes": _schemes(entry)} for name, entry in entries.items()}
    found = {
        "sources": sources,
        # The hub's own dialect, which nobody sends in, comes first.
        "destinations": sorted(
            (name for name in renderers() if DIALECTS[name].exchange is Exchanging.NONE),
            key=lambda name: DIALECTS[name].reads,
        ),
        "pbxs": [name for name, one in PROVIDERS.items() if one.kind is ProviderKind.PBX],
    }
    head = "// The systems that can be set up. `make pages` writes this file from the hub's registries."
    return f"{head}\nexport const SYSTEMS = {json.dumps(found)};\n"


def _schemes(entry: DialectEntry) -> tuple[str, ...]:
    return ("body", "none") if entry.credentials == "body" else SCHEMES


def write() -> None:
    """Write the pages and the list."""
    CONSOLE.write_text(console_list())
    for language, path in PAGES.items():
        path.write_text(page(language))


if __name__ == "__main__":
    write()
