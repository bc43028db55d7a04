from __future__ import annotations

import multiprocessing as mp
import queue
from dataclasses import dataclass
from typing import Dict, List, NamedTuple

import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical

from patient import HaemodialysisSession

Arrays = Dict[str, np.ndarray]


@dataclass(frozen=True)
class Settings:
    actors: int = 6
    width: int = 48
    sessions_per_update: int = 24
    updates: int = 8000
    lr: float = 3e-4
    entropy: float = 0.02


class Session(NamedTuple):
    charts: np.ndarray
    actions: np.ndarray
    rewards: np.ndarray
    logp: np.ndarray
    version: int


class Nurse(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.cell = nn.LSTMCell(HaemodialysisSession.n_obs, width)
        self.head = nn.Linear(width, HaemodialysisSession.n_actions)
        self.value = nn.Linear(width, 1)

    def step(self, chart, carry=None):
        h, c = self.cell(chart, carry)
        return Categorical(logits=self.head(h)), self.value(h).squeeze(-1), (h, c)


class Actor(mp.Process):
    def __init__(self, number: int, settings: Settings, inbox: mp.Queue, outbox: mp.Queue) -> None:
        super().__init__(name=f"ward-{number}", daemon=True)
        self.number, self.settings, self.inbox, self.outbox = number, settings, inbox, outbox

    def newest(self, block: bool):
        """Drains the inbox; only the last weights count."""
        item = self.inbox.get() if block else None
        while True:
            try:
                item = self.inbox.get_nowait()
            except queue.Empty:
                return item

    def run(self) -> None:
        torch.set_num_threads(1)
        torch.manual_seed(self.number)
        patient = HaemodialysisSession(np.random.default_rng(self.number))
        nurse = Nurse(self.settings.width).eval()
        version = -1
        carry = None
        chart = patient.admit()
        log: List[tuple] = []
        while True:
            if not log:
                item = self.newest(block=version < 0)
                if item is not None:
                    version, arrays = item
                    nurse.load_state_dict({k: torch.from_numpy(v) for k, v in arrays.items()})
            with torch.no_grad():
                dist, _, carry = nurse.step(torch.tensor([chart], dtype=torch.float32), carry)
                action = dist.sample()
            nxt, reward, over = patient.treat(int(action))
            log.append((chart, int(action), reward, float(dist.log_prob(action))))
            chart = nxt
            if over:
                charts, actions, rewards, logp = (np.array(c, dtype=d) for c, d in zip(zip(*log), ("f4", "i8", "f4", "f4")))
                self.outbox.put(Session(charts, actions, rewards, logp, version))
                log, carry, chart = [], None, patient.admit()


def export(net: nn.Module) -> Arrays:
    return {k: v.detach().cpu().numpy().copy() for k, v in net.state_dict().items()}


def update(net: Nurse, opt: torch.optim.Optimizer, sessions: List[Session], entropy: float) -> float:
    total = torch.zeros(())
    for s in sessions:
        returns = torch.from_numpy(np.cumsum(s.rewards[::-1])[::-1].copy())
        carry, parts = None, []
        for i in range(len(s.actions)):
            dist, value, carry = net.step(torch.from_numpy(s.charts[i:i + 1]), carry)
            a = torch.tensor([s.actions[i]])
            rho = (dist.log_prob(a).detach() - float(s.logp[i])).exp().clamp(max=2.0)
            adv = returns[i] - value
            parts.append(-rho * dist.log_prob(a) * adv.detach() + 0.5 * adv ** 2 - entropy * dist.entropy())
        total = total + torch.cat(parts).mean()
    opt.zero_grad()
    (total / len(sessions)).backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()
    return float(total) / len(sessions)


def main(settings: Settings = Settings()) -> None:
    net = Nurse(settings.width)
    opt = torch.optim.Adam(net.parameters(), lr=settings.lr)
    outbox: mp.Queue = mp.Queue(maxsize=200)
    inboxes = [mp.Queue() for _ in range(settings.actors)]
    actors = [Actor(i, settings, box, outbox) for i, box in enumerate(inboxes)]
    for a in actors:
        a.start()
    for version in range(settings.updates):
        arrays = export(net)
        for box in inboxes:
            box.put((version, arrays))
        sessions = [outbox.get() for _ in range(settings.sessions_per_update)]
        loss = update(net, opt, sessions, settings.entropy)
        if version % 50 == 0:
            gain = np.mean([s.rewards.sum() for s in sessions])
            lag = version - np.mean([s.version for s in sessions])
            print(f"v{version} loss {loss:.3f} return {gain:.2f} lag {lag:.1f}")
    torch.save(net.state_dict(), "nurse.pt")
    for a in actors:
        a.terminate()


if __name__ == "__main__":
    main()
