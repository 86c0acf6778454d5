/** Is a turn of this host's event loop short? In Node it takes microseconds, in a browser a tenth of a millisecond. */
export const areShort = typeof setImmediate === "function";

/** Lets what waits for this thread through, messages and timers among it: sooner than a timer of 0 milliseconds would. */
export class Turns {
  private readonly channel = areShort ? null : new MessageChannel();

  next(): Promise<void> {
    const { channel } = this;
    return new Promise((resolve) => {
      if (!channel) {
        setImmediate(resolve);
        return;
      }
      channel.port1.onmessage = () => resolve();
      channel.port2.postMessage(null);
    });
  }

  /** An open channel would keep some hosts alive. */
  close(): void {
    this.channel?.port1.close();
  }
}
