"""Names, labels, versions."""

import json
import re

from .objects import POD_PATHS, dig, pods, title

NAME = "app.kubernetes.io/name"
LABELS = (NAME, "app.kubernetes.io/component", "app.kubernetes.io/part-of")
# Kinds whose name becomes part of other names: Kubernetes appends up to 11 characters.
LONGEST = {"CronJob": 52, "Job": 52, "StatefulSet": 52, "Deployment": 47}
DEPRECATED_VERSIONS = re.compile(
    r"^(extensions/|apps/v1beta|batch/v1beta|batch/v2alpha|autoscaling/v2beta|autoscaling/v1$|policy/v1beta|"
    r"networking\.k8s\.io/v1beta|rbac\.authorization\.k8s\.io/v1(alpha|beta)|apiextensions\.k8s\.io/v1beta|"
    r"admissionregistration\.k8s\.io/v1(alpha|beta)|scheduling\.k8s\.io/v1(alpha|beta)|storage\.k8s\.io/v1beta|"
    r"coordination\.k8s\.io/v1beta|discovery\.k8s\.io/v1beta|events\.k8s\.io/v1beta|"
    r"flowcontrol\.apiserver\.k8s\.io/v1(alpha|beta)|node\.k8s\.io/v1beta|gateway\.networking\.k8s\.io/v1(alpha|beta)|"
    r"secrets-store\.csi\.x-k8s\.io/v1alpha|external-secrets\.io/v1(alpha|beta))"
)
DEPRECATED_KINDS = {
    ("v1", "Endpoints"),
    ("v1", "ComponentStatus"),
    ("v1", "ReplicationController"),
    ("policy/v1beta1", "PodSecurityPolicy"),
}
DEPRECATED_WORDS = re.compile(
    r'"(seccomp\.security\.alpha\.kubernetes\.io/[^"]*|container\.apparmor\.security\.beta\.kubernetes\.io/[^"]*|'
    r"scheduler\.alpha\.kubernetes\.io/critical-pod|service\.alpha\.kubernetes\.io/tolerate-unready-endpoints|"
    r"kubernetes\.io/ingress\.class|beta\.kubernetes\.io/(os|arch|instance-type)|"
    r"failure-domain\.beta\.kubernetes\.io/(zone|region)|"
    r'volume\.beta\.kubernetes\.io/storage-class|serviceAccount|gitRepo)":'
)


def labelled(objects):
    """Every object has the common labels."""
    for o in objects:
        labels = dig(o, "metadata", "labels", default={})
        for label in LABELS:
            if not labels.get(label):
                yield f"{title(o)} needs the label {label}"
        if labels.get("app.kubernetes.io/part-of", "tidings") != "tidings":
            yield f"{title(o)} is not part of tidings"
    for pod in pods(objects):
        if not pod.labels.get(NAME):
            yield f"{pod.name}: its pods need the label {NAME}"


def selected_by_name_only(objects):
    """Selectors are immutable, so they use the one label that never changes."""
    for o in objects:
        selector = o.get("spec", {}).get("selector") if o["kind"] in (*POD_PATHS, "Service") else None
        if selector and set(selector.get("matchLabels", selector) if o["kind"] != "Service" else selector) != {NAME}:
            yield f"{title(o)} must select by {NAME} only"


def names_fit(objects):
    """DNS labels of at most 63 characters, less where Kubernetes appends something; label values too."""
    for o in objects:
        name, longest = o["metadata"]["name"], LONGEST.get(o["kind"], 63)
        dotted = o["kind"] in ("CustomResourceDefinition", "ConfigMap", "APIService")
        if len(name) > longest or not re.fullmatch(
            r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?" if dotted else r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", name
        ):
            yield f"{title(o)}: a name has at most {longest} lower-case letters, digits and dashes"
        if len(dig(o, "metadata", "namespace", default="")) > 63:
            yield f"{title(o)}: its namespace has more than 63 characters"
        for labels in (dig(o, "metadata", "labels", default={}), *(p.labels for p in pods([o]))):
            for key, value in labels.items():
                if not isinstance(value, str) or not re.fullmatch(
                    r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?", value
                ):
                    yield f"{title(o)}: {value!r} cannot be the value of label {key}"


def no_placeholder(objects):
    """No placeholder is left."""
    for o in objects:
        if "BRANCH_NAME" in json.dumps(o):
            yield f"{title(o)} still says BRANCH_NAME"


def said_once(objects):
    """No duplicate objects."""
    seen = set()
    for o in objects:
        key = (o["apiVersion"].rpartition("/")[0], o["kind"], o["metadata"].get("namespace"), o["metadata"]["name"])
        if key in seen:
            yield f"{title(o)} is there twice"
        seen.add(key)


def nothing_deprecated(objects):
    """No API version, kind, annotation or field that a current API server would warn about."""
    for o in objects:
        if DEPRECATED_VERSIONS.match(o["apiVersion"]) or (o["apiVersion"], o["kind"]) in DEPRECATED_KINDS:
            yield f"{title(o)}: {o['apiVersion']} is deprecated"
        for word in DEPRECATED_WORDS.finditer(json.dumps(o)):
            yield f"{title(o)}: {word[1]} is deprecated"


RULES = [labelled, selected_by_name_only, names_fit, no_placeholder, said_once, nothing_deprecated]
