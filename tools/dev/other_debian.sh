# shellcheck shell=bash
# A Debian of another release beside the machine's own: a root made by mmdebstrap, in which ./dev runs as it does on a fresh
# machine. The root stays, with its packages and its build; mounts and processes end with the run, however it ends.

ROOTS_DIR="${TIDINGS_ROOTS:-$CACHE_DIR/roots}"
debian_releases=(bookworm trixie)

# on_debian RELEASE USER COMMAND...: in a copy of the checkout, as root or as newcomer (who has sudo and 1,024 descriptors).
# Needs root, or sudo, and the right to mount.
on_debian() {
    local release="$1" user="$2"
    shift 2
    prepare_debian "$release"
    [ -d "$ROOTS_DIR/$release" ] || make_root "$release" "$release"
    run_in_root "$ROOTS_DIR/$release" "$user" "$@"
}

# The same on a fresh machine, which is deleted at the end.
on_bare_debian() {
    local release="$1" user="$2"
    shift 2
    prepare_debian "$release"
    BARE_ROOT="$release-bare.$$"
    at_exit remove_bare_root
    make_root "$release" "$BARE_ROOT"
    run_in_root "$ROOTS_DIR/$BARE_ROOT" "$user" "$@"
}

remove_bare_root() { remove_root "$ROOTS_DIR/$BARE_ROOT"; }

prepare_debian() {
    [[ " ${debian_releases[*]} " == *" $1 "* ]] || fail "no release '$1'; there are: ${debian_releases[*]}"
    obey_signals
    need_packages other-debian
    [ -f "$ROOTS_DIR/$1.tar" ] || make_archive "$1"
}

# make_root RELEASE FOLDER
make_root() {
    remove_root "$ROOTS_DIR/$2.part"
    as_root mkdir "$ROOTS_DIR/$2.part"
    as_root tar --extract --numeric-owner --xattrs --xattrs-include='*' --file "$ROOTS_DIR/$1.tar" --directory "$ROOTS_DIR/$2.part"
    as_root mv "$ROOTS_DIR/$2.part" "$ROOTS_DIR/$2"
}

remove_root() { as_root rm -rf --one-file-system -- "$1"; }

# A new machine: mmdebstrap's minimum, sudo, an ordinary user, and this machine's authorities. The hook gets the root as $1.
# shellcheck disable=SC2016
finish_root='set -e
[ ! -d /usr/local/share/ca-certificates ] || cp -rT /usr/local/share/ca-certificates "$1/usr/local/share/ca-certificates"
chroot "$1" update-ca-certificates >/dev/null 2>&1
chroot "$1" useradd --create-home --shell /bin/bash newcomer
echo "newcomer ALL=(ALL) NOPASSWD: ALL" >"$1/etc/sudoers.d/newcomer"
echo force-unsafe-io >"$1/etc/dpkg/dpkg.cfg.d/no-sync"'

make_archive() {
    local part="$ROOTS_DIR/$1.part.tar"
    say "making $ROOTS_DIR/$1.tar, a new Debian"
    mkdir -p "$ROOTS_DIR"
    local -a sources
    mapfile -t sources < <(debian_sources "$1")
    [ "${#sources[@]}" != 0 ] || fail "no source of Debian in /etc/apt"
    as_root mmdebstrap --quiet --variant=minbase --include=ca-certificates,sudo "$1" "$part" "${sources[@]}" \
        --customize-hook="$finish_root" </dev/null >&2 || fail "mmdebstrap failed"
    mv "$part" "$ROOTS_DIR/$1.tar"
}

# The machine's own sources of Debian, for another release: "deb [signed-by] URI SUITE main".
# shellcheck disable=SC2016
debian_sources() {
    local own
    own="$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)"
    [ -n "$(debian_mirror)" ] || as_root apt-get update -qq >&2 || fail "apt-get update failed"
    apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' 'Component: main' |
        sed -nE "s#^(\S+) $own(-security|-updates)?\$#deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] \1 $1\2 main#p" |
        sort -u
}

home_of() { if [ "$1" = root ]; then echo /root; else echo "/home/$1"; fi; }

# At its own path, for ccache. What git ignores (the build, node_modules) stays there as the last run left it.
copy_checkout() {
    local home file
    home="$(home_of "$2")"
    for file in "$HOME/.npmrc:$home/.npmrc" /etc/npmrc:/etc/npmrc /etc/resolv.conf:/etc/resolv.conf /etc/hosts:/etc/hosts; do
        if [ -f "${file%%:*}" ]; then as_root cp -L "${file%%:*}" "$1${file#*:}"; fi
    done
    as_root mkdir -p "$1${ROOT:?}"
    as_root rsync -a --delete --filter=':- .gitignore' "$ROOT/" "$1$ROOT"
    # The last run may have been another user's, and a PostgreSQL cluster is of use to its owner only.
    as_root rm -rf "$1${ROOT:?}"/build/*/tests/pg-template-*
    as_root chroot "$1" chown -R "$2:" "$home" "$ROOT"
}

# run_in_root FOLDER USER COMMAND...: with a clean environment. Only the lifeline reaches through sudo.
run_in_root() {
    local root="$1" user="$2" name status=0
    local -a environment=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "LANG=${LANG:-C.UTF-8}")
    shift 2
    copy_checkout "$root" "$user"
    say "in $root as $user: $*"
    for name in CI TERM TIDINGS_PRESET http_proxy https_proxy no_proxy; do
        [ -z "${!name:-}" ] || environment+=("$name=${!name}")
    done
    LIFELINE="$(mktemp -u)"
    mkfifo -m 600 "$LIFELINE"
    exec 8<>"$LIFELINE"
    at_exit cut_lifeline
    as_root env -i "${environment[0]}" unshare --mount --propagation private --pid --fork --kill-child \
        "$ROOT/tools/dev/root-init" "$root" "$user" "$(home_of "$user")" "$ROOT" "${environment[@]}" "$@" <"$LIFELINE" 8>&- &
    ROOT_INIT=$!
    wait "$ROOT_INIT" || status=$?
    return "$status"
}

cut_lifeline() {
    exec 8>&-
    rm -f "$LIFELINE"
    wait "$ROOT_INIT" 2>/dev/null
}
