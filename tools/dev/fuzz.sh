# shellcheck shell=bash
# Fuzzing: random bytes for every parser of untrusted bytes, for longer than in the tests.

fuzz_targets() { sed -n 's/^fuzz_target(\([a-z0-9_]*\).*/\1/p' "$ROOT/tests/fuzz/CMakeLists.txt"; }

command_fuzz() {
    local seconds=60 name
    local -a names=() all=()
    mapfile -t all < <(fuzz_targets)
    while [ $# -gt 0 ]; do
        case "$1" in
            --seconds)
                seconds="${2:-}"
                shift
                ;;
            *)
                [[ " ${all[*]} " == *" $1 "* ]] || fail "there is no fuzz target '$1'; they are: ${all[*]}"
                names+=("$1")
                ;;
        esac
        shift || true
    done
    [[ "$seconds" =~ ^[1-9][0-9]{0,5}$ ]] || fail "--seconds: a whole number of 1..999999"
    [ "${#names[@]}" != 0 ] || names=("${all[@]}")
    case "$PRESET" in *san) fail "fuzz targets bring sanitizers of their own: use TIDINGS_PRESET=release or dev" ;; esac
    obey_signals
    build "${names[@]/#/fuzz_}"
    run_targets "$seconds" "${names[@]}"
}

# One per processor at a time.
run_targets() {
    local seconds="$1" folder="$CACHE_DIR/fuzz" rounds
    shift
    rounds=$((($# + JOBS - 1) / JOBS))
    mkdir -p "$folder"
    say "fuzzing $# targets for $seconds s each, $JOBS at a time: about $((rounds * seconds)) s; logs in $folder/<target>"
    printf '%s\n' "$@" >"$folder/targets"
    interruptible xargs -a "$folder/targets" -P "$JOBS" -I '{}' "$ROOT/tools/dev/fuzz-one" \
        "$BUILD_DIR/tests/fuzz/{}" "$ROOT/tests/fuzz/seeds/{}" "$folder/{}" "$seconds" || fail "fuzzing found something"
    say "fuzzing found nothing"
}
