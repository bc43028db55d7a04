"""Online recurrent Q-learning without a replay buffer (truncated BPTT along the stream)."""
import copy
import random
from dataclasses import dataclass

import gymnasium as gym
import popgym  # noqa: F401
import torch
import tyro
from torch import nn
from torch.utils.tensorboard import SummaryWriter


@dataclass
class Args:
    env_id: str = "popgym-NoisyPositionOnlyCartPoleEasy-v0"
    steps: int = 2_000_000
    bptt: int = 8
    hidden: int = 128
    lr: float = 2.5e-4
    tau: float = 0.01
    gamma: float = 0.99
    eps_end: float = 0.05
    eps_steps: int = 200_000
    seed: int = 1
    logdir: str = "runs/stream"


class QNet(nn.Module):
    def __init__(self, obs_dim: int, n_actions: int, hidden: int):
        super().__init__()
        self.hidden = hidden
        self.encoder = nn.Sequential(nn.Linear(obs_dim, hidden), nn.LayerNorm(hidden), nn.ReLU())
        self.memory = nn.LSTMCell(hidden, hidden)
        self.advantage = nn.Linear(hidden, n_actions)
        self.value = nn.Linear(hidden, 1)

    def zero_memory(self):
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)

    def forward(self, obs, mem):
        h, c = self.memory(self.encoder(obs), mem)
        a = self.advantage(h)
        return self.value(h) + a - a.mean(1, keepdim=True), (h, c)


class Learner:
    def __init__(self, args: Args, obs_dim: int, n_actions: int):
        self.args, self.n_actions = args, n_actions
        self.online = QNet(obs_dim, n_actions, args.hidden)
        self.target = copy.deepcopy(self.online).requires_grad_(False)
        self.opt = torch.optim.Adam(self.online.parameters(), lr=args.lr)
        self.errors = []

    def first(self, obs):
        self.q, self.mem = self.online(obs, self.online.zero_memory())
        _, self.target_mem = self.target(obs, self.target.zero_memory())

    def choose(self, eps):
        if random.random() < eps:
            return random.randrange(self.n_actions)
        return int(self.q.argmax())

    def observe(self, action, reward, obs, terminated):
        with torch.no_grad():
            q_next, self.target_mem = self.target(obs, self.target_mem)
            y = reward + self.args.gamma * (not terminated) * q_next.max()
        self.errors.append(nn.functional.smooth_l1_loss(self.q[0, action], y))
        loss = None
        if len(self.errors) == self.args.bptt:
            loss = self.learn()
            self.mem = tuple(m.detach() for m in self.mem)
        self.q, self.mem = self.online(obs, self.mem)
        return loss

    def learn(self):
        loss = torch.stack(self.errors).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.online.parameters(), 5.0)
        self.opt.step()
        self.errors.clear()
        self.soft_update()
        return loss.item()

    @torch.no_grad()
    def soft_update(self):
        for tp, p in zip(self.target.parameters(), self.online.parameters()):
            tp.data.lerp_(p.data, self.args.tau)


def main(args: Args):
    random.seed(args.seed)
    torch.manual_seed(args.seed)
    env = gym.wrappers.RecordEpisodeStatistics(gym.make(args.env_id))
    learner = Learner(args, env.observation_space.shape[0], env.action_space.n)
    writer = SummaryWriter(f"{args.logdir}/{args.env_id}__{args.seed}")

    def tensor(o):
        return torch.as_tensor(o, dtype=torch.float32).unsqueeze(0)

    obs, _ = env.reset(seed=args.seed)
    learner.first(tensor(obs))
    for step in range(args.steps):
        eps = max(args.eps_end, 1.0 - step / args.eps_steps)
        action = learner.choose(eps)
        obs, reward, terminated, truncated, info = env.step(action)
        loss = learner.observe(action, float(reward), tensor(obs), terminated)
        if loss is not None and step % 1000 < args.bptt:
            writer.add_scalar("loss", loss, step)
        if terminated or truncated:
            writer.add_scalar("return", float(info["episode"]["r"]), step)
            obs, _ = env.reset()
            learner.first(tensor(obs))
    torch.save(learner.online.state_dict(), "stream_drqn.pt")


if __name__ == "__main__":
    main(tyro.cli(Args))
