"""The roles of the deployed database, made by its own script."""

from rendered import COMPONENTS
from servers import PASSWORD, script

from private_servers.postgres import programs

PASSWORDS = {
    "SUPERUSER_PASSWORD": "of-postgres",
    "POSTGRES_PASSWORD": PASSWORD,
    "BACKUP_PASSWORD": "of-backup",
    "METRICS_PASSWORD": "of-metrics",
}
KEYS = {"postgres": "SUPERUSER_PASSWORD", "tidings": "POSTGRES_PASSWORD"} | {
    role: f"{role.upper()}_PASSWORD" for role in ("backup", "metrics")
}


class roles:
    """`options`: for a server that takes connections at a socket as well; make(): the roles in `database`."""

    def __init__(self, folder):
        self.secrets, self.socket = folder.make("secrets"), folder.make("socket")
        for name, password in PASSWORDS.items():
            (self.secrets / name).write_text(password)
            folder.give(self.secrets / name)
        base = folder.copy_of(COMPONENTS.parent / "base/postgres")
        self.script, self.hba = base / "roles.sh", base / "pg_hba.conf"
        self.options = ["-c", f"unix_socket_directories={self.socket}"]

    def make(self, database):
        places = {"PGHOST": self.socket, "PGPORT": database.port, "SECRETS": self.secrets, "POSTGRES_DB": "tidings"}
        return script(self.script, {"PATH": f"{programs()}:/usr/bin:/bin"} | places).stdout
