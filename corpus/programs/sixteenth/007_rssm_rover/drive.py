import argparse
import json
import socket
import time
from pathlib import Path

import torch

from world import RoverModel


class Link:
    """Line based JSON protocol of the rover's motor board."""

    def __init__(self, host, port):
        self.sock = socket.create_connection((host, port))
        self.file = self.sock.makefile("rw")

    def read(self):
        return json.loads(self.file.readline())

    def write(self, cmd):
        self.file.write(json.dumps(cmd) + "\n")
        self.file.flush()


class Driver:
    def __init__(self, model_dir: Path):
        self.dir = model_dir
        self.model = RoverModel()
        self.version = -1
        self.check()
        self.latent = self.model.rssm.initial()
        self.action = torch.zeros(1, self.model.act_dim)

    def check(self):
        marker = self.dir / "VERSION"
        if not marker.exists():
            return
        version = int(marker.read_text())
        if version == self.version:
            return
        saved = torch.load(self.dir / f"rover_{version:05d}.pt", map_location="cpu")
        self.model.encoder.load_state_dict(saved["encoder"])
        self.model.rssm.load_state_dict(saved["rssm"])
        self.model.actor.load_state_dict(saved["actor"])
        self.model.eval()
        self.version = version
        print("model version", version)

    @torch.no_grad()
    def act(self, sensors):
        obs = torch.tensor(sensors, dtype=torch.float32)[None]
        embed = self.model.encoder(obs)
        self.latent = self.model.rssm.observe(self.latent, self.action, embed)
        self.action = self.model.actor(self.latent.feat)
        return self.action[0].tolist()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--host", default="192.168.4.1")
    ap.add_argument("--port", type=int, default=5555)
    ap.add_argument("--models", type=Path, default=Path("models"))
    ap.add_argument("--hz", type=float, default=10.0)
    ap.add_argument("--log", type=Path, default=Path("drive.jsonl"))
    args = ap.parse_args()

    link = Link(args.host, args.port)
    driver = Driver(args.models)
    last_check = time.monotonic()
    with args.log.open("a") as log:
        while True:
            start = time.monotonic()
            msg = link.read()
            left, right, mast = driver.act(msg["sensors"])
            link.write({"left": left, "right": right, "mast": mast})
            log.write(json.dumps({"t": start, "s": msg["sensors"], "a": [left, right, mast]}) + "\n")
            if start - last_check > 30:
                driver.check()
                last_check = start
            time.sleep(max(0.0, 1 / args.hz - (time.monotonic() - start)))


if __name__ == "__main__":
    main()
