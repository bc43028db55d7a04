# PPO + LSTM, one process per GPU, every rank trains its own hyperparameters and the best rank wins from time to time
import argparse
import collections
import os
import random
import time
from distutils.util import strtobool
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
import torch.nn as nn
import torch.optim as optim
from torch.distributions.categorical import Categorical
from torch.utils.tensorboard import SummaryWriter


class HalfBlindPole:
    """Cart-pole whose velocities are hidden from the agent."""

    GRAVITY = 9.8
    CART = 1.0
    POLE = 0.1
    HALF_LENGTH = 0.5
    FORCE = 10.0
    TAU = 0.02

    def __init__(self, seed=0, max_steps=500):
        self.rng = np.random.default_rng(seed)
        self.max_steps = max_steps
        self.state = None
        self.steps = 0

    @property
    def obs_dim(self):
        return 2

    @property
    def n_actions(self):
        return 2

    def reset(self):
        self.state = self.rng.uniform(-0.05, 0.05, size=4)
        self.steps = 0
        return self._view()

    def _view(self):
        x, _, theta, _ = self.state
        return np.array([x / 2.4, theta / 0.21], dtype=np.float32)

    def step(self, action):
        x, x_dot, theta, theta_dot = self.state
        force = self.FORCE if action == 1 else -self.FORCE
        total = self.CART + self.POLE
        ml = self.POLE * self.HALF_LENGTH
        cos, sin = np.cos(theta), np.sin(theta)
        temp = (force + ml * theta_dot**2 * sin) / total
        theta_acc = (self.GRAVITY * sin - cos * temp) / (
            self.HALF_LENGTH * (4.0 / 3.0 - self.POLE * cos**2 / total)
        )
        x_acc = temp - ml * theta_acc * cos / total
        self.state = np.array(
            [
                x + self.TAU * x_dot,
                x_dot + self.TAU * x_acc,
                theta + self.TAU * theta_dot,
                theta_dot + self.TAU * theta_acc,
            ]
        )
        self.steps += 1
        fell = bool(abs(self.state[0]) > 2.4 or abs(self.state[2]) > 0.21)
        done = fell or self.steps >= self.max_steps
        return self._view(), 1.0, done, {"fell": fell}


class SyncVec:
    """Steps a list of environments one after another and restarts finished ones."""

    def __init__(self, fns):
        self.envs = [fn() for fn in fns]
        self.num_envs = len(self.envs)
        self.ep_return = np.zeros(self.num_envs, dtype=np.float64)
        self.ep_length = np.zeros(self.num_envs, dtype=np.int64)

    def reset(self):
        self.ep_return[:] = 0.0
        self.ep_length[:] = 0
        return np.stack([env.reset() for env in self.envs])

    def step(self, actions):
        obs, rewards, dones, infos = [], [], [], []
        for i, (env, action) in enumerate(zip(self.envs, actions)):
            o, r, d, info = env.step(int(action))
            info = dict(info)
            self.ep_return[i] += r
            self.ep_length[i] += 1
            if d:
                info["episode"] = {"r": float(self.ep_return[i]), "l": int(self.ep_length[i])}
                self.ep_return[i] = 0.0
                self.ep_length[i] = 0
                o = env.reset()
            obs.append(o)
            rewards.append(r)
            dones.append(d)
            infos.append(info)
        return (
            np.stack(obs),
            np.asarray(rewards, dtype=np.float32),
            np.asarray(dones, dtype=np.float32),
            infos,
        )


def layer_init(layer, std=np.sqrt(2), bias_const=0.0):
    torch.nn.init.orthogonal_(layer.weight, std)
    torch.nn.init.constant_(layer.bias, bias_const)
    return layer


