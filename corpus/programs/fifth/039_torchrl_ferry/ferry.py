"""Recurrent PPO for a ferry that crosses a current it can't see (TorchRL)."""
from __future__ import annotations

import argparse
import math
from pathlib import Path

import torch
from tensordict import TensorDict, TensorDictBase
from tensordict.nn import TensorDictModule as Mod
from tensordict.nn import TensorDictSequential as Seq
from torch import nn
from torchrl.collectors import SyncDataCollector
from torchrl.data import Bounded, Categorical, Composite, Unbounded
from torchrl.envs import Compose, EnvBase, InitTracker, RewardSum, StepCounter, TransformedEnv
from torchrl.modules import LSTMModule, ProbabilisticActor, set_recurrent_mode
from torchrl.objectives import ClipPPOLoss
from torchrl.objectives.value import GAE


class Ferry(EnvBase):
    batch_locked = True

    def __init__(self, n: int, device="cpu"):
        super().__init__(device=device, batch_size=[n])
        self.n = n
        self.observation_spec = Composite(observation=Unbounded((n, 4)), shape=(n,))
        self.action_spec = Bounded(low=-1, high=1, shape=(n, 1))
        self.reward_spec = Unbounded((n, 1))
        self.done_spec = Composite(
            done=Categorical(2, shape=(n, 1), dtype=torch.bool),
            terminated=Categorical(2, shape=(n, 1), dtype=torch.bool),
            shape=(n,),
        )

    def _set_seed(self, seed):
        torch.manual_seed(seed)

    def _obs(self):
        return torch.stack([self.x, self.y, self.head.sin(), self.head.cos()], -1)

    def _reset(self, td: TensorDictBase | None = None, **kwargs):
        mask = torch.ones(self.n, dtype=torch.bool)
        if td is not None and "_reset" in td.keys():
            mask = td["_reset"].view(self.n)
        if not hasattr(self, "x"):
            self.x, self.y, self.head, self.flow = (torch.zeros(self.n) for _ in range(4))
        self.x = torch.where(mask, torch.zeros(self.n), self.x)
        self.y = torch.where(mask, torch.zeros(self.n), self.y)
        self.head = torch.where(mask, torch.full((self.n,), math.pi / 2), self.head)
        self.flow = torch.where(mask, torch.randn(self.n) * 0.01, self.flow)
        return TensorDict({"observation": self._obs()}, [self.n])

    def _step(self, td):
        self.head = self.head + 0.1 * td["action"].view(self.n)
        self.x = self.x + 0.02 * self.head.cos() + self.flow
        self.y = self.y + 0.02 * self.head.sin()
        landed = self.y >= 1
        lost = (self.x.abs() > 1.5) | (self.y < -0.2)
        reward = torch.where(landed, 5 - 5 * self.x.abs(), torch.zeros(self.n)) - 2.0 * lost - 0.01
        done = (landed | lost).unsqueeze(-1)
        return TensorDict(
            {"observation": self._obs(), "reward": reward.unsqueeze(-1), "done": done, "terminated": done.clone()},
            [self.n],
        )


def networks(width: int = 64):
    from tensordict.nn import NormalParamExtractor
    from torchrl.modules import TanhNormal

    embed = Mod(nn.Sequential(nn.Linear(4, width), nn.ELU()), in_keys=["observation"], out_keys=["embed"])
    lstm = LSTMModule(input_size=width, hidden_size=width, in_key="embed", out_key="features")
    head = Mod(nn.Sequential(nn.Linear(width, 2), NormalParamExtractor()), in_keys=["features"], out_keys=["loc", "scale"])
    actor = ProbabilisticActor(
        Seq(embed, lstm, head),
        in_keys=["loc", "scale"],
        distribution_class=TanhNormal,
        return_log_prob=True,
    )
    critic = Mod(nn.Sequential(nn.Linear(4, width), nn.ELU(), nn.Linear(width, 1)), in_keys=["observation"], out_keys=["state_value"])
    return actor, lstm, critic


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--envs", type=int, default=32)
    ap.add_argument("--frames", type=int, default=2_000_000)
    ap.add_argument("--per-batch", type=int, default=2048)
    ap.add_argument("--epochs", type=int, default=4)
    ap.add_argument("--fall", type=float, default=1.5)
    ap.add_argument("--best", type=Path, default=Path("ferry_best.pt"))
    ns = ap.parse_args()
    torch.manual_seed(0)

    actor, lstm, critic = networks()
    env = TransformedEnv(Ferry(ns.envs), Compose(InitTracker(), StepCounter(400), RewardSum()))
    env.append_transform(lstm.make_tensordict_primer())
    collector = SyncDataCollector(env, actor, frames_per_batch=ns.per_batch, total_frames=ns.frames)
    gae = GAE(gamma=0.99, lmbda=0.95, value_network=critic)
    loss_fn = ClipPPOLoss(actor, critic, clip_epsilon=0.2, entropy_bonus=False)
    optim = torch.optim.Adam(list(actor.parameters()) + list(critic.parameters()), lr=3e-4)

    best, smooth = -1e9, None
    for i, data in enumerate(collector):
        finished = data["next", "episode_reward"][data["next", "done"]]
        if len(finished):
            mean = finished.mean().item()
            smooth = mean if smooth is None else 0.9 * smooth + 0.1 * mean
        for _ in range(ns.epochs):
            with torch.no_grad():
                gae(data)
            with set_recurrent_mode(True):
                losses = loss_fn(data)
            loss = losses["loss_objective"] + losses["loss_critic"]
            optim.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(actor.parameters(), 1.0)
            optim.step()

        if smooth is None:
            continue
        if i % 20 == 0:
            print(f"{i:5d}  return {smooth:7.3f}  best {best:7.3f}")
        if i > 30 and smooth > best:
            best = smooth
            torch.save(actor.state_dict(), ns.best)
        elif smooth < best - ns.fall:
            print(f"{i:5d}  {smooth:.3f}: taking {ns.best} again")
            actor.load_state_dict(torch.load(ns.best))
            collector.update_policy_weights_()
            smooth = best
    collector.shutdown()


if __name__ == "__main__":
    main()
