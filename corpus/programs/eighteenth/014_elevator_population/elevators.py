from dataclasses import dataclass, field
from typing import Dict, List, Optional

import numpy as np
import ray
import torch
from torch import nn


@dataclass
class HyperParams:
    lr: float = 5e-4
    entropy: float = 0.01
    discount: float = 0.985

    def perturbed(self, rng: np.random.Generator) -> "HyperParams":
        return HyperParams(
            lr=self.lr * float(rng.choice([0.7, 1.4])),
            entropy=self.entropy * float(rng.choice([0.7, 1.4])),
            discount=self.discount,
        )


class GroupController(nn.Module):
    """Picks which of the cabins answers the newest hall call."""

    def __init__(self, obs_dim: int, cabins: int, hidden: int = 48):
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRU(obs_dim, hidden, batch_first=True)
        self.policy = nn.Linear(hidden, cabins)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, obs: torch.Tensor, h: torch.Tensor):
        out, h = self.gru(obs, h)
        return self.policy(out), self.critic(out).squeeze(-1), h

    def initial_hidden(self) -> torch.Tensor:
        return torch.zeros(1, 1, self.hidden)


@dataclass
class HallCalls:
    cabins: int = 3
    floors: int = 16
    horizon: int = 500
    rng: np.random.Generator = field(default_factory=np.random.default_rng)

    def reset(self) -> np.ndarray:
        self.pos = self.rng.integers(0, self.floors, self.cabins).astype(float)
        self.load = np.zeros(self.cabins)
        self.t = 0
        self._new_call()
        return self._obs()

    def _new_call(self) -> None:
        self.call = 0 if self.rng.random() < 0.4 else int(self.rng.integers(self.floors))
        self.target = int(self.rng.integers(self.floors))

    def _obs(self) -> np.ndarray:
        return np.concatenate([self.pos / self.floors, self.load / 4, [self.call / self.floors]]).astype(np.float32)

    def step(self, cabin: int):
        wait = abs(self.pos[cabin] - self.call) + 3.0 * self.load[cabin]
        self.pos[cabin] = self.target
        self.load[cabin] += 1
        self.load = np.maximum(self.load - 0.35, 0)
        self.t += 1
        self._new_call()
        return self._obs(), -wait / self.floors, self.t >= self.horizon


@ray.remote(num_cpus=1)
class Member:
    def __init__(self, ident: int, hp: HyperParams):
        torch.manual_seed(100 + ident)
        self.env = HallCalls(rng=np.random.default_rng(ident))
        self.obs = self.env.reset()
        self.hp = hp
        self.net = GroupController(len(self.obs), self.env.cabins)
        self.optim = torch.optim.RMSprop(self.net.parameters(), lr=hp.lr)
        self.h = self.net.initial_hidden()

    def train(self, segments: int, length: int = 40) -> float:
        total = 0.0
        for _ in range(segments):
            total += self._segment(length)
        return total / segments

    def _segment(self, length: int) -> float:
        h = self.h
        logp, ent, val, rew, cont = [], [], [], [], []
        for _ in range(length):
            logits, v, h = self.net(torch.from_numpy(self.obs).view(1, 1, -1), h)
            dist = torch.distributions.Categorical(logits=logits[0, 0])
            act = dist.sample()
            self.obs, r, done = self.env.step(act.item())
            logp.append(dist.log_prob(act))
            ent.append(dist.entropy())
            val.append(v[0, 0])
            rew.append(r)
            cont.append(not done)
            if done:
                self.obs = self.env.reset()
                h = self.net.initial_hidden()
        self.h = h.detach()
        with torch.no_grad():
            g = self.net(torch.from_numpy(self.obs).view(1, 1, -1), self.h)[1][0, 0]
        loss = torch.zeros(())
        for i in range(length - 1, -1, -1):
            g = rew[i] + self.hp.discount * g * cont[i]
            adv = g - val[i]
            loss = loss - logp[i] * adv.detach() + 0.5 * adv ** 2 - self.hp.entropy * ent[i]
        self.optim.zero_grad()
        (loss / length).backward()
        self.optim.step()
        return float(np.mean(rew))

    def weights(self) -> Dict[str, np.ndarray]:
        return {k: v.cpu().numpy().copy() for k, v in self.net.state_dict().items()}

    def adopt(self, weights: Dict[str, np.ndarray], hp: HyperParams) -> None:
        self.net.load_state_dict({k: torch.tensor(v) for k, v in weights.items()})
        self.hp = hp
        for group in self.optim.param_groups:
            group["lr"] = hp.lr
        self.h = self.net.initial_hidden()


def run(size: int = 6, generations: int = 200, seed: Optional[int] = 0) -> None:
    rng = np.random.default_rng(seed)
    ray.init()
    hps: List[HyperParams] = [HyperParams(lr=float(10 ** rng.uniform(-4, -2.5))) for _ in range(size)]
    members = [Member.remote(i, hp) for i, hp in enumerate(hps)]
    for gen in range(generations):
        scores = ray.get([m.train.remote(25) for m in members])
        ranking = np.argsort(scores)
        worst, best = int(ranking[0]), int(ranking[-1])
        hps[worst] = hps[best].perturbed(rng)
        ray.get(members[worst].adopt.remote(members[best].weights.remote(), hps[worst]))
        print(f"gen {gen:3d}  best {scores[best]:.3f}  worst {scores[worst]:.3f}  {worst} <- {best}")


if __name__ == "__main__":
    run()
