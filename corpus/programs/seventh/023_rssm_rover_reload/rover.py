"""Data collection on the rover. The trainer runs on a workstation and drops new checkpoints in a folder."""
import argparse
import time
from pathlib import Path

import gymnasium as gym
import numpy as np
import torch

from world_model import ActorHead, RSSM


class RoverAgent:
    def __init__(self, obs_dim, act_dim, device="cpu"):
        self.device = torch.device(device)
        self.rssm = RSSM(obs_dim, act_dim).to(self.device).eval()
        self.actor = ActorHead(self.rssm.deter_size + self.rssm.stoch_size, act_dim).to(self.device).eval()
        self.act_dim = act_dim
        self.reset()

    def reset(self):
        self.deter = torch.zeros(1, self.rssm.deter_size, device=self.device)
        self.stoch = torch.zeros(1, self.rssm.stoch_size, device=self.device)
        self.prev_action = torch.zeros(1, self.act_dim, device=self.device)

    def load(self, path):
        ckpt = torch.load(path, map_location=self.device)
        self.rssm.load_state_dict(ckpt["rssm"])
        self.actor.load_state_dict(ckpt["actor"])

    def update_weights(self, path):
        """Take over new weights without stopping the drive."""
        self.load(path)
        self.deter = torch.zeros_like(self.deter)

    @torch.no_grad()
    def act(self, obs, noise=0.1):
        obs = torch.as_tensor(obs, dtype=torch.float32, device=self.device).unsqueeze(0)
        self.deter, self.stoch = self.rssm.observe(obs, self.prev_action, self.deter, self.stoch)
        action = self.actor(torch.cat([self.deter, self.stoch], dim=-1))
        action = (action + noise * torch.randn_like(action)).clamp(-1, 1)
        self.prev_action = action
        return action.squeeze(0).cpu().numpy()


class CheckpointWatcher:
    def __init__(self, folder, period):
        self.folder, self.period = Path(folder), period
        self.last_path, self.last_check = None, 0.0

    def newest(self):
        now = time.time()
        if now - self.last_check < self.period:
            return None
        self.last_check = now
        paths = sorted(self.folder.glob("agent_*.pt"))
        if not paths or paths[-1] == self.last_path:
            return None
        self.last_path = paths[-1]
        return self.last_path


def save_episode(folder, index, episode):
    out = Path(folder) / f"episode_{index:06d}.npz"
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out, **{k: np.stack(v) for k, v in episode.items()})


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="MountainCarContinuous-v0")
    ap.add_argument("--checkpoints", default="checkpoints")
    ap.add_argument("--episodes-dir", default="episodes")
    ap.add_argument("--episodes", type=int, default=1000)
    ap.add_argument("--poll", type=float, default=10.0)
    args = ap.parse_args()

    env = gym.make(args.env)
    agent = RoverAgent(env.observation_space.shape[0], env.action_space.shape[0])
    watcher = CheckpointWatcher(args.checkpoints, args.poll)
    first = watcher.newest()
    if first is not None:
        agent.load(first)

    for index in range(args.episodes):
        obs, _ = env.reset()
        agent.reset()
        episode = {"obs": [obs], "action": [], "reward": []}
        done = False
        while not done:
            path = watcher.newest()
            if path is not None:
                agent.update_weights(path)
                print(f"now driving with {path.name}")
            action = agent.act(obs)
            obs, reward, terminated, truncated, _ = env.step(action)
            done = terminated or truncated
            episode["obs"].append(obs)
            episode["action"].append(action)
            episode["reward"].append(np.float32(reward))
        save_episode(args.episodes_dir, index, episode)
        print(f"episode {index}: return {sum(episode['reward']):.2f}, {len(episode['reward'])} steps")


if __name__ == "__main__":
    main()
