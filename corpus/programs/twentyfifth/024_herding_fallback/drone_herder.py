"""Herding drone: websocket stream of flock positions, learned policy with a cautious fallback."""
import asyncio
import collections
import json

import torch
import websockets
from torch import nn

HISTORY = 64


class HerdPolicy(nn.Module):
    def __init__(self, n_obs=10, hid=64):
        super().__init__()
        self.hid = hid
        self.emb = nn.Linear(n_obs, hid)
        self.lstm = nn.LSTMCell(hid, hid)
        self.vel = nn.Linear(hid, 2)

    def forward(self, x, hc):
        h, c = self.lstm(torch.relu(self.emb(x)), hc)
        return torch.tanh(self.vel(h)), (h, c)


def from_file(path):
    net = HerdPolicy()
    net.load_state_dict(torch.load(path, map_location="cpu"))
    return net.eval()


class Herder:
    def __init__(self, main_path, cautious_path):
        self.nets = {"main": from_file(main_path), "cautious": from_file(cautious_path)}
        self.mode = "main"
        self.policy = self.nets["main"]
        self.window = collections.deque(maxlen=HISTORY)
        self.hc = self.blank()
        self.calm = 0

    def blank(self):
        return torch.zeros(1, self.policy.hid), torch.zeros(1, self.policy.hid)

    @torch.no_grad()
    def switch(self, mode):
        self.mode = mode
        self.policy = self.nets[mode]
        hc = self.blank()
        for x in self.window:
            _, hc = self.policy(x, hc)
        self.hc = hc
        print("mode ->", mode)

    def supervise(self, panic):
        if panic > 0.6:
            self.calm = 0
            if self.mode == "main":
                self.switch("cautious")
        else:
            self.calm += 1
            if self.mode == "cautious" and self.calm > 100:
                self.switch("main")

    @torch.no_grad()
    def on_frame(self, frame):
        x = torch.tensor([frame["obs"]], dtype=torch.float32)
        self.supervise(frame["panic"])
        v, self.hc = self.policy(x, self.hc)
        self.window.append(x)
        return {"vx": v[0, 0].item() * 6, "vy": v[0, 1].item() * 6, "mode": self.mode}

    def on_new_flock(self):
        self.window.clear()
        self.hc = self.blank()
        self.calm = 0


async def drive(uri, herder):
    async for ws in websockets.connect(uri):
        try:
            async for raw in ws:
                msg = json.loads(raw)
                if msg["type"] == "flock":
                    herder.on_new_flock()
                elif msg["type"] == "frame":
                    await ws.send(json.dumps(herder.on_frame(msg)))
        except websockets.ConnectionClosed:
            print("link lost, reconnecting")


if __name__ == "__main__":
    asyncio.run(drive("ws://drone.local:8765", Herder("herd_main.pt", "herd_cautious.pt")))
