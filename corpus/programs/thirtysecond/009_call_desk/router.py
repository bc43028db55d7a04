import logging
from typing import Dict, List

import numpy as np
from ray.rllib.policy.policy import Policy

logger = logging.getLogger(__name__)


def open_policy(checkpoint: str) -> Policy:
    return Policy.from_checkpoint(checkpoint)["default_policy"]


class CallRouter:
    """Picks an agent group for the caller at the head of each skill queue."""

    def __init__(self, checkpoint: str):
        self.policy = open_policy(checkpoint)
        self.running = checkpoint
        self.context: Dict[str, List[np.ndarray]] = {}

    def route(self, skill: str, features: np.ndarray) -> int:
        past = self.context.get(skill)
        if past is None:
            past = self.policy.get_initial_state()
        group, past, _ = self.policy.compute_single_action(features, state=past, explore=False)
        self.context[skill] = past
        return int(group)

    def close_of_business(self) -> None:
        self.context.clear()

    def trial(self, checkpoint: str) -> None:
        if checkpoint == self.running:
            return
        self.policy.set_weights(open_policy(checkpoint).get_weights())
        self.running = checkpoint
        logger.info("desk is run by %s", checkpoint)
