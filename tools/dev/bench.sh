# shellcheck shell=bash
# The performance report: always of the release build, whatever preset the tests use.

command_bench() {
    obey_signals
    PRESET=release
    BUILD_DIR="${TIDINGS_BUILD_DIR:-$ROOT/build/release}"
    need_packages build run bench
    mkdir -p "$RUN_DIR"
    build todo-be broadcaster todo-cron receiver open_loop publish_loop fill_stream
    interruptible env TIDINGS_BIN="$BUILD_DIR/bin" TIDINGS_RUN_DIR="$RUN_DIR" python3 "$ROOT/bench/report.py" "$@"
}
