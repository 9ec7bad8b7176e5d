"""A mail server for tests: one connection at a time, STARTTLS with a certificate of its own, and what it was given."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Postman:
    """What the server is to do, and what was brought to it."""

    certificate: Path
    tls: bool = True
    refuse: int = 0
    """So many recipients are refused before it takes mail."""
    letters: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    in_the_clear: list[str] = field(default_factory=list)
    """Commands that came before the line was encrypted, apart from the greeting."""
    port: int = 0


class _Talk(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.encrypted = False
        self._say("220 postman")
        while line := self.rfile.readline().decode().strip():
            if not self._answer(line):
                return

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # the encrypted one, of which the server does not know

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
        self.wfile.flush()

    def _answer(self, line: str) -> bool:
        postman = self.server.postman
        verb = line.split()[0].upper()
        if not self.encrypted and verb not in ("EHLO", "STARTTLS", "QUIT"):
            postman.in_the_clear.append(line)
        match verb:
            case "EHLO":
                offers = ["250-postman", *(["250-STARTTLS"] if postman.tls else []), "250 AUTH PLAIN"]
                self._say(*offers)
            case "STARTTLS":
                self._say("220 go ahead")
                return self._encrypt()
            case "AUTH":
                postman.logins.append(base64.b64decode(line.split()[-1]).decode().replace("\0", " ").strip())
                self._say("235 welcome")
            case "RCPT" if postman.refuse:
                postman.refuse -= 1
                self._say("450 come back later")
            case "DATA":
                self._say("354 go on")
                postman.letters.append(self._letter())
                self._say("250 taken")
            case "QUIT":
                self._say("221 bye")
                return False
            case _:
                self._say("250 fine")
        return True

    def _letter(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode()) != ".\r\n":
            lines.append(line)
        return "".join(lines)

    def _encrypt(self) -> bool:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server.postman.certificate)
        try:
            wrapped = context.wrap_socket(self.connection, server_side=True)
        except (ssl.SSLError, OSError):
            return False  # the other side does not trust us
        self.connection, self.encrypted = wrapped, True
        self.rfile, self.wfile = wrapped.makefile("rb"), wrapped.makefile("wb")
        return True


class _Server(socketserver.TCPServer):
    allow_reuse_address = True

    def __init__(self, postman: Postman) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.postman = postman
        postman.port = self.server_address[1]

    def handle_error(self, *_: object) -> None:
        """A connection that breaks off is part of what is tested."""


def open_office(postman: Postman) -> _Server:
    """Start the server. `shutdown()` and `server_close()` end it."""
    server = _Server(postman)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server


def certificate(folder: Path) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key, in one file."""
    import ipaddress

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "postman.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file
