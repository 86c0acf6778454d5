"""The peers in Python.

python.py versions            prints what is installed
python.py '{"item", ...}'     one case: prints a JSON row a line, as measure.js does
"""
import importlib
import json
import math
import os
import platform
import sys
import time

MODULES = ["numpy", "scipy", "torch", "numba", "cupy"]

# as in bench/timing.js: seconds
WARM_UP_RUNS, WARM_UP, LEAST, MOST, ENOUGH, TURN = 3, 0.03, 10, 200, 0.4, 0.003


def versions():
    found = {"python": platform.python_version()}
    for name in MODULES:
        try:
            found[name] = importlib.import_module(name).__version__
        except Exception:  # a module that does not load is not there
            pass
    device = cuda_device(found)
    return {**found, "cuda": device} if device else found


def cuda_device(found):
    """The GPU's name, if PyTorch or CuPy can use one."""
    if "torch" in found:
        import torch
        if torch.cuda.is_available():
            return torch.cuda.get_device_name()
    if "cupy" in found:
        import cupy
        try:
            return cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
        except Exception:  # CuPy without a driver
            return None
    return None


def text_of(value):
    """A number as JavaScript reads it."""
    return repr(float(value)).replace("inf", "Infinity").replace("nan", "NaN")


def repeated(run, times):
    start = time.perf_counter()
    for _ in range(times):
        run()
    return (time.perf_counter() - start) / times


def runs_per_turn(run):
    start, shortest, count = time.perf_counter(), math.inf, 0
    while count < WARM_UP_RUNS or time.perf_counter() - start < WARM_UP:
        shortest = min(shortest, repeated(run, 1))
        count += 1
    return math.ceil(TURN / max(shortest, 1e-6))


def time_in_turns(runs):
    turns = [(run, runs_per_turn(run), []) for run in runs]
    end = time.perf_counter() + ENOUGH * len(runs)
    for i in range(MOST):
        if i >= LEAST and time.perf_counter() >= end:
            break
        for run, count, times in turns:
            times.append(1000 * repeated(run, count))
    return [times for _, _, times in turns]


def on_cpu(p, q, many):
    """Peer, what is written with it, where the arrays lie, and what loads it and gives the call; `many`: those with threads."""
    def numpy_sum():
        import numpy as np
        return lambda: (p * np.log(p / q)).sum(axis=-1)

    def numpy_dot():
        import numpy as np
        if p.ndim > 1:
            return lambda: np.einsum("ij,ij->i", p, np.log(p / q))
        return lambda: np.dot(p, np.log(p / q))

    def scipy_rel_entr():
        from scipy.special import rel_entr
        return lambda: rel_entr(p, q).sum(axis=-1)

    def scipy_entropy():
        from scipy.stats import entropy
        return lambda: entropy(p, q, axis=-1)

    def torch_call(call):
        def load():
            import torch
            torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
            held = torch.from_numpy(p), torch.from_numpy(q)
            return lambda: call(torch, *held).numpy()
        return load

    def numba_loop():
        import numba
        import numpy as np

        def row(a, b):
            total = 0.0
            for i in numba.prange(a.size):
                if a[i] > 0:
                    total += a[i] * math.log(a[i] / b[i])
            return total
        compiled = numba.njit(row, fastmath=True, parallel=many)
        if p.ndim > 1:
            return lambda: np.array([compiled(a, b) for a, b in zip(p, q)])
        return lambda: compiled(p, q)

    single = [
        ("numpy", "sum(p*log(p/q))", "resident", numpy_sum),
        ("scipy", "rel_entr", "resident", scipy_rel_entr),
        ("scipy", "stats.entropy", "resident", scipy_entropy),
    ]
    threaded = [
        ("numpy", "dot(p, log(p/q))", "resident", numpy_dot),
        *[("torch", name, "resident", torch_call(call)) for name, call in TORCH.items()],
        ("numba", "loop", "resident", numba_loop),
    ]
    return threaded if many else single + threaded


TORCH = {
    "xlogy(p, p/q)": lambda torch, p, q: torch.xlogy(p, p / q).sum(-1),
    "kl_div(log q, p)": lambda torch, p, q: torch.nn.functional.kl_div(q.log(), p, reduction="none").sum(-1)
    if p.ndim > 1 else torch.nn.functional.kl_div(q.log(), p, reduction="sum"),
}


def on_cuda(p, q):
    """The arrays in the GPU's memory, and once more from the host's."""
    def torch_call(call, from_arrays, compiled):
        def load():
            import torch
            chosen = torch.compile(lambda a, b: call(torch, a, b)) if compiled else lambda a, b: call(torch, a, b)
            moved = lambda: (torch.from_numpy(p).cuda(), torch.from_numpy(q).cuda())
            if from_arrays:
                return lambda: chosen(*moved()).cpu().numpy()
            held = moved()
            return lambda: chosen(*held).cpu().numpy()
        return load

    def cupy_call(call, from_arrays):
        def load():
            import cupy
            import cupyx.scipy.special as special
            moved = lambda: (cupy.asarray(p), cupy.asarray(q))
            if from_arrays:
                return lambda: call(cupy, special, *moved()).get()
            held = moved()
            return lambda: call(cupy, special, *held).get()
        return load

    cupy_calls = {
        "sum(p*log(p/q))": lambda cupy, special, a, b: (a * cupy.log(a / b)).sum(axis=-1),
        "rel_entr": lambda cupy, special, a, b: special.rel_entr(a, b).sum(axis=-1),
    }
    found = []
    for place, from_arrays in ("resident", False), ("from arrays", True):
        for name, call in TORCH.items():
            found.append(("torch", name, place, torch_call(call, from_arrays, False)))
            found.append(("torch", f"compiled {name}", place, torch_call(call, from_arrays, True)))
        for name, call in cupy_calls.items():
            found.append(("cupy", name, place, cupy_call(call, from_arrays)))
    return found


def main(job):
    import numpy as np
    item, folder, threads, wanted = job["item"], job["folder"], job["threads"], job.get("peers")
    p, q = (np.fromfile(os.path.join(folder, name), dtype=item["dtype"]).reshape(item["shape"]) for name in "pq")
    on = "cuda" if threads == "cuda" else f"{threads} thread{'s' if threads > 1 else ''}"
    candidates = on_cuda(p, q) if threads == "cuda" else on_cpu(p, q, threads > 1)
    ready = []
    np.seterr(all="ignore")
    for peer, name, way, load in candidates:
        if peer not in job["found"] or wanted and peer not in wanted:
            continue
        row = {"peer": peer, "on": f"{name}, {on}", "way": way}
        try:
            run = load()
            values = np.atleast_1d(run()).astype(np.float64)
            ready.append(({**row, "values": [text_of(value) for value in values]}, run))
        except Exception as error:  # a peer that does not run is a row that says so
            print(json.dumps({**row, "notRun": f"{type(error).__name__}: {error}".split("\n")[0][:200]}), flush=True)
    for (row, _), times in zip(ready, time_in_turns([run for _, run in ready])):
        print(json.dumps({**row, "times": times}), flush=True)


if sys.argv[1] == "versions":
    print(json.dumps(versions()))
else:
    main(json.loads(sys.argv[1]))
