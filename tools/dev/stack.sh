# shellcheck shell=bash
# `run`, `up` and `down`: the whole system.

components=(postgres nats receiver todo-be broadcaster nginx)
port_names=(POSTGRES NATS NATS_MONITOR TODO_BE TODO_BE_METRICS BROADCASTER BROADCASTER_METRICS RECEIVER RECEIVER_METRICS
    NGINX NGINX_METRICS)

any_running() {
    local component
    for component in "${components[@]}"; do is_alive "$component" && return; done
    return 1
}

prepare() {
    need_packages build run
    mkdir -p "$RUN_DIR/logs" "$RUN_DIR/pids"
    RUN_DIR="$(cd -- "$RUN_DIR" && pwd -P)"
    build todo-be broadcaster todo-cron receiver
    build_page
}

# The components started by this call: stopped again if one of them fails.
STARTED=()
undo_start() {
    local component
    for component in "${STARTED[@]}"; do stop_component "$component"; done
}

start_missing() {
    local component
    take_lock 8 "$RUN_DIR/.lock" "waiting for another ./dev that starts or stops in $RUN_DIR"
    for component in "${components[@]}"; do is_alive "$component" || end_leftovers "$component"; done
    any_running || choose_ports "${port_names[@]}"
    at_exit undo_start
    for component in "${components[@]}"; do
        if is_alive "$component"; then continue; fi
        say "starting $component"
        STARTED=("$component" "${STARTED[@]}")
        "start_${component//-/_}" || fail "$component could not be started; everything this call started is stopped again"
    done
    write_env
    exec 8>&-
}

write_env() {
    (umask 077 && cat >"$RUN_DIR/env.new") <<TEXT
PAGE_URL=$(url NGINX)/
API_URL=$(url NGINX)/api
BROADCASTER_URL=$(url BROADCASTER)
NATS_URL=$(nats_url)
DATABASE_URL=$(database_url)
METRICS_URLS=$(url TODO_BE_METRICS)/metrics,$(url BROADCASTER_METRICS)/metrics,$(url NGINX_METRICS)/metrics
RECEIVER_URL=$(url RECEIVER)
API_TOKEN=$(broadcaster_token)
PID_TODO_BE=$(pid_of todo-be)
PID_BROADCASTER=$(pid_of broadcaster)
PID_NATS=$(pid_of nats)
PID_POSTGRES=$(pid_of postgres)
PID_NGINX=$(pid_of nginx)
TEXT
    mv "$RUN_DIR/env.new" "$RUN_DIR/env"
}

print_addresses() {
    cat <<TEXT

  page        $(url NGINX)/
  API         $(url NGINX)/api/todos
  webhooks    $(url RECEIVER)/            (the receiver shows and checks each one)
  data, logs  $RUN_DIR

Add a to-do and watch its webhook arrive:

  curl $(url NGINX)/api/todos -H 'Content-Type: application/json' -d '{"title":"My first to-do"}'

TEXT
}

# Each folder is a separate stack.
stop_command() {
    [ -z "${TIDINGS_RUN_DIR:-}" ] || printf 'TIDINGS_RUN_DIR=%q ' "$RUN_DIR"
    echo "./dev down"
}

command_up() {
    [ $# = 0 ] || fail "up takes no arguments"
    obey_signals
    prepare
    start_missing
    if [ "${#STARTED[@]}" = 0 ]; then say "everything is up already: settings given now count after $(stop_command)"; fi
    STARTED=()
    print_addresses
    echo "All of this as NAME=value: $RUN_DIR/env. Stop with: $(stop_command)"
}

command_run() {
    [ $# = 0 ] || fail "run takes no arguments"
    obey_signals
    mkdir -p "$RUN_DIR"
    exec 7>"$RUN_DIR/.run-lock"
    flock -n 7 || fail "another ./dev run uses $RUN_DIR"
    prepare
    start_missing
    at_exit stop_everything
    STARTED=()
    print_addresses
    echo "Ctrl-C stops everything. Webhooks, as they arrive:"
    follow
}

# Shows the receiver's lines, and says so when a component dies. It is not restarted: whoever killed it wants to see that.
follow() {
    local component
    local -A lost=()
    tail -n 0 -F "$(log_file receiver)" 2>/dev/null 7>&- &
    FOLLOWER=$!
    at_exit stop_follower
    while [ -e "$RUN_DIR/env" ]; do
        for component in "${components[@]}"; do
            if is_alive "$component"; then
                unset "lost[$component]"
            elif [ -z "${lost[$component]:-}" ]; then
                lost[$component]=yes
                say "$component has ended; './dev up' in another terminal starts it again"
                show_log "$(log_file "$component")" 5
            fi
        done
        sleep 1
    done
    say "stopped by ./dev down"
}

stop_follower() { kill "$FOLLOWER" 2>/dev/null; }

stop_component() {
    case "$1" in
        postgres) stop postgres INT 20 ;; # SIGINT: fast shutdown, without waiting for clients
        *) stop "$1" TERM 20 ;;
    esac
}

stop_everything() {
    local index
    say "stopping"
    rm -f "$RUN_DIR/env"
    for ((index = ${#components[@]} - 1; index >= 0; --index)); do
        stop_component "${components[index]}"
    done
}

command_down() {
    local data=keep
    case "$*" in
        '') ;;
        --data) data=remove ;;
        *) fail "down takes nothing but --data" ;;
    esac
    [ -d "$RUN_DIR" ] || fail "nothing was ever started in $RUN_DIR"
    RUN_DIR="$(cd -- "$RUN_DIR" && pwd -P)"
    obey_signals
    take_lock 8 "$RUN_DIR/.lock" "waiting for another ./dev that starts or stops in $RUN_DIR"
    stop_everything
    [ "$data" = keep ] || remove_data
}

# Only our files: $RUN_DIR may contain others.
remove_data() {
    rm -rf -- "$(postgres_data)" "${RUN_DIR:?}"/{nats,nginx,logs,pids,ports,secrets,env,broadcaster.yaml}
    say "data and logs removed"
}
