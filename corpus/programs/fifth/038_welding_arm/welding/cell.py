from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

import numpy as np


class Kind(IntEnum):
    ARC_ON = 1
    FRAME = 2
    ARC_OFF = 3
    UPGRADE = 4


class Message(NamedTuple):
    kind: Kind
    body: bytes


class CellLink:
    """Length-prefixed messages from the welding cell's controller."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def _exactly(self, n: int) -> bytes:
        buf = b""
        while len(buf) < n:
            part = self.sock.recv(n - len(buf))
            if not part:
                raise ConnectionError("cell closed the link")
            buf += part
        return buf

    def messages(self) -> Iterator[Message]:
        while True:
            try:
                kind, size = struct.unpack("!BI", self._exactly(5))
            except ConnectionError:
                return
            yield Message(Kind(kind), self._exactly(size))

    def send_joints(self, delta: np.ndarray) -> None:
        self.sock.sendall(struct.pack("!6f", *delta))


def frame(body: bytes) -> np.ndarray:
    return np.frombuffer(body, dtype=">f4").astype(np.float32)
