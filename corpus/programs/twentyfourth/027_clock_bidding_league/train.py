import argparse

import torch
from torch.distributions import Categorical

from bidnet import BidNet
from clockgame import ClockGame
from league import League

TEAMS = ("white", "black")


def parse():
    p = argparse.ArgumentParser()
    p.add_argument("--moves", type=int, default=400_000)
    p.add_argument("--chunk", type=int, default=32)
    p.add_argument("--promote-every", type=int, default=10_000)
    p.add_argument("--opponent-every", type=int, default=2_500)
    p.add_argument("--lr", type=float, default=3e-4)
    p.add_argument("--gamma", type=float, default=0.98)
    return p.parse_args()


def update(opt, chunk, bootstrap, gamma):
    ret, loss = bootstrap, 0.0
    for logp, value, reward, done in reversed(chunk):
        ret = reward + gamma * ret * (1.0 - done)
        adv = ret - value
        loss = loss - logp * adv.detach() + 0.5 * adv.pow(2)
    opt.zero_grad()
    (loss / len(chunk)).sum().backward()
    opt.step()


def main():
    args = parse()
    game = ClockGame()
    agents = {t: BidNet() for t in TEAMS}
    opt = torch.optim.Adam(agents["white"].parameters(), lr=args.lr)
    league = League()
    league.add(agents["white"])

    obs = game.reset()
    hidden = {t: agents[t].zero_state() for t in TEAMS}
    chunk, score = [], 0.0

    for move in range(1, args.moves + 1):
        logits, value, hidden["white"] = agents["white"](obs["white"], hidden["white"])
        dist = Categorical(logits=logits)
        bid = dist.sample()
        with torch.no_grad():
            reply, _, hidden["black"] = agents["black"](obs["black"], hidden["black"])
            answer = Categorical(logits=reply).sample()

        obs, reward, done = game.step({"white": bid.item(), "black": answer.item()})
        score += reward
        chunk.append((dist.log_prob(bid), value, reward, float(done)))

        if done:
            obs = game.reset()
            hidden = {t: agents[t].zero_state() for t in TEAMS}

        if len(chunk) == args.chunk:
            with torch.no_grad():
                _, bootstrap, _ = agents["white"](obs["white"], hidden["white"])
            update(opt, chunk, bootstrap, args.gamma)
            hidden["white"] = hidden["white"].detach()
            chunk = []

        if move % args.promote_every == 0:
            league.add(agents["white"])
            print(move, "score per move", score / args.promote_every)
            score = 0.0
        if move % args.opponent_every == 0:
            agents["black"].load_state_dict(league.pick())

    torch.save(agents["white"].state_dict(), "bidder.pt")


if __name__ == "__main__":
    main()
