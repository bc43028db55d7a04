"""Self-play REINFORCE for capture go (first capture wins) on a small board."""
import argparse
import copy
import random

import torch
import torch.nn as nn
import torch.nn.functional as F


def neighbours(p, n):
    r, c = divmod(p, n)
    for dr, dc in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        if 0 <= r + dr < n and 0 <= c + dc < n:
            yield (r + dr) * n + c + dc


def has_liberty(board, p, n):
    colour, stack, seen = board[p], [p], {p}
    while stack:
        q = stack.pop()
        for m in neighbours(q, n):
            if board[m] == 0:
                return True
            if board[m] == colour and m not in seen:
                seen.add(m)
                stack.append(m)
    return False


def play(board, p, colour, n):
    """Returns +1 for a capture, -1 for suicide, 0 otherwise."""
    board[p] = colour
    for m in neighbours(p, n):
        if board[m] == -colour and not has_liberty(board, m, n):
            return 1
    return 0 if has_liberty(board, p, n) else -1


class GoNet(nn.Module):
    def __init__(self, n, width):
        super().__init__()
        self.width = width
        self.body = nn.Linear(n * n, width)
        self.cell = nn.LSTMCell(width, width)
        self.policy = nn.Linear(width, n * n)

    def blank(self):
        return torch.zeros(1, self.width), torch.zeros(1, self.width)

    def forward(self, board, colour, plan):
        x = torch.tensor([board], dtype=torch.float32) * colour
        plan = self.cell(F.relu(self.body(x)), plan)
        logits = self.policy(plan[0])
        taken = torch.tensor([[v != 0 for v in board]])
        return logits.masked_fill(taken, -1e9), plan


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--size", type=int, default=6)
    ap.add_argument("--width", type=int, default=128)
    ap.add_argument("--games", type=int, default=20000)
    ap.add_argument("--rotate-moves", type=int, default=50)
    ap.add_argument("--snapshot-games", type=int, default=200)
    ap.add_argument("--lr", type=float, default=3e-4)
    ap.add_argument("--out", default="capture_go.pt")
    args = ap.parse_args()

    n = args.size
    net = GoNet(n, args.width)
    rival = GoNet(n, args.width)
    rival.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), lr=args.lr)
    pool = [copy.deepcopy(net.state_dict())]
    moves, wins = 0, 0

    for game in range(1, args.games + 1):
        board = [0] * (n * n)
        my_plan, rival_plan = net.blank(), rival.blank()
        logps, result, turn = [], 0, random.choice((1, -1))
        while result == 0 and 0 in board:
            if turn == 1:
                logits, my_plan = net(board, 1, my_plan)
                dist = torch.distributions.Categorical(logits=logits)
                a = dist.sample()
                logps.append(dist.log_prob(a))
                result = play(board, a.item(), 1, n)
            else:
                with torch.no_grad():
                    logits, rival_plan = rival(board, -1, rival_plan)
                a = torch.distributions.Categorical(logits=logits).sample()
                result = -play(board, a.item(), -1, n)
            turn = -turn
            moves += 1
            if moves % args.rotate_moves == 0:
                rival.load_state_dict(random.choice(pool))

        wins += result > 0
        if logps and result != 0:
            loss = -result * torch.cat(logps).mean()
            opt.zero_grad()
            loss.backward()
            opt.step()

        if game % args.snapshot_games == 0:
            pool.append(copy.deepcopy(net.state_dict()))
            pool = pool[-20:]
            print(f"game {game} win rate {wins / args.snapshot_games:.2f} pool {len(pool)}")
            wins = 0
            torch.save(net.state_dict(), args.out)


if __name__ == "__main__":
    main()
