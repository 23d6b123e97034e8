"""The functions that stream, as the web server that they are: `python streaming_process.py CONFIG`, isolated.

CONFIG is JSON: `{"layers": [<directory>], "socket": <descriptor>, "apps": [{"pattern", "file"}]}`; an app answers the
paths that its regular expression fits. It ends when its standard input does.
"""

import importlib.util
import json
import os
import re
import signal
import sys
import threading
from typing import Any


def load(file: str, number: int) -> Any:
    """The app of a function, loaded under a name of its own: all of them are called app."""
    spec = importlib.util.spec_from_file_location(f"app_{number}", file)
    if spec is None or spec.loader is None:
        raise ImportError(file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.app


def dispatching(apps: list[tuple[re.Pattern[str], Any]]) -> Any:
    """One app out of many, told apart by the path."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        path = scope["raw_path"].partition(b"?")[0].decode("latin-1")  # as sent: an encoded slash is part of a name
        for pattern, found in apps:
            if pattern.fullmatch(path):
                await found(scope, receive, send)
                return
        await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    return app


def _end_with_the_hub() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    config = json.loads(sys.argv[1])
    sys.path[:0] = config["layers"]
    import uvicorn  # noqa: PLC0415 - it comes out of the layer

    threading.Thread(target=_end_with_the_hub, daemon=True).start()
    apps = [(re.compile(one["pattern"]), load(one["file"], number)) for number, one in enumerate(config["apps"])]
    uvicorn.run(
        dispatching(apps),
        fd=config["socket"],
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=3,
    )


if __name__ == "__main__":
    main()
