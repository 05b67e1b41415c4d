/**
 * What stands in the places of a refusal's sentence: reasons, purposes of signatures and rights as people call them.
 * Programs find the codes in the refusal's detail. A code that is not here, such as a newer station's, is said as it is.
 */
import type { RefusalDetail } from './refusals.ts';

type Words = Readonly<Record<string, string>>;

export const REASONS_VI = {
  // Of signatures and of who made them.
  'signer-unknown': 'danh bạ không biết chữ ký này của ai',
  'signature': 'chữ ký không khớp với điều được ký',
  'signer': 'không phải chữ ký của nơi phải ký',
  'signer-ended': 'người ký hoặc khóa ký đã hết hiệu lực trước khi ký',
  'key-compromised': 'khóa ký đã báo lộ và không ai chứng kiến chữ ký trước đó',
  'not-automatic': 'tài khoản máy chỉ ký ở chức vụ có quyền máy tự làm',
  'person-wrote': 'tài khoản máy không duyệt, không ký điện do người soạn',
  'core': 'chữ ký thuộc về nội dung khác',
  'organisation': 'chữ ký thuộc về tổ chức khác',
  'person': 'thiết bị ký không phải của người được nêu',
  'endorsements': 'dấu đóng trên những bút phê khác',
  'office': 'dấu của cơ quan khác',
  // Of backups and standbys.
  'missing': 'bị thiếu',
  'blob-missing': 'tệp kèm bị thiếu',
  'size': 'sai kích thước',
  'short': 'bị cụt',
  'head': 'phần đầu hỏng',
  'key': 'khóa không mở được',
  'chunk': 'một khúc hỏng',
  'digest': 'nội dung không khớp mã băm',
  'rows': 'số dòng không đúng',
  'root': 'mã băm gốc không đúng',
  'quick-check': 'kiểm tra nhanh thấy hỏng',
  'went-back': 'đã bị lùi lại',
  'goes-back': 'bản này cũ hơn hoặc khác với điều đang giữ',
  'other-station': 'là bản sao lưu của trạm khác',
  'behind': 'một trạm lân cận có danh bạ mới hơn',
  'link-ended': 'đường nối đã bỏ',
  'neighbours': 'chưa nghe được trạm lân cận nào',
  'term': 'chưa có nhiệm kỳ do khóa gốc ký',
  'registrar': 'sau khi khôi phục, máy của người giữ danh bạ làm việc trước',
  'backup-name': 'tên bản không khớp thời điểm ghi bên trong: bản cũ đội tên bản mới',
  'backup-identity': 'tệp identity.json bên trong là của trạm hay tổ chức khác',
  'backup-founding': 'mục lập tổ chức bên trong không có mã băm đã ghi',
  'backup-certificates': 'danh bạ bên trong không ghi các chứng thư này là của trạm đó',
  // Of files and of this machine.
  'no-file': 'không phải tệp thường',
  'ENOENT': 'không có ở đó',
  'EACCES': 'không được phép',
  'EADDRNOTAVAIL': 'không phải địa chỉ của máy này',
  'EISDIR': 'là thư mục',
  'ENOTDIR': 'đường dẫn đi qua một tệp',
  'EROFS': 'ổ đĩa chỉ cho đọc',
  'station-folder': 'là thư mục của một trạm',
  'damaged': 'tệp hỏng',
  'version': 'tệp của bản Trạm cũ',
  'malformed': 'sai dạng',
  'not-ours': 'không do thiết bị này làm',
  'another-station': 'là của trạm khác',
  'open-to-others': 'người khác vào được thư mục',
  'path-too-long': 'đường dẫn quá dài',
  'held-already': 'đang mở sẵn',
  'socket': 'không mở được ổ cắm trong thư mục',
  'inside-station-folder': 'không được nằm trong thư mục trạm',
  'is-home': 'trùng với thư mục thiết bị',
  'unknown': 'không có khóa cấu hình này',
  'twice': 'ghi hai lần',
  'not-utf8': 'không phải UTF-8',
  'not-json': 'không phải JSON',
  'other-disk': 'nằm trên ổ đĩa khác',
  'no-office-folder': 'không nằm trong thư mục của cơ quan nào',
  'folder-in-folder': 'thư mục nằm trong thư mục của cơ quan',
  'link': 'liên kết, không phải tệp',
  'no-folder': 'liên kết hoặc tệp, không phải thư mục',
  'attachments-in-batch': 'điện gửi hàng loạt không kèm tệp',
  // Of the network: the machine's own short words.
  'ECONNREFUSED': 'máy ấy từ chối: không có gì nghe ở cổng đó',
  'ECONNRESET': 'máy ấy ngắt kết nối',
  'EHOSTUNREACH': 'không có đường tới máy ấy',
  'ENETUNREACH': 'máy này không có mạng tới đó',
  'ENOTFOUND': 'không tìm thấy tên máy ấy',
  'ETIMEDOUT': 'máy ấy không trả lời kịp',
  'closed': 'máy ấy đóng kết nối',
  'no-answer': 'máy ấy không trả lời',
  // Of a station that is not ready.
  'starting': 'đang khởi động',
  'stopping': 'đang dừng',
  'not-reopened': 'chưa mở đợt mới',
  'store-failed': 'ghi xuống ổ đĩa bị lỗi',
  'disk-full': 'ổ đĩa đầy',
  // Of certificates.
  'key-differs': 'khóa không thuộc chứng thư này',
  'no-names': 'không ghi tên máy nào',
  'expired': 'đã hết hạn',
  'not-yet-valid': 'chưa tới ngày có hiệu lực; xem lại đồng hồ',
  'issuer-differs': 'do nơi khác cấp',
  'key-usage': 'khóa không được dùng vào việc này',
  'root-missing': 'không nối tới chứng thư gốc của tổ chức',
  'no-certificate-for-key': 'chưa có chứng thư cho khóa này',
  // Of office seals.
  'seal-asked': 'đã xin ở máy này: tệp xin sau cùng còn chờ người giữ danh bạ ghi nhận, xin lại thì tệp ấy bỏ',
  'seal-ended': 'dấu của chức vụ này đã hủy, vì có người rời, chuyển hoặc lộ khóa: xin dấu mới; nếu từ đó đã xin ở máy này thì tệp xin sau cùng còn chờ người giữ danh bạ ghi nhận',
  'seal-replaced': 'dấu máy này giữ không phải dấu mà danh bạ đang ghi',
} as const satisfies Words;

