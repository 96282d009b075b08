# shellcheck shell=bash
# Everything that judges sources without running them. All checks run; the failed ones are named at the end.

source_rooms=(libs services tools tests bench)

# All our own files with one of the given suffixes.
sources() {
    local -a names=(-false)
    local suffix
    for suffix in "$@"; do names+=(-o -name "*.$suffix"); done
    (cd "$ROOT" && find "${source_rooms[@]}" \( -name node_modules -o -name dist \) -prune -o -type f \( "${names[@]}" \) -print0)
}

# Scripts, by their first line; what they source is checked with them.
shell_scripts() {
    (cd "$ROOT" && find . \( -name node_modules -o -name build -o -name dist -o -name .git -o -name .run -o -name .cache \) \
        -prune -o -type f -print0 | xargs -0 awk 'FNR == 1 { if (/^#!.*[\/ ](ba|da)?sh( |$)/) printf "%s%c", FILENAME, 0; nextfile }')
}

check_format() { sources cpp hpp | (cd "$ROOT" && xargs -0 "clang-format-$LLVM" --dry-run -Werror); }

# clang-tidy reads what the compiler would: it needs the build's commands and its generated sources.
check_tidy() {
    [ -f "$BUILD_DIR/compile_commands.json" ] || return 1
    interruptible python3 "$ROOT/tools/dev/tidy.py" "clang-tidy-$LLVM" "$BUILD_DIR" "$CACHE_DIR/tidy" "$JOBS"
}

check_layers() { (cd "$ROOT" && tools/layer-check --self-test && tools/layer-check); }
check_shell() { shell_scripts | (cd "$ROOT" && xargs -0 shellcheck --external-sources --check-sourced); }
check_page() { interruptible env -C "$PAGE_DIR" npm run --silent lint; }

# Whoever builds this elsewhere uses other package servers: no name of one that this machine uses may get into a file.
package_servers() {
    {
        cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null
        npm config get registry 2>/dev/null
        env | grep -iE '^(npm_config_registry|pip_index_url|goproxy)=' || true
    } | grep -oE 'https?://[^/ ]+' | sed 's#.*[/@]##' | grep -F . | sort -u
}

check_no_mirror() (
    cd "$ROOT"
    ! grep -rIlFf <(package_servers) --exclude-dir={.git,.run,.cache,build,node_modules,dist} . &&
        ! grep -lE '"resolved": *"http' {services/*,tests/integration/webhooks,tests/manifests{,/images},tests/openapi,tools/dev/node}/package-lock.json
)

command_lint() {
    local check
    local -a failed=()
    obey_signals
    need_packages build lint
    need_page_modules
    mkdir -p "$BUILD_DIR"
    configure
    for check in format layers shell no_mirror openapi page tidy; do
        say "lint: $check"
        "check_$check" || failed+=("$check")
    done
    [ "${#failed[@]}" = 0 ] || fail "lint found something: ${failed[*]}"
    say "lint: nothing found"
}

command_fmt() {
    obey_signals
    need_packages lint
    need_page_modules
    sources cpp hpp | (cd "$ROOT" && xargs -0 "clang-format-$LLVM" -i)
    interruptible env -C "$PAGE_DIR" npm run --silent fmt
}
