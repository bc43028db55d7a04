import asyncio
from pathlib import Path

from .brain import Brain


class ModelWatcher:
    """Looks for `policy-<n>.pt` and installs the highest number."""

    def __init__(self, folder, brain: Brain, poll: float):
        self.folder, self.brain, self.poll = Path(folder), brain, poll
        self.seen = -1

    def newest(self):
        found = [(int(p.stem.split("-")[1]), p) for p in self.folder.glob("policy-*.pt")]
        return max(found, default=(-1, None))

    async def first(self):
        while (found := self.newest())[1] is None:
            await asyncio.sleep(1)
        self.seen, path = found
        self.brain.install(str(path), f"v{self.seen}")

    async def run(self):
        while True:
            await asyncio.sleep(self.poll)
            number, path = self.newest()
            if number > self.seen:
                self.seen = number
                self.brain.install(str(path), f"v{number}")
