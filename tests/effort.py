"""What work costs, told by the processor time of this thread: other work on the machine does not change it."""

import time


def processor_s(work):
    """Seconds of processor time a call takes."""
    started = time.thread_time()
    work()
    return time.thread_time() - started
