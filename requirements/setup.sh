#!/bin/sh
# Makes .venv with everything of dev.txt. Called by `make setup`; $1 is the stamp to leave when it is done.
set -eu
cd "$(dirname "$0")/.."

say() {
  echo "setup: $*" >&2
}

command -v python3 >/dev/null || { say "python3 is missing: install Python 3.11 or newer."; exit 1; }
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  say "python3 is $(python3 -V 2>&1), and Switchboard needs 3.11 or newer."
  exit 1
}
if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
  # Debian and Ubuntu keep the module in a package of its own.
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing python3-venv."
    { apt-get -qq update && apt-get -qq install -y python3-venv; } >/dev/null || {
      say "python3 has no venv module, and 'apt-get install python3-venv' failed."
      exit 1
    }
  else
    say "python3 has no venv module: install it (Debian and Ubuntu: apt-get install python3-venv)."
    exit 1
  fi
fi

# The local layers are built for the Python of .venv, so they go with it.
rm -rf .venv .aws-sam/local .aws-sam/local-cache
say "making .venv (once; about a minute)."
python3 -m venv .venv
# dev.txt names everything, and pip looks for nothing else. With hashes it would fail at extras (its issue 9644).
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
  --requirement requirements/dev.txt || {
  say "installing requirements/dev.txt failed; the lines above tell why."
  exit 1
}
touch "$1"
