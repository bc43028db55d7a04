import copy
import json


class Hook:
    def on_epoch_start(self, trainer): ...
    def on_step_end(self, trainer, loss): ...
    def on_eval_end(self, trainer, val_loss): ...


class JsonLog(Hook):
    def __init__(self, path):
        self.f = open(path, "a")

    def on_eval_end(self, trainer, val_loss):
        self.f.write(json.dumps({"step": trainer.step, "val": val_loss}) + "\n")
        self.f.flush()


class BackToBest(Hook):
    """If the validation loss has not improved for `patience` evals, go back to
    the best weights and continue with half the learning rate."""

    def __init__(self, patience=4, min_lr=1e-5):
        self.patience = patience
        self.min_lr = min_lr
        self.best_loss = float("inf")
        self.best_weights = None
        self.bad = 0

    def on_eval_end(self, trainer, val_loss):
        if val_loss < self.best_loss:
            self.best_loss = val_loss
            self.best_weights = copy.deepcopy(trainer.model.state_dict())
            self.bad = 0
            return
        self.bad += 1
        if self.bad >= self.patience and self.best_weights is not None:
            trainer.model.load_state_dict(self.best_weights)
            for group in trainer.opt.param_groups:
                group["lr"] = max(self.min_lr, group["lr"] * 0.5)
            self.bad = 0
            print(f"[{trainer.step}] back to best ({self.best_loss:.5f})")
