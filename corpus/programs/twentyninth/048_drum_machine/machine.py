import queue
import threading
import time
from pathlib import Path

import torch

from grooves import VOICES, DrumNet, load_groove

KIT = [36, 38, 42, 46, 41, 43, 49, 51, 39]


class Machine(threading.Thread):
    """Plays sixteenths on its own clock; grooves put in the queue come in on the next bar line."""

    def __init__(self, net: DrumNet, emit, bpm: float):
        super().__init__(daemon=True)
        self.net = net
        self.emit = emit
        self.period = 60.0 / bpm / 4
        self.queued: "queue.Queue[DrumNet]" = queue.Queue()
        self.halt = threading.Event()

    def bar(self, net, s, prev, due):
        for pos in range(16):
            prev, s = net.tick(prev, pos, s)
            time.sleep(max(0.0, due - time.perf_counter()))
            self.emit([KIT[v] for v in prev.nonzero().flatten().tolist()])
            due += self.period
            if self.halt.is_set():
                break
        return s, prev, due

    def run(self):
        net = self.net
        s, prev = net.silence(), torch.zeros(VOICES)
        due = time.perf_counter()
        while not self.halt.is_set():
            s, prev, due = self.bar(net, s, prev, due)
            newest = None
            while not self.queued.empty():
                newest = self.queued.get_nowait()
            if newest is not None:
                net = self.net = newest
                s = net.silence()


def shell(folder="grooves", bpm=112.0):
    folder = Path(folder)
    names = sorted(p.stem for p in folder.glob("*.npz"))
    print("grooves:", ", ".join(names))
    machine = Machine(load_groove(folder / f"{names[0]}.npz"), lambda notes: print(*notes, flush=True), bpm)
    machine.start()
    while True:
        word = input().strip()
        if word in ("q", "quit"):
            break
        if word in names:
            machine.queued.put(load_groove(folder / f"{word}.npz"))
        else:
            print("no groove of that name")
    machine.halt.set()
    machine.join()


if __name__ == "__main__":
    shell()
