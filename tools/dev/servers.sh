# shellcheck shell=bash
# The servers that the services need, private to this checkout: PostgreSQL, nats-server, nginx.

# PostgreSQL refuses to run as root: then it runs as Debian's user postgres.
as_postgres=()
if [ "$(id -u)" = 0 ]; then as_postgres=(setpriv --reuid=postgres --regid=postgres --clear-groups); fi

# The data belongs into $RUN_DIR, unless the user postgres may not walk there (a checkout below /root).
postgres_data() {
    local key
    if "${as_postgres[@]}" test -x "$RUN_DIR"; then
        echo "$RUN_DIR/postgres"
    else
        key="$(printf '%s' "$RUN_DIR" | sha256sum | cut -c1-12)"
        echo "/var/tmp/tidings-postgres-$key"
    fi
}

# The version that made the data, else the newest.
postgres_programs() {
    local version
    version="$("${as_postgres[@]}" cat "$(postgres_data)/PG_VERSION" 2>/dev/null)" ||
        version="$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -n | tail -n 1)"
    echo "/usr/lib/postgresql/$version/bin"
}

create_cluster() {
    local data="$1" programs password_file
    programs="$(postgres_programs)"
    password_file="$(mktemp)"
    secret POSTGRES_PASSWORD >"$password_file"
    rm -rf "$data.new"
    install -d -m 700 "$data.new"
    if [ "${#as_postgres[@]}" != 0 ]; then chown postgres: "$data.new" "$password_file"; fi
    # --single needs no port: the database is there before the first start.
    # shellcheck disable=SC2016
    env -C / "${as_postgres[@]}" sh -c '
        "$0/initdb" -D "$1" -U tidings --auth=scram-sha-256 --pwfile="$2" --encoding=UTF8 --locale=C.UTF-8 &&
        echo "create database tidings" | "$0/postgres" --single -D "$1" postgres
    ' "$programs" "$data.new" "$password_file" >"$(log_file postgres)" 2>&1 || {
        show_log "$(log_file postgres)"
        fail "PostgreSQL's data could not be created"
    }
    rm -f "$password_file"
    mv "$data.new" "$data"
}

# A killed postmaster stays in the table of processes until its parent collects it, which in a container can take long; the
# next one takes it for alive and refuses to start. (Its children are gone by now: end_leftovers.)
forget_dead_postmaster() {
    local pid
    read -r pid 2>/dev/null <"$1" || return 0
    if read_process "$pid" && [ "$PROCESS_STATE" != Z ]; then return 0; fi
    rm -f "$1"
}

start_postgres() {
    local data programs
    data="$(postgres_data)"
    programs="$(postgres_programs)"
    [ -d "$data" ] || create_cluster "$data"
    forget_dead_postmaster "$data/postmaster.pid"
    start postgres "$data" env -C / "${as_postgres[@]}" "$programs/postgres" -D "$data" -p "$(port POSTGRES)" \
        -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=100
    await postgres 60 "$programs/pg_isready" --host=127.0.0.1 --port="$(port POSTGRES)"
}

database_url() { echo "postgresql://tidings:$(secret POSTGRES_PASSWORD)@127.0.0.1:$(port POSTGRES)/tidings"; }

start_nats() {
    mkdir -p "$RUN_DIR/nats"
    cat >"$RUN_DIR/nats/nats.conf" <<TEXT
server_name: "tidings"
listen: "127.0.0.1:$(port NATS)"
http: "127.0.0.1:$(port NATS_MONITOR)"
jetstream { store_dir: "$RUN_DIR/nats/store" }
TEXT
    # Many small messages cost less when each does not interrupt who sends them (docs/adr/0013); refused in some containers.
    local -a as_batch=(chrt --batch 0)
    "${as_batch[@]}" true 2>/dev/null || as_batch=()
    start nats "$RUN_DIR/nats/nats.conf" "${as_batch[@]}" nats-server --config "$RUN_DIR/nats/nats.conf"
    # Healthy only when JetStream has read its store, which takes a while after a crash.
    await nats 60 answers "$(url NATS_MONITOR)/healthz"
}

# Exported, not given to env(1): nothing secret in an argument.
render_nginx() {
    local -x NGINX_DIR=. DIST_DIR=./page LISTEN_HOST=127.0.0.1 API_TOKEN_FILE=
    local -x NGINX_USER PORT METRICS_PORT API_TOKEN BACKEND_URL BROADCASTER_URL
    NGINX_USER="$(id -un)" PORT="$(port NGINX)" METRICS_PORT="$(port NGINX_METRICS)" API_TOKEN="$(given_token)"
    BACKEND_URL="$(url TODO_BE)" BROADCASTER_URL="$(url BROADCASTER)"
    env -C "$1" "$PAGE_DIR/nginx/render.sh"
}

# Everything that nginx.conf names is relative to nginx's own folder: nginx cannot be told of paths with blanks otherwise.
start_nginx() {
    local directory="$RUN_DIR/nginx"
    mkdir -p "$directory"
    ln -sfn "$PAGE_DIST" "$directory/page"
    # Workers stay the user we are: the page may lie where nobody else can read.
    render_nginx "$directory"
    start nginx "$directory" nginx -e stderr -p "$directory" -c nginx.conf -g 'daemon off;'
    await nginx 20 answers "$(url NGINX)/healthz"
}
