"""IAM: what a request needs, and whether a role's statements allow all of it.

Sources: Service Authorization Reference for the actions, IAM User Guide, Policy evaluation logic.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.aws_rules.model import Params, Violation

DOCUMENT = "Service Authorization Reference; IAM User Guide, Policy evaluation logic"
ACCOUNT = "123456789012"
REGION = "us-east-1"

AS = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "Invoke": "InvokeFunction",
    "PostToConnection": "ManageConnections",
}
PREFIXES = {
    "stepfunctions": "states",
    "sesv2": "ses",
    "apigatewaymanagementapi": "execute-api",
    "chime-sdk-voice": "chime",
}
OF_TRANSACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
# Of S3: the actions upon an object, and those upon its bucket, which tell "not there" from "not yours".
OF_OBJECTS = {
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "HeadObject": "GetObject",
}
TELL_OF_ABSENCE = frozenset({"GetObject", "HeadObject"})
# The caller has stored the original: the function that converts may get 403 of an original that is gone.
THERE = {("GetObject", "originals")}
OF_BUCKETS = {
    "ListObjectsV2": "ListBucket",
    "ListObjects": "ListBucket",
    "HeadBucket": "ListBucket",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
}


@dataclass(frozen=True, slots=True)
class Need:
    """An action upon a resource, and what conditions may ask of the request."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with every reference resolved. `resources` stand beside their form in the template."""

    effect: str
    actions: tuple[str, ...]
    resources: tuple[tuple[str, str], ...]
    conditions: Mapping[str, Mapping[str, Any]]

    def grant(self, need: Need) -> tuple[str, str] | None:
        """The action, and the resource as the template says it, by which the statement speaks of a need."""
        action = next((one for one in self.actions if _fits(one.lower(), need.action.lower())), None)
        if action is None or not all(_holds(*one, need.context) for one in self.conditions.items()):
            return None
        return next(((action, said) for pattern, said in self.resources if _fits(pattern, need.resource)), None)


def _fits(pattern: str, value: str) -> bool:
    """Whether a value is of a pattern with * and ?. There are no sets of characters in IAM."""
    if "*" not in pattern and "?" not in pattern:
        return pattern == value
    return fnmatch.fnmatchcase(value, pattern.replace("[", "[[]"))


