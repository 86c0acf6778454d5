import { InvalidArgumentError } from "commander";

/** A number, or e. */
export function numberOption(text: string): number {
  const value = text === "e" ? Math.E : Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("Give a number.");
  return value;
}

/** Numbers with commas between them. */
export function numbersOption(text: string): number[] {
  return text.split(",").map(numberOption);
}

/** Sizes with commas or × between them. */
export function shapeOption(text: string): number[] {
  return text.split(/[,x×]/).map(numberOption);
}
