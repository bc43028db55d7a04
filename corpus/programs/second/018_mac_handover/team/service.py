import json
import logging
import time
from pathlib import Path

import numpy as np

from .envs import Foraging
from .mac import OnlineMAC

logger = logging.getLogger(__name__)


class FieldService:
    """Keeps many fields going at once, round robin; a supervisor may ask for another team at any time."""

    def __init__(self, args):
        self.args = args
        self.fields = {f"field-{i}": Foraging(n_agents=args.n_agents, seed=i) for i in range(args.n_fields)}
        sample = next(iter(self.fields.values()))
        args.n_actions = sample.n_actions
        self.mac = OnlineMAC(sample.obs_size, args)
        self.obs = {}
        self.totals = {}
        self.history = []
        self.active = None
        for key, field in self.fields.items():
            self._restart(key, field)

    def _restart(self, key, field):
        self.obs[key], _ = field.reset()
        self.totals[key] = 0.0
        self.mac.init_hidden(key)

    def orders(self):
        path = Path(self.args.orders)
        if not path.exists():
            return {}
        try:
            return json.loads(path.read_text())
        except json.JSONDecodeError:
            return {}

    def switch_team(self, folder):
        if not (Path(folder) / "agent.th").exists():
            logger.warning("no team in %s", folder)
            return
        self.mac.load_models(folder)
        self.active = folder
        self.history.clear()
        logger.info("team %s is on", folder)

    def tick(self, epsilon):
        for key, field in self.fields.items():
            actions = self.mac.select_actions(key, self.obs[key], field.available(), epsilon)
            self.obs[key], _, reward, done = field.step(actions)
            self.totals[key] += reward
            if done:
                self.history.append(self.totals[key])
                self._restart(key, field)

    def serve(self):
        last = time.time()
        for tick in range(self.args.ticks):
            if tick % self.args.check_every == 0:
                orders = self.orders()
                team = orders.get("team")
                if team and team != self.active:
                    self.switch_team(team)
                epsilon = float(orders.get("epsilon", 0.0))
            self.tick(epsilon)
            if time.time() - last > 10.0:
                last = time.time()
                logger.info("tick %d mean %.2f", tick, np.mean(self.history[-100:]) if self.history else 0.0)
