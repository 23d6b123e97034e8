"""What the resource *record* of IS.VPBX answers where there is nothing (section 'Работа с записями разговров')."""

from __future__ import annotations

from typing import Any


def not_recorded() -> dict[str, Any]:
    """The documented body, its misspelling included, and the word as it should be beside it."""
    title = "404 Not Found"
    return {
        "descriprion": title,
        "description": title,
        "status_code": 404,
        "message": "Запись разгвора не найдена.",
    }
