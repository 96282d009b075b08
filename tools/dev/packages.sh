# shellcheck shell=bash
# Debian packages for each command, installed only when missing.

debian_release() { sed -n 's/^VERSION_ID="\{0,1\}\([0-9]*\).*/\1/p' /etc/os-release; }

# One compiler on both releases (docs/adr/0026). Boost 1.81 is on Debian 12 beside its default, which is too old.
LLVM=19
if [ "$(debian_release)" = 12 ]; then BOOST=1.81; else BOOST=1.83; fi

# "package:program" is satisfied by a program of that name from anywhere, a newer nats-server for example.
declare -A PACKAGES
PACKAGES[build]="clang-$LLVM libclang-rt-$LLVM-dev lld-$LLVM ccache cmake:cmake ninja-build:ninja pkg-config:pkg-config
    libboost$BOOST-dev libboost-json$BOOST-dev libboost-url$BOOST-dev libnats-dev libpq-dev libhiredis-dev prometheus-cpp-dev
    libyaml-cpp-dev catch2 libmimalloc-dev libssl-dev libcurl4-openssl-dev zlib1g-dev libzstd-dev python3 python3-yaml"
PACKAGES[run]="postgresql nats-server:nats-server nginx-light:nginx openssl ca-certificates curl:curl gettext-base:envsubst
    python3:python3"
PACKAGES[test]="git:git spin:spin chromium:chromium python3:python3 python3-icalendar python3-dateutil python3-jsonschema python3-websocket golang-go:go pgbouncer:pgbouncer redis-server:redis-server"
PACKAGES[images]="buildah netavark mmdebstrap python3:python3 python3-yaml python3-jsonschema"
PACKAGES["image-service"]="ca-certificates" # in an image besides our program
PACKAGES["image-page"]="ca-certificates nginx-light bash coreutils gettext-base"
# Tests start their own Prometheus. promtool is part of its package, on Debian 13 of one that it depends on.
PACKAGES[manifests]="git:git kustomize:kustomize kubectl:kubectl prometheus:prometheus prometheus:promtool
    prometheus-alertmanager:prometheus-alertmanager prometheus-postgres-exporter:prometheus-postgres-exporter python3:python3 python3-yaml python3-jsonschema"
PACKAGES[lint]="clang-tidy-$LLVM clang-format-$LLVM shellcheck:shellcheck shfmt:shfmt python3:python3 black flake8"
PACKAGES["other-debian"]="mmdebstrap rsync mount"
PACKAGES[schemathesis]="python3:python3 python3-venv"
PACKAGES[bench]="wrk:wrk python3:python3"

# need_packages build run: installs the missing packages of these groups.
need_packages() {
    local group package
    local -a missing=()
    for group in "$@"; do
        for package in ${PACKAGES[$group]}; do
            is_there "$package" || missing+=("${package%%:*}")
        done
    done
    [ "${#missing[@]}" = 0 ] || install_packages "${missing[@]}"
}

is_there() {
    case "$1" in *:*) command -v "${1#*:}" >/dev/null && return ;; esac
    [ "$(dpkg-query -W -f '${db:Status-Status}' "${1%%:*}" 2>/dev/null)" = installed ]
}

install_packages() {
    command -v apt-get >/dev/null || fail "these packages are missing, and this is not a Debian: $*"
    say "installing: $*"
    local log status=0
    log="$(mktemp)"
    at_exit release_services
    hold_services
    # The package lists may be absent or out of date: then, and only then, they are fetched.
    apt_install "$@" >"$log" 2>&1 ||
        { as_root apt-get update -qq >>"$log" 2>&1 && apt_install "$@" >>"$log" 2>&1; } || status=$?
    release_services
    if [ "$status" != 0 ]; then
        show_log "$log" 30
        fail "apt-get could not install: $*"
    fi
    rm -f "$log"
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=300 "$@"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "packages must be installed: run this as root once, or install sudo"
    fi
}

# Packages of servers start them when installed: a PostgreSQL cluster, an nginx on port 80. Not on this machine. An existing
# policy of the machine is kept, and running servers are not affected.
policy_file=/usr/sbin/policy-rc.d
cluster_file=/etc/postgresql-common/createcluster.d/tidings.conf
POLICY_IS_OURS=

hold_services() {
    as_root mkdir -p "$(dirname "$cluster_file")"
    echo 'create_main_cluster = false' | as_root tee "$cluster_file" >/dev/null
    [ ! -e "$policy_file" ] || return 0
    POLICY_IS_OURS=yes
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy_file" >/dev/null
    as_root chmod 755 "$policy_file"
}

release_services() {
    [ ! -e "$cluster_file" ] || as_root rm -f "$cluster_file"
    [ -z "$POLICY_IS_OURS" ] || as_root rm -f "$policy_file"
    POLICY_IS_OURS=
}
