/** Lets timers, input and an abort through in the middle of long work; rejects with the signal's reason. */
export async function pause(signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => { setTimeout(resolve, 0); });
  signal?.throwIfAborted();
}

/** Cells between two pauses: some 40 ms of work. */
pause.cells = 2 ** 22;
