from __future__ import annotations

import argparse

import torch
from torch import Tensor, nn
from torch.distributions import Categorical

from .early_stopping import EarlyStopping
from .keeper import Keeper
from .sim import HarbourSim


def discounted(rewards: list[Tensor], gamma: float) -> Tensor:
    total = torch.zeros_like(rewards[0])
    out: list[Tensor] = []
    for r in reversed(rewards):
        total = r + gamma * total
        out.append(total)
    return torch.stack(out[::-1])


def train_night(keeper: Keeper, sim: HarbourSim, optimizer: torch.optim.Optimizer, gamma: float) -> float:
    obs = sim.reset()
    memory = torch.zeros(sim.batch, keeper.width)
    log_probs, values, entropies, rewards = [], [], [], []
    over = False
    while not over:
        logits, value, memory = keeper(obs, memory)
        dist = Categorical(logits=logits)
        action = dist.sample()
        obs, reward, over = sim.step(action)
        log_probs.append(dist.log_prob(action))
        values.append(value)
        entropies.append(dist.entropy())
        rewards.append(reward)
    returns = discounted(rewards, gamma)
    baseline = torch.stack(values)
    advantage = (returns - baseline).detach()
    loss = (
        -(torch.stack(log_probs) * advantage).mean()
        + 0.5 * (returns - baseline).pow(2).mean()
        - 0.01 * torch.stack(entropies).mean()
    )
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(keeper.parameters(), 0.5)
    optimizer.step()
    return float(torch.stack(rewards).mean())


@torch.no_grad()
def evaluate(keeper: Keeper, batch: int = 256) -> float:
    sim = HarbourSim(batch)
    obs = sim.reset()
    memory = torch.zeros(batch, keeper.width)
    lit = torch.zeros(batch)
    over = False
    while not over:
        logits, _, memory = keeper(obs, memory)
        obs, reward, over = sim.step(logits.argmax(dim=-1))
        lit += reward
    return float(lit.mean() / sim.night)


def main() -> None:
    parser = argparse.ArgumentParser(prog="lighthouse")
    parser.add_argument("--nights", type=int, default=5000)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--eval-every", type=int, default=50)
    parser.add_argument("--patience", type=int, default=10)
    parser.add_argument("--out", default="keeper.pt")
    args = parser.parse_args()

    torch.manual_seed(0)
    keeper = Keeper()
    optimizer = torch.optim.Adam(keeper.parameters(), lr=1e-3)
    sim = HarbourSim(args.batch)
    stopper = EarlyStopping(args.patience, min_delta=0.002)
    for night in range(1, args.nights + 1):
        reward = train_night(keeper, sim, optimizer, gamma=0.95)
        if night % args.eval_every == 0:
            score = evaluate(keeper)
            print(f"night {night}: train {reward:.3f} eval {score:.3f} best {stopper.best:.3f}")
            if stopper.update(score, keeper):
                print("no progress, stopping")
                break

    stopper.restore(keeper)
    print(f"final evaluation {evaluate(keeper):.3f}")
    torch.save(keeper.state_dict(), args.out)


if __name__ == "__main__":
    main()
