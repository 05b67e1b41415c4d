/** The sender's own copy of what it sent: checked and shown like any other, without a number or a receipt. */
import { fill } from '#core/refusal-words.ts';
import { readDispatch, receiveParts } from '#client/dispatch/incoming.ts';
import { traceDispatch } from '#client/dispatch/trace.ts';
import { officeText } from '#model/peer-names.ts';
import type { Outcome } from '../command.ts';
import type { CliContext } from '../context.ts';
import type { Device } from '../device.ts';
import { columns, coreLines, exposedLines, isoOrNull, numberText, relatedJson, relatedLines } from '../showing.ts';

/** @param folder where attachments are saved, or null */
export async function openOwnCopy(context: CliContext, { session }: Device, dispatch: string, office: string, folder: string | null): Promise<Outcome> {
  const { words, host, stop } = context;
  const read = await readDispatch(session, dispatch, office, stop);
  const traced = await traceDispatch(session, dispatch, stop);
  const files = folder === null ? null : host.files(folder);
  const saved = await receiveParts(session, read, { signal: stop, ...(files !== null && { sink: ({ name }) => files.create(name) }) });
  const { core, seal } = read;
  const number = numberText(seal.number, seal.symbol);
  return {
    json: {
      dispatch, office, ownCopy: true, number, from: officeText(session.view, core.from), subject: core.subject, text: core.text,
      created: isoOrNull(core.created), related: relatedJson(session, traced), parts: core.parts.map(({ name, size }, i) => ({ name, size, saved: saved[i] ?? null })),
    },
    lines: [
      ...relatedLines(context, session, traced), words.said.ownCopy, ...exposedLines(context, session, read),
      ...columns([[words.field.number, number]]), ...coreLines(context, session, core),
      ...saved.filter((file) => file !== null).map((file) => fill(words.said.savedFile, { file })),
    ],
  };
}
