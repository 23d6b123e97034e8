"""The report of an execution as CSV, streamed: only a page of subscribers is in memory."""

from __future__ import annotations

from collections.abc import Iterator

from switchboard.bootstrap.campaigns import read_report
from switchboard.campaigns.report_csv import lines
from switchboard.errors import Invalid, Refused
from switchboard.kernel.campaign import Execution
from switchboard.lambdas.cato import refusing, token_behind
from switchboard.lambdas.streaming import App, Request, Streamed, json_answer, streaming

DELIMITERS = {"": ";", "semicolon": ";", "comma": ",", "tab": "\t"}
EXECUTIONS = "/api/v1/task-execs/"


def serving() -> App:
    """Return the app behind `/api/v1/task-execs/{execution}/report.csv`, which requires an account's token."""

    def serve(request: Request) -> Streamed:
        try:
            account = token_behind(request.header("authorization")).account
            return _table(account, request)
        except Refused as error:
            path = EXECUTIONS + "/".join(request.parts[-2:])  # without the gateway's stage
            return json_answer(error.status, refusing(path)(error))

    return streaming(serve, lambda error: json_answer(error.status, refusing(EXECUTIONS)(error)))


def _table(account: str, request: Request) -> Streamed:
    delimiter = DELIMITERS.get(request.query.get("delimiter", ""))
    if delimiter is None:
        raise Invalid("It must be semicolon, comma or tab.", "delimiter")
    execution = read_report().execution(account, request.parts[-2])
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="report-{execution.id}.csv"',
    }
    return Streamed(200, headers, _pieces(execution, delimiter))


def _pieces(execution: Execution, delimiter: str) -> Iterator[bytes]:
    for piece in lines(read_report().outcomes(execution), execution.timezone, delimiter):
        yield piece.encode()
