import numpy as np

N = 6
STEP = ((-1, 0), (-1, -1), (-1, 1))
N_OBS, N_ACT = 3 * N * N, 3 * N * N


def start():
    b = np.zeros((N, N), int)
    b[-1], b[0] = 1, -1
    return b


def turn(b):
    return -np.rot90(b, 2)


def legal(b):
    """Moves of the +1 pawns, which go up; straight on to an empty square, diagonally to take."""
    out = np.zeros(N_ACT, bool)
    for r, c in np.argwhere(b == 1):
        for d, (dr, dc) in enumerate(STEP):
            y, x = r + dr, c + dc
            if 0 <= y and 0 <= x < N and b[y, x] == (0 if d == 0 else -1):
                out[(r * N + c) * 3 + d] = True
    return out


def view(b):
    seen = b == 1
    for r, c in np.argwhere(b == 1):
        for dr, dc in STEP:
            if 0 <= r + dr and 0 <= c + dc < N:
                seen[r + dr, c + dc] = True
    return np.stack([b == 1, (b == -1) & seen, seen]).astype(np.float32).ravel()


def move(b, a):
    b = b.copy()
    sq, d = divmod(int(a), 3)
    r, c = divmod(sq, N)
    b[r, c] = 0
    b[r + STEP[d][0], c + STEP[d][1]] = 1
    won = bool((b[0] == 1).any() or not legal(turn(b)).any())
    return b, won
