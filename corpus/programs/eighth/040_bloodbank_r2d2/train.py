import random
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from bloodbank import BloodBank
from replay import EpisodeReplay


@dataclass
class Config:
    episodes: int = 6000
    batch_size: int = 32
    burn_in: int = 10
    train_len: int = 20
    gamma: float = 0.98
    lr: float = 5e-4
    target_every: int = 200
    updates_per_episode: int = 10
    eps_decay: float = 0.9993
    hidden: int = 64


class RecurrentQ(nn.Module):
    def __init__(self, obs_dim: int, n_actions: int, hidden: int):
        super().__init__()
        self.gru = nn.GRU(obs_dim, hidden, batch_first=True)
        self.advantage = nn.Linear(hidden, n_actions)
        self.value = nn.Linear(hidden, 1)

    def forward(self, obs, h=None):
        x, h = self.gru(obs, h)
        adv = self.advantage(x)
        return self.value(x) + adv - adv.mean(dim=-1, keepdim=True), h


class Learner:
    def __init__(self, cfg: Config, obs_dim: int, n_actions: int):
        self.cfg = cfg
        self.online = RecurrentQ(obs_dim, n_actions, cfg.hidden)
        self.target = RecurrentQ(obs_dim, n_actions, cfg.hidden)
        self.target.load_state_dict(self.online.state_dict())
        self.opt = torch.optim.Adam(self.online.parameters(), lr=cfg.lr)
        self.updates = 0

    def update(self, batch: dict) -> float:
        cfg = self.cfg
        obs = torch.as_tensor(batch["obs"])
        action = torch.as_tensor(batch["action"])[:, cfg.burn_in:]
        reward = torch.as_tensor(batch["reward"])[:, cfg.burn_in:]
        done = torch.as_tensor(batch["done"])[:, cfg.burn_in:]

        # every window starts from a zero state, in both networks
        with torch.no_grad():
            _, warm = self.online(obs[:, : cfg.burn_in])
            target_q, _ = self.target(obs)
            target_q = target_q[:, cfg.burn_in + 1 :]
        q, _ = self.online(obs[:, cfg.burn_in :], warm)

        best = q[:, 1:].detach().argmax(dim=-1, keepdim=True)
        bootstrap = target_q.gather(-1, best).squeeze(-1)
        goal = reward + cfg.gamma * (1.0 - done) * bootstrap
        chosen = q[:, :-1].gather(-1, action.unsqueeze(-1)).squeeze(-1)
        loss = F.smooth_l1_loss(chosen, goal)

        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.online.parameters(), 10.0)
        self.opt.step()
        self.updates += 1
        if self.updates % cfg.target_every == 0:
            self.target.load_state_dict(self.online.state_dict())
        return loss.item()


@torch.no_grad()
def play(env: BloodBank, net: RecurrentQ, eps: float) -> dict:
    obs = env.reset()
    h = None
    seen, actions, rewards, dones = [obs], [], [], []
    done = False
    while not done:
        q, h = net(torch.from_numpy(obs).view(1, 1, -1), h)
        action = random.randrange(env.n_actions) if random.random() < eps else int(q.argmax())
        obs, reward, done = env.step(action)
        seen.append(obs)
        actions.append(action)
        rewards.append(reward)
        dones.append(float(done))
    return {
        "obs": np.stack(seen),
        "action": np.array(actions),
        "reward": np.array(rewards, dtype=np.float32),
        "done": np.array(dones, dtype=np.float32),
    }


def main() -> None:
    cfg = Config()
    env = BloodBank(seed=0)
    learner = Learner(cfg, env.obs_dim, env.n_actions)
    replay = EpisodeReplay(2000, cfg.burn_in, cfg.train_len)
    eps = 1.0
    for number in range(cfg.episodes):
        episode = play(env, learner.online, eps)
        replay.add(episode)
        eps = max(0.05, eps * cfg.eps_decay)
        if len(replay) < 50:
            continue
        losses = [learner.update(replay.sample(cfg.batch_size)) for _ in range(cfg.updates_per_episode)]
        if number % 50 == 0:
            greedy = play(env, learner.online, 0.0)["reward"].sum()
            print(f"{number} loss {np.mean(losses):.3f} eps {eps:.2f} greedy return {greedy:.1f}")
    torch.save(learner.online.state_dict(), "bloodbank_q.pt")


if __name__ == "__main__":
    main()
