from __future__ import annotations

import dataclasses
import logging

import torch
import torch.nn.functional as F
from torch import nn

from .model import DoomNet
from .shared import hand_over_gradients


@dataclasses.dataclass(frozen=True)
class A3CConfig:
    scenario: str = "my_way_home"
    t_max: int = 20
    gamma: float = 0.99
    tau: float = 1.0
    entropy: float = 0.01
    clip: float = 40.0
    lr: float = 1e-4
    total: int = 10_000_000


def work(rank: int, cfg: A3CConfig, shared: DoomNet, optimizer, frames) -> None:
    from .game import Game  # vizdoom must be imported after the fork

    log = logging.getLogger(f"a3c.{rank}")
    torch.manual_seed(1000 + rank)
    game = Game(cfg.scenario, seed=rank)
    local = DoomNet(game.n_actions)
    frame = game.new_episode()
    memory = local.blank()
    score = 0.0
    while frames.value < cfg.total:
        local.load_state_dict(shared.state_dict())
        memory = memory.detached()
        values, logps, rewards, entropies = [], [], [], []
        done = False
        for _ in range(cfg.t_max):
            logits, value, memory = local(frame, memory)
            dist = torch.distributions.Categorical(logits=logits)
            action = dist.sample()
            frame, reward, done = game.step(int(action))
            values.append(value)
            logps.append(dist.log_prob(action))
            entropies.append(dist.entropy())
            rewards.append(reward)
            score += reward
            if done:
                break
        with frames.get_lock():
            frames.value += len(rewards)

        if done:
            ret = torch.zeros(1)
            log.info("frames %d score %.2f", frames.value, score)
            frame, score, memory = game.new_episode(), 0.0, local.blank()
        else:
            with torch.no_grad():
                ret = local(frame, memory)[1]
        gae = torch.zeros(1)
        values.append(ret)
        loss = torch.zeros(1)
        for t in reversed(range(len(rewards))):
            ret = rewards[t] + cfg.gamma * ret
            delta = rewards[t] + cfg.gamma * values[t + 1].detach() - values[t].detach()
            gae = gae * cfg.gamma * cfg.tau + delta
            loss = loss + 0.5 * F.mse_loss(values[t], ret.detach()) - logps[t] * gae - cfg.entropy * entropies[t]
        local.zero_grad()
        loss.sum().backward()
        nn.utils.clip_grad_norm_(local.parameters(), cfg.clip)
        hand_over_gradients(local, shared)
        optimizer.step()
