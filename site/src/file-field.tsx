import { useState } from "preact/hooks";

/** Endings of the files that read-numbers.ts reads. */
export const NUMBER_FILES = ".npy,.nii,.gz,.csv,.tsv,.txt,.png,.jpg,.jpeg,.webp,.bmp";

interface FileFieldProps {
  readonly label: string;
  /** Endings that are offered: ".npy,.csv". */
  readonly accept: string;
  readonly take: (file: File) => void;
}

/** Where a file is chosen, or dropped. */
export function FileField({ label, accept, take }: FileFieldProps) {
  const [isOver, setIsOver] = useState(false);
  const first = (files: FileList | null | undefined) => { if (files?.[0]) take(files[0]); };
  return (
    <label
      class={isOver ? "file file-over" : "file"}
      onDragOver={(event) => { event.preventDefault(); setIsOver(true); }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => { event.preventDefault(); setIsOver(false); first(event.dataTransfer?.files); }}
    >
      {label} <input type="file" accept={accept} aria-label={label} onChange={({ currentTarget }) => { first(currentTarget.files); currentTarget.value = ""; }} />
    </label>
  );
}