type Reason = keyof typeof REASONS_VI;

export const REASONS_EN: Readonly<Record<Reason, string>> = {
  'signer-unknown': 'the directory does not know whose signature it is',
  'signature': 'it does not fit what was signed',
  'signer': 'it is not of the one who had to sign',
  'signer-ended': 'the signer, or the key that signed, had ended before',
  'key-compromised': 'the key was declared compromised, and nobody witnessed the signature before that',
  'not-automatic': 'a service account signs only in a position that acts unattended',
  'person-wrote': 'a service account neither approves nor signs what a person wrote',
  'core': 'it belongs to another content',
  'organisation': 'it belongs to another organisation',
  'person': 'the device is not of the person who is named',
  'endorsements': 'the seal stands over other endorsements',
  'office': 'the seal is another office\'s',
  'missing': 'it is missing',
  'blob-missing': 'an attachment is missing',
  'size': 'its size is wrong',
  'short': 'it is cut off',
  'head': 'its head is damaged',
  'key': 'the key does not open it',
  'chunk': 'one of its chunks is damaged',
  'digest': 'its content does not have its digest',
  'rows': 'the number of rows is wrong',
  'root': 'the root hash is wrong',
  'quick-check': 'the quick check found damage',
  'went-back': 'it went back in time',
  'goes-back': 'it is older than what is held, or another',
  'other-station': 'it is another station\'s backup',
  'behind': 'a neighbour has a newer directory',
  'link-ended': 'the link with it was ended',
  'neighbours': 'no neighbour was heard',
  'registrar': 'after a restore a registrar\'s machine works first',
  'term': 'there is no term signed by the root key',
  'backup-name': 'its name does not fit the time inside: an older one under a newer name',
  'backup-identity': 'the identity.json inside is of another station or organisation',
  'backup-founding': 'the founding entry inside has not the digest that it says',
  'backup-certificates': 'the directory inside does not give the station these certificates',
  'no-file': 'it is no regular file',
  'ENOENT': 'nothing is there',
  'EACCES': 'it is not permitted',
  'EADDRNOTAVAIL': 'this machine has no such address',
  'EISDIR': 'it is a folder',
  'ENOTDIR': 'its path leads through a file',
  'EROFS': 'the disk is read-only',
  'station-folder': 'it is the folder of a station',
  'damaged': 'the file is damaged',
  'version': 'an older Trạm made it',
  'malformed': 'it is malformed',
  'not-ours': 'it was not made by this device',
  'another-station': 'it is another station\'s',
  'open-to-others': 'others can enter the folder',
  'path-too-long': 'the path is too long',
  'held-already': 'it is unlocked already',
  'socket': 'no socket opens in the folder',
  'inside-station-folder': 'it may not lie inside the station\'s folder',
  'is-home': 'it is the folder of the device',
  'unknown': 'there is no such key',
  'twice': 'it stands twice',
  'not-utf8': 'it is not UTF-8',
  'not-json': 'it is not JSON',
  'other-disk': 'it lies on another disk',
  'no-office-folder': 'it lies in no office\'s folder',
  'folder-in-folder': 'a folder in an office\'s folder',
  'link': 'a link, no file',
  'no-folder': 'a link or a file, no folder',
  'attachments-in-batch': 'dispatches sent as a batch have no attachments',
  'ECONNREFUSED': 'that machine refuses: nothing listens on that port',
  'ECONNRESET': 'that machine broke the connection',
  'EHOSTUNREACH': 'there is no way to that machine',
  'ENETUNREACH': 'this machine has no network that leads there',
  'ENOTFOUND': 'the name of that machine is not found',
  'ETIMEDOUT': 'that machine did not answer in time',
  'closed': 'that machine closed the connection',
  'no-answer': 'that machine does not answer',
  'starting': 'it is starting',
  'stopping': 'it is stopping',
  'not-reopened': 'no new incarnation is open yet',
  'store-failed': 'a write to the disk failed',
  'disk-full': 'the disk is full',
  'key-differs': 'the key does not belong to the certificate',
  'no-names': 'it names no host',
  'expired': 'it has expired',
  'not-yet-valid': 'it is not valid yet; look at the clock',
  'issuer-differs': 'somebody else issued it',
  'key-usage': 'the key may not be used for this',
  'root-missing': 'it does not lead to the organisation\'s root',
  'no-certificate-for-key': 'there is no certificate for this key',
  'seal-asked': 'it was asked for here: the newest request waits for a registrar to certify it, and asking again voids that file',
  'seal-ended': 'the seal of this position was ended, since somebody left, moved or was exposed: ask for a new one; where it was asked for here since, the newest request waits for a registrar to certify it',
  'seal-replaced': 'the seal on this machine is not the one that stands in the directory',
};

