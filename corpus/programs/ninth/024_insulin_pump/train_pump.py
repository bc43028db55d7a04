from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical

from patient import Patient


@dataclass
class PumpConfig:
    iterations: int = 3000
    days_per_iteration: int = 8
    validate_every: int = 25
    patience: int = 20
    lr: float = 1e-3
    gamma: float = 0.97
    hidden: int = 48
    path: str = "pump.pt"


class PumpPolicy(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRUCell(2, hidden)
        self.dose = nn.Linear(hidden, len(Patient.DOSES))

    def forward(self, obs, h):
        h = self.gru(obs, h)
        return self.dose(h), h


def simulate_day(policy, patient, greedy=False):
    obs, done = patient.reset(), False
    h = torch.zeros(1, policy.hidden)
    logps, rewards = [], []
    while not done:
        logits, h = policy(torch.from_numpy(obs)[None], h)
        dist = Categorical(logits=logits)
        k = logits.argmax(-1) if greedy else dist.sample()
        logps.append(dist.log_prob(k))
        obs, r, done = patient.step(k.item())
        rewards.append(r)
    return torch.cat(logps), rewards


def discounted(rewards, gamma):
    out, g = np.zeros(len(rewards), dtype=np.float32), 0.0
    for i in reversed(range(len(rewards))):
        g = rewards[i] + gamma * g
        out[i] = g
    return out


@torch.no_grad()
def validate(policy, seeds):
    return float(np.mean([sum(simulate_day(policy, Patient(s), greedy=True)[1]) for s in seeds]))


def train(cfg):
    policy = PumpPolicy(cfg.hidden)
    optimizer = torch.optim.Adam(policy.parameters(), lr=cfg.lr)
    patients = [Patient(s) for s in range(cfg.days_per_iteration)]
    validation = range(5000, 5010)

    best_score = -np.inf
    best_state = policy.state_dict()
    since_best = 0

    for it in range(1, cfg.iterations + 1):
        days = [simulate_day(policy, p) for p in patients]
        returns = np.stack([discounted(r, cfg.gamma) for _, r in days])
        adv = (returns - returns.mean(0)) / (returns.std() + 1e-6)
        loss = -(torch.stack([lp for lp, _ in days]) * torch.from_numpy(adv)).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
        optimizer.step()

        if it % cfg.validate_every == 0:
            score = validate(policy, validation)
            print(f"iteration {it}: validation {score:.3f} (best {best_score:.3f})")
            if score > best_score:
                best_score = score
                best_state = policy.state_dict()
                since_best = 0
            else:
                since_best += 1
                if since_best >= cfg.patience:
                    print("no more progress, stopping")
                    break

    policy.load_state_dict(best_state)
    return policy


def main():
    cfg = PumpConfig()
    torch.manual_seed(0)
    policy = train(cfg)
    print("test", validate(policy, range(9000, 9050)))
    torch.save({"config": vars(cfg), "state": policy.state_dict()}, cfg.path)


if __name__ == "__main__":
    main()
