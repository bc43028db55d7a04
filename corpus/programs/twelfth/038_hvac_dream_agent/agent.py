import copy
import random
from collections import deque

import torch
import torch.nn.functional as F

from world import ThermalWorld


class Replay:
    def __init__(self, capacity, length):
        self.steps, self.length = deque(maxlen=capacity), length

    def add(self, *step):
        self.steps.append(step)

    def sample(self, batch):
        starts = [random.randrange(len(self.steps) - self.length) for _ in range(batch)]
        seqs = [[self.steps[s + i] for i in range(self.length)] for s in starts]
        return [torch.stack([torch.stack([st[k] for st in seq]) for seq in seqs], 1) for k in range(4)]


class HvacAgent:
    def __init__(self, n_sensors, n_actions, epsilon=0.05):
        self.world = ThermalWorld(n_sensors, n_actions)
        self.opt = torch.optim.Adam(self.world.parameters(), lr=6e-4)
        self.replay = Replay(50_000, 48)
        self.epsilon = epsilon
        self.best_loss, self.best_world = float("inf"), None
        self.begin_run()

    def begin_run(self):
        self.memory = self.world.start()
        self.last = torch.zeros(1, self.world.n_actions)

    @torch.no_grad()
    def act(self, sensors):
        self.memory = self.world.update(self.memory, sensors.unsqueeze(0), self.last)
        if random.random() < self.epsilon:
            a = random.randrange(self.world.n_actions)
        else:
            a = self.world.plan(self.memory)
        self.last = F.one_hot(torch.tensor([a]), self.world.n_actions).float()
        return a

    def loss(self, batch=16):
        sensors, actions, costs, firsts = self.replay.sample(batch)
        m = self.world.start(batch)
        prev = torch.zeros_like(actions[0])
        out = 0.0
        for t in range(len(sensors) - 1):
            keep = (1 - firsts[t]).unsqueeze(-1)
            m = self.world.update(m * keep, sensors[t], prev * keep)
            s, c = self.world.predict(m, actions[t])
            same_run = 1 - firsts[t + 1]
            out = out + (same_run * (s - sensors[t + 1]).pow(2).mean(-1)).mean() + F.mse_loss(c, costs[t])
            prev = actions[t]
        return out / (len(sensors) - 1)

    def fit(self, n):
        losses = []
        for _ in range(n):
            loss = self.loss()
            self.opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.world.parameters(), 100.0)
            self.opt.step()
            losses.append(loss.item())
        return sum(losses) / n

    def check(self, loss):
        if loss < self.best_loss:
            self.best_loss = loss
            self.best_world = copy.deepcopy(self.world)
        elif loss > 3.0 * self.best_loss:
            self.world = copy.deepcopy(self.best_world)
            self.opt = torch.optim.Adam(self.world.parameters(), lr=3e-4)
            return True
        return False
