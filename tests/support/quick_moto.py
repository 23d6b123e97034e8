"""Shortcuts in moto, whose answers stay the same: moto computes names anew for each request and each field."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from moto.core import responses, serialize, utils
from moto.sqs import models as queues


def install(patch: pytest.MonkeyPatch) -> None:
    """Remember names, and read a field of a dictionary without looking for the field's other names."""
    in_snake_case = cache(utils.camelcase_to_underscores)
    patch.setattr(responses, "camelcase_to_underscores", in_snake_case)
    patch.setattr(queues, "camelcase_to_underscores", in_snake_case)
    patch.setattr(responses, "method_names_from_class", cache(utils.method_names_from_class))
    pick = serialize.AttributePicker.__call__

    def picked(picker: serialize.AttributePicker, context: serialize.AttributePickerContext) -> Any:
        plain = type(context.obj) is dict and not picker.response_transformers and context.key in context.obj
        return context.obj[context.key] if plain else pick(picker, context)

    patch.setattr(serialize.AttributePicker, "__call__", picked)
