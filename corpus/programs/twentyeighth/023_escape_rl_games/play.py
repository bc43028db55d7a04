"""Plays the whole house with the checkpoints trained room by room.

    python play.py runs/room0.pth runs/room1.pth runs/room2.pth --games 100
"""
import argparse

import yaml
from rl_games.torch_runner import Runner

from rooms import register


def make_player(config_file):
    with open(config_file) as f:
        config = yaml.safe_load(f)
    runner = Runner()
    runner.load(config)
    runner.reset()
    return runner.create_player()


def play_house(player, checkpoints, deterministic):
    env = player.env
    room, score = 0, 0.0
    player.restore(checkpoints[0])
    player.reset()
    obs = player.env_reset(env)
    done = False
    while not done:
        action = player.get_action(obs, deterministic)
        obs, reward, done, info = player.env_step(env, action)
        score += reward.item()
        done = bool(done.item())
        if info["room"] > room and not done:
            room = info["room"]
            player.restore(checkpoints[room])
    return info["room"], score


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("checkpoints", nargs=3)
    parser.add_argument("--config", default="escape_lstm.yaml")
    parser.add_argument("--games", type=int, default=100)
    parser.add_argument("--stochastic", action="store_true")
    args = parser.parse_args()

    register()
    player = make_player(args.config)
    opened = [0, 0, 0, 0]
    total = 0.0
    for _ in range(args.games):
        rooms, score = play_house(player, args.checkpoints, not args.stochastic)
        opened[rooms] += 1
        total += score
    for n, count in enumerate(opened):
        print(f"{n} rooms opened: {count / args.games:.1%}")
    print(f"mean score {total / args.games:.2f}")


if __name__ == "__main__":
    main()
