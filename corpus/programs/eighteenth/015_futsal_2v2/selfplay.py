import argparse
import copy
import random

import torch

from futsal import Futsal
from team import Team


class Opponents:
    def __init__(self, learner, keep, p_latest):
        self.learner = learner
        self.team = Team()
        self.old = []
        self.keep = keep
        self.p_latest = p_latest
        self.name = None
        self.remember(0)

    def remember(self, step):
        self.old.append((step, copy.deepcopy(self.learner.state_dict())))
        self.old = self.old[-self.keep:]

    def pick(self):
        if random.random() < self.p_latest:
            self.team.load_state_dict(self.learner.state_dict())
            self.name = "latest"
        else:
            step, weights = random.choice(self.old)
            self.team.load_state_dict(weights)
            self.team.clear()
            self.name = f"step {step}"

    @torch.no_grad()
    def act(self, obs):
        dist, _ = self.team(obs)
        return dist.sample().tolist()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--updates", type=int, default=30000)
    ap.add_argument("--unroll", type=int, default=32)
    ap.add_argument("--swap", type=int, default=10, help="updates per opponent")
    ap.add_argument("--remember", type=int, default=250)
    ap.add_argument("--keep", type=int, default=40)
    ap.add_argument("--p-latest", type=float, default=0.5)
    ap.add_argument("--gamma", type=float, default=0.99)
    args = ap.parse_args()

    env = Futsal(seed=1)
    team = Team()
    opt = torch.optim.Adam(team.parameters(), lr=3e-4)
    opp = Opponents(team, args.keep, args.p_latest)
    opp.pick()
    obs = env.reset()

    for n in range(1, args.updates + 1):
        team.detach()
        logp, val, rew, more = [], [], [], []
        for _ in range(args.unroll):
            dist, v = team(torch.from_numpy(obs[:2]))
            act = dist.sample()
            obs, r, done = env.step(act.tolist() + opp.act(torch.from_numpy(obs[2:])))
            logp.append(dist.log_prob(act).sum())
            val.append(v.mean())
            rew.append(r)
            more.append(not done)
            if done:
                print(f"{n}: {env.score[0]}-{env.score[1]} against {opp.name}")
                obs = env.reset()
                team.clear()
                opp.team.clear()
        g = val[-1].item() if more[-1] else 0.0
        loss = 0
        for t in reversed(range(args.unroll)):
            g = rew[t] + args.gamma * g * more[t]
            adv = g - val[t]
            loss = loss - logp[t] * adv.detach() + 0.5 * adv ** 2
        opt.zero_grad()
        (loss / args.unroll).backward()
        torch.nn.utils.clip_grad_norm_(team.parameters(), 0.5)
        opt.step()

        if n % args.remember == 0:
            opp.remember(n)
        if n % args.swap == 0:
            opp.pick()
    torch.save(team.state_dict(), "team.pt")


if __name__ == "__main__":
    main()