class Agent(nn.Module):
    def __init__(self, obs_dim, n_actions):
        super().__init__()
        self.network = nn.Sequential(layer_init(nn.Linear(obs_dim, 128)), nn.ReLU())
        self.lstm = nn.LSTM(128, 128)
        for name, param in self.lstm.named_parameters():
            if "bias" in name:
                nn.init.constant_(param, 0)
            elif "weight" in name:
                nn.init.orthogonal_(param, 1.0)
        self.actor = layer_init(nn.Linear(128, n_actions), std=0.01)
        self.critic = layer_init(nn.Linear(128, 1), std=1)

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

    def forward(self, x, lstm_state, done, action=None):
        hidden, lstm_state = self.get_states(x, lstm_state, done)
        probs = Categorical(logits=self.actor(hidden))
        if action is None:
            action = probs.sample()
        return action, probs.log_prob(action), probs.entropy(), self.critic(hidden), lstm_state


def parse_args():
    ap = argparse.ArgumentParser()
    ap.add_argument("--exp-name", default=os.path.basename(__file__).rstrip(".py"))
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--total-timesteps", type=int, default=10_000_000)
    ap.add_argument("--num-envs", type=int, default=8)
    ap.add_argument("--num-steps", type=int, default=128)
    ap.add_argument("--num-minibatches", type=int, default=4)
    ap.add_argument("--update-epochs", type=int, default=4)
    ap.add_argument("--clip-coef", type=float, default=0.1)
    ap.add_argument("--vf-coef", type=float, default=0.5)
    ap.add_argument("--gamma", type=float, default=0.99)
    ap.add_argument("--gae-lambda", type=float, default=0.95)
    ap.add_argument("--exchange-every", type=int, default=100)
    ap.add_argument("--compile", type=lambda x: bool(strtobool(x)), default=True, nargs="?", const=True)
    args = ap.parse_args()
    args.batch_size = args.num_envs * args.num_steps
    args.num_updates = args.total_timesteps // args.batch_size
    return args


