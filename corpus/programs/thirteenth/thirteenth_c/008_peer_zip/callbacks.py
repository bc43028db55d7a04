import json
from pathlib import Path

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback


class SharedFolder(BaseCallback):
    """Every node drops its model in a shared folder and picks up a better peer's one."""

    def __init__(self, folder: Path, name: str, period: int = 10, margin: float = 0.5, verbose: int = 1):
        super().__init__(verbose)
        self.folder = folder
        self.name = name
        self.period = period
        self.margin = margin
        self.rollouts = 0

    def _init_callback(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    def my_score(self) -> float:
        buf = self.model.ep_info_buffer
        return float(np.mean([ep["r"] for ep in buf])) if buf else float("-inf")

    def publish(self) -> None:
        self.model.save(self.folder / f"{self.name}.zip")
        (self.folder / f"{self.name}.json").write_text(json.dumps({"score": self.my_score()}))

    def best_peer(self):
        peers = {}
        for meta in self.folder.glob("*.json"):
            if meta.stem != self.name:
                peers[meta.stem] = json.loads(meta.read_text())["score"]
        if not peers:
            return None, float("-inf")
        who = max(peers, key=peers.get)
        return who, peers[who]

    def _on_rollout_start(self) -> None:
        self.rollouts += 1
        if self.rollouts % self.period:
            return
        self.publish()
        who, score = self.best_peer()
        if who is not None and score > self.my_score() + self.margin:
            if self.verbose:
                print(f"{self.name}: taking {who} ({score:.2f} > {self.my_score():.2f})")
            self.model.set_parameters(str(self.folder / f"{who}.zip"), device=self.model.device)
            self.logger.record("peer/taken", self.num_timesteps)

    def _on_step(self) -> bool:
        return True
