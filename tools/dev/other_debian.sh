# shellcheck shell=bash
# A Debian of another release beside the machine's own: a root made by mmdebstrap, in which ./dev runs as it does on a fresh
# machine. The root stays, with its packages and its build; mounts and processes end with the run, however it ends.

ROOTS_DIR="${TIDINGS_ROOTS:-$CACHE_DIR/roots}"
debian_releases=(bookworm trixie)

# on_debian RELEASE USER COMMAND...: in a copy of the checkout, as root or as an ordinary user (who has sudo and 1,024
# descriptors). Needs root, or sudo, and the right to mount.
on_debian() {
    local release="$1" user="$2"
    shift 2
    [[ " ${debian_releases[*]} " == *" $release "* ]] || fail "no release '$release'; there are: ${debian_releases[*]}"
    obey_signals
    need_packages other-debian
    make_root "$release"
    copy_checkout "$ROOTS_DIR/$release" "$user"
    say "on $release, as $user: $*"
    run_in_root "$ROOTS_DIR/$release" "$user" "$@"
}

# A new machine: mmdebstrap's minimum, sudo, an ordinary user, and this machine's authorities. The hook gets the root as $1.
# shellcheck disable=SC2016
finish_root='set -e
[ ! -d /usr/local/share/ca-certificates ] || cp -rT /usr/local/share/ca-certificates "$1/usr/local/share/ca-certificates"
chroot "$1" update-ca-certificates >/dev/null 2>&1
chroot "$1" useradd --create-home --shell /bin/bash newcomer
echo "newcomer ALL=(ALL) NOPASSWD: ALL" >"$1/etc/sudoers.d/newcomer"
echo force-unsafe-io >"$1/etc/dpkg/dpkg.cfg.d/no-sync"'

make_root() {
    local root="$ROOTS_DIR/$1" part="$ROOTS_DIR/$1.part"
    [ ! -d "$root" ] || return 0
    say "making a root of $1 in $root"
    mkdir -p "$ROOTS_DIR"
    remove_root "$part"
    local -a sources
    mapfile -t sources < <(debian_sources "$1")
    [ "${#sources[@]}" != 0 ] || fail "no source of Debian in /etc/apt"
    as_root mmdebstrap --quiet --variant=minbase --include=ca-certificates,sudo "$1" "$part" "${sources[@]}" \
        --customize-hook="$finish_root" </dev/null >&2 || fail "mmdebstrap failed"
    as_root mv "$part" "$root"
}

remove_root() { as_root rm -rf --one-file-system -- "$1"; }

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

# What git would not commit (the build, node_modules) stays there as the last run left it.
copy_checkout() {
    local home file
    home="$1$(home_of "$2")"
    for file in "$HOME/.npmrc:$home/.npmrc" /etc/npmrc:"$1/etc/npmrc" /etc/resolv.conf:"$1/etc/resolv.conf" /etc/hosts:"$1/etc/hosts"; do
        if [ -f "${file%%:*}" ]; then as_root cp -L "${file%%:*}" "${file#*:}"; fi
    done
    as_root mkdir -p "$home/tidings"
    as_root rsync -a --delete --exclude=/.git --filter=':- .gitignore' "$ROOT/" "$home/tidings"
    as_root chroot "$1" chown -R "$2:" "$(home_of "$2")"
}

# The first process of the new root. Its stdin is a lifeline: when it ends, or at SIGTERM, the command is stopped; when this
# process has ended, the kernel ends every other and undoes the mounts.
# shellcheck disable=SC2016
root_init='
root="$1" user="$2" home="$3"
shift 3
set -euo pipefail
exec 7<&0
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
[ "$user" = root ] || ulimit -Sn 1024
chroot "$root" setpriv --reuid "$user" --regid "$user" --init-groups env -C "$home/tidings" HOME="$home" USER="$user" "$@" </dev/null 7<&- &
command=$!
trap "kill -TERM $command" TERM
{ cat <&7 >/dev/null; kill -TERM $command; } &
status=0
wait "$command" || status=$?
while kill -0 "$command" 2>/dev/null; do  # the wait was interrupted by the trap
    status=0
    wait "$command" || status=$?
done
exit "$status"
'

# run_in_root ROOT USER COMMAND...: with a clean environment. Only the lifeline reaches through sudo.
run_in_root() {
    local root="$1" user="$2" name status=0
    local -a environment=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "LANG=${LANG:-C.UTF-8}")
    shift 2
    for name in CI TERM TIDINGS_PRESET http_proxy https_proxy no_proxy; do
        [ -z "${!name:-}" ] || environment+=("$name=${!name}")
    done
    LIFELINE="$(mktemp -u)"
    mkfifo -m 600 "$LIFELINE"
    exec 8<>"$LIFELINE"
    at_exit cut_lifeline
    as_root env -i "${environment[0]}" unshare --mount --propagation private --pid --fork --kill-child \
        bash -c "$root_init" init "$root" "$user" "$(home_of "$user")" "${environment[@]}" "$@" <"$LIFELINE" 8>&- &
    ROOT_INIT=$!
    wait "$ROOT_INIT" || status=$?
    return "$status"
}

cut_lifeline() {
    exec 8>&-
    rm -f "$LIFELINE"
    wait "$ROOT_INIT" 2>/dev/null
}
