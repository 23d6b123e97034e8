"""The answer of IS.VPBX's *record* without a recording (is-vpbx-openapi, 'Работа с записями разговров')."""

from __future__ import annotations

from typing import Any


def not_recorded() -> dict[str, Any]:
    """Return the documented 404 body. It has both the documented misspelling `descriprion` and `description`."""
    title = "404 Not Found"
    return {
        "descriprion": title,
        "description": title,
        "status_code": 404,
        "message": "Запись разгвора не найдена.",
    }
