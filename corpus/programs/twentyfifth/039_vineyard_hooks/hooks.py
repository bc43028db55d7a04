import copy


class Hook:
    def on_validation(self, trainer, score):
        return False

    def on_end(self, trainer):
        pass


class PrintScore(Hook):
    def on_validation(self, trainer, score):
        print(f"step {trainer.step_no}: validation {score:.2f}")
        return False


class RestoreBest(Hook):
    def __init__(self, tolerance=5.0):
        self.tolerance = tolerance
        self.best_score = float("-inf")
        self.best = None

    def on_validation(self, trainer, score):
        if score > self.best_score:
            self.best_score = score
            self.best = copy.deepcopy(trainer.policy.state_dict())
            return False
        if score < self.best_score - self.tolerance:
            trainer.policy.load_state_dict(self.best)
            return True
        return False

    def on_end(self, trainer):
        if self.best is not None:
            trainer.policy.load_state_dict(self.best)
