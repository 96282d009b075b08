# shellcheck shell=bash
# The servers for the services, private to this checkout: PostgreSQL, nats-server, nginx.

# The data belongs into $RUN_DIR, unless the user postgres, as whom PostgreSQL runs where we are root, may not walk there (a
# checkout below /root).
postgres_data() {
    local key
    if [ "$(id -u)" != 0 ] || setpriv --reuid=postgres --regid=postgres --clear-groups test -x "$RUN_DIR"; then
        echo "$RUN_DIR/postgres"
    else
        key="$(printf '%s' "$RUN_DIR" | sha256sum | cut -c1-12)"
        echo "/var/tmp/tidings-postgres-$key"
    fi
}

# Before it starts, a killed postmaster's children must have ended: end_leftovers.
start_postgres() {
    local data
    local -x POSTGRES_PASSWORD
    data="$(postgres_data)" POSTGRES_PASSWORD="$(secret POSTGRES_PASSWORD)"
    start postgres "$data" "$ROOT/tools/dev/server" postgres "$data" "$(port POSTGRES)"
    await postgres 60 pg_isready --host=127.0.0.1 --port="$(port POSTGRES)"
}

database_url() { echo "postgresql://tidings:$(secret POSTGRES_PASSWORD)@127.0.0.1:$(port POSTGRES)/tidings"; }

start_nats() {
    local configuration="$RUN_DIR/nats/nats.conf"
    mkdir -p "$RUN_DIR/nats"
    start nats "$configuration" "$ROOT/tools/dev/server" nats "$configuration" "$(port NATS)" "$(port NATS_MONITOR)"
    # Healthy only when JetStream has read its store, which takes a while after a crash.
    await nats 60 answers "$(url NATS_MONITOR)/healthz"
}

# Exported, not passed to env(1): no secrets in arguments.
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
    # Workers stay the user we are: the page may be in a folder that only we can read.
    render_nginx "$directory"
    start nginx "$directory" nginx -e stderr -p "$directory" -c nginx.conf -g 'daemon off;'
    await nginx 20 answers "$(url NGINX)/healthz"
}
