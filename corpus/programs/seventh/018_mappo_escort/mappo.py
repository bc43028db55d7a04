"""Recurrent MAPPO: a convoy of escorts shares one actor; a central critic sees them all."""
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical

from escort_env import EscortEnv


@dataclass
class Args:
    n_threads: int = 8
    episode_length: int = 64
    num_updates: int = 4000
    ppo_epoch: int = 5
    clip_param: float = 0.2
    entropy_coef: float = 0.01
    gamma: float = 0.99
    gae_lambda: float = 0.95
    lr: float = 5e-4
    hidden_size: int = 64


class RNNBase(nn.Module):
    def __init__(self, in_dim, out_dim, hidden_size):
        super().__init__()
        self.fc = nn.Linear(in_dim, hidden_size)
        self.gru = nn.GRUCell(hidden_size, hidden_size)
        self.out = nn.Linear(hidden_size, out_dim)

    def forward(self, x, rnn_states, masks):
        rnn_states = self.gru(F.relu(self.fc(x)), rnn_states * masks)
        return self.out(rnn_states), rnn_states


class MAPPO:
    def __init__(self, args: Args):
        self.args = args
        self.envs = [EscortEnv(seed=i) for i in range(args.n_threads)]
        probe = self.envs[0]
        self.n_agents = probe.n_agents
        self.rows = args.n_threads * self.n_agents
        self.actor = RNNBase(probe.obs_dim, probe.n_actions, args.hidden_size)
        self.critic = RNNBase(probe.obs_dim * self.n_agents, 1, args.hidden_size)
        self.optim = torch.optim.Adam(list(self.actor.parameters()) + list(self.critic.parameters()), lr=args.lr)

        self.obs = np.stack([e.reset() for e in self.envs])
        self.actor_states = torch.zeros(self.rows, args.hidden_size)
        self.critic_states = torch.zeros(self.rows, args.hidden_size)
        self.masks = torch.zeros(self.rows, 1)
        self.scores = []

    def inputs(self):
        obs = torch.from_numpy(self.obs)
        share = obs.flatten(1).unsqueeze(1).expand(-1, self.n_agents, -1)
        return obs.reshape(self.rows, -1), share.reshape(self.rows, -1)

    @torch.no_grad()
    def collect(self):
        start = (self.actor_states.clone(), self.critic_states.clone())
        buf = {k: [] for k in ("obs", "share", "mask", "act", "logp", "val", "rew", "next_mask")}
        for _ in range(self.args.episode_length):
            obs, share = self.inputs()
            logits, self.actor_states = self.actor(obs, self.actor_states, self.masks)
            values, self.critic_states = self.critic(share, self.critic_states, self.masks)
            dist = Categorical(logits=logits)
            actions = dist.sample()
            grouped = actions.view(-1, self.n_agents).numpy()
            rewards, not_done, new_obs = [], [], []
            for env, a in zip(self.envs, grouped):
                o, r, done, info = env.step(a)
                if done:
                    self.scores.append(info["safe_distance"])
                    o = env.reset()
                new_obs.append(o)
                rewards.extend([r] * self.n_agents)
                not_done.extend([0.0 if done else 1.0] * self.n_agents)
            step = (obs, share, self.masks, actions, dist.log_prob(actions), values.squeeze(-1),
                    torch.tensor(rewards, dtype=torch.float32), torch.tensor(not_done))
            for k, v in zip(buf, step):
                buf[k].append(v)
            self.obs = np.stack(new_obs)
            self.masks = torch.tensor(not_done).unsqueeze(-1)
        _, share = self.inputs()
        last, _ = self.critic(share, self.critic_states, self.masks)
        return {k: torch.stack(v) for k, v in buf.items()}, start, last.squeeze(-1)

    def advantages(self, buf, last):
        adv, acc = torch.zeros_like(buf["rew"]), torch.zeros(self.rows)
        next_value = last
        for t in reversed(range(self.args.episode_length)):
            m = buf["next_mask"][t]
            delta = buf["rew"][t] + self.args.gamma * next_value * m - buf["val"][t]
            acc = delta + self.args.gamma * self.args.gae_lambda * m * acc
            adv[t] = acc
            next_value = buf["val"][t]
        return adv, adv + buf["val"]

    def evaluate_actions(self, buf, start):
        a_state, c_state = start
        logits, values = [], []
        for obs, share, mask in zip(buf["obs"], buf["share"], buf["mask"]):
            lo, a_state = self.actor(obs, a_state, mask)
            v, c_state = self.critic(share, c_state, mask)
            logits.append(lo)
            values.append(v.squeeze(-1))
        return Categorical(logits=torch.stack(logits)), torch.stack(values)

    def update(self, buf, start, last):
        adv, returns = self.advantages(buf, last)
        adv = (adv - adv.mean()) / (adv.std() + 1e-5)
        eps = self.args.clip_param
        for _ in range(self.args.ppo_epoch):
            dist, values = self.evaluate_actions(buf, start)
            ratio = (dist.log_prob(buf["act"]) - buf["logp"]).exp()
            policy_loss = -torch.min(ratio * adv, ratio.clamp(1 - eps, 1 + eps) * adv).mean()
            value_loss = F.huber_loss(values, returns, delta=10.0)
            loss = policy_loss + value_loss - self.args.entropy_coef * dist.entropy().mean()
            self.optim.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.actor.parameters(), 10.0)
            nn.utils.clip_grad_norm_(self.critic.parameters(), 10.0)
            self.optim.step()

    def train(self):
        for it in range(self.args.num_updates):
            self.update(*self.collect())
            if it % 50 == 0 and self.scores:
                print(f"update {it} mean safe distance {np.mean(self.scores[-100:]):.2f}")
                torch.save({"actor": self.actor.state_dict(), "critic": self.critic.state_dict()}, "mappo_escort.pt")


if __name__ == "__main__":
    MAPPO(Args()).train()
