import sqlite3
from typing import Dict, NamedTuple, Optional

import torch
from safetensors.torch import load as from_bytes
from torch import Tensor, nn


class Quote(NamedTuple):
    pair: str
    z: float
    spread_bps: float
    ts: float


class PairNet(nn.Module):
    def __init__(self, units: int = 32):
        super().__init__()
        self.norm = nn.LayerNorm(3)
        self.cell = nn.LSTMCell(3, units)
        self.head = nn.Linear(units, 3)

    def forward(self, x: Tensor, hc):
        h, c = self.cell(self.norm(x), hc)
        return self.head(h), (h, c)


class Registry:
    """Weights are put into a small database by the research machine."""

    def __init__(self, path: str):
        self.db = sqlite3.connect(path)
        self.db.execute("CREATE TABLE IF NOT EXISTS weights (id INTEGER PRIMARY KEY, made REAL, blob BLOB, ok INTEGER)")

    def latest_id(self) -> Optional[int]:
        return self.db.execute("SELECT max(id) FROM weights WHERE ok = 1").fetchone()[0]

    def blob(self, wid: int) -> bytes:
        return self.db.execute("SELECT blob FROM weights WHERE id = ?", (wid,)).fetchone()[0]


class Brain:
    def __init__(self, registry: Registry):
        self.registry = registry
        self.net = PairNet().eval()
        self.wid: Optional[int] = None
        self.recall: Dict[str, tuple] = {}

    def renew(self) -> bool:
        wid = self.registry.latest_id()
        if wid is None or wid == self.wid:
            return False
        self.net.load_state_dict(from_bytes(self.registry.blob(wid)))
        self.recall = {}
        self.wid = wid
        return True

    @torch.inference_mode()
    def decide(self, q: Quote, held: int) -> int:
        x = torch.tensor([[q.z, q.spread_bps / 10, float(held)]])
        logits, self.recall[q.pair] = self.net(x, self.recall.get(q.pair))
        return int(logits.argmax()) - 1

    def session_over(self) -> None:
        self.recall.clear()
