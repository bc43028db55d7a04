import hashlib

import numpy as np


def embed(text: str, dim: int = 64) -> np.ndarray:
    out = np.zeros(dim, np.float32)
    for word in text.lower().split():
        digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
        out[int.from_bytes(digest[:4], "little") % dim] += 1.0 if digest[4] & 1 else -1.0
    n = np.linalg.norm(out)
    return out / n if n else out
