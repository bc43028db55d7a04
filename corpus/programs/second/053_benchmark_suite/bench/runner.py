import json
import logging
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO

from .protocol import Outcome, Protocol

log = logging.getLogger(__name__)


class Runner:
    def __init__(self, path, device="cpu"):
        self.path = Path(path)
        self.model = RecurrentPPO.load(path, device=device)

    def _disturb(self, obs, rng, scale):
        if scale == 0.0:
            return obs
        return obs + rng.normal(0.0, scale, size=obs.shape).astype(obs.dtype)

    def play(self, env, task, protocol: Protocol) -> Outcome:
        outcome = Outcome(self.path.stem, task)
        rng = np.random.default_rng(protocol.seed)
        for episode in range(protocol.episodes):
            obs, _ = env.reset(seed=protocol.seed + episode)
            total, length = 0.0, 0
            while True:
                obs = self._disturb(obs, rng, protocol.perturb)
                action, _ = self.model.predict(obs, deterministic=protocol.deterministic)
                obs, reward, terminated, truncated, info = env.step(action)
                total += reward
                length += 1
                if terminated or truncated:
                    break
            outcome.returns.append(total)
            outcome.lengths.append(length)
            outcome.caught += int(info.get("caught", False))
            if episode % 25 == 24:
                log.info("%s on %s: %d episodes, mean %.3f", self.path.stem, task, episode + 1, np.mean(outcome.returns))
        return outcome


def dump(outcomes, protocol, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for o in outcomes:
        (folder / f"{o.model}__{o.task}.json").write_text(json.dumps(o.raw()))
    rows = [o.row(protocol) for o in outcomes]
    (folder / "table.json").write_text(json.dumps(rows, indent=1))
    return rows
