import sys

from experts import ExpertMixture
from stream import DIM, read_log

mix = ExpertMixture(DIM, n_experts=6, n_boxes=2000)
right = fp = n = 0
for box, x, spam in read_log(sys.argv[1]):
    p = mix.score(box, x)
    flagged = p > 0.8
    right += flagged == spam
    fp += flagged and not spam
    mix.feedback(spam)
    n += 1
    if n % 1000 == 0:
        swap = mix.cull()
        if swap:
            print("expert %d is now a child of %d" % swap)
        print(n, "acc %.4f fp %.4f" % (right / 1000, fp / 1000), mix.weights().numpy().round(2))
        right = fp = 0
