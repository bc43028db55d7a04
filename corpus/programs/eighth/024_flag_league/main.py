import argparse
import random

import torch
from torch import nn

from field import AGENTS, FlagField
from roster import Roster, RunnerNet, StateBook

RED = [a for a in AGENTS if a.startswith("red")]
GREEN = [a for a in AGENTS if a.startswith("green")]


def update(net, optimizer, steps, bootstrap, gamma):
    loss = torch.zeros(1)
    targets = dict(bootstrap)
    for per_agent, reward, done in reversed(steps):
        for agent, (log_prob, value, entropy) in per_agent.items():
            targets[agent] = reward + gamma * targets[agent] * (0.0 if done else 1.0)
            adv = targets[agent] - value
            loss = loss - log_prob * adv.detach() + 0.5 * adv.pow(2) - 0.01 * entropy
    optimizer.zero_grad()
    (loss.sum() / len(steps)).backward()
    nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    optimizer.step()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--iterations", type=int, default=30_000)
    parser.add_argument("--unroll", type=int, default=32)
    parser.add_argument("--substitute-every", type=int, default=20)
    parser.add_argument("--remember-every", type=int, default=400)
    parser.add_argument("--gamma", type=float, default=0.98)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    random.seed(args.seed)
    torch.manual_seed(args.seed)

    env = FlagField(args.seed)
    net = RunnerNet()
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-4)
    states = StateBook(net.size)
    roster = Roster(GREEN, states)
    roster.remember(net)
    for agent in GREEN:
        roster.substitute(agent)
    obs = env.reset()
    total = 0.0

    for it in range(1, args.iterations + 1):
        states.detach()
        steps = []
        for _ in range(args.unroll):
            actions = roster.act(obs)
            per_agent = {}
            for agent in RED:
                dist, value, state = net(torch.tensor([obs[agent]]), states.get(agent))
                states.put(agent, state)
                action = dist.sample()
                actions[agent] = int(action)
                per_agent[agent] = (dist.log_prob(action), value, dist.entropy())
            obs, reward, done = env.step(actions)
            total += reward
            steps.append((per_agent, reward, done))
            if done:
                obs = env.reset()
                states.clear()

        with torch.no_grad():
            bootstrap = {a: net(torch.tensor([obs[a]]), states.get(a))[1] for a in RED}
        update(net, optimizer, steps, bootstrap, args.gamma)

        if it % args.remember_every == 0:
            roster.remember(net)
        if it % args.substitute_every == 0:
            roster.substitute(random.choice(GREEN))
            print(f"iteration {it}: red minus green {total:+.1f}")
            total = 0.0

    torch.save(net.state_dict(), "runner.pt")


if __name__ == "__main__":
    main()
