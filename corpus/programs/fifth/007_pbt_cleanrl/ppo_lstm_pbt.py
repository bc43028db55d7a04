# Recurrent PPO with population-based training in one process, single-file style.
# python ppo_lstm_pbt.py --population 6 --iterations 1000
import argparse
import random
import time
from dataclasses import dataclass, field

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.distributions.categorical import Categorical


def parse_args():
    p = argparse.ArgumentParser()
    p.add_argument("--env-id", default="CartPole-v1")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--population", type=int, default=4)
    p.add_argument("--num-envs", type=int, default=8)
    p.add_argument("--num-steps", type=int, default=128)
    p.add_argument("--iterations", type=int, default=600)
    p.add_argument("--ready", type=int, default=20, help="iterations between exploits")
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--gae-lambda", type=float, default=0.95)
    p.add_argument("--clip", type=float, default=0.2)
    p.add_argument("--epochs", type=int, default=4)
    return p.parse_args()


def layer_init(layer, std=np.sqrt(2), bias=0.0):
    torch.nn.init.orthogonal_(layer.weight, std)
    torch.nn.init.constant_(layer.bias, bias)
    return layer


class Masked(gym.ObservationWrapper):
    """Hide the velocities of CartPole so that memory is of use."""

    def __init__(self, env):
        super().__init__(env)
        self.keep = np.array([0, 2])
        low, high = env.observation_space.low[self.keep], env.observation_space.high[self.keep]
        self.observation_space = gym.spaces.Box(low, high, dtype=np.float32)

    def observation(self, observation):
        return observation[self.keep]


def make_env(env_id):
    def thunk():
        return gym.wrappers.RecordEpisodeStatistics(Masked(gym.make(env_id)))

    return thunk


class Agent(nn.Module):
    def __init__(self, envs):
        super().__init__()
        n = int(np.prod(envs.single_observation_space.shape))
        self.network = nn.Sequential(layer_init(nn.Linear(n, 64)), nn.Tanh())
        self.lstm = nn.LSTM(64, 64)
        for name, param in self.lstm.named_parameters():
            if "bias" in name:
                nn.init.constant_(param, 0)
            elif "weight" in name:
                nn.init.orthogonal_(param, 1.0)
        self.actor = layer_init(nn.Linear(64, envs.single_action_space.n), std=0.01)
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
                (
                    (1.0 - d).view(1, -1, 1) * lstm_state[0],
                    (1.0 - d).view(1, -1, 1) * lstm_state[1],
                ),
            )
            new_hidden += [h]
        new_hidden = torch.flatten(torch.cat(new_hidden), 0, 1)
        return new_hidden, lstm_state

    def get_value(self, x, lstm_state, done):
        hidden, _ = self.get_states(x, lstm_state, done)
        return self.critic(hidden)

    def get_action_and_value(self, x, lstm_state, done, action=None):
        hidden, lstm_state = self.get_states(x, lstm_state, done)
        probs = Categorical(logits=self.actor(hidden))
        if action is None:
            action = probs.sample()
        return action, probs.log_prob(action), probs.entropy(), self.critic(hidden), lstm_state


@dataclass
class Member:
    envs: gym.vector.VectorEnv
    agent: Agent
    optimizer: optim.Optimizer
    ent_coef: float
    next_obs: torch.Tensor
    next_done: torch.Tensor
    next_lstm_state: tuple
    returns: list = field(default_factory=list)

    @property
    def score(self):
        return float(np.mean(self.returns[-50:])) if self.returns else -1e9


def make_member(args, i):
    envs = gym.vector.SyncVectorEnv(
        [make_env(args.env_id) for _ in range(args.num_envs)], autoreset_mode=gym.vector.AutoresetMode.SAME_STEP
    )
    agent = Agent(envs)
    lr = 10 ** random.uniform(-4, -2.8)
    obs, _ = envs.reset(seed=args.seed + 100 * i)
    zeros = torch.zeros(agent.lstm.num_layers, args.num_envs, agent.lstm.hidden_size)
    return Member(
        envs,
        agent,
        optim.Adam(agent.parameters(), lr=lr, eps=1e-5),
        ent_coef=10 ** random.uniform(-3, -1.5),
        next_obs=torch.as_tensor(obs, dtype=torch.float32),
        next_done=torch.zeros(args.num_envs),
        next_lstm_state=(zeros, zeros.clone()),
    )


