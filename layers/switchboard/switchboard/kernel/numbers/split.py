"""A field of a form or a payload, taken apart: the numbers in it, and the extension behind each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

SHORTEST_PUBLIC = 7  # digits; fewer are an extension, a service, or the rest of `210-69-51/52`
LONGEST_EXTENSION = 6
MOST = 20  # numbers of one field

_RUN = re.compile(r"[+\d(][\d()+\-.\s~]*")
_EXTENSION = re.compile(
    r"(?ix)^\s*(?:"
    r"[,;.]?\s*[(]?\s*(?:доб(?:авочный)?|вн(?:утр(?:енний)?)?|ext(?:ension|en|n)?|nebenstelle|durchwahl|x|\#)[.:\s\#]*"
    r"|[,;]\s*(?:ext=|postd=)?|[,]+|[pw]+"
    r")\s*(\d{1,6})\s*[)\#]?(?=$|[\s,;/|])"
)
_BRACKETS_AT_END = re.compile(r"\(\s*(\d{1,6})\s*\)\s*$")
_HARD_BREAK = re.compile(r"[\n\r\t|]|\s{3,}")
_DIGITS = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Part:
    """One number of a field as it was written, and its extension."""

    text: str
    extension: str = ""


def split(text: str) -> list[Part]:
    """The numbers of a cleaned field, in their order; empty where no run of digits stands by itself.

    Digits that touch letters are no number (`+790000xxxxx`, `A1B2`), except before an extension's word.
    """
    found: list[Part] = []
    for line in _HARD_BREAK.split(text):
        found += _of_line(line)
    return found[:MOST]


def _of_line(line: str) -> Iterator[Part]:
    place, before = 0, ""
    while run := _RUN.search(line, place):
        place = run.end()
        if _touches_letters(line, run):
            place = _word_end(line, place)
            continue
        number, extension = _bracketed(run[0].strip())
        behind = None if extension else _EXTENSION.match(line, place) or _EXTENSION.match(line[place:])
        if behind and _count(number) >= SHORTEST_PUBLIC:
            extension, place = behind[1], place + behind.end() if behind.string != line else behind.end()
        whole = _completed(number, before, line[: run.start()])
        if _DIGITS.search(whole):
            yield Part(whole, extension)
            before = whole


def _bracketed(run: str) -> tuple[str, str]:
    """`8 (343) 210-69-51 (102)` has its extension in brackets at the end."""
    ending = _BRACKETS_AT_END.search(run)
    if ending and _count(run[: ending.start()]) >= SHORTEST_PUBLIC:
        return run[: ending.start()].strip(), ending[1]
    return run, ""


def _completed(number: str, before: str, text_before: str) -> str:
    """`52` behind `210-69-51/` is 210-69-52: a short rest takes the place of as many digits."""
    bare = re.sub(r"\D", "", number)
    if not before or not text_before.rstrip().endswith("/") or not 0 < len(bare) <= 4:  # noqa: PLR2004
        return number
    kept = re.sub(r"[^\d+]", "", before)
    return kept[: -len(bare)] + bare if len(kept) > len(bare) else number


def _touches_letters(line: str, run: re.Match[str]) -> bool:
    before, after = line[: run.start()][-1:], line[run.end() :]
    if before and _WORD.match(before):
        return True
    touching = run[0][-1:].isdigit()
    return touching and bool(_WORD.match(after)) and not _EXTENSION.match(after)


def _word_end(line: str, place: int) -> int:
    ending = re.compile(r"[\w+\-]*").match(line, place)
    return ending.end() if ending else place


def _count(text: str) -> int:
    return len(_DIGITS.findall(text))
