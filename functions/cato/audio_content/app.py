"""GET /api/v1/audio-files/{audio}/content of CATO: a file to listen to, streamed."""

from switchboard.lambdas.cato_audio import serving

app = serving()
