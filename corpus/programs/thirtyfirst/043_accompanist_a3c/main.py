import argparse
import os
import time

import torch
import torch.multiprocessing as mp

from model import ActorCritic
from train import train
from tune import Accompany

parser = argparse.ArgumentParser(description='A3C accompanist')
parser.add_argument('--lr', type=float, default=0.0001)
parser.add_argument('--gamma', type=float, default=0.9)
parser.add_argument('--gae-lambda', type=float, default=1.00)
parser.add_argument('--entropy-coef', type=float, default=0.01)
parser.add_argument('--value-loss-coef', type=float, default=0.5)
parser.add_argument('--max-grad-norm', type=float, default=50)
parser.add_argument('--seed', type=int, default=1)
parser.add_argument('--num-processes', type=int, default=4)
parser.add_argument('--num-steps', type=int, default=20)
parser.add_argument('--max-frames', type=int, default=5000000)


def listen(args, shared_model, counter):
    env = Accompany(args.seed + 1000)
    model = ActorCritic(env.num_inputs, env.num_chords)
    model.eval()
    start = time.time()
    while counter.value < args.max_frames:
        model.load_state_dict(shared_model.state_dict())
        hx, cx = torch.zeros(1, 128), torch.zeros(1, 128)
        obs, done, total = env.reset(), False, 0.0
        while not done:
            with torch.no_grad():
                _, logit, (hx, cx) = model((torch.from_numpy(obs).unsqueeze(0), (hx, cx)))
            obs, reward, done = env.step(logit.argmax(1).item())
            total += reward
        print('%s frames %d reward %.1f' % (time.strftime('%Hh %Mm %Ss', time.gmtime(time.time() - start)),
                                            counter.value, total), flush=True)
        time.sleep(30)


if __name__ == '__main__':
    os.environ['OMP_NUM_THREADS'] = '1'
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    shared_model = ActorCritic(Accompany.num_inputs, Accompany.num_chords)
    shared_model.share_memory()
    optimizer = torch.optim.SGD(shared_model.parameters(), lr=args.lr)
    counter, lock = mp.Value('i', 0), mp.Lock()
    processes = [mp.Process(target=listen, args=(args, shared_model, counter))]
    for rank in range(args.num_processes):
        processes.append(mp.Process(target=train, args=(rank, args, shared_model, counter, lock, optimizer)))
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    torch.save(shared_model.state_dict(), 'accompanist.pt')
