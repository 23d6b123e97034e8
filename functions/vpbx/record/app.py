"""GET /api/v1/record/{call_id} of IS.VPBX: the recording of a call, streamed."""

from switchboard.lambdas.vpbx_recordings import serving
from switchboard.recordings.model import Media

app = serving(Media.RECORDING)
