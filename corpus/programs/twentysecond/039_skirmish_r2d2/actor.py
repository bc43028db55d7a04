import queue

import numpy as np
import torch

from network import R2D2Net
from skirmish import Skirmish


class Actor:
    def __init__(self, rank, cfg, seq_queue, weight_queue):
        self.cfg, self.seq_queue, self.weight_queue = cfg, seq_queue, weight_queue
        self.env = Skirmish(seed=1000 + rank)
        self.net = R2D2Net(Skirmish.obs_dim, len(Skirmish.ORDERS)).eval()
        self.eps = 0.4 ** (1 + 7 * rank / max(1, cfg.actors - 1))
        self.rng = np.random.default_rng(rank)

    def pull_weights(self):
        newest = None
        while True:
            try:
                newest = self.weight_queue.get_nowait()
            except queue.Empty:
                break
        if newest is not None:
            self.net.load_state_dict({k: torch.from_numpy(v) for k, v in newest.items()})

    @torch.no_grad()
    def run(self):
        steps = 0
        while True:
            obs, done = self.env.reset(), False
            state = self.net.zero_state()
            seq, episode = [], []
            while not done:
                q, state = self.net(torch.from_numpy(obs).view(1, 1, -1), state)
                action = int(q.argmax())
                if self.rng.random() < self.eps:
                    action = int(self.rng.integers(len(Skirmish.ORDERS)))
                nxt, reward, done = self.env.step(action)
                seq.append((obs, action, reward, done))
                episode.append(seq[-1])
                obs = nxt
                steps += 1
                if len(seq) == self.cfg.seq_len:
                    self.seq_queue.put(seq)
                    seq = seq[-self.cfg.burn_in:]
                elif done and len(episode) >= self.cfg.seq_len:
                    self.seq_queue.put(episode[-self.cfg.seq_len:])
                if steps % self.cfg.pull_every == 0:
                    self.pull_weights()


def actor_main(rank, cfg, seq_queue, weight_queue):
    torch.set_num_threads(1)
    torch.manual_seed(rank)
    Actor(rank, cfg, seq_queue, weight_queue).run()
