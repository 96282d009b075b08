#!/bin/sh
# Renders nginx.conf and default.conf into $NGINX_DIR (created; the only place that this nginx writes to).
#
#   NGINX_DIR        required  directory for configuration, pid and temporary files
#   DIST_DIR         required  the built page
#   BACKEND_URL      http://todo-app-be-svc:2506   todo-be; http://host[:port], without a path
#   BROADCASTER_URL  http://broadcaster-svc:8002   broadcaster, likewise
#   PORT             8080
#   METRICS_PORT     7777
#   LISTEN_HOST      0.0.0.0
#   API_TOKEN        (none)    sent to todo-be as the page's own bearer token; also API_TOKEN_FILE
#   LOGIN_FILE       (none)    names and hashed passwords (htpasswd) of those who may use the page; needs API_TOKEN.
#                              A request with a bearer token of its own needs no login under /api: todo-be looks at it
#   ACCESS_LOG       /dev/stdout   a file, or "off"
#   WORKERS          auto
#   NGINX_USER       www-data  whose rights the workers have, when root starts nginx
set -eu

fail() {
    echo "render.sh: $1" >&2
    exit 2
}

# http://host[:port][/] -> host:port, for an upstream block.
origin() {
    case "$2" in
        http://*) ;;
        *) fail "$1 must begin with http://: $2" ;;
    esac
    authority=${2#http://}
    authority=${authority%/}
    case "$authority" in
        '' | *[!A-Za-z0-9.:_-]*) fail "$1 must be http://host[:port] without a path: $2" ;;
        *:*) echo "$authority" ;;
        *) echo "$authority:80" ;;
    esac
}

port() {
    case "$2" in
        '' | *[!0-9]*) fail "$1 must be a port number: $2" ;;
    esac
}

: "${NGINX_DIR:?}" "${DIST_DIR:?}"
PORT=${PORT:-8080}
METRICS_PORT=${METRICS_PORT:-7777}
LISTEN_HOST=${LISTEN_HOST:-0.0.0.0}
ACCESS_LOG=${ACCESS_LOG:-/dev/stdout}
if [ "$ACCESS_LOG" != off ]; then ACCESS_LOG="$ACCESS_LOG tidings_json"; fi
WORKERS=${WORKERS:-auto}
USER_DIRECTIVE=''
if [ "$(id -u)" -eq 0 ]; then USER_DIRECTIVE="user ${NGINX_USER:-www-data};"; fi
API_TOKEN=${API_TOKEN:-}
if [ -z "$API_TOKEN" ] && [ -n "${API_TOKEN_FILE:-}" ]; then API_TOKEN=$(cat "$API_TOKEN_FILE"); fi
BACKEND_ORIGIN=$(origin BACKEND_URL "${BACKEND_URL:-http://todo-app-be-svc:2506}")
BROADCASTER_ORIGIN=$(origin BROADCASTER_URL "${BROADCASTER_URL:-http://broadcaster-svc:8002}")

port PORT "$PORT"
port METRICS_PORT "$METRICS_PORT"
# The token stands in a quoted string of the configuration: only what RFC 6750 allows may be in it. Never echoed.
case "$API_TOKEN" in
    *[!A-Za-z0-9._~+/=-]*) fail 'API_TOKEN has characters that a bearer token cannot have' ;;
esac
LOGIN=off
if [ -n "${LOGIN_FILE:-}" ]; then
    case "$LOGIN_FILE" in
        /*) ;;
        *) fail "LOGIN_FILE must be an absolute path: $LOGIN_FILE" ;;
    esac
    case "$LOGIN_FILE" in
        *[!A-Za-z0-9._/-]*) fail 'LOGIN_FILE has characters that do not belong in its path' ;;
    esac
    [ -s "$LOGIN_FILE" ] || fail "LOGIN_FILE is empty, or cannot be read: $LOGIN_FILE"
    # Without it todo-be would take any bearer token, and each would be a way around the login.
    [ -n "$API_TOKEN" ] || fail 'LOGIN_FILE needs API_TOKEN, which todo-be must ask for as well'
    LOGIN=Tidings
fi
LOGIN_FILE=${LOGIN_FILE:-/dev/null}
[ -f "$DIST_DIR/index.html" ] || fail "no page in DIST_DIR=$DIST_DIR: run npm run build first"

export NGINX_DIR DIST_DIR PORT METRICS_PORT LISTEN_HOST ACCESS_LOG WORKERS USER_DIRECTIVE API_TOKEN LOGIN LOGIN_FILE
export BACKEND_ORIGIN BROADCASTER_ORIGIN
mkdir -p "$NGINX_DIR"
umask 077
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
for name in nginx.conf default.conf; do
    # nginx has its own $variables: only these are filled in.
    # shellcheck disable=SC2016
    envsubst '${NGINX_DIR} ${DIST_DIR} ${PORT} ${METRICS_PORT} ${LISTEN_HOST} ${ACCESS_LOG} ${WORKERS} ${USER_DIRECTIVE}
        ${API_TOKEN} ${LOGIN} ${LOGIN_FILE} ${BACKEND_ORIGIN} ${BROADCASTER_ORIGIN}' <"$here/$name.template" >"$NGINX_DIR/$name"
done
