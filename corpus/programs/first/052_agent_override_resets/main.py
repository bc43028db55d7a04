import sys

from crawler.life import Life

if __name__ == "__main__":
    from soft2d import World

    tags = sys.argv[2:]
    for row in Life(World(5), sys.argv[1], tags).run(100_000):
        print(*row)
