"""Recurrent double Q-learning on a key-door corridor; actors run in threads with their own nets."""
import copy
import threading

import numpy as np
import torch
from torch import nn

from memory import EpisodeMemory


class KeyDoor:
    LENGTH = 15

    def reset(self):
        self.pos, self.t = 7, 0
        self.key_side = np.random.randint(2)
        return self._obs()

    def _obs(self):
        hint = self.key_side * 2 - 1 if self.t == 0 else 0
        return np.array([self.pos / self.LENGTH, hint, self.t / 40], dtype=np.float32)

    def step(self, a):
        self.pos += 1 if a == 1 else -1
        self.t += 1
        if self.pos in (0, self.LENGTH - 1):
            right = self.pos != 0
            return self._obs(), (1.0 if right == bool(self.key_side) else -1.0), True, False
        return self._obs(), -0.01, False, self.t >= 40


class RecurrentQ(nn.Module):
    def __init__(self, obs_dim=3, n_act=2, size=64):
        super().__init__()
        self.size = size
        self.lstm = nn.LSTM(obs_dim, size, batch_first=True)
        self.adv = nn.Linear(size, n_act)
        self.val = nn.Linear(size, 1)

    def zeros(self, n):
        return torch.zeros(1, n, self.size), torch.zeros(1, n, self.size)

    def forward(self, x, state):
        y, state = self.lstm(x, state)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), state


class ParameterBoard:
    """Where the learner posts its weights and the actors fetch them."""

    def __init__(self, net):
        self.lock = threading.Lock()
        self.post(net)

    def post(self, net):
        weights = {k: v.detach().clone() for k, v in net.state_dict().items()}
        with self.lock:
            self.weights = weights

    def fetch(self):
        with self.lock:
            return self.weights


class Actor(threading.Thread):
    def __init__(self, board, memory, epsilon, stop):
        super().__init__(daemon=True)
        self.board, self.memory, self.epsilon, self.stop = board, memory, epsilon, stop
        self.net = RecurrentQ()
        self.env = KeyDoor()

    def run(self):
        while not self.stop.is_set():
            self.net.load_state_dict(self.board.fetch())
            self.play()

    @torch.no_grad()
    def play(self):
        obs = self.env.reset()
        state = self.net.zeros(1)
        seen, actions, rewards = [obs], [], []
        terminal = truncated = False
        while not (terminal or truncated):
            q, state = self.net(torch.from_numpy(obs).view(1, 1, -1), state)
            if np.random.rand() < self.epsilon:
                a = np.random.randint(q.shape[-1])
            else:
                a = int(q[0, 0].argmax())
            obs, r, terminal, truncated = self.env.step(a)
            seen.append(obs)
            actions.append(a)
            rewards.append(r)
        self.memory.push(seen, actions, rewards, terminal)


class Learner:
    def __init__(self, gamma=0.98, lr=5e-4, target_period=200):
        self.net = RecurrentQ()
        self.target = copy.deepcopy(self.net)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.gamma, self.target_period = gamma, target_period
        self.updates = 0

    def update(self, batch):
        obs, act, rew, valid, cont = batch
        n = obs.shape[0]
        q, _ = self.net(obs, self.net.zeros(n))
        with torch.no_grad():
            target_q, _ = self.target(obs, self.target.zeros(n))
            best = q[:, 1:].argmax(-1, keepdim=True)
            y = rew + self.gamma * cont * target_q[:, 1:].gather(-1, best).squeeze(-1)
        chosen = q[:, :-1].gather(-1, act.unsqueeze(-1)).squeeze(-1)
        loss = ((chosen - y).pow(2) * valid).sum() / valid.sum()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 10.0)
        self.opt.step()
        self.updates += 1
        if self.updates % self.target_period == 0:
            self.target.load_state_dict(self.net.state_dict())
        return loss.item()


def main(total_updates=30000, n_actors=4, batch_size=32):
    memory, stop, learner = EpisodeMemory(), threading.Event(), Learner()
    board = ParameterBoard(learner.net)
    actors = [Actor(board, memory, 0.4 ** (1 + i), stop) for i in range(n_actors)]
    for a in actors:
        a.start()
    while len(memory) < 10 * batch_size:
        stop.wait(0.1)
    for u in range(total_updates):
        loss = learner.update(memory.sample(batch_size))
        if u % 10 == 0:
            board.post(learner.net)
        if u % 1000 == 0:
            last = [float(e[2].sum()) for e in list(memory.episodes)[-100:]]
            print(f"{u} loss {loss:.4f} return {np.mean(last):.3f}")
    stop.set()
    for a in actors:
        a.join()


if __name__ == "__main__":
    main()
