"""What cert-manager would make of the Certificates of a rendering: an authority, and what it signs, with the names
that the manifests give them."""

import pathlib
import shutil
import subprocess

from servers import AS_POSTGRES

USAGES = {"server auth": "serverAuth", "client auth": "clientAuth"}


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=30)


def new_key(file):
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file)


class authority:
    """In `folder`, which is created."""

    def __init__(self, folder, name="tidings-ca"):
        folder.mkdir()
        self.folder, self.key, self.certificate = folder, folder / "ca.key", folder / "ca.crt"
        new_key(self.key)
        openssl(
            "req", "-x509", "-new", "-key", self.key, "-subj", f"/CN={name}", "-days", "2", "-out", self.certificate
        )

    def issue(self, secret, spec):
        """The Secret that a Certificate's spec asks for, as the folder that a pod mounts; again: renewed."""
        made, new = self.folder / secret, self.folder / (secret + ".new")
        new.mkdir()
        new_key(new / "tls.key")
        names = ",".join("DNS:" + n for n in spec["dnsNames"])
        usages = ",".join(USAGES[u] for u in spec["usages"])
        extensions = new / "extensions"
        extensions.write_text(f"subjectAltName={names}\nextendedKeyUsage={usages}\n")
        request = new / "request"
        openssl("req", "-new", "-key", new / "tls.key", "-subj", f"/CN={spec['commonName']}", "-out", request)
        signed = ("-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial", "-days", "1")
        openssl("x509", "-req", "-in", request, *signed, "-extfile", extensions, "-out", new / "tls.crt")
        shutil.copy(self.certificate, new / "ca.crt")
        made.mkdir(exist_ok=True)
        for file in ("tls.key", "tls.crt", "ca.crt"):
            (new / file).replace(made / file)
        shutil.rmtree(new)
        return made


def as_mounted_for_postgres(folder):
    """0440, of root and the pod's fsGroup, where we are root; else ours alone."""
    for file in pathlib.Path(folder).iterdir():
        if AS_POSTGRES:
            shutil.chown(file, "root", "postgres")
            file.chmod(0o440)
        else:
            file.chmod(0o600)
    return folder


def certificates(docs):
    """{Secret: spec} of what is not an authority itself."""
    specs = [d["spec"] for d in docs if d["kind"] == "Certificate" and not d["spec"].get("isCA")]
    return {s["secretName"]: s for s in specs}
