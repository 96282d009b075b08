# shellcheck shell=bash
# Our own programs, as `run` and `up` start them. What the caller has in the environment reaches them, except what decides
# where they listen and which servers they use.

# secret NAME: made once, kept in a file that only we can read.
secret() {
    local file="$RUN_DIR/secrets"
    if ! grep -qs "^$1=" "$file"; then
        (umask 077 && touch "$file")
        case "$1" in
            *_WEBHOOK_SECRET) echo "$1=whsec_$(openssl rand -base64 32)" >>"$file" ;;
            *) echo "$1=$(openssl rand -hex 24)" >>"$file" ;;
        esac
    fi
    sed -n "s/^$1=//p" "$file"
}

# A token that the caller gives guards both services. Ours guards the webhook API only: to-dos stay open to a plain curl.
GIVEN_API_TOKEN="${API_TOKEN:-}"
given_token() { [ "$GIVEN_API_TOKEN" = "$(secret API_TOKEN)" ] || echo "$GIVEN_API_TOKEN"; }
broadcaster_token() {
    local given
    given="$(given_token)"
    echo "${given:-$(secret API_TOKEN)}"
}

plain_environment=(env -u API_TOKEN -u API_TOKEN_FILE -u DATABASE_URL_FILE -u PORT -u METRICS_PORT -u CONFIG_FILE
    -u POSTGRES_HOST -u POSTGRES_PORT -u POSTGRES_DB -u POSTGRES_USER -u POSTGRES_PASSWORD -u POSTGRES_PASSWORD_FILE)

start_todo_be() {
    local -a token=()
    [ -z "$(given_token)" ] || token=(API_TOKEN="$(given_token)")
    start todo-be "$(program todo-be)" "${plain_environment[@]}" "${token[@]}" \
        PORT="$(port TODO_BE)" METRICS_PORT="$(port TODO_BE_METRICS)" \
        DATABASE_URL="$(database_url)" NATS_URL="$(nats_url)" "$(program todo-be)"
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
    write_broadcaster_configuration
    start broadcaster "$(program broadcaster)" "${plain_environment[@]}" \
        API_TOKEN="$(broadcaster_token)" PORT="$(port BROADCASTER)" METRICS_PORT="$(port BROADCASTER_METRICS)" \
        NATS_URL="$(nats_url)" "$(program broadcaster)" --config "$RUN_DIR/broadcaster.yaml"
    await broadcaster 30 answers "$(url BROADCASTER)/readyz"
}

start_receiver() {
    start receiver "$(program receiver)" "${plain_environment[@]}" \
        RECEIVER_SECRET="$(secret DEMO_WEBHOOK_SECRET)" PORT="$(port RECEIVER)" \
        METRICS_PORT="$(port RECEIVER_METRICS)" "$(program receiver)"
    await receiver 20 answers "$(url RECEIVER)/stats"
}
