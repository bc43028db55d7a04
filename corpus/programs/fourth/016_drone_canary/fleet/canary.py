import threading


class Canary:
    """Tries a version on the flying fleet and goes back if the drift error grows."""

    def __init__(self, pilots, errors, seconds=120.0, tolerance=1.2):
        self.pilots, self.errors = pilots, errors
        self.seconds, self.tolerance = seconds, tolerance
        self._timer = None

    def begin(self, version):
        if self._timer is not None:
            raise RuntimeError("one canary at a time")
        self._before = self.pilots.version
        self._baseline = self.errors.mean()
        self.errors.clear()
        self.pilots.activate(version)
        self._timer = threading.Timer(self.seconds, self._verdict)
        self._timer.start()

    def _verdict(self):
        self._timer = None
        if self.errors.mean() > self._baseline * self.tolerance:
            self.pilots.activate(self._before)
