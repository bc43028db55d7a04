import copy
import math


class Hook:
    def on_fit_start(self, trainer): ...
    def on_epoch_start(self, trainer): ...
    def on_batch_end(self, trainer): ...
    def on_validation_end(self, trainer): ...
    def on_epoch_end(self, trainer): ...


class Restore(Hook):
    """Keep the best weights; go back to them and halve the rate when validation gets worse."""

    def __init__(self, patience=3, factor=0.5):
        self.patience, self.factor = patience, factor
        self.best, self.weights, self.count = math.inf, None, 0

    def on_validation_end(self, trainer):
        if trainer.val_loss < self.best:
            self.best, self.count = trainer.val_loss, 0
            self.weights = copy.deepcopy(trainer.net.state_dict())
            return
        self.count += 1
        if self.count >= self.patience:
            trainer.net.load_state_dict(self.weights)
            for group in trainer.opt.param_groups:
                group["lr"] *= self.factor
            self.count = 0


class CsvLog(Hook):
    def __init__(self, path):
        self.path = path

    def on_fit_start(self, trainer):
        with open(self.path, "w") as f:
            f.write("step,train,val,lr\n")

    def on_validation_end(self, trainer):
        with open(self.path, "a") as f:
            lr = trainer.opt.param_groups[0]["lr"]
            f.write(f"{trainer.step},{trainer.train_loss:.5f},{trainer.val_loss:.5f},{lr:.2e}\n")
