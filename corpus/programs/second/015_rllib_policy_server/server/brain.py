import logging

import numpy as np
from ray.rllib.algorithms.algorithm import Algorithm
from ray.rllib.policy.policy import Policy

log = logging.getLogger(__name__)


class Brain:
    """An RLlib PPO with use_lstm=True that answers one observation at a time."""

    def __init__(self, checkpoint, policy_id="default_policy"):
        self.policy_id = policy_id
        self.algo = Algorithm.from_checkpoint(checkpoint)
        self.version = checkpoint
        if not self.algo.config.model.get("use_lstm"):
            raise ValueError("this server expects a recurrent policy")

    def initial(self):
        return [np.zeros_like(s) for s in self.algo.get_policy(self.policy_id).get_initial_state()]

    def upgrade(self, checkpoint):
        donor = Policy.from_checkpoint(checkpoint)[self.policy_id]
        self.algo.get_policy(self.policy_id).set_weights(donor.get_weights())
        self.version = checkpoint
        log.info("now serving %s", checkpoint)

    def answer(self, obs, state, explore=False):
        action, state, extra = self.algo.compute_single_action(
            np.asarray(obs, dtype=np.float32), state=state, policy_id=self.policy_id, explore=explore
        )
        return action, state, float(extra.get("vf_preds", 0.0))
