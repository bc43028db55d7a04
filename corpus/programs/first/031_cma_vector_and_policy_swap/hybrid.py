"""RecurrentPPO fine-tuning interleaved with CMA-ES on the flat parameter vector."""
import argparse
from pathlib import Path

import cma
import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.wrappers import TimeFeatureWrapper
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize


def env_fn():
    return TimeFeatureWrapper(gym.make("Pendulum-v1"))


def fitness(model, env, episodes=3):
    tot = 0.0
    for _ in range(episodes):
        obs, _ = env.reset()
        state, start, done = None, np.array([True]), False
        while not done:
            act, state = model.predict(obs, state=state, episode_start=start, deterministic=True)
            obs, r, te, tr, _ = env.step(act)
            tot += r
            done = te or tr
            start = np.array([False])
    return tot / episodes


def es_phase(model, env, sigma, iters):
    x0 = model.policy.parameters_to_vector()
    es = cma.CMAEvolutionStrategy(x0, sigma, {"CMA_diagonal": True, "popsize": 12, "verbose": -9})
    for _ in range(iters):
        xs = es.ask()
        fs = []
        for x in xs:
            model.policy.load_from_vector(np.asarray(x, dtype=np.float32))
            fs.append(-fitness(model, env))
        es.tell(xs, fs)
    return es.result.xbest, -es.result.fbest


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--cycles", type=int, default=20)
    ap.add_argument("--ppo-steps", type=int, default=40_000)
    ap.add_argument("--sigma", type=float, default=0.01)
    ap.add_argument("--out", type=Path, default=Path("out"))
    args = ap.parse_args()
    args.out.mkdir(exist_ok=True)

    venv = VecNormalize(DummyVecEnv([env_fn] * 4), norm_obs=False)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=200, batch_size=200, policy_kwargs={"lstm_hidden_size": 32})
    test_env = env_fn()
    for c in range(args.cycles):
        model.learn(args.ppo_steps, reset_num_timesteps=False)
        before = fitness(model, test_env)
        x, after = es_phase(model, test_env, args.sigma, 5)
        model.policy.load_from_vector(np.asarray(x, dtype=np.float32))
        print(f"cycle {c}: {before:.1f} -> {after:.1f}")
        model.save(args.out / f"cycle_{c}")


if __name__ == "__main__":
    main()
