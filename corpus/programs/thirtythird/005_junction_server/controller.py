import logging
import os
import time
from dataclasses import dataclass, field

import torch

from nets import FlowEstimator, PhasePolicy

log = logging.getLogger(__name__)


@dataclass
class Junction:
    name: str
    est_mem: torch.Tensor
    pol_mem: torch.Tensor
    phase: int = 0
    since: float = field(default_factory=time.time)


class Controller:
    def __init__(self, ckpt_path: str, n_loops: int = 8, n_phases: int = 4, min_green: float = 6.0):
        self.ckpt_path = ckpt_path
        self.n_loops = n_loops
        self.min_green = min_green
        self.estimator = FlowEstimator(n_loops).eval()
        self.policy = PhasePolicy(n_loops, n_phases).eval()
        self.junctions: dict[str, Junction] = {}
        self.stamp = 0.0
        self._read_weights()

    def _read_weights(self) -> int:
        self.stamp = os.path.getmtime(self.ckpt_path)
        blob = torch.load(self.ckpt_path, map_location="cpu")
        self.estimator.load_state_dict(blob["estimator"])
        self.policy.load_state_dict(blob["policy"])
        return blob.get("step", -1)

    def refresh(self) -> bool:
        if os.path.getmtime(self.ckpt_path) <= self.stamp:
            return False
        step = self._read_weights()
        for junction in self.junctions.values():
            junction.pol_mem = torch.zeros(1, self.policy.width)
        log.info("weights of step %s in use, %d junctions", step, len(self.junctions))
        return True

    def junction(self, name: str) -> Junction:
        if name not in self.junctions:
            self.junctions[name] = Junction(
                name=name,
                est_mem=torch.zeros(1, self.estimator.width),
                pol_mem=torch.zeros(1, self.policy.width),
            )
        return self.junctions[name]

    @torch.inference_mode()
    def decide(self, name: str, counts: list[float]) -> int:
        j = self.junction(name)
        x = torch.tensor(counts, dtype=torch.float32).view(1, self.n_loops)
        queues, j.est_mem = self.estimator(x, j.est_mem)
        logits, j.pol_mem = self.policy(queues, torch.tensor([j.phase]), j.pol_mem)
        wanted = int(logits.argmax(-1))
        now = time.time()
        if wanted != j.phase and now - j.since >= self.min_green:
            j.phase, j.since = wanted, now
        return j.phase
