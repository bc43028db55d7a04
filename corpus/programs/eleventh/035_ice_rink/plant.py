import socket
import struct
from urllib.parse import urlparse


class Plant:
    """Thin client of the gateway: six floats in, one byte out."""

    def __init__(self, url):
        u = urlparse(url)
        self.addr = (u.hostname, u.port)

    def _ask(self, payload, size):
        with socket.create_connection(self.addr, timeout=5) as s:
            s.sendall(payload)
            data = b""
            while len(data) < size:
                part = s.recv(size - len(data))
                if not part:
                    raise ConnectionError("gateway closed the connection")
                data += part
        return data

    def read(self):
        return struct.unpack("<6f", self._ask(b"R", 24))

    def set_level(self, level):
        self._ask(b"W" + bytes([level]), 1)
