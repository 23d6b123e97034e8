"""The summary of an execution as one HTML page that can be printed. The page asks for nothing from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from switchboard.campaigns.report_words import REASONS, WORDS
from switchboard.campaigns.summary import CallCount, CampaignSummary, NotReached
from switchboard.kernel.campaign import OVER, Execution

STYLE = """
body { font: 11pt/1.4 sans-serif; color: #111; max-width: 60em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 16pt; } h2 { font-size: 12pt; margin: 1.6em 0 .4em; break-after: avoid; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #999; padding: .2em .5em; text-align: left; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; } thead { display: table-header-group; }
tr { break-inside: avoid; } .note { color: #555; }
@page { margin: 15mm; } @media print { body { margin: 0; max-width: none; font-size: 9pt; } }
"""
Cell = str | int


def page(execution: Execution, summary: CampaignSummary, language: str) -> str:
    """Return the page. Every text of the campaign is escaped."""
    words = WORDS[language]
    parts = [
        f"<h1>{escape(execution.name)}</h1>",
        _times(execution, words),
        _totals(execution, words),
        _tally(words["by_reach"], words["people"], _by_reach(summary), language),
        _counts(words["by_wave"], words["wave"], summary.by_wave.items(), words),
        _counts(words["by_hour"], words["hour"], sorted(summary.by_hour.items()), words),
        _tally(words["by_result"], words["calls"], summary.by_result, language),
        _tally(words["by_reason"], words["people"], summary.by_reason, language),
        _missed(summary.not_reached, summary.unnamed, language),
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(execution.name)}</title>'
        f"<style>{STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def _times(execution: Execution, words: Mapping[str, str]) -> str:
    until = execution.finished_at
    state = words["over"] if execution.phase in OVER else words["active"]
    told = [f"{words['started']}: {_moment(execution, execution.started_at)}"]
    told += [f"{words['finished']}: {_moment(execution, until)}"] if until else []
    return f"<p>{'<br>'.join(map(escape, [*told, f'{execution.timezone}. {state}']))}</p>"


def _moment(execution: Execution, at: datetime) -> str:
    return at.astimezone(ZoneInfo(execution.timezone)).strftime("%Y-%m-%d %H:%M:%S")


def _totals(execution: Execution, words: Mapping[str, str]) -> str:
    counters = execution.counters
    told: list[Sequence[Cell]] = [
        (words["total"], counters.total),
        (words["notified"], counters.notified),
        (words["failed"], counters.failed),
        (words["not_yet"], counters.not_yet),
        (words["calls"], counters.calls),
        (words["calls_notified"], counters.succeeded),
    ]
    return _table(words["totals"], (words["what"], words["count"]), told)


def _by_reach(summary: CampaignSummary) -> Mapping[str, int]:
    return {reached.word: count for reached, count in summary.by_reach.items()}


def _counts(title: str, first: str, counted: Iterable[tuple[Cell, CallCount]], words: Mapping[str, str]) -> str:
    told: list[Sequence[Cell]] = [(key, count.calls, count.notified) for key, count in counted]
    return _table(title, (first, words["calls"], words["calls_notified"]), told)


def _tally(title: str, what: str, counted: Mapping[str, int], language: str) -> str:
    ordered = sorted(counted.items(), key=lambda one: -one[1])
    told: list[Sequence[Cell]] = [(named(word, language), count) for word, count in ordered]
    return _table(title, (WORDS[language]["what"], what), told)


def _missed(people: Sequence[NotReached], unnamed: int, language: str) -> str:
    words = WORDS[language]
    told: list[Sequence[Cell]] = [
        (one.full_name, ", ".join(one.phones), named(one.reason, language), one.calls) for one in people
    ]
    headings = (words["name"], words["numbers"], words["reason"], words["calls"])
    note = f'<p class="note">{escape(words["more"])}: {unnamed}</p>' if unnamed else ""
    return _table(words["missed"], headings, told) + note


def named(word: str, language: str) -> str:
    """Return a result or reason in words; an unknown word stays as it is."""
    return REASONS[language].get(word, word or WORDS[language]["none"])


def _table(title: str, headings: Sequence[str], told: Sequence[Sequence[Cell]]) -> str:
    if not told:
        return ""
    kinds = ["n" if isinstance(cell, int) else "" for cell in told[0]]
    head = "".join(_cell("th", kind, text) for kind, text in zip(kinds, headings, strict=True))
    lines = ("".join(_cell("td", kind, cell) for kind, cell in zip(kinds, row, strict=True)) for row in told)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<h2>{escape(title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(tag: str, kind: str, content: Cell) -> str:
    shown = f"{content:,}".replace(",", "\u00a0") if isinstance(content, int) else escape(content)
    return f'<{tag} class="{kind}">{shown}</{tag}>' if kind else f"<{tag}>{shown}</{tag}>"
