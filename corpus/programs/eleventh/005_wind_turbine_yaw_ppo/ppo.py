import argparse
import copy

import torch
import torch.nn as nn

from farm import YawFarm
from model import RecurrentActorCritic


def rollout(env, net, obs, done, state, steps):
    buf = {k: [] for k in ("obs", "done", "act", "logp", "val", "rew")}
    for _ in range(steps):
        with torch.no_grad():
            dist, value, state = net(obs, state, done)
        act = dist.sample()
        for key, x in zip(("obs", "done", "act", "logp", "val"), (obs, done, act, dist.log_prob(act), value)):
            buf[key].append(x)
        obs, rew, done = env.step(act)
        buf["rew"].append(rew)
    with torch.no_grad():
        last_value = net(obs, state, done)[1]
    return {k: torch.stack(v) for k, v in buf.items()}, last_value, obs, done, state


def gae(batch, last_value, last_done, gamma=0.99, lam=0.95):
    steps = len(batch["rew"])
    adv, running = torch.zeros_like(batch["rew"]), 0.0
    for t in reversed(range(steps)):
        nxt_done = last_done if t == steps - 1 else batch["done"][t + 1]
        nxt_val = last_value if t == steps - 1 else batch["val"][t + 1]
        delta = batch["rew"][t] + gamma * nxt_val * (1 - nxt_done) - batch["val"][t]
        running = delta + gamma * lam * (1 - nxt_done) * running
        adv[t] = running
    return adv, adv + batch["val"]


def update(net, opt, batch, first_state, adv, ret, epochs=4, clip=0.2):
    norm = (adv - adv.mean()) / (adv.std() + 1e-8)
    for _ in range(epochs):
        state, logps, vals, ents = first_state, [], [], []
        for obs, done, act in zip(batch["obs"], batch["done"], batch["act"]):
            dist, value, state = net(obs, state, done)
            logps.append(dist.log_prob(act))
            vals.append(value)
            ents.append(dist.entropy())
        ratio = (torch.stack(logps) - batch["logp"]).exp()
        pg = -torch.min(ratio * norm, ratio.clamp(1 - clip, 1 + clip) * norm).mean()
        loss = pg + 0.5 * (torch.stack(vals) - ret).pow(2).mean() - 0.01 * torch.stack(ents).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()


@torch.no_grad()
def evaluate(net, steps=600):
    env = YawFarm(16, seed=999)
    obs, done, state = env.reset(), torch.zeros(16), net.init_state(16)
    total = 0.0
    for _ in range(steps):
        dist, _, state = net(obs, state, done)
        obs, rew, done = env.step(dist.probs.argmax(-1))
        total += rew.mean().item()
    return total / steps


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--envs", type=int, default=16)
    ap.add_argument("--iters", type=int, default=1500)
    ap.add_argument("--eval-every", type=int, default=20)
    ap.add_argument("--max-drop", type=float, default=0.1)
    args = ap.parse_args()

    env = YawFarm(args.envs)
    net = RecurrentActorCritic(env.obs_dim, env.n_actions)
    opt = torch.optim.Adam(net.parameters(), lr=3e-4, eps=1e-5)
    best_score, best_weights = evaluate(net), copy.deepcopy(net.state_dict())
    obs, done, state = env.reset(), torch.zeros(args.envs), net.init_state(args.envs)
    for it in range(1, args.iters + 1):
        first_state = state
        batch, last_value, obs, done, state = rollout(env, net, obs, done, state, 64)
        adv, ret = gae(batch, last_value, done)
        update(net, opt, batch, first_state, adv, ret)
        if it % args.eval_every == 0:
            score = evaluate(net)
            print(f"iter {it} eval {score:.4f} best {best_score:.4f}")
            if score > best_score:
                best_score, best_weights = score, copy.deepcopy(net.state_dict())
            elif score < best_score - args.max_drop:
                print("  evaluation dropped, going back to the best weights")
                net.load_state_dict(best_weights)
                opt = torch.optim.Adam(net.parameters(), lr=3e-4, eps=1e-5)
    torch.save(best_weights, "yaw_best.pt")


if __name__ == "__main__":
    main()
