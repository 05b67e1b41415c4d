import { filesVi } from './files-vi.ts';

/** Words of the pages, Vietnamese: the source. `{name}` is filled in; `[…]` stands only where all in it is known. */
import { door } from './door-vi.ts';
import { settings } from './settings-vi.ts';
import { actsVi } from './acts-vi.ts';
import { directoryVi } from './directory-vi.ts';
import { ledgerVi } from './ledger-vi.ts';
import { logVi } from './log-vi.ts';
import { operationsVi } from './operations-vi.ts';
import { registerVi } from './register-vi.ts';
import { registrarVi } from './registrar-vi.ts';
import { slipVi } from './slip-vi.ts';
import { courierVi } from './courier-vi.ts';
import { stationsVi } from './stations-vi.ts';
import { frame } from './frame-vi.ts';
import { outboxVi } from './outbox-vi.ts';
import { pagesVi } from './pages-vi.ts';
import { trayVi } from './tray-vi.ts';
import { lettersVi } from './letters-vi.ts';
import { setup } from './setup-vi.ts';

export const vi = {
  files: filesVi,
  name: 'Trạm',
  language: 'English',
  updates: { ready: 'Đã có bản mới của các trang. Lưu việc đang làm, rồi tải bản mới.', take: 'Tải bản mới' },
  toTheme: { light: 'Chuyển sang giao diện sáng', dark: 'Chuyển sang giao diện tối' },
  skip: 'Bỏ qua, đến phần làm việc',
  exercise: 'DIỄN TẬP',
  exerciseLong: 'DIỄN TẬP: mọi điện ở đây là điện thực hành',
  notCertified: 'Chưa được chứng nhận là sản phẩm mật mã: chỉ dùng cho điện thực hành và công việc không thuộc bí mật nhà nước.',
  loading: 'Đang mở…',
  needsStation: 'Phần này ở trạm, máy này chưa giữ: tự hiện ra khi nối lại được.',
  wrong: 'Không làm được',
  back: 'Quay lại',
  undo: 'Hoàn tác',
  close: 'Đóng', copy: 'Chép', copied: 'Đã chép.', typedWhere: 'Gõ trong cửa sổ lệnh của máy chạy trạm, ở thư mục của Trạm. Chạy Trạm từ mã nguồn thì gõ npx trước: npx tram …',
  day: { early: 'Phải từ {day} trở đi.', late: 'Muộn nhất là {day}.', hour: '{label}: giờ', past: 'Lúc này đã qua; hãy chọn một lúc sau bây giờ.' },
  mark: {
    precedence: { routine: 'Thường', priority: 'Khẩn', immediate: 'Thượng khẩn', flash: 'Hỏa tốc' },
    classification: { none: 'Không mật', confidential: 'Mật', secret: 'Tối mật', 'top-secret': 'Tuyệt mật' },
    role: { action: 'để thực hiện', info: 'để biết' },
  },
  rooms: { title: 'Các phòng', desk: 'Bàn làm việc', part: { work: 'Công việc', house: 'Trạm và thiết bị' }, office: 'Cơ quan', lock: 'Khóa máy' },
  about: {
    title: 'Giới thiệu',
    what: 'Trạm chuyển việc mật của một tổ chức giữa các cơ quan: điện được niêm phong và ký trên máy người viết, chuyển từ trạm này sang trạm khác trên mọi đường truyền, và chỉ mở được ở cơ quan nhận.',
    trustTitle: 'Trang này tin ai',
    trust: 'Trang do một trạm phục vụ thì tin trạm ấy: một trạm bị chiếm có thể gửi trang giả, và không con số nào hiện trên trang chứng minh được điều ngược lại. Ai không muốn tin trạm thì chạy trang từ chính máy của mình.',
    quietTitle: 'Không gửi gì ra ngoài',
    quiet: 'Trạm không gọi về đâu, không thu thập số liệu và không dùng dịch vụ trí tuệ nhân tạo nào.',
  },
  register: registerVi,
  directory: directoryVi,
  acts: actsVi,
  registrar: registrarVi,
  slip: slipVi,
  stations: stationsVi,
  courier: courierVi,
  ledger: ledgerVi,
  log: logVi,
  operations: operationsVi,
  practice: {
    title: 'Tỉnh thực hành',
    what: 'Trạm chuyển công điện mật giữa các cơ quan: niêm phong trên máy người viết, hai người ký, trạm chỉ chuyển chứ không đọc được.',
    how: 'Ba trạm thật đang chạy trên máy này. Hãy gửi một công điện từ Văn phòng đến Đồn, thử cắt đường truyền, và xem trạm giữa thấy gì.',
    begin: 'Gửi công điện đầu tiên',
    bareAddress: 'Địa chỉ này thiếu phần sau dấu #. Hãy mở đúng địa chỉ mà lệnh npm start vừa in ra.',
    roles: 'Vai đang đóng',
    role: { drafter: 'Người soạn', signatory: 'Người ký', clerk: 'Văn thư', post: 'Đồn' },
    step: { drafter: 'Soạn', signatory: 'Duyệt và ký', clerk: 'Lấy số, gửi', post: 'Nhận và mở' },
    now: 'Bạn đang là {name}, {title}.',
    opening: 'Đang mở khóa thiết bị của {name} và kiểm tra danh bạ…',
    openDesk: 'Mở cả bàn làm việc của {name}',
    toMap: 'Sơ đồ và đường truyền',
    switchTo: 'Sang vai {role}',
    waitFor: { drafter: 'Chưa có bản thảo. Người soạn viết trước.', signatory: 'Chưa có gì để ký. Người soạn viết trước.', clerk: 'Chưa có gì để gửi. Phải có người duyệt và ký trước.', post: 'Chưa có điện nào đang đến.' },
  },
  draft: {
    title: 'Soạn công điện',
    from: 'Nơi gửi', to: 'Nơi nhận', subject: 'Trích yếu', text: 'Nội dung', classification: 'Độ mật', precedence: 'Độ khẩn', files: 'Tệp kèm',
    addFile: 'Thêm tệp', removeFile: 'Bỏ {name}',
    save: 'Niêm phong và trình ký', saving: 'Đang niêm phong…',
    saved: 'Bản thảo đã niêm phong cho cơ quan. Trạm giữ nó mà không đọc được. Người soạn không được tự duyệt hay ký: giờ đến người ký.',
    sampleSubject: 'Công điện về ứng phó mưa lũ trên sông Mã',
    sampleText: 'Mưa lớn kéo dài từ đêm qua, nước sông Mã lên nhanh.\nYêu cầu Đồn Sốp Cộp kiểm tra các bản ven suối, sẵn sàng đưa người và tài sản đến nơi an toàn.\nBáo cáo về Sở chỉ huy trước 21 giờ hôm nay.',
    takeUp: 'Sửa bản bị trả lại', filesAgain: 'Tệp kèm của bản ấy phải thêm lại.',
    needsSubject: 'Hãy ghi trích yếu: nơi nhận nhìn vào đó trước tiên.',
  },
  sign: {
    title: 'Duyệt và ký',
    what: 'Bạn ký đúng những gì đang hiện ở đây, không hơn không kém:',
    author: 'Người soạn', answers: 'Trả lời điện', approve: 'Duyệt nội dung và độ mật', approving: 'Đang duyệt…', approved: 'Đã duyệt', sign: 'Ký', signing: 'Đang ký…', signed: 'Đã ký',
    returned: 'Đã trả lại người soạn, kèm lý do có chữ ký của bạn. Người soạn sửa rồi trình lại.',
    next: 'Sau đó văn thư lấy số, đóng dấu cơ quan và gửi. Hai chữ ký đi cùng điện để nơi nhận tự kiểm tra.',
    after: 'Đã ký bằng hai thuật toán (ECDSA P-256 và ML-DSA-65). Văn thư là người lấy số và gửi.',
  },
  send: {
    title: 'Lấy số và gửi',
    what: 'Điện đã đủ chữ ký. Khi gửi, trạm cấp số đi, máy này đóng dấu cơ quan và niêm phong cho nơi nhận.',
    go: 'Gửi', sending: 'Đang gửi…',
    sent: 'Đã gửi: số {number}. Trạm đã vào sổ, máy mất nguồn cũng không mất, và chịu trách nhiệm cho tới khi có báo nhận.',
    askTitle: 'Gửi điện này?', askWhat: '“{subject}”, {classification}, tới {offices}. Trạm cấp số và điện đi ngay, đang mất kết nối thì đi khi nối lại; đã đi thì không lấy lại được.',
    went: 'Gửi tới: {offices}.',
    next: 'Tiếp theo: trạm của nơi nhận báo đã tới, rồi nơi nhận mở, chậm nhất {within} sau khi tới. Ai mở, lúc nào thì hiện ở đây.',
    nextBy: 'Tiếp theo: trạm của nơi nhận báo đã tới, hạn {time}, rồi nơi nhận mở, chậm nhất {within} sau khi tới. Ai mở, lúc nào thì hiện ở đây.',
    noWayBack: 'Điện đã đi không lấy lại được: gửi nhầm thì dùng “{followUp}” ở cuối điện.',
    cutHint: 'Thử cắt một đường truyền trên sơ đồ trước khi gửi: điện sẽ đợi đúng chỗ, không mất.',
  },
  receive: {
    title: 'Điện đến',
    waiting: 'Điện đang trên đường. Nếu đường truyền bị cắt, nó đợi ở trạm trước chỗ cắt.',
    arrived: 'Có điện đến, còn niêm phong.',
    open: 'Mở và kiểm tra', opening: 'Đang kiểm tra chữ ký và mở…',
    number: 'Số đến', valid: 'Hợp lệ', checks: '{count} chữ ký đúng: người soạn, người duyệt, người ký, dấu cơ quan và trạm gửi, mỗi bên hai thuật toán.',
    exposedSigner: 'Khóa ký của {who} đã báo lộ hoặc mất, từ {time}. Điện này có ở đây trước lúc ấy nên còn giá trị; nếu máy mất sớm hơn thế thì hãy hỏi lại {who} trước khi làm theo.',
    finished: 'Điện đã mở ở đây. Báo nhận “đã mở” còn trên đường về nơi gửi; nơi gửi chưa biết.',
    home: 'Điện đã mở ở đây, và báo nhận “đã mở” đã về tới nơi gửi: mục “Đường đi của điện” là những gì nơi gửi biết. Việc chuyển điện đã xong; phần còn lại làm trong cơ quan nhận: văn thư giao điện cho người thực hiện.',
    another: 'Gửi một công điện nữa',
  },
  life: {
    title: 'Đường đi của điện',
    none: 'Khi điện được gửi, từng chặng có chữ ký sẽ hiện ở đây: ai đang giữ, đã tới đâu, còn chờ gì.',
    accepted: 'Trạm gửi đã nhận và vào sổ', custody: 'Trạm trung chuyển đã giữ', tookBack: 'Điện được trả về, trạm gửi giữ lại', arrived: 'Đã tới trạm nhận, còn niêm phong', opened: 'Đã mở[, {who}]',
    'handed-over': 'Đã giao người thực hiện[, {who}]', acted: 'Đã thi hành[, {who}]', expired: 'Quá hạn, không giao', dropped: 'Một trạm bỏ bản này', unreadable: 'Nơi nhận không mở được, xin niêm phong lại',
    awaited: { arrived: 'chờ tới trạm nhận', opened: 'chờ người mở', 'handed-over': 'Điện đã tới và đã mở. Còn việc trong cơ quan nhận: giao cho người thực hiện', acted: 'Đã giao người thực hiện. Còn chờ báo thi hành xong', reply: 'chờ trả lời', 're-seal': 'chờ nơi gửi niêm phong lại' },
    holder: 'Đang giữ: {site}',
    at: { underway: 'đang trên đường', arrived: 'đã tới, chưa mở', opened: 'đã mở', 'handed-over': 'đã giao người thực hiện', acted: 'đã thi hành', expired: 'quá hạn, không giao', unreadable: 'không mở được' },
    forged: '{count} lời báo bị bỏ qua: chữ ký sai, hoặc ký bằng khóa đã báo lộ hay mất.',
    noRoom: 'Trạm {site} báo hết chỗ chứa. Điện được giữ lại, không mất; sẽ đi tiếp khi trạm đó có chỗ.',
    noWay: 'Không còn đường từ {site} tới trạm {to}: điện nằm lại ở {site}, không mất. Nhờ người giữ danh bạ ghi đường nối; có đường thì điện tự đi tiếp.',
    stick: 'Đã ghi cả ra thẻ nhớ: gói số {number} gửi {site}, viết {written}, đang đi. Bên kia chưa báo đã nhận.',
    stickLost: 'Đã ghi cả ra thẻ nhớ, thẻ có thể đã mất: gói số {number} gửi {site}, viết {written}. Hỏi người giao thông; ghi thẻ khác ở mục “{stations}” thì thẻ mới có lại điện này.',
    late: 'Chậm: thấy lần cuối ở {site}[ từ {since}].[ Trạm này đã tự hỏi theo đường đi {times} lần, lần cuối {at}.]',
    byExposed: 'Khóa ký đã báo lộ hoặc mất từ {since}; trạm này nhận trước lúc đó.',
    unknown: 'Chưa có tin từ nơi nhận. Đây không phải là “không giao được”: {site} giữ bản cuối được biết.',
  },
  map: {
    title: 'Sơ đồ trạm',
    link: 'Đường truyền {from} – {to}', open: 'thông', cut: 'đã cắt', doCut: 'Cắt đường truyền', doRestore: 'Nối lại',
    relay: 'trạm trung chuyển', crossed: '{size} đã qua',
    described: '{from} nối {to}: {state}.',
  },
  relay: {
    ask: 'Trạm trung chuyển thấy gì?',
    title: 'Trong thư mục của {site}',
    what: 'Đọc thẳng từ ổ đĩa của trạm. Kẻ lấy được cả thư mục này cũng chỉ có chừng đây.',
    header: 'Phong bì: trạm cần đọc để chuyển', sealed: 'Ruột điện: {size}, chỉ máy của nơi nhận mở được', nothing: 'Trạm chưa giữ gì của điện này. Gửi đi đã, hoặc nối lại đường truyền.',
    newest: 'Đây là điện gần nhất đã qua trạm này, lúc {time}.', never: 'Chưa có điện nào đi qua trạm này. Hãy gửi một công điện.',
    from: 'Nơi gửi', to: 'Nơi nhận', precedence: 'Độ khẩn', created: 'Lập lúc', parts: 'Tệp kèm', sealedKeys: 'Khóa niêm phong',
    noneOf: 'Không có: trích yếu, nội dung, độ mật, tên tệp, tên người soạn và người ký.',
    bytes: '{size}',
  },
  door,
  settings,
  frame,
  outbox: outboxVi,
  pages: pagesVi,
  tray: trayVi,
  setup,
  ...lettersVi,
} as const;
