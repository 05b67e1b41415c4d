/** What the files are called that people hand to each other, by the structure that is in them (src/wire). */
import type { RefusalDetail } from './refusals.ts';

const FILES_VI = {
  DeviceRequest: 'tệp xin ghi nhận thiết bị', JoinRequest: 'tệp xin gia nhập của trạm mới', Invitation: 'tệp mời', Admission: 'tệp kết nạp', IssuerGrant: 'tệp khóa cấp chứng thư cho người giữ danh bạ',
  EscrowPackage: 'tệp mảnh khóa', KeyringFile: 'tệp chùm khóa', BundleHead: 'tệp gói điện trên thẻ nhớ', AgreementProposal: 'tệp đề nghị thỏa thuận', TermRequest: 'tệp xin nhiệm kỳ',
} as const;

const FILES_EN: Readonly<Record<keyof typeof FILES_VI, string>> = {
  DeviceRequest: 'the request of a device', JoinRequest: 'the request of a new station to join', Invitation: 'an invitation', Admission: 'an admission', IssuerGrant: 'the file with a registrar’s certifying keys',
  EscrowPackage: 'a file of key shares', KeyringFile: 'the file of a keyring', BundleHead: 'a bundle of dispatches', AgreementProposal: 'the proposal of an agreement', TermRequest: 'the request for a term',
};

/** Of bytes that are no such file at all, which file was meant: where reading them ended tells nobody anything. */
export function fileInWords(detail: RefusalDetail, locale: 'vi' | 'en'): RefusalDetail {
  const { field, offset: _, ...more } = detail;
  const files: Readonly<Record<string, string>> = locale === 'vi' ? FILES_VI : FILES_EN;
  return typeof field === 'string' && Object.hasOwn(files, field) && !Object.hasOwn(detail, 'expected') ? { ...more, expected: files[field]! } : detail;
}
