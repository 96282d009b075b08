# shellcheck shell=bash
# The C++ build. Only what changed is built; two builds of one folder never run at the same time.

cmake_options=() # beside those of the preset

configure() {
    local cache="$BUILD_DIR/CMakeCache.txt"
    # The cache of a moved or copied checkout is useless, and so is one whose presets, including the compiler,
    # have changed since.
    if [ -f "$cache" ] && { ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$ROOT" "$cache" ||
        [ "$ROOT/CMakePresets.json" -nt "$cache" ]; }; then rm -f "$cache"; fi
    [ ! -f "$cache" ] || [ ! -f "$BUILD_DIR/build.ninja" ] || return 0
    say "configuring $PRESET in ${BUILD_DIR#"$ROOT/"}"
    local log="$BUILD_DIR/configure.log"
    if ! interruptible env -C "$ROOT" cmake --preset "$PRESET" -B "$BUILD_DIR" "${cmake_options[@]}" >"$log" 2>&1; then
        show_log "$log" 30
        fail "cmake failed"
    fi
}

# build [TARGET...]; without targets everything, including tests.
build() {
    need_packages build
    mkdir -p "$BUILD_DIR"
    take_lock 9 "$BUILD_DIR/.lock" "waiting for another build in $BUILD_DIR"
    configure
    say "building ${*:-everything} ($PRESET)"
    interruptible ninja -C "$BUILD_DIR" -j "$JOBS" "$@" >&2 || fail "the build failed"
    exec 9>&-
}

program() { echo "$BUILD_DIR/bin/$1"; }
