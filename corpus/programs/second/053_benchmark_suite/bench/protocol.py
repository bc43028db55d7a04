from dataclasses import asdict, dataclass, field


@dataclass
class Protocol:
    episodes: int = 100
    seed: int = 10_000
    deterministic: bool = True
    perturb: float = 0.0
    quantiles: tuple = (0.1, 0.5, 0.9)


@dataclass
class Outcome:
    model: str
    task: str
    returns: list = field(default_factory=list)
    lengths: list = field(default_factory=list)
    caught: int = 0

    def row(self, protocol):
        import numpy as np

        out = {"model": self.model, "task": self.task, "n": len(self.returns), "caught": self.caught / max(1, len(self.returns))}
        for q in protocol.quantiles:
            out[f"q{int(q * 100)}"] = float(np.quantile(self.returns, q))
        out["length"] = float(np.mean(self.lengths))
        return out

    def raw(self):
        return asdict(self)
