import argparse

import numpy as np
import torch
import torch.nn.functional as F

from ferry import FerryDocking
from model import Helmsman


def voyage(model, env, greedy=False):
    obs, h, done = env.reset(), None, False
    xs, acts, rews = [], [], []
    while not done:
        with torch.no_grad():
            logits, _, h = model(torch.from_numpy(obs).view(1, 1, -1), h)
        p = logits[0, 0].softmax(-1)
        a = int(p.argmax()) if greedy else int(torch.multinomial(p, 1))
        xs.append(obs)
        acts.append(a)
        obs, r, done = env.step(a)
        rews.append(r)
    return np.stack(xs), acts, rews


def returns(rews, gamma):
    out, g = [], 0.0
    for r in reversed(rews):
        g = r + gamma * g
        out.append(g)
    return torch.tensor(out[::-1])


def update(model, opt, batch, gamma):
    loss, n = 0.0, 0
    for xs, acts, rews in batch:
        logits, values, _ = model(torch.from_numpy(xs).unsqueeze(1))
        logp = F.log_softmax(logits[:, 0], -1)
        ret = returns(rews, gamma)
        adv = ret - values[:, 0]
        chosen = logp[torch.arange(len(acts)), torch.tensor(acts)]
        entropy = -(logp.exp() * logp).sum(-1)
        loss = loss + (-chosen * adv.detach() + 0.5 * adv.pow(2) - 0.01 * entropy).sum()
        n += len(acts)
    opt.zero_grad()
    (loss / n).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    opt.step()


def evaluate(model, n=25):
    env = FerryDocking(seed=999)
    return float(np.mean([sum(voyage(model, env, greedy=True)[2]) for _ in range(n)]))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--updates", type=int, default=2000)
    ap.add_argument("--voyages", type=int, default=16)
    ap.add_argument("--eval-every", type=int, default=25)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--out", default="helmsman.pt")
    args = ap.parse_args()

    env, model = FerryDocking(), Helmsman()
    opt = torch.optim.Adam(model.parameters(), lr=args.lr)
    best_score, best_weights = -float("inf"), None
    for u in range(args.updates):
        update(model, opt, [voyage(model, env) for _ in range(args.voyages)], gamma=0.99)
        if u % args.eval_every == 0:
            score = evaluate(model)
            print(f"update {u}: {score:.2f} (best {best_score:.2f})")
            if score > best_score:
                best_score = score
                best_weights = model.state_dict()

    model.load_state_dict(best_weights)
    print("final:", evaluate(model, 100))
    torch.save(model.state_dict(), args.out)


if __name__ == "__main__":
    main()
