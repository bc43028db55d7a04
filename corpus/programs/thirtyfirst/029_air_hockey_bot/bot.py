import os
import threading
import time

import torch
from torch import nn


class Brain(nn.Module):
    def __init__(self, n_in=8, n_mem=64):
        super().__init__()
        self.n_mem = n_mem
        self.pre = nn.Linear(n_in, 48)
        self.cell = nn.GRUCell(48, n_mem)
        self.post = nn.Linear(n_mem, 2)

    def forward(self, x, m):
        m = self.cell(torch.tanh(self.pre(x)), m)
        return torch.tanh(self.post(m)), m


class Bot:
    def __init__(self, weights):
        self.weights = weights
        self.brain = Brain()
        self.lock = threading.Lock()
        if os.path.exists(weights):
            self.brain.load_state_dict(torch.load(weights, map_location="cpu"))
        self.brain.eval()
        self.face_off()

    def face_off(self):
        self.trace = torch.zeros(1, self.brain.n_mem)

    def move(self, puck, me, foe):
        x = torch.tensor([[*puck, *me, *foe]], dtype=torch.float32)
        with self.lock, torch.no_grad():
            out, self.trace = self.brain(x, self.trace)
        return out[0].tolist()


class Reloader(threading.Thread):
    """Takes over what the trainer writes while the table is running."""

    def __init__(self, bot, every=2.0):
        super().__init__(daemon=True)
        self.bot = bot
        self.every = every
        self.seen = os.path.getmtime(bot.weights) if os.path.exists(bot.weights) else 0.0
        self.halt = threading.Event()

    def run(self):
        while not self.halt.wait(self.every):
            try:
                stamp = os.path.getmtime(self.bot.weights)
            except OSError:
                continue
            if stamp <= self.seen:
                continue
            time.sleep(0.2)
            try:
                state = torch.load(self.bot.weights, map_location="cpu")
            except (RuntimeError, EOFError) as err:
                print("half written file, next round:", err)
                continue
            with self.bot.lock:
                self.bot.brain.load_state_dict(state)
            self.seen = stamp
            print("bot took over", self.bot.weights, time.strftime("%H:%M:%S"))
