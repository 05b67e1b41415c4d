/**
 * What an audit says, in Vietnamese: the titles of its claims, and its sentences by their shape. A sentence that no shape
 * fits is said by its claim's place, with the auditor's own words behind it.
 */
export const AUDIT_CLAIMS_VI: Readonly<Record<string, string>> = {
  'channels-received': 'số kênh đã nhận', 'channels-sent': 'số kênh đã gửi', couriers: 'gói thư đi bằng thẻ nhớ', 'database-file': 'tệp cơ sở dữ liệu',
  deliveries: 'điện đã giao tới cơ quan', 'device-revisions': 'bản khóa của thiết bị', 'own-words': 'mục danh bạ do thiết bị tự ký', 'directory-checkpoint': 'điểm mốc của danh bạ',
  'directory-entries': 'mục của danh bạ', 'directory-growth': 'danh bạ chỉ thêm, không sửa', dispatches: 'điện đang giữ', downloads: 'tệp tải về máy', drafts: 'bản thảo', escrow: 'mảnh khóa ký thác', 'ring-copies': 'bản sao chùm khóa', 'keys-destroyed': 'khóa đã hủy', 're-wraps': 'điện mã lại sang khóa lưu trữ', 'pending-proposals': 'đề nghị chờ ký', 'device-requests': 'yêu cầu của máy mới', 'peer-directories': 'danh bạ mà tổ chức khác cho xem',
  files: 'tệp của trạm', identity: 'khóa và chứng thư của trạm', incarnations: 'các đợt của trạm', jobs: 'việc đang chờ', 'key-wraps': 'khóa cơ quan trao cho thiết bị',
  'ledger-checkpoints': 'điểm mốc của sổ cái', 'ledger-entries': 'mục của sổ cái', 'ledger-nodes': 'cây băm của sổ cái', migrations: 'các lần nâng cấp',
  notes: 'điện nghiệp vụ nhỏ trên đường nối', 'number-counters': 'bộ đếm số điện', 'number-events': 'việc cấp số', numbers: 'số điện', outgoing: 'sổ điện đi',
  'outgoing-recipients': 'nơi nhận của điện đi', 'part-files': 'tệp của tệp kèm', 'part-uses': 'tệp kèm theo từng điện', parts: 'tệp kèm', queue: 'hàng chờ gửi',
  readable: 'đọc được', 'receipt-order': 'thứ tự báo nhận', 'early-receipts': 'báo nhận còn chờ danh bạ', receipts: 'báo nhận', references: 'tham chiếu giữa các bảng', rows: 'dòng của các bảng',
  schema: 'cấu trúc cơ sở dữ liệu', 'sealed-fields': 'trường niêm phong', stanzas: 'khóa niêm phong theo nơi nhận',
  'witness-cosignatures': 'chữ ký chứng kiến của trạm khác', 'write-ahead-log': 'nhật ký ghi trước',
};

export const AUDIT_CLAIMS_EN: Readonly<Record<string, string>> = {
  'channels-received': 'channel numbers received', 'channels-sent': 'channel numbers sent', couriers: 'bundles that a courier carries', 'database-file': 'database file',
  deliveries: 'deliveries to offices', 'device-revisions': 'revisions of device keyrings', 'own-words': 'entries that devices signed by themselves', 'directory-checkpoint': 'checkpoint of the directory',
  'directory-entries': 'directory entries', 'directory-growth': 'growth of the directory', dispatches: 'dispatches held', downloads: 'downloads of attachments', drafts: 'drafts', escrow: 'shares of storage keys', 'ring-copies': 'copies of keyrings', 'keys-destroyed': 'destroyed keys', 're-wraps': 're-wraps to storage keys', 'pending-proposals': 'proposals that wait to be signed', 'device-requests': 'requests of new machines', 'peer-directories': 'directories that other organisations show',
  files: 'files of the station', identity: 'keys and certificates of the station', incarnations: 'incarnations of the station', jobs: 'waiting jobs', 'key-wraps': 'office keys given to devices',
  'ledger-checkpoints': 'checkpoints of the ledger', 'ledger-entries': 'ledger entries', 'ledger-nodes': 'hash tree of the ledger', migrations: 'migrations',
  notes: 'notes on links', 'number-counters': 'counters of register numbers', 'number-events': 'events that gave numbers', numbers: 'register numbers',
  outgoing: 'outgoing register', 'outgoing-recipients': 'recipients of outgoing dispatches', 'part-files': 'files of attachments',
  'part-uses': 'attachments by dispatch', parts: 'attachments', queue: 'queue for sending', readable: 'readable', 'receipt-order': 'order of receipts', 'early-receipts': 'receipts that wait for a directory',
  receipts: 'receipts', references: 'references between tables', rows: 'rows of tables', schema: 'database schema', 'sealed-fields': 'sealed fields',
  stanzas: 'sealings by recipient', 'witness-cosignatures': 'cosignatures of witnesses', 'write-ahead-log': 'write-ahead log',
};

