from stable_baselines3.common.callbacks import BaseCallback


class AddToLeague(BaseCallback):
    """Adds the current policy to the league every `every` rollouts."""

    def __init__(self, opponents, every=10, limit=20):
        super().__init__()
        self.opponents = opponents
        self.every = every
        self.limit = limit
        self.league = []
        self.n = 0

    def _on_rollout_start(self):
        if self.n % self.every == 0:
            self.league.append(self.model.policy.state_dict())
            if len(self.league) > self.limit:
                self.league.pop(0)
            for o in self.opponents:
                o.league = self.league
            self.logger.record("league/size", len(self.league))
        self.n += 1

    def _on_step(self):
        return True
