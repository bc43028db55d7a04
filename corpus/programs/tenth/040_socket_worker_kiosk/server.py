import threading
from multiprocessing.connection import Listener

import torch

from common import ADDRESS, KEY, PriceNet


class Server:
    def __init__(self):
        self.net = PriceNet()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=1e-3)
        self.lock = threading.Lock()
        self.avg = None
        self.days = 0

    def snapshot(self):
        with self.lock:
            return {k: v.numpy().copy() for k, v in self.net.state_dict().items()}

    def apply(self, grads, income):
        with self.lock:
            for p, g in zip(self.net.parameters(), grads):
                p.grad = torch.from_numpy(g)
            self.opt.step()
            self.days += 1
            self.avg = income if self.avg is None else 0.99 * self.avg + 0.01 * income
            if self.days % 200 == 0:
                print("days", self.days, "income", round(self.avg, 1))
                torch.save(self.net.state_dict(), "price_net.pt")

    def talk(self, conn):
        try:
            while True:
                kind, body = conn.recv()
                if kind == "pull":
                    conn.send((self.snapshot(), self.avg or 0.0))
                else:
                    self.apply(*body)
        except EOFError:
            conn.close()


if __name__ == "__main__":
    server = Server()
    with Listener(ADDRESS, authkey=KEY) as listener:
        while True:
            threading.Thread(target=server.talk, args=(listener.accept(),), daemon=True).start()
