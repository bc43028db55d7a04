import logging
import threading
import time
from pathlib import Path

import hydra
import torch
from omegaconf import DictConfig
from torch import nn

from robot import Robot

log = logging.getLogger(__name__)


class RacketPolicy(nn.Module):
    def __init__(self, hidden: int, layers: int):
        super().__init__()
        self.norm = nn.LayerNorm(10)
        self.lstm = nn.LSTM(10, hidden, num_layers=layers)
        self.action = nn.Linear(hidden, 4)

    def forward(self, x, state):
        y, state = self.lstm(self.norm(x).view(1, 1, -1), state)
        return torch.tanh(self.action(y)).view(-1), state


class CheckpointWatcher(threading.Thread):
    """Looks for new files of the trainer and keeps the newest until somebody wants it."""

    def __init__(self, folder: Path, every: float):
        super().__init__(daemon=True)
        self.folder, self.every = folder, every
        self.lock = threading.Lock()
        self.seen = None
        self.pending = None

    def run(self):
        while True:
            files = sorted(self.folder.glob("racket-*.ckpt"))
            if files and files[-1] != self.seen:
                try:
                    weights = torch.load(files[-1], map_location="cpu")["policy"]
                except Exception as e:
                    log.warning("%s: %s", files[-1].name, e)
                else:
                    with self.lock:
                        self.pending = (files[-1].name, weights)
                    self.seen = files[-1]
            time.sleep(self.every)

    def take(self):
        with self.lock:
            found, self.pending = self.pending, None
        return found


def wait_for_rally(robot):
    reading = robot.read()
    while not reading.playing:
        reading = robot.read()
    return reading


@torch.no_grad()
def play_rally(robot, policy):
    state = None
    strokes, start = 0, time.monotonic()
    reading = wait_for_rally(robot)
    while reading.playing:
        x = torch.tensor(reading.shuttle + reading.racket)
        command, state = policy(x, state)
        robot.write(command.tolist())
        strokes += 1
        reading = robot.read()
    robot.park()
    return strokes, time.monotonic() - start


@hydra.main(config_path=".", config_name="play", version_base=None)
def main(cfg: DictConfig):
    robot = Robot(cfg.port)
    policy = RacketPolicy(cfg.hidden, cfg.layers).eval()
    watcher = CheckpointWatcher(Path(cfg.folder), cfg.look_every)
    watcher.start()
    loaded = False
    rally = 0
    while rally < cfg.rallies:
        found = watcher.take()
        if found is not None:
            name, weights = found
            policy.load_state_dict(weights)
            loaded = True
            log.info("rally %d is played with %s", rally, name)
        if not loaded:
            time.sleep(0.5)
            continue
        ticks, seconds = play_rally(robot, policy)
        log.info("rally %d: %d ticks, %.1f s", rally, ticks, seconds)
        rally += 1


if __name__ == "__main__":
    main()
