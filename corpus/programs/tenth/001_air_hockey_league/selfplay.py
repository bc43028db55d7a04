import argparse

import torch

from players import League, PaddleNet, Player
from table import AirHockey


def play_match(table, learner, rival, league, refresh):
    mine, theirs = table.reset()
    learner.begin_match()
    rival.begin_match()
    logps, rewards, over, t = [], [], False, 0
    while not over:
        if t > 0 and t % refresh == 0:
            rival.net.load_state_dict(league.draw())
        a, logp = learner.move(mine)
        with torch.no_grad():
            b, _ = rival.move(theirs)
        (mine, theirs), r, over = table.step([a, b])
        logps.append(logp)
        rewards.append(r)
        t += 1
    return logps, rewards


def learn(opt, logps, rewards, gamma):
    g, returns = 0.0, []
    for r in reversed(rewards):
        g = r + gamma * g
        returns.append(g)
    returns = torch.tensor(returns[::-1])
    loss = -(torch.cat(logps) * returns).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
    return loss.item()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--matches", type=int, default=4000)
    p.add_argument("--refresh", type=int, default=100)
    p.add_argument("--snapshot", type=int, default=50)
    p.add_argument("--lr", type=float, default=3e-4)
    args = p.parse_args()

    learner, rival = Player(PaddleNet()), Player(PaddleNet())
    league = League()
    league.add(learner.net)
    opt = torch.optim.Adam(learner.net.parameters(), lr=args.lr)
    table = AirHockey()
    for m in range(args.matches):
        logps, rewards = play_match(table, learner, rival, league, args.refresh)
        loss = learn(opt, logps, rewards, 0.99)
        if m % args.snapshot == 0:
            league.add(learner.net)
            print(f"match {m} loss {loss:.3f} result {sum(rewards):+.0f}")


if __name__ == "__main__":
    main()
