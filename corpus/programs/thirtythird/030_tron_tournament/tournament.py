import glob

import torch

from bike import BikeNet, look

SIZE = 25
GAMES = 10
dirs = [(1, 0), (0, 1), (-1, 0), (0, -1)]

red = BikeNet()
blue = BikeNet()

files = sorted(glob.glob("bikes/*.pt"))
print("found", len(files), "bikes")

table = [[0 for j in files] for i in files]

for i in range(len(files)):
    for j in range(len(files)):
        if i == j:
            continue
        red.load_state_dict(torch.load(files[i]))
        blue.load_state_dict(torch.load(files[j]))
        for g in range(GAMES):
            board = [[0 for _ in range(SIZE)] for _ in range(SIZE)]
            x1, y1, d1 = 3, 3 + g, 0
            x2, y2, d2 = SIZE - 4, SIZE - 4 - g, 2
            board[x1][y1] = 1
            board[x2][y2] = 2
            h1 = torch.zeros(1, 40)
            c1 = torch.zeros(1, 40)
            h2 = torch.zeros(1, 40)
            c2 = torch.zeros(1, 40)
            winner = 0
            t = 0
            while winner == 0:
                t += 1
                o1 = look(board, x1, y1, d1) + [x1 / SIZE, y1 / SIZE, x2 / SIZE, y2 / SIZE, d1 / 4, d2 / 4]
                o2 = look(board, x2, y2, d2) + [x2 / SIZE, y2 / SIZE, x1 / SIZE, y1 / SIZE, d2 / 4, d1 / 4]
                with torch.no_grad():
                    q1, h1, c1 = red(torch.tensor([o1]), h1, c1)
                    q2, h2, c2 = blue(torch.tensor([o2]), h2, c2)
                d1 = (d1 + q1.argmax().item() - 1) % 4
                d2 = (d2 + q2.argmax().item() - 1) % 4
                x1 += dirs[d1][0]
                y1 += dirs[d1][1]
                x2 += dirs[d2][0]
                y2 += dirs[d2][1]
                dead1 = x1 < 0 or y1 < 0 or x1 >= SIZE or y1 >= SIZE or board[x1][y1] != 0
                dead2 = x2 < 0 or y2 < 0 or x2 >= SIZE or y2 >= SIZE or board[x2][y2] != 0
                if dead1 and dead2:
                    winner = 3
                elif dead1:
                    winner = 2
                elif dead2:
                    winner = 1
                else:
                    board[x1][y1] = 1
                    board[x2][y2] = 2
            if winner == 1:
                table[i][j] += 1
            print(files[i], "vs", files[j], "game", g, "winner", winner, "after", t)

print("TABLE")
for i in range(len(files)):
    print(files[i], table[i], "sum", sum(table[i]))
