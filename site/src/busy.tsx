import { useEffect, useState } from "preact/hooks";

/** Milliseconds from which on work is worth mentioning. */
const SOON = 400;

interface BusyProps {
  readonly isBusy: boolean;
  readonly cancel: () => void;
  /** Share of the work that is done, where that is known. */
  readonly share?: number | null;
  readonly what?: string;
  readonly error?: string;
  readonly notice?: string;
}

/** What is going on: progress with a way to call it off once it takes a while, what went wrong, what is worth knowing. */
export function Busy({ isBusy, cancel, share, what = "computing", error, notice }: BusyProps) {
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    setIsLong(false);
    const timer = isBusy ? setTimeout(() => setIsLong(true), SOON) : undefined;
    return () => clearTimeout(timer);
  }, [isBusy]);
  return (
    <div class="busy">
      {isBusy && isLong && (
        <p role="status">
          <button type="button" onClick={cancel}>cancel</button> <progress aria-label={what} max={1} {...(share != null && { value: share })} /> {what}…
        </p>
      )}
      {error && <p class="failed" role="alert">{error}</p>}
      {notice && <p class="note" role="status">{notice}</p>}
    </div>
  );
}
