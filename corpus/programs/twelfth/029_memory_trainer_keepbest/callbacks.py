import copy
import logging

logger = logging.getLogger(__name__)


class Callback:
    def on_eval(self, trainer, score):
        pass

    def on_bad_loss(self, trainer):
        pass


class KeepBest(Callback):
    def __init__(self, patience=5, lr_decay=0.7):
        self.patience = patience
        self.lr_decay = lr_decay
        self.best_score = float("-inf")
        self.best = None
        self.bad = 0

    def on_eval(self, trainer, score):
        if score > self.best_score:
            self.best_score = score
            self.best = copy.deepcopy(trainer.net.state_dict())
            self.bad = 0
            return
        self.bad += 1
        if self.bad >= self.patience:
            self._restore(trainer)
            self.bad = 0

    def on_bad_loss(self, trainer):
        if self.best is None:
            raise RuntimeError("loss is not finite and there is nothing to go back to")
        self._restore(trainer)
        trainer.restart_envs()

    def _restore(self, trainer):
        trainer.net.load_state_dict(self.best)
        for group in trainer.optim.param_groups:
            group["lr"] *= self.lr_decay
        logger.warning("back to best (%.3f), lr now %.1e", self.best_score, trainer.optim.param_groups[0]["lr"])
