/** Bytes that are not what their format says. The place is given so that a refusal, an audit and a fuzzer can name it. */
export class DecodeError extends Error {
  readonly field: string;
  readonly offset: number;
  readonly reason: string;

  constructor(field: string, offset: number, reason: string) {
    super(`${field} at byte ${offset}: ${reason}`);
    this.name = 'DecodeError';
    this.field = field;
    this.offset = offset;
    this.reason = reason;
  }
}
