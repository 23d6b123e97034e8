"""Holds every request that boto3 makes in this process against the rules, and keeps what it finds for the test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from botocore.client import BaseClient
from botocore.model import OperationModel
from botocore.signers import RequestSigner

from tests.aws_rules import dynamodb, others, s3, sqs
from tests.aws_rules.model import Facts, Params, Rule, Violation
from tests.aws_rules.shapes import shape_violations

RULES: dict[str, dict[str, Rule]] = {"sqs": sqs.RULES, "dynamodb": dynamodb.RULES, "s3": s3.RULES, **others.RULES}
LONGEST_SHOWN = 300  # characters of a request that is told of


def violations(model: OperationModel, params: Params, facts: Facts) -> Iterator[Violation]:
    """What forbids a request: by the service's model, and by what else is documented."""
    found = list(shape_violations(model, params))
    yield from found
    rule = RULES.get(model.service_model.service_name, {}).get(model.name)
    if rule is not None and not found:  # rules may rely on the shape
        yield from rule(params, facts)


class Checker:
    """What the tests' requests broke, told as lines that name rule, document and request."""

    def __init__(self) -> None:
        self.facts = Facts()
        self.requests = 0
        self._found: list[str] = []

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Look at every request from now on, and at every address that is signed."""
        # botocore gives no public hook that sees every client.
        build, sign = cast("Any", BaseClient)._emit_api_params, RequestSigner.generate_presigned_url

        def checked(client: BaseClient, api_params: Any, operation_model: OperationModel, context: Any) -> Any:
            self.check(operation_model, api_params)
            return build(client, api_params=api_params, operation_model=operation_model, context=context)

        def signed(
            signer: RequestSigner, request_dict: Any, operation_name: str, *, expires_in: int = 3600, **kw: Any
        ) -> Any:
            self.tell(f"a signed address for {operation_name}", s3.presign_violations(expires_in))
            return sign(signer, request_dict, operation_name, expires_in=expires_in, **kw)

        patch.setattr(BaseClient, "_emit_api_params", checked)
        patch.setattr(RequestSigner, "generate_presigned_url", signed)

    def check(self, model: OperationModel, params: Params) -> None:
        """Hold a request against the rules."""
        self.requests += 1
        if model.name in {"CreateTable", "CreateQueue"}:
            self.facts.learn(model.name, params)
        found = list(violations(model, params, self.facts))
        if found:
            self.tell(f"{model.service_model.service_name} {model.name} {shown(params)}", found)

    def tell(self, request: str, found: Any) -> None:
        """Note what a request broke."""
        self._found += [f"{one.rule} ({one.document}): {request}" for one in found]

    def take(self) -> list[str]:
        """What was noted since the last time, each once."""
        found, self._found = self._found, []
        return list(dict.fromkeys(found))


def shown(params: Params) -> str:
    """A request, cut short."""
    text = repr(params)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} ..."


CHECKER = Checker()
