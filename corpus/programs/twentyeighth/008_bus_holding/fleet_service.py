import json
import logging
import pathlib
import time
from typing import Any, Dict, List, Optional

import numpy as np
import redis
from ray.rllib.policy.policy import Policy

logger = logging.getLogger(__name__)

FEATURES = ("ahead", "behind", "occupancy", "delay", "hour")


class FleetService:
    """Short-turn and holding orders for every bus that reports to the depot.

    Positions come in on the redis list ``bus:reports``; orders go out on
    ``bus:orders``.  The learner announces a new policy checkpoint on
    ``policy:latest``.
    """

    def __init__(self, url: str, checkpoint: pathlib.Path) -> None:
        self.db = redis.Redis.from_url(url, decode_responses=True)
        self.policy: Policy = self._read(checkpoint)
        self.current = str(checkpoint)
        self.recall: Dict[str, List[np.ndarray]] = {}

    @staticmethod
    def _read(checkpoint: pathlib.Path) -> Policy:
        loaded = Policy.from_checkpoint(str(checkpoint))
        if isinstance(loaded, dict):
            loaded = loaded["default_policy"]
        return loaded

    def _blank(self) -> List[np.ndarray]:
        return [np.array(s, copy=True) for s in self.policy.get_initial_state()]

    def poll_policy(self) -> None:
        announced: Optional[str] = self.db.get("policy:latest")
        if announced is None or announced == self.current:
            return
        newer = self._read(pathlib.Path(announced))
        self.policy.set_weights(newer.get_weights())
        self.recall = {bus: self._blank() for bus in self.recall}
        self.current = announced
        logger.info("policy %s for %d buses", announced, len(self.recall))

    def handle(self, report: Dict[str, Any]) -> None:
        bus = report["bus"]
        if report["event"] == "depart_depot":
            self.recall[bus] = self._blank()
            return
        if report["event"] == "enter_depot":
            self.recall.pop(bus, None)
            return
        if bus not in self.recall:
            self.recall[bus] = self._blank()
        obs = np.array([report[f] for f in FEATURES], dtype=np.float32)
        action, self.recall[bus], _ = self.policy.compute_single_action(
            obs, state=self.recall[bus], explore=False)
        self.db.rpush("bus:orders", json.dumps({"bus": bus, "order": int(action), "at": time.time()}))

    def serve(self) -> None:
        last_poll = 0.0
        while True:
            now = time.monotonic()
            if now - last_poll > 60.0:
                self.poll_policy()
                last_poll = now
            item = self.db.blpop("bus:reports", timeout=5)
            if item is not None:
                self.handle(json.loads(item[1]))


if __name__ == "__main__":
    import sys

    logging.basicConfig(level=logging.INFO)
    FleetService(sys.argv[1], pathlib.Path(sys.argv[2])).serve()
