"""GET /api/v1/audio-files/{audio}/content: the audio of a file, streamed."""

from switchboard.lambdas.cato_audio import serving

app = serving()
