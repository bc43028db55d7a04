import logging

import hydra
import numpy as np
import torch
from omegaconf import DictConfig

from guard import Guardrail
from hall import Controller, ServerHall

log = logging.getLogger(__name__)


def discounted(rewards, bootstrap, gamma=0.97):
    out, acc = [], bootstrap
    for r in reversed(rewards):
        acc = r + gamma * acc
        out.append(acc)
    return torch.tensor(out[::-1])


@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(cfg: DictConfig):
    torch.manual_seed(cfg.seed)
    np.random.seed(cfg.seed)
    hall = ServerHall(**cfg.hall)
    ctl = Controller(cfg.hall.racks + 2, **cfg.policy)
    opt = torch.optim.Adam(ctl.policy.parameters(), lr=cfg.lr)
    guard = Guardrail(ctl.policy, **cfg.guard)

    obs = hall.observe()
    for w in range(cfg.windows):
        with guard.watching() as report:
            logps, values, rewards = [], [], []
            for _ in range(cfg.window_len):
                (supply, fan), logp, value = ctl.act(obs)
                obs, kw, hot = hall.step(supply, fan)
                logps.append(logp)
                values.append(value)
                rewards.append(-(kw + 2.0 * hot) / 10.0)
            returns = discounted(rewards, values[-1].item())
            values = torch.stack(values)
            adv = returns - values.detach()
            loss = -(torch.stack(logps) * adv).mean() + 0.5 * (values - returns).pow(2).mean()
            opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(ctl.policy.parameters(), 0.5)
            opt.step()
            ctl.cut()
            report.cost = -float(np.mean(rewards)) * 10.0
        if w % 100 == 0:
            log.info("window %d cost %.2f max temp %.1f", w, report.cost, hall.temp.max())
    torch.save(ctl.policy.state_dict(), "cooling.pt")


if __name__ == "__main__":
    main()
