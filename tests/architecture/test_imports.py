"""Who may import what: dependencies point inward, and every edge of the outside has one place."""

import ast

import pytest

from tests.architecture.source import Module, functions, imports, own, package, roots

ONLY_IN = {
    "boto3": {"aws"},
    "botocore": {"aws"},
    "mypy_boto3_dynamodb": {"aws"},
    "mypy_boto3_sqs": {"aws"},
    "mypy_boto3_secretsmanager": {"aws"},
    "msgspec": {"aws"},
    "socket": {"net"},
    "ssl": {"net"},
    "http": {"net"},
    "urllib3": {"net"},
    "requests": {"net"},
    "httpx": {"net"},
    "os": {"settings", "media"},  # a child in `media` gets the path of libraries, and nothing else
    "cachetools": {"kernel"},  # in `remembered`, which has a lock
    "aws_lambda_powertools": {"lambdas", "observability"},
    "subprocess": {"media"},
    "resource": {"media"},
    "av": {"media"},
    "asyncio": {"lambdas"},  # what streams
}
each_module = pytest.mark.parametrize("module", package(), ids=lambda module: module.name)
each_function = pytest.mark.parametrize("module", functions(), ids=lambda module: module.name)


@each_module
def test_the_outside_has_one_place_for_each_edge(module: Module) -> None:
    """boto3 in aws, sockets in net, programs in media, the environment in settings, powertools in lambdas."""
    strangers = {root for root in roots(module) if root in ONLY_IN and module.top not in ONLY_IN[root]}
    assert strangers == set()


@each_module
def test_no_cache_is_bare(module: Module) -> None:
    """Threads share caches, and a cache without a lock breaks: `kernel.remembered` is the one that there is."""
    assert "cachetools" not in roots(module) or module.name == "switchboard.kernel.remembered"


# Each object of these classes serves one piece of work, in one thread.
OF_ONE_TASK = {"_Words", "SeenSubscribers", "SubscriberMatcher", "Chooser", "Board"}
GROWING = {"dict", "set", "OrderedDict", "defaultdict"}


@each_module
def test_what_an_object_gathers_has_a_lock(module: Module) -> None:
    """An object of a warm function serves several threads: a dict that it keeps is a `Remembered`, or has a lock."""
    bare = {
        of.name
        for of in ast.walk(module.tree)
        if isinstance(of, ast.ClassDef) and of.name not in OF_ONE_TASK and gathers(of) and not has_lock(of)
    }
    assert bare == set() or module.name == "switchboard.kernel.remembered"


def gathers(of: ast.ClassDef) -> bool:
    """Whether an object of the class begins with an empty dict or set in an attribute."""
    return any(
        isinstance(line, ast.Assign | ast.AnnAssign)
        and "self." in ast.unparse(line.targets[0] if isinstance(line, ast.Assign) else line.target)
        and (line.value is not None and is_empty(line.value))
        for line in ast.walk(of)
    )


def is_empty(value: ast.expr) -> bool:
    made = isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] in GROWING
    return made or (isinstance(value, ast.Dict) and not value.keys)


def has_lock(of: ast.ClassDef) -> bool:
    return any(isinstance(one, ast.Call) and ast.unparse(one.func) in {"Lock", "RLock"} for one in ast.walk(of))


@each_module
def test_pydantic_stays_at_the_edges(module: Module) -> None:
    """Bodies are checked in the contracts, and in the subscription API of a dialect."""
    edge = module.name.endswith((".contracts", ".subscriptions"))
    assert edge or "pydantic" not in roots(module)


@each_function
def test_a_function_imports_no_adapter(module: Module) -> None:
    """It has bootstrap, the shared handlers, contracts, use cases and dialects; of aws the codec of messages alone."""
    outside = {root for root in roots(module) if root not in {"typing", "collections", "functools", "switchboard"}}
    adapters = {one.module for one in imports(module) if one.module.startswith(("switchboard.aws", "switchboard.net"))}
    assert outside <= {"aws_lambda_powertools"}
    assert adapters <= {"switchboard.aws.codec"}


@each_function
def test_of_powertools_a_function_takes_the_response_alone(module: Module) -> None:
    """Routers, loggers and the rest are made in lambdas."""
    taken = {one.attribute for one in imports(module) if one.module.startswith("aws_lambda_powertools")}
    assert taken <= {"Response"}


def test_a_webhook_is_started_without_what_it_does_not_use() -> None:
    """pydantic and urllib3 cost a tenth of a second at every cold start: the hot path does not import them."""
    loaded = reached("switchboard.lambdas.webhooks") | reached("switchboard.bootstrap.intake")
    by_name = {module.name: module for module in package()}
    slow = {name for name in loaded if {"pydantic", "urllib3", "boto3"} & at_import(by_name[name])}
    assert slow == set()


def at_import(module: Module) -> set[str]:
    return {one.module.split(".")[0] for one in imports(module) if one.at_import}


def reached(name: str) -> set[str]:
    """The modules that are imported with this one, and with those, and so on."""
    by_name = {module.name: module for module in package()}
    found: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in found and current in by_name:
            found.add(current)
            waiting += own(by_name[current])
    return found
