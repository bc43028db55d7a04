import sys

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from market import ShortCallEnv, bs_call


def train(path):
    venv = make_vec_env(ShortCallEnv, n_envs=16)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=120, batch_size=480, gamma=1.0, verbose=1)
    model.learn(1_500_000)
    model.save(path)
    return model


def pnl_of_agent(model, paths):
    env = ShortCallEnv()
    totals = []
    for seed in range(paths):
        obs, _ = env.reset(seed=seed)
        done, total = False, 0.0
        while not done:
            action, _ = model.predict(obs, deterministic=True)
            obs, _, done, _, info = env.step(action)
            total += info["pnl"]
        totals.append(total)
    return np.array(totals)


def pnl_of_delta(paths):
    env = ShortCallEnv()
    totals = []
    for seed in range(paths):
        env.reset(seed=seed)
        done, total = False, 0.0
        while not done:
            delta = bs_call(env.s, 100.0, (env.days - env.t) / 252, 0.2)[1]
            _, _, done, _, info = env.step([delta])
            total += info["pnl"]
        totals.append(total)
    return np.array(totals)


def report(name, x):
    var95 = -np.quantile(x, 0.05)
    cvar = -x[x <= -var95].mean()
    print(f"{name:12s} mean {x.mean():8.4f} std {x.std():7.4f} VaR95 {var95:7.4f} CVaR95 {cvar:7.4f}")


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "test":
        model = RecurrentPPO.load("hedger")
    else:
        model = train("hedger")
    report("agent", pnl_of_agent(model, 2000))
    report("BS delta", pnl_of_delta(2000))
