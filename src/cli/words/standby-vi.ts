/** Lời của việc sao lưu liên tục và trạm dự phòng. */
export const standbyVi = {
  commands: {
    standby: 'theo các bản sao lưu của một trạm vào thư mục dự phòng; không phục vụ, không gọi ai, không cấp số',
    promote: 'đưa trạm dự phòng lên thành trạm chính khi trạm cũ đã mất; hoặc nhận nhiệm kỳ danh bạ do khóa gốc ký',
    term: 'ký nhiệm kỳ danh bạ cho trạm vừa được đưa lên, bằng khóa gốc, trên máy không cần mạng',
  },
  options: {
    term: 'tệp nhiệm kỳ mà người giữ khóa gốc đã ký bằng tram term',
    alone: 'nhận nhiệm kỳ dù sau một phút không nghe được trạm lân cận nào; mục danh bạ cuối cùng của trạm cũ có thể mất',
  },
  fileKind: { termRequest: 'tệp xin nhiệm kỳ danh bạ (tram promote)' },
  standby: {
    applied: '{name} ({time}): thêm {rows} dòng, {blobs} tệp kèm, {seconds} giây; chậm {lag} giây so với lúc sao lưu.',
    nothingNew: '{name} vẫn là bản mới nhất, cũ {lag} giây.',
    followFailed: 'KHÔNG theo được: {reason} Vẫn giữ bản lúc {time}; sẽ thử lại.',
    followStopped: 'Đã dừng theo: {applied} lần có bản mới, {failed} lần không được.',
    promoted: 'Trạm {station} đi tiếp từ bản {name} ({time}).',
    uncaught: 'KHÔNG xem được nơi sao lưu lần cuối ({reason}): chỉ có đến bản đang giữ.',
    promotedNext: 'Tiếp theo: chắc chắn trạm cũ đã tắt, rồi tram station start --data {data}; xem phần mất bằng: tram station losses --data {data}',
    termNeeded: 'Trạm này giữ danh bạ: điện đi và đến như thường, nhưng danh bạ chưa nhận mục mới cho tới khi khóa gốc ký nhiệm kỳ. Đưa {file} cho người giữ khóa gốc, đọc cho họ dấu vân tay {fingerprint}; rồi: tram promote --data {data} --term TỆP',
    noTerm: 'Trạm này không giữ danh bạ, không cần nhiệm kỳ.',
    termSigned: 'Đã ký nhiệm kỳ {number} của tổ chức {name} cho trạm {station}: {file}. Từ khi có hiệu lực, mọi trạm từ chối danh bạ mà máy cũ ký.',
    termTaken: 'Đã nhận nhiệm kỳ {term} của trạm {station}; khởi động lại trạm, trạm tự đưa vào danh bạ sau khi nghe trạm lân cận.',
    termAlone: 'Đã nhận nhiệm kỳ {term} của trạm {station}; khởi động lại trạm. Trạm nghe một phút, không trạm lân cận nào lên tiếng thì tự đưa nhiệm kỳ vào danh bạ; mục mà trạm cũ thêm sau bản sao lưu và không ai trả lại thì mất.',
    gaveBack: 'Trạm đã mất {count} mục danh bạ khi khôi phục; máy này còn giữ và đã trả lại đủ.',
    givesBack: 'Trạm đã mất {count} mục danh bạ khi khôi phục và chưa nhận lại ({reason}); máy này còn giữ, làm việc tiếp theo đó, và mỗi lần mở sẽ trả lại. Hãy báo người trông trạm.',
    everyMade: '{name}: ghi mới {objects} mảnh, {size}, {seconds} giây; máy hỏng thì mất nhiều nhất {lag} giây công việc.',
    everyFailed: 'KHÔNG sao lưu được: {reason} Bản mới nhất vẫn là lúc {time}; sẽ thử lại.',
    everyStopped: 'Đã dừng sao lưu liên tục: {runs} bản, {failed} lần không được.',
  },
};
