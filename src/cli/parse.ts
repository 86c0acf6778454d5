import { InvalidArgumentError } from "commander";
import type { MeasureOptions } from "../index.js";

/** A number, or e. */
export function numberOption(text: string): number {
  const value = text === "e" ? Math.E : Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("Give a number.");
  return value;
}

/** A policy for zeros, with its value behind a colon. */
export function zerosOption(text: string): MeasureOptions["zeros"] {
  const [policy, value] = text.split(":");
  return { policy, ...(value !== undefined && { value: numberOption(value) }) } as MeasureOptions["zeros"];
}

/** Numbers with commas between them. */
export function numbersOption(text: string): number[] {
  return text.split(",").map(numberOption);
}

/** Sizes with commas or × between them. */
export function shapeOption(text: string): number[] {
  return text.split(/[,x×]/).map(numberOption);
}
