"""How policies are evaluated."""

from typing import Any

import pytest

from tests.aws_rules.iam import Need, Statement, grant_of, needs, resolved, said, statements, violations

TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/t"
NAMES = {"T.Arn": TABLE, "AWS::Partition": "aws", "Q": "https://sqs/q", "Q.QueueName": "q", "From": "a@b.example"}


def role(*written: dict[str, Any]) -> tuple[Statement, ...]:
    return statements([{"Statement": [{"Effect": "Allow", **one} for one in written]}], NAMES)


def needed(service: str, operation: str, **params: Any) -> list[tuple[str, str]]:
    return [(need.action, need.resource) for need in needs(service, operation, params)]


def denied(policy: tuple[Statement, ...], *request: Need) -> int:
    return len(list(violations(policy, request)))


def test_what_no_statement_allows_is_denied() -> None:
    """Neither another action, nor another resource."""
    policy = role({"Action": ["dynamodb:GetItem"], "Resource": {"Fn::GetAtt": ["T", "Arn"]}})
    assert denied(policy, Need("dynamodb:GetItem", TABLE)) == 0
    assert denied(policy, Need("dynamodb:PutItem", TABLE)) == 1
    assert denied(policy, Need("dynamodb:GetItem", f"{TABLE}2")) == 1
    assert denied(policy, Need("dynamodb:GetItem", f"{TABLE}/index/by_owner")) == 1


def test_what_a_statement_denies_no_other_allows() -> None:
    """Whichever comes first."""
    allow = {"Action": "s3:*", "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}
    for policy in (role(allow, deny), role(deny, allow)):
        assert denied(policy, Need("s3:GetObject", "arn:aws:s3:::b/k")) == 0
        assert denied(policy, Need("s3:DeleteObject", "arn:aws:s3:::b/k")) == 1


def test_a_prefix_of_keys_is_kept() -> None:
    """A star stands for anything, slashes too."""
    policy = role({"Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/audio/*"})
    assert denied(policy, Need("s3:GetObject", "arn:aws:s3:::b/audio/acme/1.wav")) == 0
    assert denied(policy, Need("s3:GetObject", "arn:aws:s3:::b/uploads/1")) == 1


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"StringEquals": {"ses:FromAddress": {"Ref": "From"}}}, True),
        ({"StringEquals": {"ses:FromAddress": "c@b.example"}}, False),
        ({"StringEquals": {"ses:Other": "a@b.example"}}, False),
        ({"StringLike": {"ses:FromAddress": ["x", "*@b.example"]}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, False),
    ],
)
def test_a_statement_holds_under_its_conditions(condition: dict[str, Any], *, holds: bool) -> None:
    """All of them."""
    policy = role({"Action": "ses:SendEmail", "Resource": "*", "Condition": condition})
    need = Need("ses:SendEmail", "arn:x", {"ses:FromAddress": "a@b.example"})
    assert (denied(policy, need) == 0) is holds


def test_a_condition_that_nobody_evaluates_is_an_error() -> None:
    """And not one that holds."""
    policy = role({"Action": "*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "::1"}}})
    with pytest.raises(LookupError):
        grant_of(policy, Need("s3:GetObject", "x"))


def test_a_request_needs_all_of_its_parts() -> None:
    """A transaction each operation, an upload its tags, a copy its source."""
    items = [{"Put": {"TableName": "t"}}, {"ConditionCheck": {"TableName": "t"}}]
    assert needed("dynamodb", "TransactWriteItems", TransactItems=items) == [
        ("dynamodb:PutItem", TABLE),
        ("dynamodb:ConditionCheckItem", TABLE),
    ]
    assert needed("dynamodb", "BatchGetItem", RequestItems={"t": {}}) == [("dynamodb:BatchGetItem", TABLE)]
    assert needed("dynamodb", "Query", TableName="t", IndexName="i") == [("dynamodb:Query", f"{TABLE}/index/i")]
    upload = needed("s3", "CreateMultipartUpload", Bucket="b", Key="k", Tagging="a=1")
    assert [action for action, _ in upload] == ["s3:PutObject", "s3:PutObjectTagging"]
    assert ("s3:GetObject", "arn:aws:s3:::a/k") in needed("s3", "CopyObject", Bucket="b", Key="k", CopySource="a/k")
    assert ("s3:ListBucket", "arn:aws:s3:::b") in needed("s3", "GetObject", Bucket="b", Key="k")


def test_a_request_needs_the_action_that_allows_it() -> None:
    """Which is not always named as the operation is."""
    queue = "arn:aws:sqs:us-east-1:123456789012:q"
    assert needed("sqs", "SendMessageBatch", QueueUrl="https://x/1/q") == [("sqs:SendMessage", queue)]
    assert needed("stepfunctions", "StartExecution", stateMachineArn="m") == [("states:StartExecution", "m")]
    assert needed("kms", "Decrypt", KeyId="k") == [("kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:key/k")]
    sent = needed("sesv2", "SendEmail", FromEmailAddress="a@b.example", ConfigurationSetName="s")
    assert [resource.rpartition(":")[2] for _, resource in sent] == ["identity/a@b.example", "configuration-set/s"]
    assert needed("polly", "SynthesizeSpeech", Text="x") == [("polly:SynthesizeSpeech", "*")]


@pytest.mark.parametrize(
    ("written", "value", "name"),
    [
        ({"Fn::GetAtt": ["T", "Arn"]}, TABLE, "T"),
        ({"Fn::GetAtt": "T.Arn"}, TABLE, "T"),
        ({"Fn::Sub": "${T.Arn}/index/i"}, f"{TABLE}/index/i", "T/index/i"),
        ({"Fn::Sub": "arn:${AWS::Partition}:states:1:2:stateMachine:x"}, "arn:aws:states:1:2:stateMachine:x", None),
        ({"Fn::Sub": ["a:${n}", {"n": {"Fn::GetAtt": ["Q", "QueueName"]}}]}, "a:q", "Q"),
        ({"Fn::Join": ["/", ["a", {"Fn::GetAtt": ["Q", "QueueName"]}]]}, "a/q", None),
        ("*", "*", "*"),
    ],
)
def test_references_come_to_what_they_name(written: Any, value: str, name: str | None) -> None:
    """In every form that a template has for them."""
    assert resolved(written, NAMES) == value
    if name is not None:
        assert said(written) == name
