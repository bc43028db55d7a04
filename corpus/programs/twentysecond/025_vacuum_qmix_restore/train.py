import argparse
import copy
import random
from collections import deque

import numpy as np
import torch
import torch.nn.functional as F

from env import MOVES, FloorEnv
from mac import FleetController
from models import QMixer


def unroll(agent, obs):
    T, n, _ = obs.shape
    h = agent.init_hidden(n)
    out = []
    for t in range(T):
        q, h = agent(obs[t], h)
        out.append(q)
    return torch.stack(out)


class QLearner:
    def __init__(self, mac, mixer, lr, gamma):
        self.mac, self.mixer, self.gamma = mac, mixer, gamma
        self.target_agent = copy.deepcopy(mac.agent)
        self.target_mixer = copy.deepcopy(mixer)
        self.params = list(mac.agent.parameters()) + list(mixer.parameters())
        self.opt = torch.optim.RMSprop(self.params, lr=lr)
        self.updates = 0

    def train(self, episodes):
        loss = 0.0
        for ep in episodes:
            obs, state, act, rew = (torch.as_tensor(np.stack(x)) for x in zip(*ep))
            q = unroll(self.mac.agent, obs)
            chosen = q.gather(-1, act.unsqueeze(-1)).squeeze(-1)
            q_tot = self.mixer(chosen, state)
            with torch.no_grad():
                tq = unroll(self.target_agent, obs).max(-1)[0]
                t_tot = self.target_mixer(tq, state)
                target = rew + self.gamma * torch.cat([t_tot[1:], t_tot.new_zeros(1)])
            loss = loss + F.mse_loss(q_tot, target)
        self.opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.params, 10.0)
        self.opt.step()
        self.updates += 1
        if self.updates % 200 == 0:
            self.target_agent.load_state_dict(self.mac.agent.state_dict())
            self.target_mixer.load_state_dict(self.mixer.state_dict())
        return float(loss)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--steps", type=int, default=500_000)
    p.add_argument("--robots", type=int, default=3)
    p.add_argument("--lr", type=float, default=5e-4)
    p.add_argument("--gamma", type=float, default=0.98)
    p.add_argument("--check-every", type=int, default=5000)
    p.add_argument("--collapse", type=float, default=0.75)
    args = p.parse_args()

    env = FloorEnv(args.robots)
    mac = FleetController(env.obs_dim, len(MOVES), args.robots)
    learner = QLearner(mac, QMixer(args.robots, env.state_dim), args.lr, args.gamma)
    buffer, returns = deque(maxlen=500), deque(maxlen=30)
    best_score, best_weights = -float("inf"), None

    obs, episode, ep_return = env.reset(), [], 0.0
    mac.init_hidden()
    for t in range(1, args.steps + 1):
        eps = max(0.05, 1.0 - t / 50_000)
        state = env.state()
        actions = mac.select_actions(obs, eps)
        next_obs, reward, done = env.step(actions)
        episode.append((obs, state, np.array(actions), np.float32(reward)))
        ep_return += reward
        obs = next_obs
        if done:
            buffer.append(episode)
            returns.append(ep_return)
            if len(buffer) >= 16:
                learner.train(random.sample(list(buffer), 8))
            obs, episode, ep_return = env.reset(), [], 0.0
            mac.init_hidden()

        if t % args.check_every == 0 and len(returns) == returns.maxlen:
            score = float(np.mean(returns))
            print(f"t={t} coverage={score:.2f} best={best_score:.2f} eps={eps:.2f}")
            if score > best_score:
                best_score = score
                best_weights = copy.deepcopy(mac.agent.state_dict())
                torch.save(best_weights, "fleet_best.pt")
            elif score < args.collapse * best_score:
                print("coverage collapsed, going back to the best fleet")
                mac.load_weights(best_weights)
                returns.clear()


if __name__ == "__main__":
    main()
