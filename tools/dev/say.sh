# shellcheck shell=bash
# Messages, immediate reaction to signals, cleanup, locks.

# Progress goes to stderr. A terminal that hung up must not stop us from cleaning up: a failed write is no error.
say() { echo "==> $*" >&2 || true; }

fail() {
    echo "dev: $*" >&2 || true
    exit 1
}

# The end of a log, indented, to explain a failure.
show_log() {
    if [ -s "$1" ]; then
        echo "    the last lines of $1:" >&2
        tail -n "${2:-15}" -- "$1" | sed 's/^/    | /' >&2
    else
        echo "    (its log $1 is empty)" >&2
    fi
}

# Functions called when the script ends, however it ends; last one first.
EXIT_STEPS=()
at_exit() { EXIT_STEPS=("$1" "${EXIT_STEPS[@]}"); }

clean_up() {
    local status=$? step
    trap '' INT TERM HUP PIPE
    set +e
    for step in "${EXIT_STEPS[@]}"; do "$step"; done
    exit "$status"
}

# Ctrl-C, SIGTERM and a closed terminal end the script and the command it waits for.
obey_signals() {
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    trap 'exit 129' HUP
    at_exit end_running_family
}

# bash runs a trap only when the foreground command has ended. In the background, and in a session of its own (so that the
# whole family can be ended), a build of minutes stops as soon as we are told to.
RUNNING_FAMILY=
interruptible() {
    setsid "$@" </dev/null &
    RUNNING_FAMILY=$!
    local status=0
    wait "$RUNNING_FAMILY" || status=$?
    RUNNING_FAMILY=
    return "$status"
}

end_running_family() {
    [ -n "$RUNNING_FAMILY" ] || return 0
    kill -TERM -- "-$RUNNING_FAMILY" 2>/dev/null
    wait "$RUNNING_FAMILY" 2>/dev/null
    RUNNING_FAMILY=
}

# take_lock FD FILE MESSAGE: held until FD is closed or the script ends. Children must not inherit it (9>&-).
take_lock() {
    eval "exec $1>\"\$2\""
    flock -n "$1" && return
    say "$3"
    interruptible flock "$1"
}
