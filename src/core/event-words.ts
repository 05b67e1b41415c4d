/** What the ledger tells offices, in words of both languages: for who watches, and for who reads it in the pages. `[…]` stands only where all in it is known. */
import type { Locale } from './refusal-sentence.ts';

const vi = {
  'draft-step': 'bản thảo {draft}: {step}',
  'number-issued': 'lấy số {number}',
  'number-void': 'bỏ số {number}',
  accepted: 'trạm đã nhận gửi điện {dispatch}[, số {number}]',
  arrived: 'điện {dispatch} đã đến',
  expired: 'điện {dispatch} đã quá hạn',
  'number-in': 'vào sổ đến điện {dispatch}[, số {number}]',
  receipt: 'báo nhận của điện {dispatch}: {receipt}[, {station}]',
  're-sealed': 'điện {dispatch} đã niêm phong lại, lần {sealing}',
  redelivered: 'điện {dispatch} đã tới lại, niêm phong lần {sealing}: nay mở được',
  downloaded: 'một tệp của điện {dispatch} đã được tải về một máy',
  'directory-grown': 'danh bạ nay có {size} mục',
  link: 'đường tới {station}: {state}',
  requests: 'máy mới đã được bảo lãnh, chờ nhận: {count}',
  proposals: 'thay đổi danh bạ chờ người giữ danh bạ thứ hai ký: {count}',
} as const;

export type EventWords = { readonly [K in keyof typeof vi]: string };

const en: EventWords = {
  'draft-step': 'draft {draft}: {step}',
  'number-issued': 'number {number} taken',
  'number-void': 'number {number} void',
  accepted: 'the station accepted dispatch {dispatch}[, number {number}]',
  arrived: 'dispatch {dispatch} arrived',
  expired: 'dispatch {dispatch} expired',
  'number-in': 'dispatch {dispatch} entered in the incoming register[, number {number}]',
  receipt: 'receipt for dispatch {dispatch}: {receipt}[, {station}]',
  're-sealed': 'dispatch {dispatch} is sealed again, sealing {sealing}',
  redelivered: 'dispatch {dispatch} came again by sealing {sealing}: it can be opened now',
  downloaded: 'a file of dispatch {dispatch} was downloaded to a machine',
  'directory-grown': 'the directory has {size|entry|entries} now',
  link: 'link to {station}: {state}',
  requests: 'new machines vouched for that wait to be admitted: {count}',
  proposals: 'changes of the directory that wait for a second registrar: {count}',
};

export const EVENT_WORDS: Readonly<Record<Locale, EventWords>> = { vi, en };
