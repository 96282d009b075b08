# shellcheck shell=bash
# Processes that outlive this script: in their own sessions, identified by pid and start time, never by name.

pid_file() { echo "$RUN_DIR/pids/$1"; }
log_file() { echo "$RUN_DIR/logs/$1.log"; }

# proc(5) stat: after "pid (comm)" come the state (field 3) and, as field 22, the start time; comm may hold blanks. Read
# without starting programs: `run` looks at every component each second.
read_process() {
    local line
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
    read -ra STAT <<<"${line##*) }"
    mapfile -d '' -t CMDLINE 2>/dev/null <"/proc/$1/cmdline" || return 1
    PROCESS_STATE="${STAT[0]}" PROCESS_START="${STAT[19]}"
}

# is_alive NAME, and then PID: the recorded process is alive, not a later one with the same number.
is_alive() {
    local started mark
    read -r PID started mark 2>/dev/null <"$(pid_file "$1")" || return 1
    read_process "$PID" || return 1
    [ "$PROCESS_START" = "$started" ] && [ "$PROCESS_STATE" != Z ] && [[ "${CMDLINE[*]}" == *"$mark"* ]]
}

# The same, but it may still be on its way to the program: bash, setsid or setpriv before their exec, which on a busy machine
# takes long, or without a command line in the midst of it.
is_alive_or_starting() {
    local started mark
    read -r PID started mark 2>/dev/null <"$(pid_file "$1")" || return 1
    read_process "$PID" && [ "$PROCESS_START" = "$started" ] && [ "$PROCESS_STATE" != Z ]
}

pid_of() { is_alive "$1" && echo "$PID"; }

# remember NAME PID MARK
remember() {
    read_process "$2" || return 1
    echo "$2 $PROCESS_START $3" >"$(pid_file "$1")"
}

# start NAME MARK COMMAND...: MARK is a word of the command line that identifies it.
start() {
    local name="$1" mark="$2" log
    shift 2
    log="$(log_file "$name")"
    mkdir -p "$RUN_DIR/logs" "$RUN_DIR/pids"
    trim_log "$log"
    setsid "$@" </dev/null >>"$log" 2>&1 7>&- 8>&- 9>&- &
    remember "$name" $! "$mark" || return 0 # it has already ended: await will report it
    # Until exec the child is a bash, which is_alive would not recognise.
    local _
    for _ in $(seq 200); do
        if is_alive "$name" || [ ! -e "/proc/$!" ]; then break; fi
        sleep 0.01
    done
}

# Logs survive restarts, up to a limit.
trim_log() {
    local size
    size="$(stat -c %s -- "$1" 2>/dev/null || echo 0)"
    [ "$size" -lt $((64 * 1024 * 1024)) ] || : >"$1"
}

# await NAME SECONDS COMMAND...: until the command succeeds; fails immediately if the process has died.
await() {
    local name="$1" deadline=$((SECONDS + $2))
    shift 2
    until "$@" >/dev/null 2>&1; do
        if ! is_alive_or_starting "$name"; then
            echo "dev: $name ended while starting" >&2
        elif [ "$SECONDS" -ge "$deadline" ]; then
            echo "dev: $name is not ready in time; still failing: $*" >&2
        else
            sleep 0.05
            continue
        fi
        show_log "$(log_file "$name")"
        return 1
    done
}

answers() { curl --silent --fail --output /dev/null --max-time 2 "$1"; }

# stop NAME SIGNAL SECONDS: with the signal, then with SIGKILL.
stop() {
    local name="$1" signal="$2" deadline=$((SECONDS + $3))
    if is_alive "$name"; then
        kill "-$signal" "$PID" 2>/dev/null || true
        while is_alive "$name" && [ "$SECONDS" -lt "$deadline" ]; do sleep 0.05; done
        if is_alive "$name"; then
            say "$name does not stop; killing it"
            kill -KILL "$PID" 2>/dev/null || true
        fi
    fi
    end_leftovers "$name"
    rm -f "$(pid_file "$name")"
}

# nginx and PostgreSQL use child processes. If their master is killed these keep running, briefly or indefinitely, and hold
# its port and files. Whatever their names, their stderr is the component's log.
leftovers() {
    local log fd pid
    log="$(log_file "$1")"
    for fd in /proc/[0-9]*/fd/2; do
        [ "$fd" -ef "$log" ] || continue
        pid="${fd#/proc/}"
        echo "${pid%%/*}"
    done
}

end_leftovers() {
    local deadline=$((SECONDS + 10)) pids
    while pids="$(leftovers "$1")" && [ -n "$pids" ] && [ "$SECONDS" -lt "$deadline" ]; do
        # shellcheck disable=SC2086 # a list
        kill -KILL $pids 2>/dev/null || true
        sleep 0.05
    done
}
