"""
Racing agent with a "pit stop": when a supervisor process asks for it, the weights are
replaced by those of a named driver. The request may come at any time, it is served
between two rollouts.
"""
import queue
import threading
from typing import Dict, Optional

import numpy as np
import torch
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback


class PitStop(BaseCallback):
    def __init__(self, garage: Dict[str, str]):
        super().__init__()
        self.garage = garage
        self.requests: "queue.Queue[str]" = queue.Queue()
        self._pending: Optional[str] = None
        self.served = []

    # called from the radio thread
    def call_in(self, driver: str):
        if driver not in self.garage:
            raise KeyError(driver)
        self.requests.put(driver)

    def _on_step(self) -> bool:
        try:
            self._pending = self.requests.get_nowait()
        except queue.Empty:
            pass
        return True

    def _on_rollout_start(self) -> None:
        if self._pending is None:
            return
        driver, self._pending = self._pending, None
        self.model.set_parameters(self.garage[driver], exact_match=False, device=self.model.device)
        self._cold_start()
        self.served.append((self.num_timesteps, driver))

    def _cold_start(self) -> None:
        m = self.model
        lstm = m.policy.lstm_actor
        shape = (lstm.num_layers, m.n_envs, lstm.hidden_size)

        def z():
            return torch.zeros(shape, device=m.device)

        m._last_lstm_states = RNNStates((z(), z()), (z(), z()))
        m._last_episode_starts = np.ones((m.n_envs,), dtype=bool)


def radio(cb: PitStop, stop: threading.Event):
    while not stop.is_set():
        try:
            line = input("driver> ").strip()
        except EOFError:
            return
        if line:
            try:
                cb.call_in(line)
            except KeyError as e:
                print("no such driver", e)


def main():
    garage = {"calm": "drivers/calm.zip", "bold": "drivers/bold.zip", "rain": "drivers/rain.zip"}
    model = RecurrentPPO("CnnLstmPolicy", "CarRacing-v3", n_steps=128, batch_size=128, verbose=1)
    cb = PitStop(garage)
    stop = threading.Event()
    th = threading.Thread(target=radio, args=(cb, stop), daemon=True)
    th.start()
    try:
        model.learn(1_000_000, callback=cb)
    finally:
        stop.set()
        model.save("last_race")
        print(cb.served)


if __name__ == "__main__":
    main()
