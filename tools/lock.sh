#!/bin/sh
# Write the locks anew: hashes, no addresses. Versions move only where pyproject.toml asks,
# or everywhere with UPGRADE=1.
set -eu

uv() {
    .venv/bin/python -m uv --quiet "$@"
}

compile() {
    name=$1
    shift
    uv pip compile pyproject.toml "$@" --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --no-annotate ${UPGRADE:+--upgrade} \
        --output-file "requirements/$name.txt" >/dev/null
}

compile server --all-extras
compile demo --extra server --group demo
compile dev --all-extras --group dev
.venv/bin/python -m tools.node npm install --package-lock-only --silent
