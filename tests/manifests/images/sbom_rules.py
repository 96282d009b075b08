"""What a bill of materials must be: SPDX 2.3 JSON (https://spdx.github.io/spdx-spec/v2.3/), complete for the files of
the image."""

import re

PURL = re.compile(r"pkg:(deb/debian|npm)/[\w.%+-]+(/[\w.%+-]+)?@[\w.%~+-]+$")


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
        if package.get("primaryPackagePurpose") != "CONTAINER" and not (len(locators) == 1 and PURL.match(locators[0])):
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


def problems(document):
    return document_problems(document) + package_problems(document["packages"]) + relation_problems(document)


def versions(document):
    return {p["name"]: p["versionInfo"] for p in document["packages"]}
