import json
import socket
import threading


class Bus:
    """Topics as UDP datagrams on the robot's loopback."""

    def __init__(self, port=15000, peer=("127.0.0.1", 15001)):
        self.handlers = {}
        self.peer = peer
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", port))
        threading.Thread(target=self._pump, daemon=True).start()

    def subscribe(self, topic, fn):
        self.handlers[topic] = fn

    def publish(self, topic, data):
        self.sock.sendto(json.dumps({"topic": topic, "data": data}).encode(), self.peer)

    def _pump(self):
        while True:
            msg = json.loads(self.sock.recv(65536))
            fn = self.handlers.get(msg["topic"])
            if fn:
                fn(msg["data"])
