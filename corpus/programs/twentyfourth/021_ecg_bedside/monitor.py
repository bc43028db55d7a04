import argparse
import datetime
import sys
from collections import deque

import numpy as np
import torch

from net import RhythmNet

FS = 250
CHUNK = 250  # one second


def read_chunks(stream):
    """int16 little endian samples from the front-end's pipe"""
    while True:
        raw = stream.read(2 * CHUNK)
        if len(raw) < 2 * CHUNK:
            return
        yield np.frombuffer(raw, dtype="<i2").astype(np.float32) / 2000.0


class HighPass:
    def __init__(self, alpha=0.995):
        self.alpha = alpha
        self.x = self.y = 0.0

    def __call__(self, samples):
        out = np.empty_like(samples)
        for i, x in enumerate(samples):
            self.y = self.alpha * (self.y + x - self.x)
            self.x = x
            out[i] = self.y
        return out


class Alarm:
    def __init__(self, on, off, seconds):
        self.on, self.off = on, off
        self.recent = deque(maxlen=seconds)
        self.active = False

    def feed(self, p):
        self.recent.append(p)
        level = sum(self.recent) / len(self.recent)
        if not self.active and len(self.recent) == self.recent.maxlen and level > self.on:
            self.active = True
            return "ALARM", level
        if self.active and level < self.off:
            self.active = False
            return "clear", level
        return None, level


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("weights")
    ap.add_argument("--bed", default="bed-01")
    ap.add_argument("--on", type=float, default=0.8)
    ap.add_argument("--off", type=float, default=0.3)
    ap.add_argument("--seconds", type=int, default=6)
    args = ap.parse_args()

    net = RhythmNet()
    net.load_state_dict(torch.load(args.weights, map_location="cpu"))
    net.eval()
    hp = HighPass()
    alarm = Alarm(args.on, args.off, args.seconds)

    state = net.init_state()
    with torch.no_grad():
        for second, chunk in enumerate(read_chunks(sys.stdin.buffer)):
            ecg = torch.from_numpy(hp(chunk)).unsqueeze(0)
            probs, _ = net(ecg, state)
            event, level = alarm.feed(probs[0].max().item())
            if event:
                stamp = datetime.datetime.now().isoformat(timespec="seconds")
                print(f"{stamp} {args.bed} t={second}s {event} level={level:.2f}", flush=True)


if __name__ == "__main__":
    main()
