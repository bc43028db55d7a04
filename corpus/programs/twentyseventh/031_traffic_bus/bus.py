from collections import defaultdict


class EventBus:
    def __init__(self):
        self._subs = defaultdict(list)

    def on(self, topic, fn):
        self._subs[topic].append(fn)

    def emit(self, topic, **payload):
        for fn in self._subs[topic]:
            fn(**payload)
