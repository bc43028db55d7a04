import argparse
from pathlib import Path

import torch

from arena import Skirmish
from players import PoolOpponent, SquadNet


def play(env, net, opponent, redraw_every):
    mine, theirs = env.reset()
    opponent.new_game()
    h = torch.zeros(1, net.size)
    logps, values, rewards = [], [], []
    done, tick = False, 0
    while not done:
        tick += 1
        if tick % redraw_every == 0:
            opponent.draw()
        logits, value, h = net(torch.tensor([mine]), h)
        dist = torch.distributions.Categorical(logits=logits)
        act = dist.sample()
        mine, theirs, r, done = env.step(int(act), opponent.act(theirs))
        logps.append(dist.log_prob(act))
        values.append(value)
        rewards.append(r)
    return torch.cat(logps), torch.cat(values), rewards


def returns_of(rewards, gamma=0.995):
    out, g = [], 0.0
    for r in reversed(rewards):
        g = r + gamma * g
        out.append(g)
    return torch.tensor(out[::-1])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--games", type=int, default=30000)
    ap.add_argument("--pool", default="pool")
    ap.add_argument("--redraw-every", type=int, default=120)
    ap.add_argument("--save-every", type=int, default=500)
    args = ap.parse_args()

    pool = Path(args.pool)
    pool.mkdir(exist_ok=True)
    env, net, opponent = Skirmish(), SquadNet(), PoolOpponent(pool)
    opt = torch.optim.Adam(net.parameters(), lr=2e-4)
    for game in range(args.games):
        logps, values, rewards = play(env, net, opponent, args.redraw_every)
        g = returns_of(rewards)
        adv = g - values
        loss = -(logps * adv.detach()).mean() + 0.5 * adv.pow(2).mean()
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        if game % args.save_every == 0:
            torch.save(net.state_dict(), pool / f"gen_{game:06d}.pt")
            print(game, sum(rewards))


if __name__ == "__main__":
    main()
