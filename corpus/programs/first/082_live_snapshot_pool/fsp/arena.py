import numpy as np
from sb3_contrib import RecurrentPPO


def play(env, left, right):
    obs, done = env.reset(), False
    mem = [None, None]
    first = np.array([True])
    while not done:
        acts = []
        for i, m in enumerate((left, right)):
            a, mem[i] = m.predict(obs[i], state=mem[i], episode_start=first)
            acts.append(a)
        first = np.array([False])
        obs, outcome, done = env.step(acts)
    return outcome


def winrate(env, model: RecurrentPPO, sparring: RecurrentPPO, pool, n=40):
    w = 0
    for _ in range(n):
        step, sd = pool.draw()
        sparring.policy.load_state_dict(sd)
        w += play(env, model, sparring) > 0
    return w / n
