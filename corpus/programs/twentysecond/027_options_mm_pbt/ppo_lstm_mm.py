# PPO + LSTM for an options market maker, adapted from cleanrl's ppo_atari_lstm.py,
# with a small population (exploit / explore on lr and entropy coef)
import copy
import random
import time
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
import tyro
from torch.distributions.categorical import Categorical

from quote_env import QuoteVecEnv


@dataclass
class Args:
    seed: int = 1
    total_updates: int = 2000
    num_envs: int = 16
    num_steps: int = 64
    population: int = 6
    pbt_interval: int = 20
    gamma: float = 0.995
    gae_lambda: float = 0.95
    update_epochs: int = 3
    clip_coef: float = 0.2
    vf_coef: float = 0.5


def layer_init(layer, std=np.sqrt(2), bias_const=0.0):
    nn.init.orthogonal_(layer.weight, std)
    nn.init.constant_(layer.bias, bias_const)
    return layer


class Agent(nn.Module):
    def __init__(self, obs_dim, n_act):
        super().__init__()
        self.network = nn.Sequential(layer_init(nn.Linear(obs_dim, 128)), nn.Tanh())
        self.lstm = nn.LSTM(128, 64)
        self.actor = layer_init(nn.Linear(64, n_act), std=0.01)
        self.critic = layer_init(nn.Linear(64, 1), std=1)

    def get_states(self, x, lstm_state, done):
        hidden = self.network(x)
        batch_size = lstm_state[0].shape[1]
        hidden = hidden.reshape((-1, batch_size, self.lstm.input_size))
        done = done.reshape((-1, batch_size))
        new_hidden = []
        for h, d in zip(hidden, done):
            h, lstm_state = self.lstm(
                h.unsqueeze(0),
                ((1.0 - d).view(1, -1, 1) * lstm_state[0], (1.0 - d).view(1, -1, 1) * lstm_state[1]),
            )
            new_hidden += [h]
        return torch.flatten(torch.cat(new_hidden), 0, 1), lstm_state

    def get_value(self, x, lstm_state, done):
        hidden, _ = self.get_states(x, lstm_state, done)
        return self.critic(hidden)

    def get_action_and_value(self, x, lstm_state, done, action=None):
        hidden, lstm_state = self.get_states(x, lstm_state, done)
        probs = Categorical(logits=self.actor(hidden))
        if action is None:
            action = probs.sample()
        return action, probs.log_prob(action), probs.entropy(), self.critic(hidden), lstm_state


class Member:
    def __init__(self, args, idx):
        self.args = args
        self.envs = QuoteVecEnv(args.num_envs, seed=args.seed * 100 + idx)
        self.agent = Agent(self.envs.obs_dim, self.envs.n_actions)
        self.hp = {"lr": 10 ** random.uniform(-4, -3), "ent": random.choice([0.0, 0.003, 0.01])}
        self.optimizer = optim.Adam(self.agent.parameters(), lr=self.hp["lr"], eps=1e-5)
        self.next_obs = torch.Tensor(self.envs.reset())
        self.next_done = torch.zeros(args.num_envs)
        shape = (self.agent.lstm.num_layers, args.num_envs, self.agent.lstm.hidden_size)
        self.next_lstm_state = (torch.zeros(shape), torch.zeros(shape))
        self.pnl = 0.0

    def update(self):
        a, agent = self.args, self.agent
        initial = (self.next_lstm_state[0].clone(), self.next_lstm_state[1].clone())
        obs, acts, logps, dones, rews, vals = [], [], [], [], [], []
        for _ in range(a.num_steps):
            obs.append(self.next_obs)
            dones.append(self.next_done)
            with torch.no_grad():
                action, logp, _, value, self.next_lstm_state = agent.get_action_and_value(
                    self.next_obs, self.next_lstm_state, self.next_done)
            next_obs, reward, done = self.envs.step(action.numpy())
            acts.append(action), logps.append(logp), vals.append(value.flatten())
            rews.append(torch.Tensor(reward))
            self.next_obs, self.next_done = torch.Tensor(next_obs), torch.Tensor(done)
        self.pnl = 0.9 * self.pnl + 0.1 * torch.stack(rews).sum(0).mean().item()

        with torch.no_grad():
            last = agent.get_value(self.next_obs, self.next_lstm_state, self.next_done).flatten()
        adv, lastgae = [None] * a.num_steps, 0
        for t in reversed(range(a.num_steps)):
            nd = self.next_done if t == a.num_steps - 1 else dones[t + 1]
            nv = last if t == a.num_steps - 1 else vals[t + 1]
            delta = rews[t] + a.gamma * nv * (1 - nd) - vals[t]
            adv[t] = lastgae = delta + a.gamma * a.gae_lambda * (1 - nd) * lastgae
        adv = torch.stack(adv)
        ret = adv + torch.stack(vals)
        adv = ((adv - adv.mean()) / (adv.std() + 1e-8)).flatten()
        b_obs, b_act, b_logp, b_done = torch.cat(obs), torch.cat(acts), torch.cat(logps), torch.cat(dones)
        for _ in range(a.update_epochs):
            _, newlogp, ent, v, _ = agent.get_action_and_value(b_obs, initial, b_done, b_act)
            ratio = (newlogp - b_logp).exp()
            pg = torch.max(-adv * ratio, -adv * ratio.clamp(1 - a.clip_coef, 1 + a.clip_coef)).mean()
            loss = pg - self.hp["ent"] * ent.mean() + a.vf_coef * 0.5 * (v.flatten() - ret.flatten()).pow(2).mean()
            self.optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(agent.parameters(), 0.5)
            self.optimizer.step()


def exploit_and_explore(population):
    ranked = sorted(population, key=lambda m: m.pnl)
    k = max(1, len(ranked) // 4)
    for loser, winner in zip(ranked[:k], ranked[-k:]):
        loser.agent.load_state_dict(winner.agent.state_dict())
        loser.optimizer.load_state_dict(copy.deepcopy(winner.optimizer.state_dict()))
        loser.hp = {"lr": winner.hp["lr"] * random.choice([0.8, 1.25]), "ent": winner.hp["ent"] * random.choice([0.8, 1.25])}
        for group in loser.optimizer.param_groups:
            group["lr"] = loser.hp["lr"]
        loser.pnl = winner.pnl


if __name__ == "__main__":
    args = tyro.cli(Args)
    random.seed(args.seed)
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)
    population = [Member(args, i) for i in range(args.population)]
    start = time.time()
    for update in range(1, args.total_updates + 1):
        for member in population:
            member.update()
        if update % args.pbt_interval == 0:
            exploit_and_explore(population)
            best = max(population, key=lambda m: m.pnl)
            print(f"update {update} best pnl {best.pnl:.3f} hp {best.hp} {time.time() - start:.0f}s")
    torch.save(max(population, key=lambda m: m.pnl).agent.state_dict(), "mm_agent.pt")
