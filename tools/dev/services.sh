# shellcheck shell=bash
# shellcheck disable=SC2034 # local -x exports what is set here
# Our own programs, as `run` and `up` start them. What the caller has in the environment reaches them, except what decides
# where they listen and which servers they use.

# secret NAME: created once, kept in a file that only we can read.
secret() {
    local file="$RUN_DIR/secrets"
    if ! grep -qs "^$1=" "$file"; then
        (umask 077 && touch "$file")
        case "$1" in
            ENDPOINTS_KEY) echo "$1=$(openssl rand -base64 32)" >>"$file" ;;
            *_WEBHOOK_SECRET) echo "$1=whsec_$(openssl rand -base64 32)" >>"$file" ;;
            *) echo "$1=$(openssl rand -hex 24)" >>"$file" ;;
        esac
    fi
    sed -n "s/^$1=//p" "$file"
}

# The caller's token protects both services. Ours protects the webhook API only: to-dos stay open to a plain curl.
GIVEN_API_TOKEN="${API_TOKEN:-}"
given_token() { [ "$GIVEN_API_TOKEN" = "$(secret API_TOKEN)" ] || echo "$GIVEN_API_TOKEN"; }
broadcaster_token() {
    local given
    given="$(given_token)"
    echo "${given:-$(secret API_TOKEN)}"
}

# What our programs read and a caller's environment must not decide: it is set, or empty, which counts as not set. Exported to
# what start() starts and never an argument, which every user of the machine could read.
own_settings=(API_TOKEN API_TOKEN_FILE DATABASE_URL DATABASE_URL_FILE POSTGRES_HOST POSTGRES_PORT POSTGRES_DB POSTGRES_USER
    POSTGRES_PASSWORD POSTGRES_PASSWORD_FILE NATS_URL PORT METRICS_PORT LISTEN_ADDRESS METRICS_ADDRESS RECEIVER_ADDRESS
    RECEIVER_SECRET CONFIG_FILE ALLOWED_HOSTS)
GIVEN_ALLOWED_HOSTS="${ALLOWED_HOSTS:-}"

# For the names above, once they are local: a stack is not meant to be reached over the network.
loopback_only() { LISTEN_ADDRESS=127.0.0.1 METRICS_ADDRESS=127.0.0.1 RECEIVER_ADDRESS=127.0.0.1; }

# The page's nginx adds the token for every visitor: a foreign name that resolves to us (DNS rebinding) gets nothing.
local_hosts_only() { ALLOWED_HOSTS="${GIVEN_ALLOWED_HOSTS:-localhost}"; }

start_todo_be() {
    local -x "${own_settings[@]/%/=}"
    loopback_only
    local_hosts_only
    API_TOKEN="$(given_token)"
    PORT="$(port TODO_BE)" METRICS_PORT="$(port TODO_BE_METRICS)"
    DATABASE_URL="$(database_url)" NATS_URL="$(nats_url)"
    start todo-be "$(program todo-be)" "$(program todo-be)"
    await todo-be 30 answers "$(url TODO_BE)/readyz"
}

nats_url() { echo "nats://127.0.0.1:$(port NATS)"; }

write_broadcaster_configuration() {
    (umask 077 && cat >"$RUN_DIR/broadcaster.yaml") <<TEXT
# Written by ./dev at each start.
allow_private_addresses: true
endpoints:
  - name: demo
    url: $(url RECEIVER)/hook
    secrets: ["$(secret DEMO_WEBHOOK_SECRET)"]
TEXT
}

start_broadcaster() {
    local -x "${own_settings[@]/%/=}"
    write_broadcaster_configuration
    loopback_only
    local_hosts_only
    API_TOKEN="$(broadcaster_token)" NATS_URL="$(nats_url)"
    PORT="$(port BROADCASTER)" METRICS_PORT="$(port BROADCASTER_METRICS)"
    if [ -z "${ENDPOINTS_KEY:-}${ENDPOINTS_KEY_FILE:-}" ]; then local -x ENDPOINTS_KEY && ENDPOINTS_KEY="$(secret ENDPOINTS_KEY)"; fi
    start broadcaster "$(program broadcaster)" "$(program broadcaster)" --config "$RUN_DIR/broadcaster.yaml"
    await broadcaster 30 answers "$(url BROADCASTER)/readyz"
}

start_receiver() {
    local -x "${own_settings[@]/%/=}"
    loopback_only
    RECEIVER_SECRET="$(secret DEMO_WEBHOOK_SECRET)"
    PORT="$(port RECEIVER)" METRICS_PORT="$(port RECEIVER_METRICS)"
    start receiver "$(program receiver)" "$(program receiver)"
    await receiver 20 answers "$(url RECEIVER)/stats"
}
