"""Tasks carried out side by side: so many at a time, and none drawn before it is its turn."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

Task = Callable[[], None]


def side_by_side(tasks: Iterable[Task], at_once: int, out_of_time: Callable[[], bool]) -> bool:
    """Carry out tasks in the order in which they are drawn; returns whether there was time for all.

    Tasks are drawn one at a time, so what draws them needs no thought of threads, and memory holds
    no more of them than are under way. What a task or the drawing raises is raised here, once
    the others are done.
    """
    left, drawing = iter(tasks), Lock()

    def work() -> bool:
        while True:
            with drawing:
                task = next(left, None)
                if task is None:
                    return True
                if out_of_time():
                    return False
            task()

    with ThreadPoolExecutor(at_once) as pool:
        workers = [pool.submit(work) for _ in range(at_once)]
    timely = [worker.result() for worker in workers]
    return all(timely)
