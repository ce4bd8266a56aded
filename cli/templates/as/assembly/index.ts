// Greets whom its input names.
import { Class, host_log_message, host_read_input, host_read_result, host_write_output } from "./icn";

// The entry point. The result is the run's own; below zero it says which call failed.
export function run(): i64 {
  const name = readInput();
  if (name === null) return -(Class.ProcessingFailure as i64);
  const greeting = String.UTF8.encode(`hello, ${name.trim()}\n`);
  return host_write_output(changetype<usize>(greeting), greeting.byteLength);
}

function readInput(): string | null {
  // Without a buffer the host tells the length and keeps the answer.
  const length = host_read_input(0, 0);
  if (length < 0) return null;
  const bytes = new ArrayBuffer(i32(length));
  if (host_read_result(0, changetype<usize>(bytes), bytes.byteLength) < 0) return null;
  return String.UTF8.decode(bytes);
}

// What the runtime calls when an assertion fails: the log says why, and the run traps.
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  const text = String.UTF8.encode(`${message} (${file}:${line}:${column})`);
  host_log_message(0, changetype<usize>(text), text.byteLength);
  unreachable();
}
