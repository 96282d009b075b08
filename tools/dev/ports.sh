# shellcheck shell=bash
# Loopback ports: chosen once, remembered in $RUN_DIR/ports, so that URLs stay the same from one `up` to the next.

# Below the kernel's ephemeral range and above the one that the C++ tests use (tests/support/free_port.cpp).
first_port=30300 port_count=2400

port_is_free() { [ -z "$(ss -Hltn "sport = :$1")" ]; }

port() { [ ! -f "$RUN_DIR/ports" ] || sed -n "s/^$1=//p" "$RUN_DIR/ports"; }

new_port() {
    local candidate
    for _ in $(seq 200); do
        candidate=$((first_port + RANDOM % port_count))
        grep -qs "=$candidate\$" "$RUN_DIR/ports" && continue
        port_is_free "$candidate" && echo "$candidate" && return
    done
    fail "no free port between $first_port and $((first_port + port_count))"
}

# With nothing running: a remembered port that someone else took meanwhile is replaced.
choose_ports() {
    local name known chosen
    for name in "$@"; do
        known="$(port "$name")"
        if [ -n "$known" ] && port_is_free "$known"; then continue; fi
        [ -z "$known" ] || sed -i "/^$name=/d" "$RUN_DIR/ports"
        chosen="$(new_port)" || exit 1
        echo "$name=$chosen" >>"$RUN_DIR/ports"
    done
}

url() { echo "http://127.0.0.1:$(port "$1")"; }
