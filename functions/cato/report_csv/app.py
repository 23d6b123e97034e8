"""GET /api/v1/task-execs/{execution}/report.csv: the report as a table, streamed."""

from switchboard.lambdas.cato_report import serving

app = serving()
