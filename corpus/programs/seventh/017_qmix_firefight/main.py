"""QMIX on cooperative fire fighting: agents along a street, houses between them burn."""
import argparse
import copy
import random
from collections import deque

import numpy as np
import torch

from qmix import AgentNet, Mixer


class FireFightEnv:
    def __init__(self, n_agents=4, limit=40):
        self.n_agents, self.n_houses, self.limit = n_agents, n_agents + 1, limit
        self.obs_dim, self.n_actions, self.state_dim = 4, 2, self.n_houses

    def reset(self):
        self.fire = np.random.randint(0, 4, self.n_houses).astype(np.float32)
        self.t = 0
        return self.observe(), self.fire / 5.0

    def observe(self):
        seen = []
        for i in range(self.n_agents):
            left = float(self.fire[i] > 0 and random.random() < 0.7)
            right = float(self.fire[i + 1] > 0 and random.random() < 0.7)
            seen.append([left, right, i / self.n_agents, self.t / self.limit])
        return np.array(seen, dtype=np.float32)

    def step(self, actions):
        visits = np.zeros(self.n_houses)
        for i, a in enumerate(actions):
            visits[i + a] += 1
        for h in range(self.n_houses):
            if visits[h] >= 2:
                self.fire[h] = 0
            elif visits[h] == 1:
                self.fire[h] = max(0, self.fire[h] - 1)
            elif self.fire[h] > 0 and random.random() < 0.6:
                self.fire[h] = min(5, self.fire[h] + 1)
        self.t += 1
        return self.observe(), self.fire / 5.0, -float(self.fire.sum()) / 5, self.t >= self.limit or self.fire.sum() == 0


class Runner:
    def __init__(self, env, agent):
        self.env = env
        self.agent = agent
        self.hidden = agent.init_hidden(env.n_agents)

    @torch.no_grad()
    def select_actions(self, obs, epsilon):
        q, self.hidden = self.agent(torch.from_numpy(obs), self.hidden)
        greedy = q.argmax(-1).numpy()
        explore = np.random.rand(self.env.n_agents) < epsilon
        return np.where(explore, np.random.randint(self.env.n_actions, size=self.env.n_agents), greedy)

    def run_episode(self, epsilon):
        obs, state = self.env.reset()
        ep = {"obs": [obs], "state": [state.copy()], "act": [], "rew": []}
        done = False
        while not done:
            actions = self.select_actions(obs, epsilon)
            obs, state, reward, done = self.env.step(actions)
            ep["obs"].append(obs)
            ep["state"].append(state.copy())
            ep["act"].append(actions)
            ep["rew"].append(reward)
        return ep


def unroll(net, obs):
    hidden = net.init_hidden(obs.shape[1])
    out = []
    for o in obs:
        q, hidden = net(o, hidden)
        out.append(q)
    return torch.stack(out)


def episode_loss(ep, agent, mixer, target_agent, target_mixer, gamma):
    obs = torch.from_numpy(np.stack(ep["obs"]))
    state = torch.from_numpy(np.stack(ep["state"])).float()
    act = torch.from_numpy(np.stack(ep["act"])).long()
    rew = torch.tensor(ep["rew"], dtype=torch.float32)
    q_all = unroll(agent, obs)
    q = q_all[:-1].gather(-1, act.unsqueeze(-1)).squeeze(-1)
    with torch.no_grad():
        best = q_all[1:].argmax(-1, keepdim=True)
        tq = unroll(target_agent, obs)[1:].gather(-1, best).squeeze(-1)
        cont = torch.ones_like(rew)
        cont[-1] = 0.0
        y = rew + gamma * cont * target_mixer(tq, state[1:])
    return (mixer(q, state[:-1]) - y).pow(2).mean()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--episodes", type=int, default=20000)
    ap.add_argument("--batch", type=int, default=16)
    ap.add_argument("--gamma", type=float, default=0.98)
    ap.add_argument("--target-every", type=int, default=200)
    args = ap.parse_args()

    env = FireFightEnv()
    agent, mixer = AgentNet(env.obs_dim, env.n_actions), Mixer(env.n_agents, env.state_dim)
    target_agent, target_mixer = copy.deepcopy(agent), copy.deepcopy(mixer)
    params = list(agent.parameters()) + list(mixer.parameters())
    opt = torch.optim.RMSprop(params, lr=5e-4)
    runner, buffer, scores = Runner(env, agent), deque(maxlen=2000), deque(maxlen=200)

    for episode in range(args.episodes):
        ep = runner.run_episode(epsilon=max(0.05, 1 - episode / 3000))
        buffer.append(ep)
        scores.append(sum(ep["rew"]))
        if len(buffer) >= args.batch:
            batch = random.sample(buffer, args.batch)
            loss = sum(episode_loss(e, agent, mixer, target_agent, target_mixer, args.gamma) for e in batch) / args.batch
            opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(params, 10)
            opt.step()
        if episode % args.target_every == 0:
            target_agent.load_state_dict(agent.state_dict())
            target_mixer.load_state_dict(mixer.state_dict())
            print(f"episode {episode} mean return {np.mean(scores):.2f}")


if __name__ == "__main__":
    main()