export const PURPOSES_VI = {
  'author': 'người soạn', 'approve': 'người duyệt', 'sign': 'người ký', 'office-seal': 'dấu cơ quan', 'sealing': 'trạm gửi',
  'custody': 'báo nhận của trạm giữ', 'arrived': 'báo đã tới', 'opened': 'báo đã mở', 'handed-over': 'báo đã giao', 'acted': 'báo đã thi hành',
  'expired': 'báo quá hạn', 'dropped': 'báo đã bỏ', 'receipt-person': 'người báo nhận', 'unreadable': 'báo không mở được', 're-seal': 'niêm phong lại',
  'directory': 'mục danh bạ', 'hello': 'lời chào của trạm', 'session': 'đăng nhập', 'join': 'xin vào tổ chức', 'service': 'lời của trạm',
  'backup': 'bản sao lưu', 'device-request': 'tệp xin của thiết bị', 'release': 'bản phát hành', 'return': 'người trả lại bản thảo',
  'take-back': 'lời bỏ yêu cầu của thiết bị',
} as const satisfies Words;

export const PURPOSES_EN: Readonly<Record<keyof typeof PURPOSES_VI, string>> = {
  'author': 'author', 'approve': 'approver', 'sign': 'signer', 'office-seal': 'office seal', 'sealing': 'origin station',
  'custody': 'custody receipt', 'arrived': 'receipt of arrival', 'opened': 'receipt of opening', 'handed-over': 'receipt of handing over', 'acted': 'receipt of acting',
  'expired': 'receipt of expiry', 'dropped': 'receipt of dropping', 'receipt-person': 'person of a receipt', 'unreadable': 'word that it cannot be opened', 're-seal': 're-seal',
  'directory': 'directory entry', 'hello': 'station\'s greeting', 'session': 'log-in', 'join': 'request to join', 'service': 'station\'s word',
  'backup': 'backup', 'device-request': 'device request', 'release': 'release', 'return': 'who gave the draft back',
  'take-back': 'word that drops a device request',
};

