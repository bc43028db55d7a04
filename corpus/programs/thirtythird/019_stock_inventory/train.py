import argparse
import random

import numpy as np
import torch

from model import OrderNet
from store import StoreEnv


def run_episode(env, net, greedy=False, seed=None):
    obs, _ = env.reset(seed=seed)
    season, over = None, False
    logps, values, ents, rewards = [], [], [], []
    while not over:
        logits, v, season = net(torch.from_numpy(obs).view(1, 1, -1), season)
        dist = torch.distributions.Categorical(logits=logits[0, 0])
        a = dist.probs.argmax() if greedy else dist.sample()
        obs, r, term, trunc, _ = env.step(a.item())
        over = term or trunc
        logps.append(dist.log_prob(a))
        ents.append(dist.entropy())
        values.append(v[0, 0])
        rewards.append(r)
    return logps, values, ents, rewards


@torch.no_grad()
def evaluate(env, net, episodes):
    net.eval()
    scores = [sum(run_episode(env, net, greedy=True, seed=5000 + k)[3]) for k in range(episodes)]
    net.train()
    return float(np.mean(scores))


def parse():
    ap = argparse.ArgumentParser()
    ap.add_argument("--epochs", type=int, default=400)
    ap.add_argument("--episodes-per-epoch", type=int, default=10)
    ap.add_argument("--patience", type=int, default=40)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--gamma", type=float, default=0.97)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--out", default="order.pt")
    return ap.parse_args()


def main():
    args = parse()
    random.seed(args.seed)
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)
    env, eval_env = StoreEnv(), StoreEnv()
    net = OrderNet(env.observation_space.shape[0], env.action_space.n)
    opt = torch.optim.Adam(net.parameters(), lr=args.lr)

    best_score, best_weights, best_epoch = -float("inf"), None, 0
    for epoch in range(args.epochs):
        loss = 0.0
        for _ in range(args.episodes_per_epoch):
            logps, values, ents, rewards = run_episode(env, net)
            g, rets = 0.0, []
            for r in reversed(rewards):
                g = r + args.gamma * g
                rets.append(g)
            rets = torch.tensor(rets[::-1], dtype=torch.float32)
            values = torch.stack(values)
            adv = rets - values.detach()
            loss = loss - (torch.stack(logps) * adv).mean() + 0.5 * (rets - values).pow(2).mean()
            loss = loss - 0.01 * torch.stack(ents).mean()
        opt.zero_grad()
        (loss / args.episodes_per_epoch).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()

        score = evaluate(eval_env, net, 20)
        if score > best_score:
            best_score, best_epoch = score, epoch
            best_weights = net.state_dict()
        elif epoch - best_epoch > args.patience:
            print("stopped at epoch %d" % epoch)
            break
        if epoch % 10 == 0:
            print("epoch %d score %.3f best %.3f" % (epoch, score, best_score))

    net.load_state_dict(best_weights)
    print("test score %.3f" % evaluate(eval_env, net, 200))
    torch.save({"model": net.state_dict(), "score": best_score, "epoch": best_epoch}, args.out)


if __name__ == "__main__":
    main()
