/** Bytes from outside, decoded or refused: a DecodeError says where, a refusal says so to a person. */
import { DecodeError } from '#core/decode-error.ts';
import { Refusal, type RefusalCode } from '#core/refusals.ts';

/** @throws Refusal `code` where the bytes are not what their format says; detail: field, offset */
export function decodedOr<T>(code: RefusalCode, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new Refusal(code, { field: error.field, offset: error.offset }, { cause: error });
  }
}

/** Null where the bytes are not what their format says. */
export function decodedOrNull<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

/** As decodedOr, for work that goes on for a while. */
export async function decodedLater<T>(code: RefusalCode, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    return decodedOr(code, () => {
      throw error;
    });
  }
}
