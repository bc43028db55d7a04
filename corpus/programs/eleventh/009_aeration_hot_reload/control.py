import argparse
import logging

import torch
from torch import nn

from plant_io import Basin
from reloader import CheckpointWatcher

log = logging.getLogger("control")


class BlowerPolicy(nn.Module):
    def __init__(self, units=32):
        super().__init__()
        self.inp = nn.Linear(2, units)
        self.lstm = nn.LSTM(units, units, num_layers=2, batch_first=True)
        self.out = nn.Linear(units, 1)

    def forward(self, x, hc=None):
        y, hc = self.lstm(torch.tanh(self.inp(x)), hc)
        return torch.sigmoid(self.out(y[:, -1])), hc


class BlowerController:
    def __init__(self, policy):
        self.policy = policy.eval()
        self.hc = None
        self.version = "none"

    def install(self, path, weights):
        self.policy.load_state_dict(weights)
        self.version = path.stem
        log.info("now running %s", self.version)

    @torch.no_grad()
    def act(self, reading):
        x = torch.tensor(reading, dtype=torch.float32).view(1, 1, -1)
        speed, self.hc = self.policy(x, self.hc)
        return speed.item()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--poll", type=float, default=5.0)
    parser.add_argument("--fast", action="store_true")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO)

    basin = Basin(realtime=not args.fast)
    controller = BlowerController(BlowerPolicy())
    watcher = CheckpointWatcher(args.folder, args.poll)
    watcher.start()
    ticks = 0
    try:
        while True:
            update = watcher.take()
            if update is not None:
                controller.install(*update)
            speed = controller.act(basin.read())
            basin.write(speed)
            ticks += 1
            if ticks % 600 == 0:
                log.info("%s: oxygen %.2f blower %.2f", controller.version, basin.oxygen, speed)
    except KeyboardInterrupt:
        watcher.halt.set()


if __name__ == "__main__":
    main()
