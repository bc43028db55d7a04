import copy
import random

import torch

from players import CardNet, Opponent, pick
from rules import Lanterns

MATCHES = 20000
SNAP_EVERY = 200
POOL_MAX = 30
TOO_EASY = 25


def main():
    learner = CardNet()
    opt = torch.optim.Adam(learner.parameters(), lr=3e-4)
    pool = [copy.deepcopy(learner.state_dict())]
    opponent = Opponent()
    game = Lanterns()
    baseline = 0.0

    for match in range(1, MATCHES + 1):
        game.reset()
        opponent.become(random.choice(pool))
        opponent.sit_down()
        state = None
        logps, gains = [], []
        over = False
        while not over:
            logits, state = learner(torch.tensor([game.view(0)]), state)
            dist = pick(logits, game.legal(0))
            a = dist.sample()
            logps.append(dist.log_prob(a))
            b = opponent.card(game.view(1), game.legal(1))
            gain, hand_over, over = game.play(a.item() + 1, b)
            gains.append(gain)
            if hand_over and not over and game.points[0] - game.points[1] > TOO_EASY:
                opponent.become(pool[-1])

        ret, returns = 0.0, []
        for g in reversed(gains):
            ret = g / 10.0 + 0.97 * ret
            returns.append(ret)
        returns = torch.tensor(returns[::-1])
        baseline += 0.02 * (returns.mean().item() - baseline)
        loss = -(torch.cat(logps) * (returns - baseline)).mean()
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learner.parameters(), 1.0)
        opt.step()

        if match % SNAP_EVERY == 0:
            pool.append(copy.deepcopy(learner.state_dict()))
            pool = pool[-POOL_MAX:]
            print(match, "points", game.points, "baseline %.2f" % baseline)

    torch.save(learner.state_dict(), "lanterns.pt")


if __name__ == "__main__":
    main()
