import logging
import time
from collections import OrderedDict

import torch

from .model import BidShader
from .registry import Registry

log = logging.getLogger(__name__)


class Shader:
    """
    Keeps one hidden row per campaign in an LRU. A row is filed under the release that
    computed it, is read by no other release, and falls out of the LRU in time.
    """

    def __init__(self, registry: Registry, capacity: int = 200_000, check_every: float = 30.0):
        self.registry, self.capacity, self.check_every = registry, capacity, check_every
        self.net = BidShader().eval()
        self._rows: "OrderedDict[tuple[int, str], torch.Tensor]" = OrderedDict()
        self._release = -1
        self._checked = 0.0
        self._refresh()

    def _refresh(self):
        self._checked = time.monotonic()
        release = self.registry.live()
        if release.number != self._release:
            self.net.load_state_dict(torch.load(release.path, map_location="cpu"))
            self._release = release.number
            log.info("release %d is live", release.number)

    def _read(self, campaign: str) -> torch.Tensor:
        row = self._rows.get((self._release, campaign))
        return row if row is not None else torch.zeros(self.net.hidden)

    def _write(self, campaign: str, row: torch.Tensor) -> None:
        key = (self._release, campaign)
        self._rows[key] = row
        self._rows.move_to_end(key)
        while len(self._rows) > self.capacity:
            self._rows.popitem(last=False)

    @torch.inference_mode()
    def shade(self, requests):
        """[(campaign, features, bid)] -> bids"""
        if time.monotonic() - self._checked > self.check_every:
            self._refresh()
        x = torch.tensor([f for _, f, _ in requests], dtype=torch.float32)
        h = torch.stack([self._read(c) for c, _, _ in requests])
        mult, h = self.net(x, h)
        for (campaign, _, _), row in zip(requests, h):
            self._write(campaign, row.clone())
        return [bid * float(m) for (_, _, bid), m in zip(requests, mult)]

    def end_of_day(self, campaign: str) -> None:
        self._rows.pop((self._release, campaign), None)
