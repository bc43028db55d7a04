import math
import random
import threading

import torch

from nets import RecurrentDuel

N_ACT = 3


class SlotCar:
    """Throttle a car on an unseen track; too fast in a bend and it flies off."""

    def reset(self):
        self.phase, self.v, self.t = random.random() * 6.28, 0.0, 0
        return [self.v, 0.0]

    def step(self, a):
        self.t += 1
        self.v = max(0.0, self.v * 0.9 + 0.1 * a)
        self.phase += self.v
        bend = abs(math.sin(self.phase))
        off = self.v > 1.4 - bend
        return [self.v, bend if self.t % 4 == 0 else 0.0], (-5.0 if off else self.v), off or self.t >= 400


class Actor(threading.Thread):
    def __init__(self, idx, server, replay, stop, seq_len=20, pull_every=40):
        super().__init__(daemon=True)
        self.server, self.replay, self.stop = server, replay, stop
        self.seq_len, self.pull_every = seq_len, pull_every
        self.eps = 0.4 ** (1 + idx * 7 / 8)
        self.net = RecurrentDuel(2, N_ACT)
        self.net.load_state_dict(server.fetch())
        self.carry = self.net.blank()
        self.env = SlotCar()

    def encode(self, obs, act, rew):
        hot = [0.0] * N_ACT
        if act is not None:
            hot[act] = 1.0
        return obs + hot + [rew]

    def run(self):
        x, n = self.encode(self.env.reset(), None, 0.0), 0
        seq, start = [], self.carry
        while not self.stop.is_set():
            if n and n % self.pull_every == 0:
                self.net.load_state_dict(self.server.fetch())
            with torch.no_grad():
                q, self.carry = self.net(torch.tensor([[x]]), self.carry)
            act = random.randrange(N_ACT) if random.random() < self.eps else int(q.argmax())
            obs, rew, done = self.env.step(act)
            nx = self.encode(obs, act, rew)
            seq.append((x, act, rew, float(done), nx))
            x, n = nx, n + 1
            if done:
                x = self.encode(self.env.reset(), None, 0.0)
                self.carry = self.net.blank()
            if done or len(seq) == self.seq_len:
                if len(seq) == self.seq_len:
                    self.replay.add(start, seq)
                seq, start = [], self.carry
