from __future__ import annotations

import argparse
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.distributions import Categorical

from walls import ParcelWalls


class CourierNet(nn.Module):
    def __init__(self, hidden: int):
        super().__init__()
        self.hidden = hidden
        self.embed = nn.Sequential(nn.Linear(3, hidden), nn.Tanh())
        self.cell = nn.LSTMCell(hidden, hidden)
        self.heads = nn.Linear(hidden, 4)

    def begin(self, n: int) -> tuple[Tensor, Tensor]:
        return torch.zeros(n, self.hidden), torch.zeros(n, self.hidden)

    def forward(self, obs: Tensor, memory: tuple[Tensor, Tensor], alive: Tensor):
        h, c = memory
        alive = alive.unsqueeze(-1)
        h, c = self.cell(self.embed(obs), (h * alive, c * alive))
        out = self.heads(h)
        return Categorical(logits=out[:, :3]), out[:, 3], (h, c)


@dataclass
class Rollout:
    logp: list[Tensor] = field(default_factory=list)
    value: list[Tensor] = field(default_factory=list)
    entropy: list[Tensor] = field(default_factory=list)
    reward: list[Tensor] = field(default_factory=list)
    alive: list[Tensor] = field(default_factory=list)

    def loss(self, last: Tensor, gamma: float, ent_coef: float) -> Tensor:
        ret, rets = last, []
        for r, a in zip(reversed(self.reward), reversed(self.alive)):
            ret = r + gamma * a * ret
            rets.append(ret)
        target = torch.stack(rets[::-1])
        value = torch.stack(self.value)
        adv = (target - value).detach()
        policy = -(torch.stack(self.logp) * adv).mean()
        return policy + 0.5 * (target - value).pow(2).mean() - ent_coef * torch.stack(self.entropy).mean()


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    env = ParcelWalls(args.walls, seed=args.seed)
    net = CourierNet(args.hidden)
    opt = torch.optim.Adam(net.parameters(), lr=args.lr)

    obs = torch.from_numpy(env.reset())
    memory = net.begin(args.walls)
    alive = torch.ones(args.walls)
    mean_reward = 0.0
    for update in range(args.updates):
        memory = (memory[0].detach(), memory[1].detach())
        roll = Rollout()
        for _ in range(args.steps):
            pi, value, memory = net(obs, memory, alive)
            action = pi.sample()
            next_obs, reward, done = env.step(action.numpy())
            obs = torch.from_numpy(next_obs)
            alive = 1.0 - torch.from_numpy(done).float()
            roll.logp.append(pi.log_prob(action))
            roll.value.append(value)
            roll.entropy.append(pi.entropy())
            roll.reward.append(torch.from_numpy(reward))
            roll.alive.append(alive)
        with torch.no_grad():
            _, last, _ = net(obs, memory, alive)
        loss = roll.loss(last, args.gamma, args.entropy)
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()
        mean_reward += 0.01 * (torch.stack(roll.reward).mean().item() - mean_reward)
        if update % 100 == 0:
            print(f"update {update:6d}  reward per slot {mean_reward:.3f}  loss {loss.item():.3f}")
    torch.save({"net": net.state_dict(), "hidden": args.hidden}, args.out)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--walls", type=int, default=32)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--updates", type=int, default=20000)
    parser.add_argument("--gamma", type=float, default=0.98)
    parser.add_argument("--entropy", type=float, default=0.01)
    parser.add_argument("--lr", type=float, default=7e-4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="courier.pt")
    train(parser.parse_args())
