from abc import ABC, abstractmethod
from typing import Callable, Dict, Type, TypeVar

T = TypeVar("T")


class Registry:
    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._items: Dict[str, type] = {}

    def register(self, name: str) -> Callable[[Type[T]], Type[T]]:
        def wrap(cls: Type[T]) -> Type[T]:
            if name in self._items:
                raise KeyError(f"{self.kind} {name!r} is registered already")
            self._items[name] = cls
            return cls

        return wrap

    def make(self, name: str, **kwargs):
        return self._items[name](**kwargs)


TASKS = Registry("task")
MODELS = Registry("model")


class Task(ABC):
    n_obs: int
    n_act: int

    @abstractmethod
    def reset(self): ...

    @abstractmethod
    def step(self, action: int): ...
