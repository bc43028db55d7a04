from __future__ import annotations

import random

import torch

from match import Match

SQUARES_PER_UPDATE = 16
SWAP_EVERY = 24
SAVE_EVERY = 6400
TOTAL = 250_000


def frozen(net):
    return {k: v.detach().clone() for k, v in net.state_dict().items()}


def main():
    match = Match()
    learner = match.agents["north"]
    optim = torch.optim.RMSprop(learner.parameters(), lr=1e-3)
    champions = {"seed": frozen(learner)}
    wins = {"seed": 0.5}
    logps, rewards = [], []

    for n in range(TOTAL):
        if n % SWAP_EVERY == 0:
            name = random.choices(list(champions), weights=[wins[k] for k in champions])[0]
            match.seat("south", name, champions[name])

        logp, reward, over = match.play_square()
        logps.append(logp)
        rewards.append(reward)
        if over:
            won = match.owned["north"] > match.owned["south"]
            k = match.champion_name
            wins[k] = 0.95 * wins[k] + 0.05 * (0.1 if won else 1.0)
            match.deal()

        if len(logps) == SQUARES_PER_UPDATE:
            returns, g = [], 0.0
            for r in reversed(rewards):
                g = r + 0.9 * g
                returns.insert(0, g)
            adv = torch.tensor(returns) - sum(returns) / len(returns)
            loss = -(torch.stack(logps) * adv).mean()
            optim.zero_grad()
            loss.backward()
            optim.step()
            match.cut_gradient()
            logps, rewards = [], []

        if n and n % SAVE_EVERY == 0:
            champions[f"gen{n // SAVE_EVERY}"] = frozen(learner)
            wins[f"gen{n // SAVE_EVERY}"] = 0.5
            torch.save(champions, "league.pt")


if __name__ == "__main__":
    main()
