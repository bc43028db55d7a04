import argparse

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.monitor import Monitor

from keydoor import KeyDoor


def evaluate(model, venv, n_episodes):
    n = venv.num_envs
    obs = venv.reset()
    _states = None
    _start = np.ones((n,), dtype=bool)
    returns, cur = [], np.zeros(n)
    while len(returns) < n_episodes:
        action, _states = model.predict(obs, _states, _start, deterministic=True)
        obs, rewards, _start, infos = venv.step(action)
        cur += rewards
        for i in np.flatnonzero(_start):
            returns.append(cur[i])
            cur[i] = 0.0
    return np.array(returns)


def one_by_one(model, n_episodes):
    env = Monitor(KeyDoor(render_mode=None))
    out = []
    for ep in range(n_episodes):
        obs, info = env.reset(seed=ep)
        s, done, total = None, False, 0.0
        while not done:
            a, s = model.predict(obs, state=s)
            obs, r, te, tr, info = env.step(a)
            total += r
            done = te or tr
        out.append(total)
    return np.array(out)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("zip")
    ap.add_argument("-n", type=int, default=200)
    ap.add_argument("--envs", type=int, default=10)
    ap.add_argument("--check", action="store_true", help="compare with a plain loop")
    args = ap.parse_args()
    model = RecurrentPPO.load(args.zip)
    r = evaluate(model, make_vec_env(KeyDoor, args.envs), args.n)
    print(f"{r.mean():.3f} +- {r.std() / np.sqrt(len(r)):.3f}")
    if args.check:
        q = one_by_one(model, args.n // 4)
        print(f"{q.mean():.3f} +- {q.std() / np.sqrt(len(q)):.3f}")


if __name__ == "__main__":
    main()
