import torch
from torch import nn, optim

from rivals import Agent, Rival
from tennis_sim import BatchedTennis

N, T, EPOCHS, CLIP = 32, 128, 4, 0.2


def collect(env, agent, rival, cur):
    obs, obs_far, done, state = cur
    start = (state[0].clone(), state[1].clone())
    roll = {k: [] for k in ("obs", "act", "logp", "val", "rew", "done")}
    for _ in range(T):
        with torch.no_grad():
            a, logp, _, v, state = agent.act(obs, state, done)
        far = rival.act(obs_far, done)
        for k, x in zip(("obs", "act", "logp", "val", "done"), (obs, a, logp, v, done)):
            roll[k].append(x)
        (obs, obs_far), rew, done = env.step(a, far)
        roll["rew"].append(rew)
    with torch.no_grad():
        last = agent.act(obs, state, done)[3]
    return {k: torch.stack(v) for k, v in roll.items()}, start, last, (obs, obs_far, done, state)


def gae(roll, last, last_done, gamma=0.99, lam=0.95):
    adv = torch.zeros_like(roll["rew"])
    acc = torch.zeros(N)
    for t in reversed(range(T)):
        nonterm = 1.0 - (last_done if t == T - 1 else roll["done"][t + 1])
        nxt = last if t == T - 1 else roll["val"][t + 1]
        delta = roll["rew"][t] + gamma * nxt * nonterm - roll["val"][t]
        acc = delta + gamma * lam * nonterm * acc
        adv[t] = acc
    return adv, adv + roll["val"]


def main():
    env = BatchedTennis(N)
    agent = Agent(env.obs_dim, env.n_act)
    rival = Rival(env.obs_dim, env.n_act, N)
    rival.remember(agent)
    rival.change()
    opt = optim.Adam(agent.parameters(), lr=2.5e-4, eps=1e-5)
    obs, obs_far = env.reset()
    cur = (obs, obs_far, torch.zeros(N), agent.initial_state(N))
    for it in range(1, 5001):
        roll, start, last, cur = collect(env, agent, rival, cur)
        adv, ret = gae(roll, last, cur[2])
        for _ in range(EPOCHS):
            for idx in torch.randperm(N).split(N // 4):
                part = (start[0][:, idx], start[1][:, idx])
                x = roll["obs"][:, idx].flatten(0, 1)
                _, logp, ent, val, _ = agent.act(x, part, roll["done"][:, idx], roll["act"][:, idx].flatten())
                a = adv[:, idx].flatten()
                a = (a - a.mean()) / (a.std() + 1e-8)
                ratio = (logp - roll["logp"][:, idx].flatten()).exp()
                pg = -torch.min(a * ratio, a * ratio.clamp(1 - CLIP, 1 + CLIP)).mean()
                loss = pg + 0.5 * (val - ret[:, idx].flatten()).pow(2).mean() - 0.01 * ent.mean()
                opt.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(agent.parameters(), 0.5)
                opt.step()
        if it % 40 == 0:
            rival.remember(agent)
        if it % 10 == 0:
            rival.change()
            print(it, roll["rew"].mean().item())


if __name__ == "__main__":
    main()
