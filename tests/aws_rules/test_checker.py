"""Requests of any client pass the checker, and addresses that are signed, too."""

from tests.aws_rules.checker import CHECKER, LONGEST_SHOWN, shown
from tests.support.stack import Stack


def test_a_request_that_aws_refuses_is_told_with_rule_and_document(stack: Stack) -> None:
    """Once, however often it was made, though moto takes it."""
    url = stack.queue("RetriesQueue")
    for _ in range(2):
        stack.sqs.send_message(QueueUrl=url, MessageBody="\ufffe")
    (found,) = CHECKER.take()
    assert found.startswith("MessageBody may not hold U+FFFE (SQS API Reference, SendMessage): sqs SendMessage {")
    assert CHECKER.take() == []


def test_what_a_services_own_model_forbids_is_told_too(stack: Stack) -> None:
    """Botocore is told not to look."""
    model = stack.sqs.meta.service_model.operation_model("ReceiveMessage")
    CHECKER.check(model, {"QueueUrl": stack.queue("RetriesQueue"), "MaxMessages": 1})
    (found,) = CHECKER.take()
    assert found.startswith("ReceiveMessage has no MaxMessages (sqs API Reference, ReceiveMessage)")


def test_an_address_that_lives_too_long_is_told(stack: Stack) -> None:
    """Longer than a week."""
    wanted = {"Bucket": stack.refs["RecordingsBucket"], "Key": "k"}
    stack.clients.s3.generate_presigned_url("get_object", Params=wanted, ExpiresIn=604_801)
    (found,) = CHECKER.take()
    assert "7 days" in found


def test_a_long_request_is_told_in_short() -> None:
    """So that the message can be read."""
    assert shown({"a": 1}) == "{'a': 1}"
    assert len(shown({"a": "x" * 1000})) == LONGEST_SHOWN + len(" ...")
