"""The report of an execution as CSV and Excel file, and its summary as a page. Tables are streamed by the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from switchboard.bootstrap.campaigns import read_report
from switchboard.errors import Invalid, Refused
from switchboard.kernel.campaign import Execution
from switchboard.lambdas.cato import refusing, token_behind
from switchboard.lambdas.streaming import App, Request, Streamed, json_answer, login, streaming

DELIMITERS = {"": ";", "semicolon": ";", "comma": ",", "tab": "\t"}
LANGUAGES = frozenset({"en", "ru"})
EXECUTIONS = "/api/v1/task-execs/"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The page shows texts that anybody may have written: nothing in it runs, and nothing is fetched.
SHUT = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def serving() -> App:
    """Return the app behind `/api/v1/task-execs/{execution}/report.*`, which requires an account's token."""

    def serve(request: Request) -> Streamed:
        try:
            account = login(request, token_behind).account
            kind = request.parts[-1].rpartition(".")[2]
            write = {"xlsx": _excel, "html": _page}.get(kind, _table)
            return write(request, lambda: read_report().execution(account, request.parts[-2]))
        except Refused as error:
            path = EXECUTIONS + "/".join(request.parts[-2:])  # without the gateway's stage
            return json_answer(error.status, refusing(path)(error), error.headers)

    return streaming(serve, lambda error: json_answer(error.status, refusing(EXECUTIONS)(error)))


Find = Callable[[], Execution]


def _table(request: Request, find: Find) -> Streamed:
    from switchboard.campaigns.report_csv import lines  # noqa: PLC0415 - the function loads what it serves

    delimiter = DELIMITERS.get(request.query.get("delimiter", ""))
    if delimiter is None:
        raise Invalid("It must be semicolon, comma or tab.", "delimiter")
    execution = find()
    pieces = lines(execution, read_report().outcomes(execution), delimiter)
    return Streamed(200, _attached("text/csv; charset=utf-8", execution, "csv"), _encoded(pieces))


def _excel(_: Request, find: Find) -> Streamed:
    from switchboard.campaigns.report_xlsx import workbook  # noqa: PLC0415 - the function loads what it serves

    execution = find()
    pieces = workbook(execution, read_report().outcomes(execution))
    return Streamed(200, _attached(EXCEL, execution, "xlsx"), pieces)


def _page(request: Request, find: Find) -> Streamed:
    from switchboard.campaigns.report_html import page  # noqa: PLC0415 - the function loads what it serves
    from switchboard.campaigns.summary import summarise  # noqa: PLC0415 - the same

    language, execution = _language(request), find()
    summary = summarise(execution, read_report().outcomes(execution))
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": SHUT,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "private, no-store",
    }
    return Streamed(200, headers, [page(execution, summary, language).encode()])


def _language(request: Request) -> str:
    asked = request.query.get("lang", "")
    if asked and asked not in LANGUAGES:
        raise Invalid("It must be en or ru.", "lang")
    return asked or ("ru" if request.header("accept-language").lower().startswith("ru") else "en")


def _attached(kind: str, execution: Execution, ending: str) -> dict[str, str]:
    disposition = f'attachment; filename="report-{execution.id}.{ending}"'
    return {"Content-Type": kind, "Content-Disposition": disposition}


def _encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    for piece in pieces:
        yield piece.encode(errors="replace")
