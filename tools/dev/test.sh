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
    if [[ "${1:-}" == --on* ]]; then
        test_on_debian "$@"
        return
    fi
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

# Nothing is printed after ctest, unless it left something behind: its summary comes last.
run_ctest() {
    local -a labels=()
    [ $# = 0 ] || labels=(-L "^($(
        IFS='|'
        echo "$*"
    ))\$")
    if [ -f "$ROOT/tests/tsan.supp" ]; then export TSAN_OPTIONS="suppressions=$ROOT/tests/tsan.supp ${TSAN_OPTIONS:-}"; fi
    export TIDINGS_PRESET="$PRESET" TIDINGS_BUILD_DIR="$BUILD_DIR" PATH
    interruptible "$ROOT/tools/dev/leaves-nothing" ctest --test-dir "$BUILD_DIR" --output-on-failure --no-tests=error -j "$JOBS" "${labels[@]}"
}
