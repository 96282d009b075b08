"""Rules for docker/compose.yaml: who logs in to what, as whom. problems(document, read) lists each violation; `read`
gives a config's text."""

MADE = "../.run/compose-secrets/"


def secrets_of(service):
    """{path in the container: its secret}"""
    entries = [s if isinstance(s, dict) else {"source": s} for s in service.get("secrets", [])]
    return {s.get("target", f"/run/secrets/{s['source']}"): s["source"] for s in entries}


def environment(service):
    return service.get("environment", {})


def servers_of_databases(services):
    return {n: s for n, s in services.items() if "POSTGRES_USER" in environment(s) and "POSTGRES_DB" in environment(s)}


def superuser_problems(services):
    """A server's POSTGRES_USER is its superuser: nobody else logs in as that, or is shown its password."""
    wrong = []
    for host, server in servers_of_databases(services).items():
        superuser = environment(server)["POSTGRES_USER"]
        password = secrets_of(server).get(environment(server).get("POSTGRES_PASSWORD_FILE"))
        for name, service in services.items():
            env = environment(service)
            if env.get("POSTGRES_HOST") == host and env.get("POSTGRES_USER", "tidings") == superuser:
                wrong.append(f"{name}: is the superuser of {host}")
            if service is not server and password in secrets_of(service).values():
                wrong.append(f"{name}: is shown {password}, the superuser's")
    return wrong


def bus_problems(services):
    wrong, whose = [], {}
    for name, service in services.items():
        env = environment(service)
        if "NATS_URL" not in env:
            continue
        if "NATS_USER" not in env or "NATS_PASSWORD_FILE" not in env:
            wrong.append(f"{name}: speaks to NATS and needs NATS_USER and NATS_PASSWORD_FILE")
            continue
        for what in (env["NATS_USER"], secrets_of(service).get(env["NATS_PASSWORD_FILE"])):
            if whose.setdefault(what, name) != name:
                wrong.append(f"{name}: {what} is {whose[what]}'s")
    return wrong


def server_problems(name, service, read):
    """NATS runs on a configuration with users, whose passwords come from a file that is made."""
    if not service.get("image", "").startswith("nats:"):
        return []
    text = "".join(read(c["source"]) for c in service.get("configs", []) if c["target"] in configurations(service))
    wrong = [] if "authorization" in text else [f"{name}: lets in who has no login"]
    if "no_auth_user" in text:
        wrong.append(f"{name}: lets in who has no login (no_auth_user)")
    return wrong


def configurations(service):
    """What the server reads: the file of --config, and what lies beside it."""
    command = service.get("command", [])
    if "--config" not in command:
        return set()
    folder = command[command.index("--config") + 1].rpartition("/")[0]
    return {c["target"] for c in service.get("configs", []) if c["target"].startswith(folder)}


def problems(document, read):
    services = document["services"]
    wrong = superuser_problems(services) + bus_problems(services)
    for name, service in services.items():
        wrong += server_problems(name, service, read)
        for file in service.get("env_file", []):
            if not file.startswith(MADE):
                wrong.append(f"{name}: {file} is not one of those that compose/secrets makes")
        for config in service.get("configs", []):
            if config["source"] not in document.get("configs", {}):
                wrong.append(f"{name}: there is no config {config['source']}")
    return wrong
