#!/bin/sh
# Make .venv hold what is locked: `sh tools/venv.sh demo` or `sh tools/venv.sh dev`.
# dev holds all of demo. Does nothing, and needs no network, while the locks are unchanged.
set -eu

want=$1
python=.venv/bin/python
stamp=.venv/.installed
locks=$(cat requirements/demo.txt requirements/dev.txt | cksum)

find_python() {
    # 3.11 first: it is the version that every test run uses.
    for candidate in python3.11 python3.12 python3.13 python3.14 python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            newest=$candidate
            if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
                echo "$candidate"
                return
            fi
        fi
    done
    if [ -n "${newest:-}" ]; then
        echo "$newest cannot make virtual environments. On Debian or Ubuntu: apt-get install python3-venv" >&2
    else
        echo "Python 3.11 or newer is needed. On Debian: apt-get install python3 python3-venv; on macOS: brew install python" >&2
    fi
    return 1
}

if ! $python -c 'import pip' 2>/dev/null; then
    chosen=$(find_python)
    echo "Making .venv with $("$chosen" --version)"
    "$chosen" -m venv --clear .venv
fi

has=$(cat $stamp 2>/dev/null || true)
if [ "$has" = "dev $locks" ] || [ "$has" = "$want $locks" ]; then
    exit 0
fi

echo "Installing requirements/$want.txt into .venv"
said=.venv/.pip-said
trap 'rm -f $said' EXIT
if ! $python -m pip install --quiet --disable-pip-version-check --no-input \
    --require-hashes --requirement "requirements/$want.txt" >$said 2>&1; then
    echo "pip could not install requirements/$want.txt:" >&2
    # What it says may name the index in use, which is nobody's business.
    sed -e 's#[a-z]*://[^ ,)]*#(address)#g' -e "s#host='[^']*'#host=(address)#g" $said >&2
    exit 1
fi
echo "$want $locks" >$stamp
