# climbing robot, real wall.  RecurrentPPO trained elsewhere pushes its parameters to redis,
# we pull them while climbing.
import io
import time

import fire
import numpy as np
import redis
import torch
from sb3_contrib import RecurrentPPO

from wall_env import WallEnv  # gymnasium env around the hardware


class Runner:
    def __init__(self, model_path, host="trainer.local", key="climber:params"):
        self.model = RecurrentPPO.load(model_path, device="cpu")
        self.db = redis.Redis(host=host)
        self.key = key
        self.version = 0
        self.env = WallEnv()
        self.lstm_states = None
        self.episode_start = np.ones((1,), dtype=bool)

    def forget(self):
        self.lstm_states = None
        self.episode_start = np.ones((1,), dtype=bool)

    def pull(self):
        """Take newer parameters, if there are any."""
        v = int(self.db.get(self.key + ":version") or 0)
        if v <= self.version:
            return False
        blob = self.db.get(self.key)
        if blob is None:
            return False
        params = torch.load(io.BytesIO(blob), map_location="cpu")
        self.model.set_parameters(params, exact_match=False, device="cpu")
        self.version = v
        return True

    def climb(self):
        obs, _ = self.env.reset()
        self.forget()
        total, steps = 0.0, 0
        last_check = time.time()
        while True:
            if time.time() - last_check > 2.0:
                last_check = time.time()
                if self.pull():
                    print(f"   step {steps}: now on version {self.version}")
                    self.forget()
            action, self.lstm_states = self.model.predict(
                obs[None],
                state=self.lstm_states,
                episode_start=self.episode_start,
                deterministic=True,
            )
            self.episode_start = np.zeros((1,), dtype=bool)
            obs, reward, terminated, truncated, info = self.env.step(action[0])
            total += float(reward)
            steps += 1
            if terminated or truncated:
                return total, steps, info.get("holds", 0)


def run(model, host="trainer.local", attempts=20, rest=30.0):
    r = Runner(model, host=host)
    r.pull()
    log = []
    for i in range(attempts):
        total, steps, holds = r.climb()
        log.append(holds)
        print(f"attempt {i}: {holds} holds, {steps} steps, return {total:.1f}")
        time.sleep(rest)
        r.pull()
    print(f"mean holds {np.mean(log):.2f}, best {max(log)}")


if __name__ == "__main__":
    fire.Fire(run)
