"""The page of IS.VPBX's API, which the vendor's document calls its online documentation (is-vpbx-openapi)."""

from __future__ import annotations

from html import escape

HTML = "text/html; charset=utf-8"
TITLE = "IS.VPBX openAPI v1.0"
SUBSCRIPTION = "Subscriptions: show with GET, make with POST, replace with PUT, change with PATCH, remove with DELETE."
ORIGINATE = "Start a call: local_num is rung, then connected to phone2call; callerid_num is the shown number."

# Methods, path, and the meaning of the request.
REQUESTS: tuple[tuple[str, str, str], ...] = (
    ("DELETE GET PATCH POST PUT", "/api/v1/events/subscribe", SUBSCRIPTION),
    ("DELETE GET PATCH POST PUT", "/api/v1/event/subscribe", SUBSCRIPTION),
    ("GET", "/api/v1/phones/local", "The extensions of the account."),
    ("POST", "/api/v1/application/originate", ORIGINATE),
    ("POST", "/api/v1/aplication/originate", ORIGINATE),
    ("GET", "/api/v1/record/{call_id}", "The recording of a call."),
    ("GET", "/api/v1/voicemail/{call_id}", "The message that a caller left."),
    ("GET", "/api/v1/doc", "This page."),
)


def page() -> str:
    """Return the page as HTML, which loads nothing else."""
    rows = "".join(
        f"<tr><td>{escape(methods)}</td><td><code>{escape(path)}</code></td><td>{escape(words)}</td></tr>\n"
        for methods, path, words in REQUESTS
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{TITLE}</title></head>\n<body>\n'
        f"<h1>{TITLE}</h1>\n"
        "<p>Each request but the one for this page carries <code>Authorization: Bearer &lt;token&gt;</code>.</p>\n"
        f"<table>\n<tr><th>Method</th><th>Path</th><th>Meaning</th></tr>\n{rows}</table>\n</body>\n</html>\n"
    )
