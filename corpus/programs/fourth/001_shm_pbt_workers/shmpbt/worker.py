import random
from collections import deque

import gymnasium as gym
import numpy as np
import torch
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from .board import Board
from .nets import GaussianGRU


class Worker:
    """One member: its own environments, network, optimiser and hyperparameters."""

    def __init__(self, rank, board, args, n_envs=8, horizon=64):
        self.rank, self.board, self.args = rank, board, args
        self.horizon = horizon
        self.envs = gym.make_vec(args.env, num_envs=n_envs)
        obs_dim = self.envs.single_observation_space.shape[0]
        act_dim = self.envs.single_action_space.shape[0]
        self.net = GaussianGRU(obs_dim, act_dim)
        self.hp = {"lr": 10 ** random.uniform(-4.5, -3), "ent": 10 ** random.uniform(-4, -2)}
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.hp["lr"])
        self.returns = deque(maxlen=50)
        self._running = np.zeros(n_envs)
        obs, _ = self.envs.reset(seed=1000 * rank)
        self.obs = torch.as_tensor(obs, dtype=torch.float32)
        self.h = self.net.start(n_envs)

    def rollout(self):
        h = self.h.detach()
        logps, values, rewards, masks, ents = [], [], [], [], []
        for _ in range(self.horizon):
            dist, v, h = self.net(self.obs, h)
            a = dist.sample()
            obs, r, term, trunc, _ = self.envs.step(a.numpy())
            done = np.logical_or(term, trunc)
            self._running += r
            for i in np.flatnonzero(done):
                self.returns.append(self._running[i])
                self._running[i] = 0.0
            mask = torch.as_tensor(1.0 - done, dtype=torch.float32)
            h = h * mask.unsqueeze(-1)
            logps.append(dist.log_prob(a).sum(-1))
            ents.append(dist.entropy().sum(-1))
            values.append(v)
            rewards.append(torch.as_tensor(r, dtype=torch.float32))
            masks.append(mask)
            self.obs = torch.as_tensor(obs, dtype=torch.float32)
        self.h = h
        return logps, values, rewards, masks, ents

    def update(self, logps, values, rewards, masks, ents, gamma=0.99):
        with torch.no_grad():
            _, ret, _ = self.net(self.obs, self.h)
        loss = 0.0
        for lp, v, r, m, e in zip(reversed(logps), reversed(values), reversed(rewards), reversed(masks), reversed(ents)):
            ret = r + gamma * m * ret
            adv = ret - v
            loss = loss - (lp * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - self.hp["ent"] * e.mean()
        self.opt.zero_grad()
        (loss / self.horizon).backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()

    def adopt_from(self, donor):
        vec = torch.from_numpy(self.board.rows[donor].copy())
        vector_to_parameters(vec, self.net.parameters())
        for key in self.hp:
            self.hp[key] *= random.choice([0.8, 1.25])
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.hp["lr"])
        self.returns.clear()


def run_worker(rank, board_name, args):
    torch.set_num_threads(1)
    board = Board.attach(board_name)
    worker = Worker(rank, board, args)
    steps, last_ready = 0, 0
    while steps < args.steps:
        worker.update(*worker.rollout())
        steps += worker.horizon * worker.envs.num_envs
        if steps - last_ready >= args.ready_every and worker.returns:
            last_ready = steps
            vec = parameters_to_vector(worker.net.parameters()).detach().numpy()
            board.publish(rank, vec, float(np.mean(worker.returns)))
            donor = board.better_than(rank)
            if donor is not None and donor != rank:
                print(f"[{rank}] {steps}: takes over worker {donor}", flush=True)
                worker.adopt_from(donor)
    board.close()
