"""What a bill of materials must be: SPDX 2.3 JSON (https://spdx.github.io/spdx-spec/v2.3/), complete for the files of
the image."""

import re
import subprocess

DEB = "pkg:deb/debian/"
PURL = re.compile(
    rf"({DEB}[\w.%+-]+@[\w.%~+-]+\?arch=\w+&distro=debian-\d+|pkg:npm/[\w.%+-]+(/[\w.%+-]+)?@[\w.%~+-]+)$"
)
PURPOSES = ("CONTAINER", "OPERATING-SYSTEM")
SOURCE = re.compile(r"built package from: (\S+) (\S+)$")


def document_problems(document):
    wrong = []
    expected = {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT"}
    wrong += [f"{k} is not {v}" for k, v in expected.items() if document.get(k) != v]
    if not re.match(r"[a-z]+:[^#\s]+$", document.get("documentNamespace", "")):
        wrong.append("documentNamespace is no absolute URI")
    creation = document.get("creationInfo", {})
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", creation.get("created", "")) or not creation.get(
        "creators"
    ):
        wrong.append("creationInfo has no time or no creator")
    return wrong


def package_problems(packages):
    wrong = []
    for package in packages:
        name = package.get("name") or "a package"
        wrong += [
            f"{name}: no {k}" for k in ("SPDXID", "name", "versionInfo", "downloadLocation") if not package.get(k)
        ]
        locators = [r["referenceLocator"] for r in package.get("externalRefs", []) if r["referenceType"] == "purl"]
        if package.get("primaryPackagePurpose") not in PURPOSES and not (
            len(locators) == 1 and PURL.match(locators[0])
        ):
            wrong.append(f"{name}: no package URL, or a bad one: {locators}")
    return wrong


def relation_problems(document):
    ids = [p.get("SPDXID") for p in document["packages"]]
    wrong = ["an SPDXID is there twice"] if len(set(ids)) != len(ids) else []
    related = {
        (r["spdxElementId"], r["relationshipType"], r["relatedSpdxElement"]) for r in document.get("relationships", [])
    }
    for i in ids[1:]:
        if ("SPDXRef-Image", "CONTAINS", i) not in related:
            wrong.append(f"{i} is not said to be in the image")
    if ("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Image") not in related:
        wrong.append("the document does not say what it describes")
    return wrong


def debian_packages(document):
    """{name: package} of what came from Debian."""
    return {
        p["name"]: p
        for p in document["packages"]
        if any(r["referenceLocator"].startswith(DEB) for r in p.get("externalRefs", []))
    }


def seen_by_a_scanner(document):
    """{(source package, its version)}, as Trivy reads a bill (pkg/sbom/spdx, pkg/scan/ospkg): without an operating
    system it looks at none of Debian's packages, and Debian's advisories go by source package."""
    systems = [p for p in document["packages"] if p.get("primaryPackagePurpose") == "OPERATING-SYSTEM"]
    if not any(p["name"] == "debian" and re.match(r"\d+", p["versionInfo"]) for p in systems):
        return set()
    found = (SOURCE.match(p.get("sourceInfo", "")) for p in debian_packages(document).values())
    return {f.groups() for f in found if f}


def seen_in_the_image(root):
    """{package: (source package, its version)}, as scanners of distroless images read /var/lib/dpkg/status.d."""
    if not (root / "etc/debian_version").is_file():
        return {}
    found = {}
    for file in (root / "var/lib/dpkg/status.d").glob("*"):
        fields = dict(line.split(": ", 1) for line in file.read_text(encoding="utf-8").splitlines())
        source = re.fullmatch(r"(\S+) \((\S+)\)", fields["Source"])
        found[fields["Package"]] = source.groups()
    return found


def vulnerable(seen, fixed):
    """Of what a scanner saw, the source packages older than the version in which an advisory is `fixed`."""
    older = (
        lambda a, b: subprocess.run(["dpkg", "--compare-versions", a, "lt", b], check=False).returncode == 0
    )  # noqa: E731
    return {source for source, version in seen if source in fixed and older(version, fixed[source])}


def problems(document):
    return document_problems(document) + package_problems(document["packages"]) + relation_problems(document)


def versions(document):
    return {p["name"]: p["versionInfo"] for p in document["packages"]}