def iterate(m: Member, args):
    T, N = args.num_steps, args.num_envs
    obs = torch.zeros((T, N) + m.envs.single_observation_space.shape)
    actions, logprobs = torch.zeros(T, N), torch.zeros(T, N)
    rewards, dones, values = torch.zeros(T, N), torch.zeros(T, N), torch.zeros(T, N)
    initial_lstm_state = (m.next_lstm_state[0].clone(), m.next_lstm_state[1].clone())

    for step in range(T):
        obs[step], dones[step] = m.next_obs, m.next_done
        with torch.no_grad():
            action, logprob, _, value, m.next_lstm_state = m.agent.get_action_and_value(
                m.next_obs, m.next_lstm_state, m.next_done
            )
        actions[step], logprobs[step], values[step] = action, logprob, value.flatten()
        o, r, term, trunc, infos = m.envs.step(action.numpy())
        rewards[step] = torch.as_tensor(r, dtype=torch.float32)
        m.next_obs = torch.as_tensor(o, dtype=torch.float32)
        m.next_done = torch.as_tensor(np.logical_or(term, trunc), dtype=torch.float32)
        if "final_info" in infos:
            m.returns += [float(x) for x, ok in zip(infos["final_info"]["episode"]["r"], infos["_final_info"]) if ok]

    with torch.no_grad():
        next_value = m.agent.get_value(m.next_obs, m.next_lstm_state, m.next_done).flatten()
        advantages, last = torch.zeros_like(rewards), 0
        for t in reversed(range(T)):
            nonterminal = 1.0 - (m.next_done if t == T - 1 else dones[t + 1])
            nextv = next_value if t == T - 1 else values[t + 1]
            delta = rewards[t] + args.gamma * nextv * nonterminal - values[t]
            advantages[t] = last = delta + args.gamma * args.gae_lambda * nonterminal * last
        returns = advantages + values

    b_adv = advantages.reshape(-1)
    b_adv = (b_adv - b_adv.mean()) / (b_adv.std() + 1e-8)
    for _ in range(args.epochs):
        _, newlogprob, entropy, newvalue, _ = m.agent.get_action_and_value(
            obs.reshape((-1,) + m.envs.single_observation_space.shape),
            initial_lstm_state,
            dones.reshape(-1),
            actions.reshape(-1).long(),
        )
        ratio = (newlogprob - logprobs.reshape(-1)).exp()
        pg = torch.max(-b_adv * ratio, -b_adv * ratio.clamp(1 - args.clip, 1 + args.clip)).mean()
        v = 0.5 * (newvalue.view(-1) - returns.reshape(-1)).pow(2).mean()
        loss = pg - m.ent_coef * entropy.mean() + 0.5 * v
        m.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(m.agent.parameters(), 0.5)
        m.optimizer.step()


def exploit(population, args):
    ranked = sorted(population, key=lambda m: m.score)
    cut = max(1, len(ranked) // 4)
    for loser in ranked[:cut]:
        winner = random.choice(ranked[-cut:])
        if winner is loser:
            continue
        loser.agent.load_state_dict(winner.agent.state_dict())
        loser.optimizer.load_state_dict(winner.optimizer.state_dict())
        loser.next_done = torch.ones(args.num_envs)
        loser.ent_coef = winner.ent_coef * random.choice([0.8, 1.25])
        for group in loser.optimizer.param_groups:
            group["lr"] *= random.choice([0.8, 1.25])
        loser.returns = list(winner.returns[-50:])


if __name__ == "__main__":
    args = parse_args()
    random.seed(args.seed)
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)
    population = [make_member(args, i) for i in range(args.population)]
    start = time.time()
    for iteration in range(1, args.iterations + 1):
        for m in population:
            iterate(m, args)
        if iteration % args.ready == 0:
            exploit(population, args)
            best = max(m.score for m in population)
            sps = iteration * args.num_steps * args.num_envs * args.population / (time.time() - start)
            print(f"iter {iteration}  best {best:.1f}  sps {sps:.0f}")
