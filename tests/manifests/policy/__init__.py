"""The rules for every manifest of Tidings, as code.

    from policy import problems, render, schema
    objects = render.build("manifests/overlays/production")
    assert problems(objects) == [] and schema.problems(objects) == []

A rule is a function of all rendered objects that yields sentences, each naming the object and what is wrong with it.
Its first docstring line is the rule. `problems` runs all of them.
"""

from . import (
    access,
    defaults,
    jobs,
    logins,
    names,
    network,
    pod_security,
    pods,
    references,
    routes,
    scaling,
    secrets,
    serving,
    sizes,
    tls,
    volumes,
)

RULES = [
    rule
    for room in (
        access,
        defaults,
        jobs,
        logins,
        names,
        network,
        pod_security,
        pods,
        references,
        routes,
        scaling,
        secrets,
        serving,
        sizes,
        tls,
        volumes,
    )
    for rule in room.RULES
]


def problems(objects):
    return [f"{rule.__name__}: {text}" for rule in RULES for text in rule(objects)]
