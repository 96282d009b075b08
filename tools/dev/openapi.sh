# shellcheck shell=bash
# The services' openapi.yaml: linted, and tested with generated requests.

OPENAPI_DIR="$ROOT/tests/openapi"

need_redocly() {
    need_node
    need_npm_packages "$OPENAPI_DIR" "a linter of openapi.yaml"
}

check_openapi() {
    need_redocly
    interruptible env -C "$OPENAPI_DIR" REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true \
        npm run --silent lint
}

# A virtual environment, recreated only when the pinned versions have changed.
need_schemathesis() {
    local wanted venv="$CACHE_DIR/schemathesis"
    wanted="$(sha256sum <"$OPENAPI_DIR/requirements.txt")"
    [ "$(cat "$venv/.tidings-requirements" 2>/dev/null)" != "$wanted" ] || return 0
    say "installing schemathesis (pip)"
    rm -rf "$venv"
    python3 -m venv "$venv" || fail "python3 could not make $venv"
    interruptible "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps \
        -r "$OPENAPI_DIR/requirements.txt" >&2 || fail "pip could not install schemathesis"
    echo "$wanted" >"$venv/.tidings-requirements"
}

# Its last line counts the requests.
command_schemathesis() {
    [ $# = 0 ] || fail "schemathesis takes no arguments"
    obey_signals
    need_packages build run schemathesis
    need_schemathesis
    interruptible "$ROOT/tools/dev/with-stack" "$BUILD_DIR/tests/schemathesis-run" \
        python3 -B "$OPENAPI_DIR/run.py" "$CACHE_DIR/schemathesis/bin/schemathesis"
}
