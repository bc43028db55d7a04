import argparse
import statistics

import torch

from glory_hole import GloryHole
from policy import BlowerPolicy


class EarlyStopping:
    def __init__(self, patience):
        self.patience = patience
        self.best_score = float("-inf")
        self.best_state = None
        self.counter = 0

    def update(self, score, model):
        if score > self.best_score:
            self.best_score = score
            self.best_state = model.state_dict()
            self.counter = 0
        else:
            self.counter += 1
        return self.counter >= self.patience

    def restore(self, model):
        model.load_state_dict(self.best_state)
        self.counter = 0


def episode(env, policy, greedy=False):
    policy.init_hidden()
    obs, done = env.reset(), False
    logps, values, rewards, ents = [], [], [], []
    while not done:
        dist, v = policy(obs)
        a = dist.probs.argmax(-1) if greedy else dist.sample()
        obs, r, done = env.step(a.item())
        logps.append(dist.log_prob(a)[0])
        ents.append(dist.entropy()[0])
        values.append(v)
        rewards.append(r)
    return logps, values, rewards, ents


def update(policy, opt, batch, gamma):
    loss = 0.0
    for logps, values, rewards, ents in batch:
        g, rets = 0.0, []
        for r in reversed(rewards):
            g = r + gamma * g
            rets.insert(0, g)
        rets, values = torch.tensor(rets), torch.stack(values)
        adv = rets - values
        loss = loss - (torch.stack(logps) * adv.detach()).mean() + 0.5 * adv.pow(2).mean()
        loss = loss - 0.01 * torch.stack(ents).mean()
    opt.zero_grad()
    (loss / len(batch)).backward()
    torch.nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
    opt.step()


def validate(policy, n=20):
    with torch.no_grad():
        return statistics.mean(sum(episode(GloryHole(s), policy, greedy=True)[2]) for s in range(n))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--iterations", type=int, default=3000)
    p.add_argument("--batch", type=int, default=10)
    p.add_argument("--lr", type=float, default=2e-3)
    p.add_argument("--gamma", type=float, default=0.98)
    p.add_argument("--patience", type=int, default=8)
    p.add_argument("--restarts", type=int, default=4)
    args = p.parse_args()

    env, policy = GloryHole(), BlowerPolicy()
    lr = args.lr
    opt = torch.optim.Adam(policy.parameters(), lr=lr)
    stopper = EarlyStopping(args.patience)
    for it in range(args.iterations):
        update(policy, opt, [episode(env, policy) for _ in range(args.batch)], args.gamma)
        if it % 20:
            continue
        score = validate(policy)
        print(f"{it:5d} score {score:.3f} best {stopper.best_score:.3f} lr {lr:.1e}")
        if stopper.update(score, policy):
            if args.restarts == 0:
                break
            args.restarts -= 1
            stopper.restore(policy)
            lr *= 0.3
            opt = torch.optim.Adam(policy.parameters(), lr=lr)
    stopper.restore(policy)
    torch.save(policy.state_dict(), "blower.pt")


if __name__ == "__main__":
    main()
