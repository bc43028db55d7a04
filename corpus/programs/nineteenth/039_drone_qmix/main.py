import random
from collections import deque
from types import SimpleNamespace

import numpy as np
import torch as th

from qmix import MAC, Mixer
from search_env import SearchAndRescue

args = SimpleNamespace(
    hidden=64, lr=5e-4, gamma=0.98, batch=32, buffer=3000, episodes=40000,
    target_interval=200, test_interval=500, test_episodes=20, drop=3.0, eps_anneal=10000,
)


def run_episode(env, mac, eps):
    env.reset()
    mac.init_hidden(1)
    ep = {k: [] for k in ("obs", "state", "act", "rew", "term")}
    over = False
    while not over:
        obs, state = env.get_obs(), env.get_state()
        with th.no_grad():
            q = mac.forward(th.from_numpy(obs)[None])[0]
        act = [random.randrange(env.n_actions) if random.random() < eps else int(a) for a in q.argmax(-1)]
        rew, term, cut = env.step(act)
        over = term or cut
        for k, v in zip(ep, (obs, state, act, rew, float(term))):
            ep[k].append(v)
    ep["obs"].append(env.get_obs())
    ep["state"].append(env.get_state())
    return ep


def to_batch(eps):
    T = max(len(e["rew"]) for e in eps)

    def pad(key, length):
        rows = []
        for e in eps:
            a = np.asarray(e[key], np.float32)
            rows.append(np.concatenate([a, np.zeros((length - len(a), *a.shape[1:]), np.float32)]))
        return th.from_numpy(np.stack(rows))

    mask = th.tensor([[1.0] * len(e["rew"]) + [0.0] * (T - len(e["rew"])) for e in eps])
    return pad("obs", T + 1), pad("state", T + 1), pad("act", T).long(), pad("rew", T), pad("term", T), mask


def unroll(mac, obs):
    mac.init_hidden(obs.shape[0])
    return th.stack([mac.forward(obs[:, t]) for t in range(obs.shape[1])], 1)


def train(mac, mixer, t_mac, t_mixer, opt, episodes):
    obs, state, act, rew, term, mask = to_batch(episodes)
    qs = unroll(mac, obs)
    chosen = mixer(qs[:, :-1].gather(-1, act.unsqueeze(-1)).squeeze(-1), state[:, :-1])
    with th.no_grad():
        greedy = qs[:, 1:].argmax(-1, keepdim=True)
        nxt = unroll(t_mac, obs)[:, 1:].gather(-1, greedy).squeeze(-1)
        y = rew + args.gamma * (1 - term) * t_mixer(nxt, state[:, 1:])
    loss = (((chosen - y) * mask) ** 2).sum() / mask.sum()
    opt.zero_grad()
    loss.backward()
    th.nn.utils.clip_grad_norm_([p for g in opt.param_groups for p in g["params"]], 10)
    opt.step()
    return loss.item()


def main():
    env = SearchAndRescue()
    mac, t_mac = MAC(env, args.hidden), MAC(env, args.hidden)
    mixer, t_mixer = Mixer(env.n, env.state_dim), Mixer(env.n, env.state_dim)
    t_mac.load_state(mac)
    t_mixer.load_state_dict(mixer.state_dict())
    opt = th.optim.Adam(list(mac.agent.parameters()) + list(mixer.parameters()), lr=args.lr)
    buffer, best, loss = deque(maxlen=args.buffer), -np.inf, 0.0
    for e in range(args.episodes):
        buffer.append(run_episode(env, mac, max(0.05, 1 - e / args.eps_anneal)))
        if len(buffer) >= args.batch:
            loss = train(mac, mixer, t_mac, t_mixer, opt, random.sample(buffer, args.batch))
        if e % args.target_interval == 0:
            t_mac.load_state(mac)
            t_mixer.load_state_dict(mixer.state_dict())
        if e % args.test_interval == 0:
            score = np.mean([sum(run_episode(env, mac, 0.0)["rew"]) for _ in range(args.test_episodes)])
            print(f"episode {e} loss {loss:.4f} test return {score:.2f} best {best:.2f}")
            if score > best:
                best = score
                mac.save_models("drones_best.th")
            elif score < best - args.drop:
                mac.load_models("drones_best.th")


if __name__ == "__main__":
    main()
