import random

from .member import Member

EXPLORE = {"lr": (1e-5, 5e-3), "entropy": (1e-4, 5e-2), "gamma": (0.9, 0.999)}


class Population:
    def __init__(self, size, base_hparams, quantile=0.25, seed=0):
        self.rng = random.Random(seed)
        self.quantile = quantile
        self.members = [Member(i, self.perturb(base_hparams), seed=seed) for i in range(size)]

    def perturb(self, hp):
        out = {}
        for key, value in hp.items():
            lo, hi = EXPLORE[key]
            if key == "gamma":
                out[key] = min(max(1 - (1 - value) * self.rng.choice([0.8, 1.25]), lo), hi)
            else:
                out[key] = min(max(value * self.rng.choice([0.8, 1.25]), lo), hi)
        return out

    def exploit_and_explore(self):
        ranked = sorted(self.members, key=lambda m: m.score, reverse=True)
        cut = max(1, int(len(ranked) * self.quantile))
        top, bottom = ranked[:cut], ranked[-cut:]
        for weak in bottom:
            strong = self.rng.choice(top)
            weak.net.load_state_dict(strong.net.state_dict())
            weak.opt.load_state_dict(strong.opt.state_dict())
            weak.hparams = self.perturb(strong.hparams)
            weak.apply_hparams()
            weak.score = strong.score
            weak.lineage.append(strong.idx)

    @property
    def best(self):
        return max(self.members, key=lambda m: m.score)
