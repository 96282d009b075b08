# shellcheck shell=bash
# Static checks of the sources. All checks run; failed ones are listed at the end.

black=/usr/bin/black flake8=/usr/bin/flake8 # Debian's, whatever else is installed

source_rooms=(libs services tools tests bench)

# All our files with one of the given suffixes.
sources() {
    local -a names=(-false)
    local suffix
    for suffix in "$@"; do names+=(-o -name "*.$suffix"); done
    (cd "$ROOT" && find "${source_rooms[@]}" \( -name node_modules -o -name dist \) -prune -o -type f \( "${names[@]}" \) -print0)
}

# shellcheck disable=SC2016
# scripts SUFFIX FIRST_LINE: every file with this suffix, or whose first line matches.
scripts() {
    (cd "$ROOT" && find . \( -name node_modules -o -name build -o -name dist -o -name .git -o -name .run -o -name .cache \) \
        -prune -o -type f -print0 | xargs -0 awk -v suffix="[.]$1\$" -v first="$2" \
        'FNR == 1 { if (FILENAME ~ suffix || $0 ~ first) printf "%s%c", FILENAME, 0; nextfile }')
}

shell_programs() { scripts none '^#!.*[/ ](ba|da)?sh( |$)'; } # sourced files are checked with them
shell_scripts() { scripts sh '^#!.*[/ ](ba|da)?sh( |$)'; }
python_scripts() { scripts py '^#!.*python'; }
shell_style=(-i 4 -ci)

check_format() { sources cpp hpp | (cd "$ROOT" && xargs -0 "clang-format-$LLVM" --dry-run -Werror); }

# clang-tidy needs the build's compile commands and its generated sources.
check_tidy() {
    [ -f "$BUILD_DIR/compile_commands.json" ] || return 1
    interruptible python3 "$ROOT/tools/dev/tidy.py" "clang-tidy-$LLVM" "$BUILD_DIR" "$CACHE_DIR/tidy" "$JOBS"
}

check_layers() { (cd "$ROOT" && tools/layer-check --self-test && tools/layer-check); }
check_sizes() { (cd "$ROOT" && tools/size-check --self-test && tools/size-check); }

check_shell() {
    shell_scripts | (cd "$ROOT" && xargs -0 shfmt "${shell_style[@]}" -d) &&
        shell_programs | (cd "$ROOT" && xargs -0 shellcheck --external-sources --check-sourced)
}

check_python() {
    python_scripts | (cd "$ROOT" && xargs -0 "$black" --quiet --check --diff) &&
        python_scripts | (cd "$ROOT" && xargs -0 "$flake8")
}
check_page() { interruptible env -C "$PAGE_DIR" npm run --silent lint; }

# Other machines use other package servers: no name of one that this machine uses may get into a file.
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
        ! grep -lE '"resolved": *"http' {services/*,tests/integration/{feed,identity,webhooks},tests/manifests{,/images},tests/openapi,tools/dev/node}/package-lock.json
)

command_lint() {
    local check
    local -a failed=()
    obey_signals
    need_packages build lint
    need_page_modules
    mkdir -p "$BUILD_DIR"
    configure
    for check in format sizes layers shell python no_mirror openapi page tidy; do
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
    shell_scripts | (cd "$ROOT" && xargs -0 shfmt "${shell_style[@]}" -w)
    python_scripts | (cd "$ROOT" && xargs -0 "$black" --quiet)
    interruptible env -C "$PAGE_DIR" npm run --silent fmt
}
