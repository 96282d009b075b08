# shellcheck shell=bash
# Loopback ports: chosen once, remembered in $RUN_DIR/ports, so that URLs stay the same from one `up` to the next.

port() { [ ! -f "$RUN_DIR/ports" ] || sed -n "s/^$1=//p" "$RUN_DIR/ports"; }

# With nothing running: replaces a remembered port that another program now uses.
choose_ports() { "$ROOT/tools/dev/server" ports "$RUN_DIR/ports" "$@"; }

url() { echo "http://127.0.0.1:$(port "$1")"; }