def _holds(operator: str, wanted: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    for key, values in wanted.items():
        found = context.get(key)
        accepted = [str(one) for one in _list(values)]
        if operator == "StringEquals":
            holds = found in accepted
        elif operator == "StringLike":
            holds = found is not None and any(_fits(one, found) for one in accepted)
        elif operator == "Bool":
            holds = found is not None and found.lower() in [one.lower() for one in accepted]
        else:
            raise LookupError(f"no rule for the condition {operator}")
        if not holds:
            return False
    return True


def statements(documents: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> tuple[Statement, ...]:
    """The statements of policy documents. `names` are by logical id, with an attribute of it after a dot."""
    return tuple(
        Statement(
            one["Effect"],
            tuple(_list(one["Action"])),
            tuple((resolved(resource, names), said(resource)) for resource in _list(one["Resource"])),
            {
                operator: {key: [resolved(value, names) for value in _list(values)] for key, values in wanted.items()}
                for operator, wanted in one.get("Condition", {}).items()
            },
        )
        for document in documents
        for one in _list(document["Statement"])
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def resolved(value: Any, names: Mapping[str, str]) -> str:
    """What a value of the template comes to."""
    if not isinstance(value, Mapping):
        return str(value)
    ((kind, inner),) = value.items()
    if kind == "Ref":
        return names[inner]
    if kind == "Fn::GetAtt":
        return names[inner if isinstance(inner, str) else ".".join(inner)]
    if kind == "Fn::Join":
        return str(inner[0]).join(resolved(one, names) for one in inner[1])
    if kind == "Fn::Sub":
        text, own = (inner, {}) if isinstance(inner, str) else inner
        known = {name: resolved(one, names) for name, one in own.items()}
        return re.sub(r"\$\{([^}]+)\}", lambda found: known.get(found[1]) or names[found[1]], text)
    raise LookupError(f"no rule for {kind}")


def said(resource: Any) -> str:
    """How the template names a resource, without the words that say nothing of which one."""
    if not isinstance(resource, Mapping):
        return str(resource)
    ((kind, inner),) = resource.items()
    if kind == "Fn::Sub" and not isinstance(inner, str):
        return "/".join(said(one) for one in inner[1].values())
    if kind == "Fn::Sub":
        # `Table*/index/…` is an index of the table or of a restored one.
        inner = re.sub(r"^(\$\{\w+(Table|Bucket)\.Arn\})(-restored)?\*", r"\1", inner)
        return re.sub(r"^arn:.*?:(?=[a-zA-Z]+[:/])", "", re.sub(r"\$\{([^}.]+)(\.\w+)?\}", r"\1", inner))
    return inner.partition(".")[0] if isinstance(inner, str) else str(inner[0])


def violations(role: Iterable[Statement], request: Iterable[Need]) -> Iterator[Violation]:
    """What a role may not do of all that a request needs."""
    role = tuple(role)
    for need in request:
        if grant_of(role, need) is None:
            yield Violation(f"the role allows no {need.action} upon {need.resource} {dict(need.context)}", DOCUMENT)


def grant_of(role: Iterable[Statement], need: Need) -> tuple[str, str] | None:
    """The action and resource of the statement that allows a need; none where no statement does, or one denies."""
    found = None
    for statement in role:
        grant = statement.grant(need)
        if grant and statement.effect == "Deny":
            return None
        found = found or grant
    return found


def needs(service: str, operation: str, params: Params) -> Iterator[Need]:
    """What a request needs to be allowed."""
    if service == "dynamodb":
        yield from _of_dynamodb(operation, params)
    elif service == "s3":
        yield from _of_s3(operation, params)
    else:
        action = f"{PREFIXES.get(service, service)}:{AS.get(operation, operation)}"
        yield from (Need(action, resource, _context(service, params)) for resource in _resources(service, params))


def _of_dynamodb(operation: str, params: Params) -> Iterator[Need]:
    if operation.startswith("Transact"):
        for one in params["TransactItems"]:
            ((kind, inner),) = one.items()
            yield Need(f"dynamodb:{OF_TRANSACTIONS[kind]}", _table(inner["TableName"]))
    elif operation.startswith("Batch"):
        yield from (Need(f"dynamodb:{operation}", _table(name)) for name in params["RequestItems"])
    else:
        index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
        yield Need(f"dynamodb:{operation}", _table(params["TableName"]) + index)


def _table(name: str) -> str:
    return name if name.startswith("arn:") else f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"


def _of_s3(operation: str, params: Params) -> Iterator[Need]:
    bucket = f"arn:aws:s3:::{params['Bucket']}"
    if operation in OF_BUCKETS or "Key" not in params:
        context = {"s3:prefix": params["Prefix"]} if "Prefix" in params else {}
        yield Need(f"s3:{OF_BUCKETS.get(operation, operation)}", bucket, context)
        return
    of_version = "Version" if "VersionId" in params else ""
    yield Need(f"s3:{OF_OBJECTS.get(operation, operation)}{of_version}", f"{bucket}/{params['Key']}")
    if params.get("Tagging") and operation != "PutObjectTagging":
        yield Need("s3:PutObjectTagging", f"{bucket}/{params['Key']}")
    if operation in TELL_OF_ABSENCE and not of_version and (operation, params["Key"].partition("/")[0]) not in THERE:
        yield Need("s3:ListBucket", bucket)
    if isinstance(params.get("CopySource"), str):
        yield Need("s3:GetObject", f"arn:aws:s3:::{params['CopySource'].lstrip('/')}")


def _resources(service: str, params: Params) -> list[str]:
    if service == "sqs":
        return [f"arn:aws:sqs:{REGION}:{ACCOUNT}:{params['QueueUrl'].rpartition('/')[2]}"]
    if service == "kms":
        key = params.get("KeyId", "unknown")
        return [key if key.startswith("arn:") else f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{key}"]
    if service == "sesv2":
        beginning = f"arn:aws:ses:{REGION}:{ACCOUNT}"
        sets = [params["ConfigurationSetName"]] if "ConfigurationSetName" in params else []
        return [f"{beginning}:identity/{params['FromEmailAddress']}"] + [
            f"{beginning}:configuration-set/{one}" for one in sets
        ]
    if service == "lambda":
        return [f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{params['FunctionName']}"]
    return _named_resources(service, params)


def _named_resources(service: str, params: Params) -> list[str]:
    if service == "chime-sdk-voice":
        return [f"arn:aws:chime:{REGION}:{ACCOUNT}:sma/{params['SipMediaApplicationId']}"]
    if service == "apigatewaymanagementapi":
        connection = f"PbxApi/v1/POST/@connections/{params['ConnectionId']}"
        params = {"ConnectionArn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{connection}"}
    for name in ("SecretId", "ConnectionArn", "TopicArn", "stateMachineArn", "executionArn"):
        if name in params:
            return [params[name]]
    return ["*"]


def _context(service: str, params: Params) -> dict[str, str]:
    if service == "sesv2":
        return {"ses:FromAddress": params.get("FromEmailAddress", "")}
    if service == "kms":
        return {f"kms:EncryptionContext:{name}": value for name, value in params.get("EncryptionContext", {}).items()}
    return {}
