import pathlib

import torch as th
from stable_baselines3.common.callbacks import BaseCallback

from .memory import fresh_start


class ExploitCallback(BaseCallback):
    def __init__(self, hub, uid, period=10, quantile=0.25, verbose=0):
        super().__init__(verbose)
        self.hub, self.uid = hub, uid
        self.period, self.quantile = period, quantile
        self.n_roll = 0

    def _on_rollout_start(self):
        self.n_roll += 1
        if self.n_roll % self.period != 0:
            return
        me = self.hub.rank(self.uid)
        if me is None or me > self.quantile:
            return
        donor, path = self.hub.pick_top(self.quantile)
        self.model.policy.load_state_dict(th.load(path, map_location=self.model.device))
        fresh_start(self.model)
        self.logger.record("pbt/donor", donor)

    def _on_step(self):
        return True

    def _on_rollout_end(self):
        p = pathlib.Path(self.hub.root) / f"{self.uid}.pt"
        th.save(self.model.policy.state_dict(), p)
        infos = self.model.ep_info_buffer
        if infos:
            self.hub.report(self.uid, sum(i["r"] for i in infos) / len(infos))
