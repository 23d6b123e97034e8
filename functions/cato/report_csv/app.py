"""GET /api/v1/task-execs/{execution}/report.csv, report.xlsx and report.html: the report as a file, streamed."""

from switchboard.lambdas.cato_report import serving

app = serving()
