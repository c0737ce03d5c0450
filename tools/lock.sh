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
    uv pip compile "$@" --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --no-annotate ${UPGRADE:+--upgrade} \
        --output-file "requirements/$name.txt" >/dev/null
}

compile server pyproject.toml --all-extras
compile demo pyproject.toml --extra server --group demo
compile dev pyproject.toml --all-extras --group dev
compile build --group build
compile conformance --group conformance
compile servers --group servers
.venv/bin/python -m tools.node npm install --package-lock-only --silent
# npm reads the project's .npmrc only in the folder it works in.
.venv/bin/python -m tools.node npm install --prefix tests/clients --package-lock-only --silent \
    --omit-lockfile-registry-resolved --ignore-scripts
