"""POST /api/v1/subscriber-groups/uploads and /api/v1/subscriber-groups/uploads/{upload}: lists of any size."""

from typing import Any

from switchboard.bootstrap.campaigns import upload_lists
from switchboard.campaigns.importing.preview import read_as
from switchboard.dialects.cato.contracts import read_upload
from switchboard.dialects.cato.groups import group_view, upload_view
from switchboard.lambdas.cato import account_of, cato_api, cato_handler, token_of
from switchboard.lambdas.cato_lists import flag_in, reader_of
from switchboard.lambdas.cato_pages import base_url, json_body_of

app = cato_api()


@app.post("/api/v1/subscriber-groups/uploads")
def begin() -> tuple[dict[str, Any], int]:
    """Start an upload: return a presigned URL for the list."""
    token = token_of(app)
    upload, url = upload_lists().begin(read_upload(token.account, token.name, json_body_of(app)))
    return upload_view(upload, url, base_url(app)), 201


@app.post("/api/v1/subscriber-groups/uploads/<upload>")
def complete(upload: str) -> dict[str, Any]:
    """Complete an upload: return the group."""
    skip = flag_in(app, "skipInvalid")
    read = reader_of(app)
    group, gathered = upload_lists().complete(account_of(app), upload, read, skip_invalid=skip, region=read.how.region)
    return {**group_view(group, base_url(app), gathered), **(read_as(read.table) if read.table else {})}


handler = cato_handler(app)
