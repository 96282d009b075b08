# shellcheck shell=bash
# What the tests of the manifests need: kustomize, kubectl, promtool, schemas from npm; and those of the images: buildah.

SCHEMAS_DIR="$ROOT/tests/manifests"
newer_source=/etc/apt/sources.list.d/tidings-trixie.sources
newer_priority=/etc/apt/preferences.d/tidings-trixie

need_manifest_tools() {
    if [ "$(debian_release)" = 12 ] && ! { is_there kustomize:kustomize && is_there kubectl:kubectl; }; then
        allow_debian_13
    fi
    need_packages manifests
    need_schemas
}

# Debian 12 has neither kustomize nor kubectl. Priority 100: from Debian 13 comes only what 12 does not have at all. It is
# fetched from wherever this machine fetches Debian 12.
allow_debian_13() {
    local mirror
    [ ! -e "$newer_source" ] || [ ! -e "$newer_priority" ] || return 0
    mirror="$(debian_mirror)"
    if [ -z "$mirror" ]; then
        as_root apt-get update -qq >&2 || fail "apt-get update failed; kustomize and kubectl cannot be installed"
        mirror="$(debian_mirror)"
    fi
    [ -n "$mirror" ] || fail "no source of Debian 12 in /etc/apt: install kustomize (5 or newer) and kubectl by hand"
    say "adding Debian 13 as a source of packages that Debian 12 lacks ($newer_source)"
    printf 'Package: *\nPin: release n=trixie\nPin-Priority: 100\n' | as_root tee "$newer_priority" >/dev/null
    as_root tee "$newer_source" >/dev/null <<TEXT
Types: deb
URIs: $mirror
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
TEXT
}

# As interpreted by apt, in any format.
# shellcheck disable=SC2016
debian_mirror() {
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' 'Component: main' | head -n 1
}

need_schemas() {
    need_node
    need_npm_packages "$SCHEMAS_DIR" "the schemas of Kubernetes"
}

need_image_tools() {
    need_packages images
    need_npm_packages "$ROOT/tests/manifests/images" "a linter of workflows, the schema of compose files"
}
