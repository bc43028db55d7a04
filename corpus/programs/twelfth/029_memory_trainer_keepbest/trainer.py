import logging

import gymnasium as gym
import minigrid  # noqa: F401
import numpy as np
import torch
from minigrid.wrappers import ImgObsWrapper

logger = logging.getLogger(__name__)


def make_env(env_id):
    return gym.wrappers.FlattenObservation(ImgObsWrapper(gym.make(env_id)))


class MemoryPolicy(torch.nn.Module):
    def __init__(self, n_in, n_out, units=128):
        super().__init__()
        self.units = units
        self.body = torch.nn.Linear(n_in, units)
        self.memory = torch.nn.GRUCell(units, units)
        self.logits = torch.nn.Linear(units, n_out)
        self.value = torch.nn.Linear(units, 1)

    def forward(self, x, h):
        h = self.memory(torch.relu(self.body(x)), h)
        return torch.distributions.Categorical(logits=self.logits(h)), self.value(h).squeeze(-1), h


class Trainer:
    def __init__(self, env_id, callbacks, num_envs=8, horizon=40, lr=7e-4):
        self.envs = [make_env(env_id) for _ in range(num_envs)]
        self.eval_env = make_env(env_id)
        self.horizon, self.callbacks = horizon, callbacks
        self.net = MemoryPolicy(self.envs[0].observation_space.shape[0], self.envs[0].action_space.n)
        self.optim = torch.optim.RMSprop(self.net.parameters(), lr=lr, eps=1e-5)
        self.updates = 0
        self.restart_envs()

    def restart_envs(self):
        self.obs = self._stack([e.reset()[0] for e in self.envs])
        self.h = torch.zeros(len(self.envs), self.net.units)

    @staticmethod
    def _stack(obs):
        return torch.from_numpy(np.stack(obs)).float() / 10.0

    def _env_step(self, actions):
        obs, rew, done = [], [], []
        for env, a in zip(self.envs, actions.tolist()):
            o, r, term, trunc, _ = env.step(a)
            if term or trunc:
                o, _ = env.reset()
            obs.append(o)
            rew.append(r)
            done.append(term or trunc)
        self.obs = self._stack(obs)
        return torch.tensor(rew), torch.tensor(done).float()

    def _loss(self):
        self.h = self.h.detach()
        logps, values, ents, rews, dones = [], [], [], [], []
        for _ in range(self.horizon):
            dist, value, self.h = self.net(self.obs, self.h)
            action = dist.sample()
            rew, done = self._env_step(action)
            self.h = self.h * (1 - done)[:, None]
            for lst, item in zip((logps, values, ents, rews, dones),
                                 (dist.log_prob(action), value, dist.entropy(), rew, done)):
                lst.append(item)
        with torch.no_grad():
            _, target, _ = self.net(self.obs, self.h)
        targets = []
        for rew, done in zip(reversed(rews), reversed(dones)):
            target = rew + 0.99 * (1 - done) * target
            targets.append(target)
        adv = torch.stack(targets[::-1]) - torch.stack(values)
        pg = -(torch.stack(logps) * adv.detach()).mean()
        return pg + 0.5 * adv.pow(2).mean() - 0.01 * torch.stack(ents).mean()

    @torch.no_grad()
    def evaluate(self, episodes=20):
        total = 0.0
        for _ in range(episodes):
            o, _ = self.eval_env.reset()
            h, over = torch.zeros(1, self.net.units), False
            while not over:
                dist, _, h = self.net(self._stack([o]), h)
                o, r, term, trunc, _ = self.eval_env.step(dist.probs.argmax().item())
                total += r
                over = term or trunc
        return total / episodes

    def fit(self, n_updates, eval_every=100):
        while self.updates < n_updates:
            self.updates += 1
            loss = self._loss()
            if not torch.isfinite(loss):
                for cb in self.callbacks:
                    cb.on_bad_loss(self)
                continue
            self.optim.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
            self.optim.step()
            if self.updates % eval_every == 0:
                score = self.evaluate()
                logger.info("update %d score %.3f", self.updates, score)
                for cb in self.callbacks:
                    cb.on_eval(self, score)
