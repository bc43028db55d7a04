import torch
import torch.nn.functional as F


class Trainer:
    """Truncated BPTT over parallel, contiguous meter readings."""

    def __init__(self, model, opt, train_x, val_x, window=48, eval_every=100, hooks=()):
        self.model, self.opt = model, opt
        self.train_x, self.val_x = train_x, val_x      # [T, meters, features]
        self.window = window
        self.eval_every = eval_every
        self.hooks = list(hooks)
        self.step = 0
        self.carry = None

    def _call(self, name, *args):
        for hook in self.hooks:
            getattr(hook, name)(self, *args)

    def windows(self, x):
        for i in range(0, x.size(0) - self.window - 1, self.window):
            yield x[i:i + self.window], x[i + 1:i + self.window + 1, :, :1]

    def fit(self, epochs):
        for _ in range(epochs):
            self.carry = None
            self._call("on_epoch_start")
            for x, y in self.windows(self.train_x):
                loss = self._train_window(x, y)
                self._call("on_step_end", loss)
                if self.step % self.eval_every == 0:
                    self._call("on_eval_end", self.evaluate())

    def _train_window(self, x, y):
        self.model.train()
        pred, self.carry = self.model(x, self.carry)
        self.carry = tuple(s.detach() for s in self.carry)
        loss = F.smooth_l1_loss(pred, y)
        self.opt.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.opt.step()
        self.step += 1
        return loss.item()

    @torch.no_grad()
    def evaluate(self):
        self.model.eval()
        total, n, state = 0.0, 0, None
        for x, y in self.windows(self.val_x):
            pred, state = self.model(x, state)
            total += F.smooth_l1_loss(pred, y).item()
            n += 1
        return total / max(n, 1)
