"""Trains a fencer in an arena with several pistes; each piste gets a new rival for every bout."""
import argparse

import numpy as np
import torch

from fencers import Club, FencerNet
from fencing_env import FencingEnv


class Piste:
    def __init__(self, club):
        self.club = club
        self.env = FencingEnv()
        self.rival = None
        self.obs = None

    def start_bout(self, elo):
        self.rival = self.club.draw(elo)
        self.obs, _ = self.env.reset()

    def step(self, action):
        actions = {"left": action, "right": self.rival.act(self.obs["right"])}
        self.obs, rewards, terminations, truncations, _ = self.env.step(actions)
        return rewards["left"], terminations["left"] or truncations["left"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pistes", type=int, default=16)
    parser.add_argument("--updates", type=int, default=10_000)
    parser.add_argument("--horizon", type=int, default=32)
    parser.add_argument("--lr", type=float, default=3e-4)
    parser.add_argument("--gamma", type=float, default=0.99)
    args = parser.parse_args()

    learner = FencerNet()
    optimizer = torch.optim.Adam(learner.parameters(), lr=args.lr)
    elo = 1000.0
    club = Club()
    club.enroll("beginner", learner, elo)
    pistes = [Piste(club) for _ in range(args.pistes)]
    for piste in pistes:
        piste.start_bout(elo)
    h = torch.zeros(args.pistes, learner.hidden)

    for update in range(1, args.updates + 1):
        h = h.detach()
        log_probs, values, rewards, masks, entropy = [], [], [], [], []
        for _ in range(args.horizon):
            obs = torch.from_numpy(np.stack([p.obs["left"] for p in pistes]))
            dist, value, h = learner(obs, h)
            action = dist.sample()
            step_rewards, keep = [], []
            for piste, a in zip(pistes, action.tolist()):
                reward, done = piste.step(a)
                step_rewards.append(reward)
                keep.append(0.0 if done else 1.0)
                if done:
                    result = 0.5 + 0.5 * float(np.sign(reward))
                    elo = club.record(piste.rival.name, elo, result)
                    piste.start_bout(elo)
            keep = torch.tensor(keep)
            h = h * keep.unsqueeze(-1)
            log_probs.append(dist.log_prob(action))
            entropy.append(dist.entropy())
            values.append(value)
            rewards.append(torch.tensor(step_rewards))
            masks.append(keep)

        with torch.no_grad():
            obs = torch.from_numpy(np.stack([p.obs["left"] for p in pistes]))
            _, target, _ = learner(obs, h)
        losses = []
        for t in reversed(range(args.horizon)):
            target = rewards[t] + args.gamma * masks[t] * target
            advantage = target - values[t]
            losses.append(-log_probs[t] * advantage.detach() + 0.5 * advantage.pow(2) - 0.01 * entropy[t])
        optimizer.zero_grad()
        torch.stack(losses).mean().backward()
        torch.nn.utils.clip_grad_norm_(learner.parameters(), 0.5)
        optimizer.step()

        if update % 100 == 0:
            club.enroll(f"u{update}", learner, elo)
            print(f"update {update} elo {elo:.0f} club {len(club.members)}")

    torch.save(learner.state_dict(), "fencer.pt")


if __name__ == "__main__":
    main()
