import argparse
import copy
import random

import torch

from mac import Controller, Mixer


class CargoDeck(object):
    n_agents, n_actions, obs_dim, limit = 2, 4, 3, 30

    def __init__(self, stacks):
        self.stacks = stacks

    def reset(self):
        self.t = 0
        self.load = torch.rand(self.n_agents) * self.stacks
        return self.obs()

    def obs(self):
        flag = torch.full((self.n_agents,), float(self.t < 3))
        return torch.stack([self.load * flag, flag, torch.full_like(flag, self.t / self.limit)], -1)

    def state(self):
        return torch.cat([self.load, torch.tensor([self.t / self.limit])])

    def step(self, acts):
        self.t += 1
        before = (self.load[0] - self.load[1]).abs()
        self.load = (self.load + 0.1 * (acts.float() - 1.5)).clamp(min=0.0)
        after = (self.load[0] - self.load[1]).abs()
        return self.obs(), float(before - after), self.t >= self.limit


def play(env, mac, eps):
    obs = env.reset()
    mac.init_hidden(1)
    ep = {"obs": [obs], "state": [env.state()], "act": [], "rew": []}
    done = False
    while not done:
        act = mac.select(obs, eps)
        obs, rew, done = env.step(act)
        ep["obs"].append(obs)
        ep["state"].append(env.state())
        ep["act"].append(act)
        ep["rew"].append(torch.tensor(rew))
    return {k: torch.stack(v) for k, v in ep.items()}


class Learner(object):
    def __init__(self, mac, mixer, lr, gamma, target_every):
        self.mac, self.mixer = mac, mixer
        self.target_mac = copy.deepcopy(mac)
        self.target_mixer = copy.deepcopy(mixer)
        self.params = list(mac.parameters()) + list(mixer.parameters())
        self.opt = torch.optim.RMSprop(self.params, lr=lr)
        self.gamma, self.target_every, self.n = gamma, target_every, 0

    def unroll(self, mac, obs):
        mac.init_hidden(obs.shape[0])
        return torch.stack([mac.forward(obs[:, t]) for t in range(obs.shape[1])], 1)

    def train(self, batch):
        q = self.unroll(self.mac, batch["obs"])
        chosen = q[:, :-1].gather(-1, batch["act"].unsqueeze(-1)).squeeze(-1)
        bs, steps = batch["rew"].shape
        with torch.no_grad():
            tq = self.unroll(self.target_mac, batch["obs"])[:, 1:]
            pick = q[:, 1:].argmax(-1, keepdim=True)
            best = tq.gather(-1, pick).squeeze(-1)
            nxt = self.target_mixer(best.flatten(0, 1), batch["state"][:, 1:].flatten(0, 1)).view(bs, steps)
            live = torch.ones(steps)
            live[-1] = 0.0
            goal = batch["rew"] + self.gamma * live * nxt
        tot = self.mixer(chosen.flatten(0, 1), batch["state"][:, :-1].flatten(0, 1)).view(bs, steps)
        loss = (tot - goal).pow(2).mean()
        self.opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.params, 10.0)
        self.opt.step()
        self.n += 1
        if self.n % self.target_every == 0:
            self.sync()
        return loss.item()

    def sync(self):
        self.target_mac.net.load_state_dict(self.mac.net.state_dict())
        self.target_mixer.load_state_dict(self.mixer.state_dict())


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--episodes", type=int, default=3000)
    p.add_argument("--batch", type=int, default=16)
    p.add_argument("--keep", default="deck_mac.pt")
    p.add_argument("--patience", type=int, default=5)
    a = p.parse_args()
    env = CargoDeck(stacks=2.0)
    mac = Controller(env.obs_dim, env.n_agents, env.n_actions)
    learner = Learner(mac, Mixer(env.n_agents, env.n_agents + 1), 5e-4, 0.99, 100)
    store, top, worse = [], float("-inf"), 0
    for i in range(a.episodes):
        store.append(play(env, mac, max(0.05, 1.0 - i / 800)))
        store = store[-500:]
        if len(store) >= a.batch:
            eps = random.sample(store, a.batch)
            learner.train({k: torch.stack([e[k] for e in eps]) for k in eps[0]})
        if i % 50 == 49:
            score = sum(play(env, mac, 0.0)["rew"].sum().item() for _ in range(10)) / 10
            if score > top:
                top, worse = score, 0
                mac.save(a.keep)
                env.stacks = min(env.stacks + 0.25, 6.0)
            else:
                worse += 1
            if worse >= a.patience:
                mac.load(a.keep)
                learner.sync()
                env.stacks, worse = max(env.stacks - 0.5, 2.0), 0
            print(i, round(score, 3), env.stacks)


if __name__ == "__main__":
    main()
