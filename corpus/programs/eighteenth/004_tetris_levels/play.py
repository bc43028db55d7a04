import argparse
import os

import numpy as np
import pfrl
import torch
import torch.nn as nn

from tetris import Tetris

N_STAGES = 4


def make_agent(obs_size, n_actions, gpu):
    q_func = pfrl.nn.RecurrentSequential(
        nn.Linear(obs_size, 128),
        nn.ReLU(),
        nn.LSTM(input_size=128, hidden_size=128),
        nn.Linear(128, n_actions),
        pfrl.q_functions.DiscreteActionValueHead(),
    )
    return pfrl.agents.DoubleDQN(
        q_func,
        torch.optim.Adam(q_func.parameters(), lr=1e-4),
        pfrl.replay_buffers.EpisodicReplayBuffer(10 ** 4),
        gamma=0.99,
        explorer=pfrl.explorers.Greedy(),
        gpu=gpu,
        replay_start_size=10 ** 3,
        update_interval=4,
        target_update_interval=1000,
        recurrent=True,
    )


def main():
    parser = argparse.ArgumentParser(description="plays with the agents of the curriculum's stages")
    parser.add_argument("stages", help="folder with stage_0, stage_1 ... as written by agent.save")
    parser.add_argument("--games", type=int, default=50)
    parser.add_argument("--max-pieces", type=int, default=5000)
    parser.add_argument("--gpu", type=int, default=-1)
    args = parser.parse_args()

    env = Tetris(seed=123)
    obs = env.reset()
    agent = make_agent(len(obs), env.w, args.gpu)
    results = []

    with agent.eval_mode():
        for game in range(args.games):
            obs = env.reset()
            stage = 0
            agent.load(os.path.join(args.stages, "stage_0"))
            for piece in range(args.max_pieces):
                wanted = min(env.level, N_STAGES - 1)
                if wanted != stage:
                    # each stage was trained on the pieces of its level
                    agent.load(os.path.join(args.stages, f"stage_{wanted}"))
                    stage = wanted
                action = agent.act(obs)
                obs, reward, done, info = env.step(action)
                reset = piece == args.max_pieces - 1
                agent.observe(obs, reward, done, reset)
                if done or reset:
                    break
            results.append(info["lines"])
            print(f"game {game}: {info['lines']} lines, stage {stage}, {piece + 1} pieces")
    print("mean", np.mean(results), "max", np.max(results))


if __name__ == "__main__":
    main()