if __name__ == "__main__":
    args = parse_args()
    dist.init_process_group("gloo")
    rank, world = dist.get_rank(), dist.get_world_size()
    run_name = f"{args.exp_name}__{args.seed}__{rank}__{int(time.time())}"
    writer = SummaryWriter(f"runs/{run_name}")

    seed = args.seed + 1000 * rank
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    my_lr = 2.5e-4 * float(np.random.choice([0.5, 1.0, 2.0]))
    my_ent = 0.01 * float(np.random.choice([0.3, 1.0, 3.0]))

    envs = SyncVec([lambda i=i: HalfBlindPole(seed=seed + i) for i in range(args.num_envs)])
    net = Agent(2, 2)
    agent = torch.compile(net) if args.compile else net
    optimizer = optim.Adam(agent.parameters(), lr=my_lr, eps=1e-5)
    window = collections.deque(maxlen=100)

    obs = torch.zeros((args.num_steps, args.num_envs, 2))
    actions = torch.zeros((args.num_steps, args.num_envs))
    logprobs = torch.zeros((args.num_steps, args.num_envs))
    rewards = torch.zeros((args.num_steps, args.num_envs))
    dones = torch.zeros((args.num_steps, args.num_envs))
    values = torch.zeros((args.num_steps, args.num_envs))

    global_step = 0
    next_obs = torch.Tensor(envs.reset())
    next_done = torch.zeros(args.num_envs)
    next_lstm_state = (
        torch.zeros(net.lstm.num_layers, args.num_envs, net.lstm.hidden_size),
        torch.zeros(net.lstm.num_layers, args.num_envs, net.lstm.hidden_size),
    )

    for update in range(1, args.num_updates + 1):
        initial_lstm_state = (next_lstm_state[0].clone(), next_lstm_state[1].clone())
        for step in range(args.num_steps):
            global_step += args.num_envs
            obs[step] = next_obs
            dones[step] = next_done
            with torch.no_grad():
                action, logprob, _, value, next_lstm_state = agent(next_obs, next_lstm_state, next_done)
                values[step] = value.flatten()
            actions[step] = action
            logprobs[step] = logprob
            o, r, d, infos = envs.step(action.numpy())
            rewards[step] = torch.tensor(r)
            next_obs, next_done = torch.Tensor(o), torch.Tensor(d)
            for info in infos:
                if "episode" in info:
                    window.append(info["episode"]["r"])
                    writer.add_scalar("charts/episodic_return", info["episode"]["r"], global_step)

        with torch.no_grad():
            _, _, _, next_value, _ = agent(next_obs, next_lstm_state, next_done)
            next_value = next_value.reshape(1, -1)
            advantages = torch.zeros_like(rewards)
            lastgaelam = 0
            for t in reversed(range(args.num_steps)):
                nextnonterminal = 1.0 - (next_done if t == args.num_steps - 1 else dones[t + 1])
                nextvalues = next_value if t == args.num_steps - 1 else values[t + 1]
                delta = rewards[t] + args.gamma * nextvalues * nextnonterminal - values[t]
                advantages[t] = lastgaelam = delta + args.gamma * args.gae_lambda * nextnonterminal * lastgaelam
            returns = advantages + values

        envsperbatch = args.num_envs // args.num_minibatches
        envinds = np.arange(args.num_envs)
        flatinds = np.arange(args.batch_size).reshape(args.num_steps, args.num_envs)
        b_obs = obs.reshape(-1, 2)
        b_logprobs, b_actions, b_dones = logprobs.reshape(-1), actions.reshape(-1), dones.reshape(-1)
        b_adv, b_ret = advantages.reshape(-1), returns.reshape(-1)
        for epoch in range(args.update_epochs):
            np.random.shuffle(envinds)
            for start in range(0, args.num_envs, envsperbatch):
                mbenvinds = envinds[start : start + envsperbatch]
                mb = flatinds[:, mbenvinds].ravel()
                _, newlogprob, entropy, newvalue, _ = agent(
                    b_obs[mb],
                    (initial_lstm_state[0][:, mbenvinds], initial_lstm_state[1][:, mbenvinds]),
                    b_dones[mb],
                    b_actions.long()[mb],
                )
                ratio = (newlogprob - b_logprobs[mb]).exp()
                adv = b_adv[mb]
                adv = (adv - adv.mean()) / (adv.std() + 1e-8)
                pg_loss = torch.max(-adv * ratio, -adv * ratio.clamp(1 - args.clip_coef, 1 + args.clip_coef)).mean()
                v_loss = 0.5 * ((newvalue.view(-1) - b_ret[mb]) ** 2).mean()
                loss = pg_loss - my_ent * entropy.mean() + v_loss * args.vf_coef
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(agent.parameters(), 0.5)
                optimizer.step()
        writer.add_scalar("losses/value_loss", v_loss.item(), global_step)
        writer.add_scalar("losses/policy_loss", pg_loss.item(), global_step)

        if update % args.exchange_every == 0 and world > 1:
            mine = torch.tensor([np.mean(window) if window else -1e9])
            scores = [torch.zeros(1) for _ in range(world)]
            dist.all_gather(scores, mine.float())
            best = int(torch.stack(scores).argmax())
            package = [{"weights": net.state_dict(), "lr": my_lr, "ent": my_ent} if rank == best else None]
            dist.broadcast_object_list(package, src=best)
            if rank != best and float(scores[rank]) < float(scores[best]) - 20.0:
                net.load_state_dict(package[0]["weights"])
                my_lr = package[0]["lr"] * float(np.random.choice([0.8, 1.2]))
                my_ent = package[0]["ent"] * float(np.random.choice([0.8, 1.2]))
                optimizer = optim.Adam(agent.parameters(), lr=my_lr, eps=1e-5)
                print(f"[{rank}] update {update}: follows rank {best}")
            Path("models").mkdir(exist_ok=True)
            torch.save(net.state_dict(), f"models/{run_name}.pt")
    writer.close()
    dist.destroy_process_group()
