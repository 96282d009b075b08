# shellcheck shell=bash
# All tests are one ctest run, so that its summary counts everything; the kinds are ctest labels.

test_kinds=(unit fuzz integration e2e page manifests model)

wants() {
    local kind="$1"
    shift
    [ $# = 0 ] || [[ " $* " == *" $kind "* ]]
}

command_test() {
    local name
    case "${1:-}" in
        --on*)
            test_on_debian "$@"
            return
            ;;
        --nats)
            test_on_nats "${@:2}"
            return
            ;;
    esac
    for name in "$@"; do
        [[ " ${test_kinds[*]} " == *" $name "* ]] || fail "there are no tests named '$name'; the kinds are: ${test_kinds[*]}"
    done
    obey_signals
    need_packages build run test
    if wants page "$@"; then
        need_page_modules
        build_page
    fi
    if wants integration "$@"; then
        need_node
        need_npm_packages "$ROOT/tests/integration/webhooks" "receivers of webhooks by other people"
        need_npm_packages "$ROOT/tests/integration/feed" "clients of the change feed by other people"
        need_npm_packages "$ROOT/tests/integration/identity" "an identity provider by other people"
    fi
    if wants manifests "$@"; then
        need_manifest_tools
        need_image_tools
    fi
    build
    run_ctest "$@"
}

# --on RELEASE [--as-user] [NAME...]: tests that depend on the release's libraries and servers.
test_on_debian() {
    local release user=root
    if [ "$1" != --on ] || [ $# = 1 ]; then fail "--on needs a release: ${debian_releases[*]}"; fi
    release="$2"
    shift 2
    if [ "${1:-}" = --as-user ]; then
        user=newcomer
        shift
    fi
    [ $# != 0 ] || set -- unit integration
    on_debian "$release" "$user" ./dev test "$@"
}

# --nats VERSION [SUITE...]: what talks to nats-server, with this one (tools/nats-servers) in place of the machine's, and
# upgraded to it from the machine's and from what was deployed before. Of todo-be by default what its events go through, not
# the API: the other suites have it.
nats_suites=(bus broadcaster manifests)
todo_be_events='NATS|JetStream|relay|[Ss]tream|outbox|publish|event|leader'
nats_deployed_before=2.11.8

test_on_nats() {
    local server before suites todo_be=''
    [ $# != 0 ] || fail "--nats needs a version of tools/nats-servers"
    obey_signals
    need_packages build run test
    server="$("$ROOT/tools/nats-server" "$1")" || fail "there is no nats-server $1"
    before="$("$ROOT/tools/nats-server" "$nats_deployed_before")" || fail "there is no nats-server $nats_deployed_before"
    NATS_SERVERS_BEFORE="$(command -v nats-server):$before"
    export NATS_SERVERS_BEFORE
    shift
    if [ $# = 0 ]; then
        set -- "${nats_suites[@]}"
        todo_be="|^integration_todo_be:.*($todo_be_events)"
    fi
    build
    suites="$(
        IFS='|'
        echo "$*"
    )"
    PATH="$(dirname "$server"):$PATH"
    # Of the manifests those that start NATS as it is deployed.
    start_ctest -R "^(integration_($suites):|($suites): .*(NATS|JetStream))$todo_be"
}

# Nothing is printed after ctest, unless it left something behind: its summary comes last.
run_ctest() {
    local -a labels=()
    [ $# = 0 ] || labels=(-L "^($(
        IFS='|'
        echo "$*"
    ))\$")
    start_ctest "${labels[@]}"
}

start_ctest() {
    if [ -f "$ROOT/tests/tsan.supp" ]; then export TSAN_OPTIONS="suppressions=$ROOT/tests/tsan.supp ${TSAN_OPTIONS:-}"; fi
    export TIDINGS_PRESET="$PRESET" TIDINGS_BUILD_DIR="$BUILD_DIR" PATH
    # One more than there are cores: tests wait more than they compute.
    interruptible "$ROOT/tools/dev/leaves-nothing" ctest --test-dir "$BUILD_DIR" --output-on-failure --no-tests=error -j "$((JOBS + 1))" "$@"
}
