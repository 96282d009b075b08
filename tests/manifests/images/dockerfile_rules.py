"""Rules for every Dockerfile here. problems(text, service) lists each violation; empty if there are none."""

import re

USER = "1001:1001"
LABELS = ("title", "description", "version", "revision", "created")
PINNED = re.compile(r".+:[^:@/]+@sha256:[0-9a-f]{64}$")


def instructions(text):
    """(NAME, rest) in order; comments gone, continued lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [
        (name.upper(), rest.strip())
        for name, _, rest in (line.strip().partition(" ") for line in joined.splitlines())
        if name
    ]


def stages(parsed):
    """The instructions of each stage; what precedes the first FROM comes first."""
    found = [[]]
    for name, rest in parsed:
        if name == "FROM":
            found.append([])
        found[-1].append((name, rest))
    return found


def final(parts, service):
    """The stages that make up the image, its base first: those from scratch to the one named as the service, else the
    last."""
    by_name = {stage[0][1].partition(" AS ")[2]: stage for stage in parts[1:]}
    chain = [by_name.get(service, parts[-1])]
    while (base := chain[0][0][1].partition(" AS ")[0]) in by_name:
        chain.insert(0, by_name[base])
    return [instruction for stage in chain for instruction in stage]


def base_problems(parsed):
    defaults = dict(rest.split("=", 1) for name, rest in parsed if name == "ARG" and "=" in rest)
    names, wrong = {"scratch"}, []
    for image, _, name in (rest.partition(" AS ") for kind, rest in parsed if kind == "FROM"):
        value = re.sub(r"\$\{(\w+)\}", lambda found: defaults.get(found.group(1), ""), image)
        if value not in names and not PINNED.fullmatch(value):
            wrong.append(f"FROM {image}: a base image is pinned by tag and digest")
        names.add(name)
    return wrong


def final_problems(final, service):
    wrong, last = [], dict(final)
    labels = " ".join(rest for name, rest in final if name == "LABEL")
    if final[0][1].partition(" AS ")[0] != "scratch":
        wrong.append("the final stage is FROM scratch: only what was collected is in the image")
    if last.get("USER") != USER:
        wrong.append(f"the final stage has USER {USER}")
    if any(name == "RUN" for name, _ in final):
        wrong.append("the final stage runs nothing")
    if not last.get("ENTRYPOINT", "").startswith("["):
        wrong.append('ENTRYPOINT is a list: ENTRYPOINT ["..."]; no shell stands between')
    wrong += [f"{name} is missing" for name in ("EXPOSE", "STOPSIGNAL") if name not in last]
    for label in LABELS:
        if f"org.opencontainers.image.{label}=" not in labels:
            wrong.append(f"label org.opencontainers.image.{label} is missing")
    if f'image.title="{service}"' not in labels:
        wrong.append(f"label title is {service}")
    return wrong


def order_problems(build):
    """Packages precede sources, sources their build: a changed source must not reinstall packages."""
    runs = [n for n, (name, _) in enumerate(build) if name == "RUN"]
    sources = [
        n
        for n, (name, rest) in enumerate(build)
        if name == "COPY" and re.search(r"(^|\s)(libs|services/[a-z-]+)$", rest)
    ]
    return (
        ["sources are copied before the packages are installed"] if sources and runs and min(sources) < runs[0] else []
    )


def problems(text, service):
    parsed = instructions(text)
    parts = stages(parsed)
    wrong = base_problems(parsed) + final_problems(final(parts, service), service) + order_problems(parts[1])
    for name, rest in parsed:
        if name == "ADD":
            wrong.append("ADD fetches and unpacks: COPY what is here, install what is not")
        if re.search(r":latest\b", rest):
            wrong.append(f"{name} {rest}: latest is no version")
        if name == "RUN" and re.search(r"(^|[\s;&|])(curl|wget|git|apt-get|npm)\s", rest):
            wrong.append(f"RUN {rest}: what is installed is said once, in tools/dev; call docker/stage/...")
        if name in ("ENV", "ARG") and re.search(r"(PASSWORD|TOKEN|SECRET)\w*=", rest):
            wrong.append(f"{name} {rest}: no secret belongs into an image")
        if name == "COPY" and re.match(r"(--\S+ )*\.\s", rest):
            wrong.append("COPY . brings everything: name what is needed")
    return wrong
