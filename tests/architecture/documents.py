"""The pages for people, and what they name: links, files, `make` targets, routes and words of the code."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, product
from pathlib import Path

import yaml

from local.bundle import ROOT, load_template
from tests.architecture.source import PACKAGE

FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!https?://)([^)\s#]*)(?:#([^)\s]+))?\)")
MAKE = re.compile(r"(?:^|&& )(?:[A-Z_]+=\S* )*make ([a-z][a-z-]+)", re.MULTILINE)
ASSIGNED = re.compile(r"\b([A-Z][A-Z_]+)=\S* (?:[A-Z_]+=\S* )*make\b|\bmake [a-z-]+ ([A-Z]+)=")
CAMEL = re.compile(r"(?:[A-Z][a-z0-9]+){2,}")
UPPER = re.compile(r"[A-Z][A-Z0-9_]{3,}")
ROUTE = re.compile(
    r"((?:GET|POST|PUT|PATCH|DELETE)(?:,? (?:GET|POST|PUT|PATCH|DELETE))*) (/(?:admin|webhooks|sys|api/v1)/[^?\s]*)"
)
PATH = re.compile(r"[\w.<>{},*-]+(?:/[\w.<>{},*-]*)*")
KINDS = (".py", ".md", ".yaml", ".toml", ".sh", ".asl.json")
STANDS_FOR_ANY = re.compile(r"<[^>]*>|…")
SOURCES = ("*.py", "*.yaml", "*.toml", "*.json", "*.sh", "*Makefile", "*.in")


@dataclass(frozen=True)
class Document:
    """A page of Markdown."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def text(self) -> str:
        return self.path.read_text()

    @property
    def words(self) -> list[str]:
        """What stands between backticks, but for blocks of code."""
        return CODE.findall(FENCE.sub("", self.text))

    @property
    def code(self) -> str:
        """Blocks of code and words between backticks."""
        return "\n".join([*FENCE.findall(self.text), *self.words])

    def links(self) -> Iterator[tuple[Path, str]]:
        """Relative links: the file, and the heading in it."""
        for place, heading in LINK.findall(FENCE.sub("", self.text)):
            yield (self.path.parent / place).resolve() if place else self.path, heading

    def headings(self) -> set[str]:
        """The anchors that a page's headings make."""
        lines = re.findall(r"^#+ (.+)$", FENCE.sub("", self.text), re.MULTILINE)
        return {
            re.sub(r"[^\w\- ]", "", re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", line)).lower().replace(" ", "-")
            for line in lines
        }


def documents() -> list[Document]:
    top = [ROOT / name for name in ("README.md", "README.ru.md", "CHANGELOG.md")]
    return [Document(path) for path in (*top, *sorted((ROOT / "docs").rglob("*.md")))]


@cache
def tracked() -> tuple[str, ...]:
    """The project's files, new ones too, but for what git ignores."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    return tuple(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines())


@cache
def ignored() -> frozenset[str]:
    """Names that git ignores: files that are made."""
    return frozenset(line.strip("/") for line in (ROOT / ".gitignore").read_text().split())


@cache
def vocabulary() -> frozenset[str]:
    """Every word of the code, the template and the fixtures."""
    texts = (ROOT / name for name in tracked() if any(Path(name).match(kind) for kind in SOURCES))
    words = (re.findall(r"\w+", path.read_text(errors="ignore")) for path in texts if path.is_file())
    return frozenset(chain(*words, load_template()["Resources"]))


@cache
def targets() -> frozenset[str]:
    return frozenset(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@cache
def routes() -> tuple[tuple[str, frozenset[str]], ...]:
    """Each path of the gateway, as a pattern, with its methods."""
    paths = yaml.safe_load((ROOT / "openapi.yaml").read_text())["paths"]
    return tuple(
        (re.sub(r"\{[^}]*\}", "[^/]+", path), frozenset(name.upper() for name in of)) for path, of in paths.items()
    )


def has_route(methods: str, path: str) -> bool:
    """Whether the gateway knows the path with each of the methods; `<...>` and `{...}` stand for anything."""
    wanted = set(re.findall(r"[A-Z]+", methods))
    shown = re.sub(r"\{[^}]*\}|<[^>]*>", "x", path).rstrip("/")
    return any(re.fullmatch(pattern, shown) and wanted <= known for pattern, known in routes())


def is_path(word: str) -> bool:
    """Whether a word names a file of ours: by its ending, or by its first folder."""
    if not PATH.fullmatch(word):
        return False
    first = word.split("/", maxsplit=1)[0]
    return word.endswith(KINDS) or ("/" in word and bool({path.name for path in _places() if path.is_dir()} & {first}))


def exists(word: str, page: Path) -> bool:
    """Whether a file or folder whose path ends like this is in the repository, or beside the page."""
    if word.split("/", maxsplit=1)[0] in ignored():
        return True
    patterns = [re.sub(r"\*+", "*", STANDS_FOR_ANY.sub("*", one)).strip("/") for one in _alternatives(word)]
    return all(any(page.parent.glob(pattern)) or _is_tracked(pattern) for pattern in patterns)


def _is_tracked(pattern: str) -> bool:
    ends = re.compile("(?:.*/)?" + re.escape(pattern).replace(r"\*", "[^/]*"))
    return any(ends.fullmatch(name) for name in _files_and_folders())


@cache
def _files_and_folders() -> frozenset[str]:
    return frozenset(str(one) for name in tracked() for one in (Path(name), *Path(name).parents))


@cache
def _places() -> tuple[Path, ...]:
    return (*ROOT.iterdir(), *PACKAGE.iterdir())


def _alternatives(word: str) -> Iterator[str]:
    """`{a,b}/c` is `a/c` and `b/c`; other braces stand for anything."""
    parts = re.split(r"(\{[^}]*\})", word)
    choices = [one[1:-1].split(",") if "," in one else ["*"] if one.startswith("{") else [one] for one in parts]
    yield from ("".join(choice) for choice in product(*choices))