export const RIGHTS_VI = {
  'draft': 'soạn', 'approve': 'duyệt', 'sign': 'ký', 'dispatch': 'lấy số và gửi', 'receive': 'nhận và mở', 'hand-over': 'giao', 'keys': 'giữ khóa',
  'flash': 'ra điện hỏa tốc', 'automatic': 'máy tự làm', 'carry': 'viết và đọc thư đi bằng thẻ nhớ, cần quyền gửi hoặc quyền nhận',
} as const satisfies Words;

export const RIGHTS_EN: Readonly<Record<keyof typeof RIGHTS_VI, string>> = {
  'draft': 'draft', 'approve': 'approve', 'sign': 'sign', 'dispatch': 'number and send', 'receive': 'receive and open', 'hand-over': 'hand over', 'keys': 'keep keys',
  'flash': 'send FLASH', 'automatic': 'act unattended', 'carry': 'carry bundles, which takes dispatch or receive',
};

/** What people typed or signed and a sentence names. A field of a form that only machines fill is said as it is. */
export const FIELDS_VI = {
  'created': 'lúc soạn', 'expires': 'hết giá trị sau', 'deliverBy': 'phải tới trước', 'replyBy': 'phải trả lời trước', 'clock': 'đồng hồ của máy này',
  'author': 'lúc người soạn ký', 'approve': 'lúc người duyệt ký', 'sign': 'lúc người ký ký', 'office-seal': 'lúc đóng dấu cơ quan', 're-seal': 'lúc niêm phong lại',
  'subject': 'trích yếu', 'text': 'nội dung', 'documentType': 'loại văn bản', 'file': 'tên tệp', 'mediaType': 'kiểu tệp', 'host': 'tên máy', 'reason': 'lý do',
  'organisation': 'tên tổ chức', 'site': 'nơi đặt trạm', 'office-name': 'tên cơ quan', 'symbol': 'ký hiệu', 'title': 'chức danh', 'person-name': 'họ và tên', 'name': 'tên',
} as const satisfies Words;

export const FIELDS_EN: Readonly<Record<keyof typeof FIELDS_VI, string>> = {
  'created': 'time of writing', 'expires': 'of no value after', 'deliverBy': 'deliver by', 'replyBy': 'reply by', 'clock': 'the clock of this machine',
  'author': 'time of the author\'s signature', 'approve': 'time of the approval', 'sign': 'time of the signature', 'office-seal': 'time of the office seal', 're-seal': 'time of the re-seal',
  'subject': 'subject', 'text': 'text', 'documentType': 'type of document', 'file': 'file name', 'mediaType': 'type of file', 'host': 'name of the host', 'reason': 'reason',
  'organisation': 'name of the organisation', 'site': 'site', 'office-name': 'name of the office', 'symbol': 'symbol', 'title': 'title', 'person-name': 'full name', 'name': 'name',
};

/** What has to be there before: a step of a draft, or of a dispatch. */
const MISSING_VI = {
  'approve': 'chưa ai duyệt', 'sign': 'đã duyệt mà chưa ai ký', 'returned': 'bản thảo đã bị trả lại, phải sửa rồi trình lại', 'number': 'chưa có số', 'opened': 'chưa mở',
} as const satisfies Words;

const MISSING_EN: Readonly<Record<keyof typeof MISSING_VI, string>> = {
  'approve': 'nobody has approved it', 'sign': 'it is approved, and nobody has signed it', 'returned': 'the draft was given back, and has to be mended and submitted again', 'number': 'it has no number', 'opened': 'it was not opened',
};

const TABLES: Readonly<Record<'vi' | 'en', Readonly<Record<string, Words>>>> = {
  vi: { reason: REASONS_VI, purpose: PURPOSES_VI, right: RIGHTS_VI, field: FIELDS_VI, missing: MISSING_VI },
  en: { reason: REASONS_EN, purpose: PURPOSES_EN, right: RIGHTS_EN, field: FIELDS_EN, missing: MISSING_EN },
};

/** The detail with words for the codes that have any; `reasons` are several. */
export function detailInWords(detail: RefusalDetail, locale: 'vi' | 'en'): RefusalDetail {
  return Object.fromEntries(Object.entries(detail).map(([name, value]) => {
    if (typeof value !== 'string') return [name, value];
    if (name === 'reasons') return [name, value.split(', ').map((one) => wordsOf('reason', one, locale)).join(', ')];
    return [name, wordsOf(name, value, locale)];
  }));
}

function wordsOf(name: string, code: string, locale: 'vi' | 'en'): string {
  const table = Object.hasOwn(TABLES[locale], name) ? TABLES[locale][name]! : {};
  return Object.hasOwn(table, code) ? table[code]! : code;
}
