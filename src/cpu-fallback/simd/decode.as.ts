// AssemblyScript: cells of any type but 64-bit integers to singles or doubles. Twin: `gather` in ../cells.ts.
import { raw } from "./tile.as";

@inline
function convert<From, To>(into: usize, count: i32): void {
  for (let i = 0; i < count; i++) store<To>(into + <usize>i * sizeof<To>(), <To>load<From>(raw + <usize>i * sizeof<From>()));
}

/** A single from the bits of a half: an infinity or no number stays one. */
@inline
function half(bits: u32): f32 {
  const magnitude = bits & 0x7fff;
  const value: f32 = magnitude >= 0x7c00 ? reinterpret<f32>((magnitude << 13) | 0x7f800000) : reinterpret<f32>(magnitude << 13) * 5.192296858534828e33;
  return bits & 0x8000 ? -value : value;
}

function halves<To>(into: usize, count: i32): void {
  for (let i = 0; i < count; i++) store<To>(into + <usize>i * sizeof<To>(), <To>half(load<u16>(raw + (<usize>i << 1))));
}

function decodeTo<To>(kind: i32, into: usize, count: i32): void {
  switch (kind) {
    case 0: convert<f32, To>(into, count); break;
    case 1: halves<To>(into, count); break;
    case 2: convert<u8, To>(into, count); break;
    case 3: convert<u16, To>(into, count); break;
    case 4: convert<u32, To>(into, count); break;
    case 5: convert<i8, To>(into, count); break;
    case 6: convert<i16, To>(into, count); break;
    case 7: convert<i32, To>(into, count); break;
  }
}

/** Cells of a type, numbered as in `KINDS` of engine.ts, from `raw` to `into`. */
export function decode(kind: i32, into: usize, count: i32, toSingles: bool): void {
  if (toSingles) decodeTo<f32>(kind, into, count);
  else decodeTo<f64>(kind, into, count);
}
