"""GET /api/v1/voicemail/{call_id} of IS.VPBX: the message that a caller left, streamed."""

from switchboard.lambdas.vpbx_recordings import serving
from switchboard.recordings.model import Media

app = serving(Media.VOICEMAIL)
