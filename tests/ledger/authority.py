"""A time-stamp authority of our own, made with openssl: a root, a signing certificate, and a server on loopback."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIG = """
[req]
distinguished_name = dn
[dn]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[signer]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
serial = {folder}/serial
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
{certs}
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.2
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def openssl(*arguments: object, **details) -> subprocess.CompletedProcess:
    program = shutil.which("openssl")
    assert program, "openssl is missing; python -m tests installs Debian's where it may"
    return subprocess.run([program, *map(str, arguments)], capture_output=True, check=details.pop("check", True), **details)


class Authority:
    """A root and a signer below a folder; ``answer`` signs a request, or spoils it first."""

    def __init__(self, folder: Path, *, with_root: bool = False) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.root = folder / "root.pem"
        self.config = folder / "openssl.cnf"
        certs = f"certs = {self.root}" if with_root else ""
        self.config.write_text(CONFIG.format(folder=folder, certs=certs))
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", self.config)
        openssl(
            "req",
            "-x509",
            *key,
            "-keyout",
            folder / "root.key",
            "-out",
            self.root,
            "-extensions",
            "root",
            "-subj",
            "/CN=Root",
            "-days",
            "30",
        )
        openssl("req", *key, "-keyout", folder / "signer.key", "-out", folder / "signer.csr", "-subj", "/CN=Signer")
        openssl(
            "x509", "-req", "-in", folder / "signer.csr", "-CA", self.root, "-CAkey", folder / "root.key", "-CAcreateserial",
            "-out", folder / "signer.pem", "-extfile", self.config, "-extensions", "signer", "-days", "30",
        )  # fmt: skip
        (folder / "serial").write_text("01\n")

    def answer(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        openssl(
            "ts", "-reply", "-config", self.config, "-section", "tsa", "-queryfile", self.folder / "query", "-out", self.folder / "reply"
        )
        return (self.folder / "reply").read_bytes()

    def accepts(self, data: Path, token: Path) -> bool:
        """Whether openssl finds the stamp good."""
        return openssl("ts", "-verify", "-data", data, "-in", token, "-CAfile", self.root, check=False).returncode == 0


@contextmanager
def serving(answer: Callable[[bytes], tuple[int, str, bytes]]) -> Iterator[str]:
    """A server that gives status, kind and body for each posted request; its address."""

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, kind, body = answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsr"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
