"""Nutrient-film channel controller; picks up new checkpoints from the training box."""
import logging
import queue
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from watchdog.events import PatternMatchingEventHandler
from watchdog.observers import Observer

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")


class ChannelNet(nn.Module):
    def __init__(self, n_obs=6, hid=32, n_layers=2, n_out=3):
        super().__init__()
        self.hid, self.n_layers = hid, n_layers
        self.lstm = nn.LSTM(n_obs, hid, n_layers)
        self.out = nn.Linear(hid, n_out)

    def forward(self, x, hc):
        y, hc = self.lstm(x, hc)
        return torch.sigmoid(self.out(y)), hc

    def zero_state(self):
        return (torch.zeros(self.n_layers, 1, self.hid), torch.zeros(self.n_layers, 1, self.hid))


class NewWeights(PatternMatchingEventHandler):
    def __init__(self, inbox):
        super().__init__(patterns=["*.pt"], ignore_directories=True)
        self.inbox = inbox

    def on_created(self, event):
        self.inbox.put(Path(event.src_path))

    def on_moved(self, event):
        self.inbox.put(Path(event.dest_path))


def newest(inbox):
    path = None
    while True:
        try:
            path = inbox.get_nowait()
        except queue.Empty:
            return path


class Channel:
    """Serial bridge stand-in."""

    def __init__(self, seed=0):
        self.rng = np.random.default_rng(seed)
        self.level = np.array([1.7, 5.9, 19.0, 0.6, 0.4, 0.5])

    def read(self):
        self.level += self.rng.normal(0, 0.01, 6)
        return self.level.astype(np.float32)

    def write(self, duty):
        self.level[0] += 0.02 * duty[0] - 0.01
        self.level[1] -= 0.01 * duty[1] - 0.004
        self.level[2] -= 0.05 * duty[2] - 0.02


def control(net, channel, inbox, period=30.0):
    hc = net.zero_state()
    while True:
        path = newest(inbox)
        if path is not None:
            try:
                weights = torch.load(path, map_location="cpu")
            except (OSError, RuntimeError) as e:
                logging.warning("skip %s: %s", path.name, e)
            else:
                net.load_state_dict(weights)
                hc = net.zero_state()
                logging.info("running %s", path.name)
        x = torch.from_numpy(channel.read()).view(1, 1, -1)
        with torch.no_grad():
            duty, hc = net(x, hc)
        channel.write(duty.flatten().numpy())
        time.sleep(period)


def main(folder="incoming"):
    Path(folder).mkdir(exist_ok=True)
    inbox = queue.Queue()
    observer = Observer()
    observer.schedule(NewWeights(inbox), folder)
    observer.start()
    try:
        control(ChannelNet().eval(), Channel(), inbox)
    except KeyboardInterrupt:
        pass
    finally:
        observer.stop()
        observer.join()


if __name__ == "__main__":
    main()
