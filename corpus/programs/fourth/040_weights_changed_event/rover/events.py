from collections import defaultdict
from typing import Any, Callable, DefaultDict, List


class Bus:
    """Plain synchronous publish and subscribe."""

    def __init__(self) -> None:
        self._subs: DefaultDict[str, List[Callable[..., Any]]] = defaultdict(list)

    def on(self, topic: str, fn: Callable[..., Any]) -> None:
        self._subs[topic].append(fn)

    def emit(self, topic: str, **payload: Any) -> None:
        for fn in self._subs[topic]:
            fn(**payload)
