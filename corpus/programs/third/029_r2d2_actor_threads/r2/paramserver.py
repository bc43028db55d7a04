import threading


class ParamServer:
    """Last published parameters, for the actor threads of this process."""

    def __init__(self):
        self._lock = threading.Lock()
        self._params = None
        self._tag = 0

    def publish(self, net):
        frozen = {k: v.detach().clone() for k, v in net.state_dict().items()}
        with self._lock:
            self._params = frozen
            self._tag += 1

    def newer_than(self, tag):
        with self._lock:
            if self._tag == tag:
                return None, tag
            return self._params, self._tag
