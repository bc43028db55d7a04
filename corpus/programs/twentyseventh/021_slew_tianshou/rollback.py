import copy


class Rollback:
    """Goes back to the best tested weights after bad tests; the third time in a row the sims start over too."""

    def __init__(self, policy, train_collector, margin=0.25, hard_after=3):
        self.policy = policy
        self.train_collector = train_collector
        self.margin = margin
        self.hard_after = hard_after
        self.best, self.best_reward = None, None
        self.pending = False
        self.in_a_row = 0

    def tested(self, reward):
        if self.best_reward is None or reward > self.best_reward:
            self.best, self.best_reward = copy.deepcopy(self.policy.state_dict()), reward
            self.in_a_row = 0
        elif reward < self.best_reward - self.margin * abs(self.best_reward):
            self.pending = True

    def apply(self):
        if not self.pending:
            return
        self.pending = False
        self.in_a_row += 1
        self.policy.load_state_dict(self.best)
        if self.in_a_row >= self.hard_after:
            self.train_collector.reset()
            self.in_a_row = 0