/** The auditor's sentence and the same in Vietnamese; the first that fits is taken. */
const SHAPES: readonly (readonly [shape: RegExp, words: string])[] = [
  [/^its bytes are not those of its leaf$/, 'nội dung đã bị sửa: không khớp mã băm ghi lúc đầu'],
  [/^is not the hash over entries (\d+) to (\d+)$/, 'không phải mã băm của các mục từ $1 đến $2'],
  [/^is a node that the entries do not have$/, 'là nút mà các mục không có'],
  [/^stands where entry (\d+) should$/, 'đứng ở chỗ của mục $1'],
  [/^says that it is entry (\d+)$/, 'tự ghi là mục $1'],
  [/^is no (event|entry|receipt|checkpoint|signed note)(.*)$/, 'không đọc được: không phải bản ghi đúng dạng'],
  [/^is missing(: (ledger_entry:\d+).*)?$/, 'bị thiếu'],
  [/^is missing.*$/, 'bị thiếu, không có việc nào ghi rằng đã bỏ'],
  [/^encodes to other bytes$/, 'mã hóa lại ra nội dung khác'],
  [/^its time is not that of its (.*)$/, 'giờ không khớp với việc đã ghi'],
  [/^its (\w+) is not that of its (row|note|sealing)$/, 'trường $1 không khớp với bản gốc'],
  [/^its (\w+) is not (.*)$/, 'trường $1 không đúng'],
  [/^no event (.*)$/, 'sổ cái không có việc nào về mục này'],
  [/^no \S+ event is about it$/, 'sổ cái không có việc nào về mục này'],
  [/^does not verify.*$/, 'chữ ký không đúng'],
  [/^does not hold.*$/, 'không đúng: chữ ký hoặc nội dung đã bị sửa'],
  [/^is not signed by both log keys of (.*)$/, 'thiếu chữ ký của hai khóa ký sổ cái của $1'],
  [/^the first (\d+) entries have another root$/, '$1 mục đầu có mã băm gốc khác'],
  [/^the ledger has (\d+) entries only$/, 'sổ cái chỉ có $1 mục'],
  [/^is not what its entry commits to$/, 'không khớp với cam kết trong sổ cái'],
  [/^its chunks do not give its name$/, 'nội dung không khớp mã băm là tên của tệp'],
  [/^others may read the station's keys: mode (\d+), not 600$/, 'người khác trên máy đọc được khóa của trạm: quyền $1, phải là 600'],
  [/^cannot be (read|audited).*$/, 'không đọc được'],
  [/^is nothing that (a station keeps|this program knows)$/, 'không phải thứ mà trạm giữ'],
  [/^there is no receipt that says (.*)$/, 'không có báo nhận nào nói vậy ($1)'],
  [/^was (accepted|delivered) by (ledger_entry:\d+)$/, 'việc ghi nhận nằm ở $2'],
  [/^and the (\d+) after it stand on one that does not hold$/, 'cùng $1 mục sau đó dựa trên một mục không đúng'],
  [/^this ledger was never signed$/, 'sổ cái chưa từng được ký'],
  [/^has another (type|number|rank) .*$/, 'ghi sai giá trị'],
  [/^integrity_check: (.*)$/, 'cơ sở dữ liệu hỏng: $1'],
  [/^is by ourselves$/, 'là chữ ký của chính trạm này'],
  [/^its checksum is wrong.*$/, 'mã kiểm sai: những gì ghi từ đây trở đi đã mất'],
];

export function auditFaultVi(what: string): string {
  for (const [shape, words] of SHAPES) if (shape.test(what)) return what.replace(shape, words);
  return `không khớp với những gì sổ cái và chữ ký chứng minh (${what})`;
}
