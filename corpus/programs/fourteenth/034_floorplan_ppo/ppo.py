import argparse
import dataclasses
from copy import deepcopy
from pathlib import Path

import torch
from torch.distributions import Categorical
from torch.nn.functional import mse_loss

from model import FloorplanPolicy


@dataclasses.dataclass
class Args:
    envs: int = 32
    blocks: int = 60
    slots: int = 64
    unroll: int = 25
    epochs: int = 4
    lr: float = 3e-4
    target_kl: float = 0.08
    updates: int = 30_000
    ckpt: str = "floorplan.ckpt"


class Floorplan:
    """Blocks arrive one after another in a random netlist order, congestion is only revealed as a reward."""

    def __init__(self, a: Args):
        self.a = a
        self.feat = 6
        self.load = torch.zeros(a.envs, a.slots)
        self.step_no = torch.randint(0, a.blocks, (a.envs,))
        self.block = torch.rand(a.envs, 4)
        self.last = torch.zeros(a.envs)

    def observe(self):
        progress = self.step_no.float() / self.a.blocks
        return torch.cat([self.block, progress.unsqueeze(1), self.last.unsqueeze(1)], 1)

    def act(self, slot):
        rows = torch.arange(self.a.envs)
        before = self.load[rows, slot]
        self.load[rows, slot] += self.block[:, 0]
        wire = (slot.float() / self.a.slots - self.block[:, 1]).abs()
        reward = -wire - before.clamp(max=3.0)
        self.last = slot.float() / self.a.slots
        self.step_no += 1
        first = (self.step_no >= self.a.blocks).float()
        over = first.bool()
        self.load[over] = 0
        self.last[over] = 0
        self.step_no[over] = 0
        self.block = torch.rand(self.a.envs, 4)
        return reward, first


@dataclasses.dataclass
class Checkpoint:
    update: int
    score: float
    policy: dict
    optim: dict


def main(a: Args, resume: bool) -> None:
    env = Floorplan(a)
    policy = FloorplanPolicy(env.feat, a.slots)
    optim = torch.optim.Adam(policy.parameters(), lr=a.lr, eps=1e-5)
    first_update = 0
    if resume and Path(a.ckpt).exists():
        saved = torch.load(a.ckpt, weights_only=False)
        policy.load_state_dict(saved.policy)
        optim.load_state_dict(saved.optim)
        first_update = saved.update + 1

    state = policy.initial_state(a.envs)
    first = torch.ones(a.envs)
    x = env.observe()
    good = Checkpoint(first_update, float("-inf"), deepcopy(policy.state_dict()), deepcopy(optim.state_dict()))

    for update in range(first_update, a.updates):
        begin = state
        xs, firsts, acts, logps, values, rewards = [], [], [], [], [], []
        with torch.no_grad():
            for _ in range(a.unroll):
                logits, value, state = policy.unroll(x.unsqueeze(0), state, first.unsqueeze(0))
                dist = Categorical(logits=logits[0])
                act = dist.sample()
                xs.append(x)
                firsts.append(first)
                acts.append(act)
                logps.append(dist.log_prob(act))
                values.append(value[0])
                reward, first = env.act(act)
                rewards.append(reward)
                x = env.observe()
            boot = policy.unroll(x.unsqueeze(0), state, first.unsqueeze(0))[1][0]

        xs, acts, logps, values, rewards = map(torch.stack, (xs, acts, logps, values, rewards))
        ends = torch.stack(firsts[1:] + [first])
        firsts = torch.stack(firsts)
        returns = torch.zeros_like(rewards)
        running = boot
        for t in reversed(range(a.unroll)):
            running = rewards[t] + 0.995 * (1 - ends[t]) * running
            returns[t] = running
        adv = returns - values
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)

        for _ in range(a.epochs):
            logits, v, _ = policy.unroll(xs, begin, firsts)
            dist = Categorical(logits=logits)
            log_ratio = dist.log_prob(acts) - logps
            ratio = log_ratio.exp()
            loss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean()
            loss = loss + 0.5 * mse_loss(v, returns) - 0.01 * dist.entropy().mean()
            optim.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(policy.parameters(), 0.5)
            optim.step()
        with torch.no_grad():
            logits, _, _ = policy.unroll(xs, begin, firsts)
            kl = (logps - Categorical(logits=logits).log_prob(acts)).mean().item()

        score = rewards.mean().item()
        if kl > a.target_kl:
            print(f"update {update}: kl {kl:.3f}, restoring update {good.update}")
            policy.load_state_dict(good.policy)
            optim.load_state_dict(deepcopy(good.optim))
            for group in optim.param_groups:
                group["lr"] *= 0.7
        elif update % 20 == 0:
            good = Checkpoint(update, score, deepcopy(policy.state_dict()), deepcopy(optim.state_dict()))
            torch.save(good, a.ckpt)
            print(f"update {update}: score {score:.3f} kl {kl:.4f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    for f in dataclasses.fields(Args):
        parser.add_argument(f"--{f.name}", type=type(f.default), default=f.default)
    parser.add_argument("--resume", action="store_true")
    ns = vars(parser.parse_args())
    resume = ns.pop("resume")
    main(Args(**ns), resume)
