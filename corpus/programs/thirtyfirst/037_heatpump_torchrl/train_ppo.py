import argparse
import copy
import math

import gymnasium
import numpy as np
import torch
from torchrl.collectors import SyncDataCollector
from torchrl.modules import set_recurrent_mode
from torchrl.objectives import ClipPPOLoss
from torchrl.objectives.value import GAE

from parts import make_env, make_nets


class HeatPump(gymnasium.Env):
    """A house with a buffer tank and a day-ahead tariff that is only seen hour by hour."""

    def __init__(self):
        self.observation_space = gymnasium.spaces.Box(-5.0, 5.0, (5,), np.float32)
        self.action_space = gymnasium.spaces.Box(0.0, 1.0, (1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.hour = 0
        self.room, self.tank = 20.0, 40.0
        self.base = self.np_random.uniform(0.15, 0.35)
        return self._obs(), {}

    def _obs(self):
        h = self.hour % 24
        self.price = self.base * (1.3 + math.sin(2 * math.pi * (h - 8) / 12)) + self.np_random.normal(0, 0.01)
        return np.array([(self.room - 20) / 3, (self.tank - 40) / 10, 4 * self.price,
                         math.sin(math.tau * h / 24), math.cos(math.tau * h / 24)], np.float32)

    def step(self, action):
        power = float(np.clip(action[0], 0, 1)) * 4.0
        outside = 3 + 5 * math.sin(math.tau * (self.hour - 9) / 24)
        give = 0.08 * (self.tank - self.room)
        self.tank += 1.1 * power - 0.5 * give
        self.room += 0.5 * give - 0.045 * (self.room - outside)
        self.hour += 1
        reward = -power * self.price - 0.3 * max(0.0, 19.5 - self.room) - 0.3 * max(0.0, self.room - 23)
        return self._obs(), reward, False, False, {}


gymnasium.register("HeatPump-v0", entry_point=HeatPump)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--frames", type=int, default=400_000)
    ap.add_argument("--batch", type=int, default=1024)
    ap.add_argument("--epochs", type=int, default=6)
    ap.add_argument("--patience", type=int, default=4)
    ap.add_argument("--lr", type=float, default=4e-4)
    args = ap.parse_args()
    torch.manual_seed(0)

    actor, critic, lstm = make_nets(5, 1, torch.zeros(1), torch.ones(1))
    env = make_env("HeatPump-v0", lstm, max_steps=24 * 90)
    collector = SyncDataCollector(env, actor, frames_per_batch=args.batch, total_frames=args.frames)
    gae = GAE(gamma=0.995, lmbda=0.95, value_network=critic, average_gae=True, shifted=True)
    loss_fn = ClipPPOLoss(actor, critic, clip_epsilon=0.2)
    opt = torch.optim.Adam(loss_fn.parameters(), lr=args.lr)

    best_score = -math.inf
    best_actor, best_critic = copy.deepcopy(actor.state_dict()), copy.deepcopy(critic.state_dict())
    worse = 0
    for i, data in enumerate(collector):
        score = data["next", "reward"].mean().item()
        if score > best_score:
            best_score, worse = score, 0
            best_actor, best_critic = copy.deepcopy(actor.state_dict()), copy.deepcopy(critic.state_dict())
        else:
            worse += 1
        if worse > args.patience:
            print(f"[{i}] {score:.4f} is below {best_score:.4f} for too long, going back")
            critic.load_state_dict(best_critic)
            actor.load_state_dict(best_actor)
            for group in opt.param_groups:
                group["lr"] *= 0.7
            opt.state.clear()
            worse = 0
            continue

        data = data.unsqueeze(0) if data.ndim == 1 else data
        for _ in range(args.epochs):
            with set_recurrent_mode(True):
                with torch.no_grad():
                    gae(data)
                losses = loss_fn(data)
            loss = losses["loss_objective"] + losses["loss_critic"] + losses["loss_entropy"]
            opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(loss_fn.parameters(), 1.0)
            opt.step()
        print(f"[{i}] reward {score:.4f} critic {losses['loss_critic'].item():.4f}")

    collector.shutdown()
    torch.save({"actor": best_actor, "critic": best_critic}, "heatpump_best.pt")


if __name__ == "__main__":
    main()
