import argparse
import logging
from dataclasses import dataclass
from pathlib import Path

import gym
import numpy as np
import slimevolleygym  # noqa: F401  registers the env
import torch
from torch.distributions import Categorical

from league import OpponentSampler, VolleyNet

MOVES = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1], [0, 1, 1]])


@dataclass
class Config:
    n_envs: int = 16
    horizon: int = 64
    updates: int = 40_000
    publish_every: int = 200
    swap_every: int = 25
    gamma: float = 0.99
    lr: float = 3e-4
    folder: Path = Path("runs/volley")


def to_tensor(rows):
    return torch.as_tensor(np.asarray(rows), dtype=torch.float32)


class Court:
    def __init__(self, cfg, player, rival, sampler):
        self.cfg, self.player, self.rival, self.sampler = cfg, player, rival, sampler
        self.envs = [gym.make("SlimeVolley-v0") for _ in range(cfg.n_envs)]
        self.obs = to_tensor([e.reset() for e in self.envs])
        self.rival_obs = self.obs.clone()
        self.mem = player.initial(cfg.n_envs)
        self.rival_mem = rival.initial(cfg.n_envs)
        self.score = np.zeros(cfg.n_envs)

    def _step(self, mine, theirs):
        obs, robs, rew, done = [], [], [], []
        for i, env in enumerate(self.envs):
            o, r, d, info = env.step(MOVES[mine[i]], MOVES[theirs[i]])
            ro = info["otherObs"]
            self.score[i] += r
            if d:
                self.sampler.report(self.score[i])
                self.score[i] = 0
                o = env.reset()
                ro = o
            obs.append(o), robs.append(ro), rew.append(r), done.append(float(d))
        self.obs, self.rival_obs = to_tensor(obs), to_tensor(robs)
        return to_tensor(rew), to_tensor(done)

    def collect(self):
        self.mem = tuple(m.detach() for m in self.mem)
        logps, ents, values, rewards, dones = [], [], [], [], []
        for _ in range(self.cfg.horizon):
            logits, v, self.mem = self.player(self.obs, self.mem)
            dist = Categorical(logits=logits)
            act = dist.sample()
            with torch.no_grad():
                r_logits, _, self.rival_mem = self.rival(self.rival_obs, self.rival_mem)
                r_act = Categorical(logits=r_logits).sample()
            rew, done = self._step(act.numpy(), r_act.numpy())
            alive = (1.0 - done).unsqueeze(1)
            self.mem = tuple(m * alive for m in self.mem)
            self.rival_mem = tuple(m * alive for m in self.rival_mem)
            logps.append(dist.log_prob(act)), ents.append(dist.entropy())
            values.append(v), rewards.append(rew), dones.append(done)
        with torch.no_grad():
            _, ret, _ = self.player(self.obs, self.mem)
        returns = []
        for r, d in zip(reversed(rewards), reversed(dones)):
            ret = r + self.cfg.gamma * (1 - d) * ret
            returns.insert(0, ret)
        return torch.stack(logps), torch.stack(ents), torch.stack(values), torch.stack(returns)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--updates", type=int, default=Config.updates)
    p.add_argument("--folder", type=Path, default=Config.folder)
    cfg = Config(**vars(p.parse_args()))
    logging.basicConfig(level=logging.INFO)

    player, rival = VolleyNet(), VolleyNet()
    opt = torch.optim.RMSprop(player.parameters(), lr=cfg.lr)
    sampler = OpponentSampler(cfg.folder)
    sampler.publish(player, 0)
    sampler.load_into(rival)
    court = Court(cfg, player, rival, sampler)

    for update in range(1, cfg.updates + 1):
        logp, ent, value, ret = court.collect()
        adv = ret - value
        loss = -(logp * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.01 * ent.mean()
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(player.parameters(), 0.5)
        opt.step()

        if update % cfg.publish_every == 0:
            sampler.publish(player, update)
        if update % cfg.swap_every == 0:
            sampler.load_into(rival)


if __name__ == "__main__":
    main()
