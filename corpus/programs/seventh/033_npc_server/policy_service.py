"""Holds the current policy and the memory of each connected character."""
import logging
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, Optional

import numpy as np
from sb3_contrib import RecurrentPPO

log = logging.getLogger(__name__)


@dataclass
class Session:
    npc_id: str
    lstm_states: Optional[Any] = None
    episode_start: np.ndarray = field(default_factory=lambda: np.ones((1,), dtype=bool))
    last_seen: float = field(default_factory=time.time)


class PolicyService:
    def __init__(self, model_path: Path, poll_seconds: float = 10.0):
        self.model_path = model_path
        self.poll_seconds = poll_seconds
        self.lock = threading.Lock()
        self.sessions: Dict[str, Session] = {}
        self.mtime = model_path.stat().st_mtime
        self.model = RecurrentPPO.load(model_path, device="cpu")
        self.version = 1
        self._stop = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        self._watcher.start()

    def stop(self) -> None:
        self._stop.set()

    def spawn(self, npc_id: str) -> None:
        """A character enters the world: it begins with an empty memory."""
        with self.lock:
            self.sessions[npc_id] = Session(npc_id)

    def despawn(self, npc_id: str) -> None:
        with self.lock:
            self.sessions.pop(npc_id, None)

    def act(self, npc_id: str, obs: np.ndarray) -> int:
        with self.lock:
            session = self.sessions.setdefault(npc_id, Session(npc_id))
            action, session.lstm_states = self.model.predict(
                obs,
                state=session.lstm_states,
                episode_start=session.episode_start,
                deterministic=False,
            )
            session.episode_start = np.zeros((1,), dtype=bool)
            session.last_seen = time.time()
            return int(action)

    def _watch(self) -> None:
        while not self._stop.wait(self.poll_seconds):
            try:
                mtime = self.model_path.stat().st_mtime
                if mtime > self.mtime:
                    self._reload(mtime)
                self._drop_idle()
            except OSError:
                log.exception("cannot look at %s", self.model_path)

    def _reload(self, mtime: float) -> None:
        new_model = RecurrentPPO.load(self.model_path, device="cpu")
        with self.lock:
            self.model = new_model
            self.mtime = mtime
            self.version += 1
        log.info("policy version %d is live for %d characters", self.version, len(self.sessions))

    def _drop_idle(self, max_idle: float = 600.0) -> None:
        now = time.time()
        with self.lock:
            for npc_id in [k for k, s in self.sessions.items() if now - s.last_seen > max_idle]:
                del self.sessions[npc_id]
