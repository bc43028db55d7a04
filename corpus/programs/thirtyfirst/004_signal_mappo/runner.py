from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from buffer import RolloutBuffer
from grid import SignalGrid
from policy import SignalPolicy


@dataclass
class Config:
    threads: int = 16
    length: int = 160
    chunk: int = 20
    epochs: int = 4
    updates: int = 4000
    demands: tuple = (0.25, 0.4, 0.55, 0.7)
    per_stage: int = 1000
    pretrained: Path = Path("pretrained")          # one specialist per demand, from the single junction study


class Trainer:
    def __init__(self, policy: SignalPolicy, cfg: Config):
        self.policy, self.cfg = policy, cfg

    def train(self, buffer: RolloutBuffer) -> None:
        for _ in range(self.cfg.epochs):
            for (state, obs, masks, phases, old, returns, adv), (ha, hc) in buffer.chunks(self.cfg.chunk):
                logp, ent, values = self.policy.unroll(state, obs, ha, hc, masks, phases)
                ratio = (logp - old[..., 0]).exp()
                pg = torch.min(ratio * adv[..., 0], ratio.clamp(0.8, 1.2) * adv[..., 0]).mean()
                loss = -pg - 0.01 * ent + F.smooth_l1_loss(values, returns[..., 0])
                self.policy.optim.zero_grad()
                loss.backward()
                self.policy.optim.step()


class Runner:
    def __init__(self, cfg: Config):
        self.cfg, self.stage = cfg, 0
        self.env = SignalGrid(cfg.threads, demand=cfg.demands[0])
        self.policy = SignalPolicy(self.env.obs_dim, self.env.state_dim, self.env.n_phases)
        self.trainer = Trainer(self.policy, cfg)
        self.buffer = RolloutBuffer(cfg.length, cfg.threads, self.env.n_junctions, self.env.obs_dim,
                                    self.env.state_dim, self.policy.width)

    def next_stage(self) -> None:
        self.stage += 1
        self.env.demand = self.cfg.demands[self.stage]
        self.policy.load(str(self.cfg.pretrained / f"junction_{self.env.demand}.pt"))
        self.buffer.rnn_states_actor[0] = 0.0

    def rollout(self) -> float:
        b = self.buffer
        for t in range(self.cfg.length):
            values, phases, logp, ha, hc = self.policy.get_actions(
                b.state[t], b.obs[t], b.rnn_states_actor[t], b.rnn_states_critic[t], b.masks[t])
            obs, state, rewards, over = self.env.step(phases[..., 0])
            masks = 1.0 - over[..., None].astype(np.float32)
            b.put(obs, state, ha, hc, phases, logp, values, rewards, masks)
        b.finish(self.policy.get_actions(b.state[-1], b.obs[-1], b.rnn_states_actor[-1], b.rnn_states_critic[-1], b.masks[-1])[0])
        return float(b.rewards.mean())

    def evaluate(self, steps: int = 720) -> float:
        env = SignalGrid(4, demand=self.cfg.demands[self.stage], seed=99)
        obs, _ = env.reset()
        rnn_states = np.zeros((4, env.n_junctions, self.policy.width), dtype=np.float32)
        masks = np.ones((4, env.n_junctions, 1), dtype=np.float32)
        means = []
        for _ in range(steps):
            phases, rnn_states = self.policy.act(obs, rnn_states, masks)
            obs, _, rewards, over = env.step(phases[..., 0])
            masks = 1.0 - over[..., None].astype(np.float32)
            means.append(rewards.mean())
        return float(np.mean(means))

    def run(self) -> None:
        self.buffer.obs[0], self.buffer.state[0] = self.env.reset()
        for update in range(1, self.cfg.updates + 1):
            reward = self.rollout()
            self.trainer.train(self.buffer)
            self.buffer.roll_over()
            if update % 50 == 0:
                print(f"{update:5d} reward {reward:.3f} eval {self.evaluate():.3f}")
            if update % self.cfg.per_stage == 0 and self.stage + 1 < len(self.cfg.demands):
                self.next_stage()
        torch.save({"actor": self.policy.actor.state_dict(), "critic": self.policy.critic.state_dict()}, "grid_final.pt")


if __name__ == "__main__":
    Runner(Config()).run()
