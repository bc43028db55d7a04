import random
import threading

import gymnasium as gym
import numpy as np
import torch

from .net import DuelLSTM


class Actor(threading.Thread):
    def __init__(self, idx, env_id, server, sink, stop, refresh=100, length=20):
        super().__init__(daemon=True)
        self.env = gym.make(env_id)
        self.server, self.sink, self.stop_flag = server, sink, stop
        self.refresh, self.length = refresh, length
        self.eps = 0.4 ** (1 + idx)
        self.net = DuelLSTM(self.env.observation_space.shape[0], self.env.action_space.n)
        self.tag = 0
        self.hc = None
        self.scores = []

    def pull(self):
        params, self.tag = self.server.newer_than(self.tag)
        if params is not None:
            self.net.load_state_dict(params)

    @torch.no_grad()
    def choose(self, obs):
        q, self.hc = self.net(torch.as_tensor(obs, dtype=torch.float32).view(1, 1, -1), self.hc)
        return random.randrange(q.shape[-1]) if random.random() < self.eps else int(q.argmax())

    def run(self):
        steps = 0
        while not self.stop_flag.is_set():
            obs, _ = self.env.reset()
            self.hc = None
            piece, total, over = [], 0.0, False
            while not over:
                if steps % self.refresh == 0:
                    self.pull()
                hc = self.hc
                act = self.choose(obs)
                nxt, rew, term, trunc, _ = self.env.step(act)
                over = term or trunc
                piece.append((np.asarray(obs, np.float32), act, np.float32(rew), np.float32(term), hc))
                if len(piece) == self.length:
                    self.sink.append(piece)
                    piece = piece[self.length // 2 :]
                obs = nxt
                total += rew
                steps += 1
            self.scores.append(total)
