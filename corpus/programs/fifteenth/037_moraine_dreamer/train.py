import random

import torch

from agent import MoraineAgent
from station import Station

SEASONS, LEN, BATCH, TRAIN_EVERY = 2000, 40, 24, 8


def sample(store):
    out = []
    for ep in random.choices(store, k=BATCH):
        i = random.randint(0, len(ep[0]) - LEN)
        out.append([x[i:i + LEN] for x in ep])
    return [torch.stack(x, 1) for x in zip(*out)]


def run_season(env, agent, store, noise=0.2, train=True):
    obs, over = env.reset(), False
    agent.begin()
    rows, total, t = [(obs, torch.zeros(env.act_dim), 0.0)], 0.0, 0
    while not over:
        act = agent.act(obs, noise)
        obs, rew, over = env.step(act)
        rows.append((obs, act, rew))
        total += rew
        t += 1
        if train and len(store) > 5 and t % TRAIN_EVERY == 0:
            agent.learn(*sample(store))
    o, a, r = zip(*rows)
    return total, (torch.stack(o), torch.stack(a), torch.tensor(r))


if __name__ == "__main__":
    env = Station()
    agent = MoraineAgent(env.obs_dim, env.act_dim)
    store = []
    for season in range(SEASONS):
        total, ep = run_season(env, agent, store)
        store = (store + [ep])[-200:]
        if season % 25 == 0:
            test, _ = run_season(env, agent, store, noise=0.0, train=False)
            print(f"season {season} train {total:.2f} test {test:.2f}")
    torch.save({"wm": agent.wm.state_dict(), "actor": agent.actor.state_dict()}, "moraine.pt")
