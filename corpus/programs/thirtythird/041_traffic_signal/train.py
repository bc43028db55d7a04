import argparse

import torch

from core import Step, apply, crossings, grad_fn, init_carry, init_params, observe, sgd


def sample(logits, gen):
    return torch.multinomial(torch.softmax(logits, -1), 1, generator=gen)[:, 0]


def arrivals(gen, n, t):
    rate = 0.5 + 0.4 * torch.sin(torch.tensor(t / 200.0))
    return torch.poisson(rate.expand(n, 4), generator=gen)


def run_day(actor, learner, gen, n, horizon, unroll, lr):
    queues = torch.zeros(n, 4)
    phase = torch.zeros(n, dtype=torch.long)
    carry = init_carry(n)
    steps = []
    total = 0.0
    for t in range(horizon):
        obs = observe(queues, phase)
        with torch.no_grad():
            logits, new_carry = apply(actor, obs, carry)
        act = sample(logits, gen)
        queues, phase, rew = crossings(queues, phase, act, arrivals(gen, n, t))
        steps.append(Step(obs, carry, act, rew))
        carry = new_carry
        total += rew.mean().item()
        if len(steps) == unroll:
            batch = Step(*(torch.stack(x) for x in zip(*steps)))
            learner = sgd(learner, grad_fn(learner, batch), lr)
            actor = {k: v.clone() for k, v in learner.items()}
            steps = []
    return actor, learner, total / horizon


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--junctions", type=int, default=16)
    ap.add_argument("--days", type=int, default=300)
    ap.add_argument("--unroll", type=int, default=20)
    ap.add_argument("--lr", type=float, default=1e-2)
    args = ap.parse_args()
    gen = torch.Generator().manual_seed(0)
    learner = init_params()
    actor = {k: v.clone() for k, v in learner.items()}
    for day in range(args.days):
        actor, learner, mean = run_day(actor, learner, gen, args.junctions, 1200, args.unroll, args.lr)
        if day % 10 == 0:
            print(day, round(mean, 4))
    torch.save(learner, "signal.pt")


if __name__ == "__main__":
    main()
