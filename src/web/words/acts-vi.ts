/** Words of what registrars and people do to the directory, Vietnamese: the source. */
export const actsVi = {
  waiting: 'Chờ ký tiếp', waitingTitle: 'Chờ người giữ danh bạ thứ hai ký',
  waitingWhat: 'Những thay đổi hệ trọng cần hai người giữ danh bạ ký. Người thứ hai chỉ ký đúng những dòng dưới đây, sau khi nghe người thứ nhất đọc dấu qua điện thoại.',
  waitingNone: 'Không có gì chờ ký.', waitingOne: 'Tổ chức mới có một người giữ danh bạ: chữ ký của họ là đủ, nên không có gì phải chờ. Thêm người thứ hai bằng lệnh tram registrar request và tram registrar add.',
  waitingOthers: 'Chỉ người giữ danh bạ xem được những thay đổi đang chờ ký.',
  by: '{name} đề nghị', byYou: 'Bạn đã ký, chờ người kia',
  times: 'Từ {created}, hết hạn {expires}.', doNotSign: 'Đừng ký.',
  readMark: 'Gọi cho người kia và đọc dấu này; họ gõ lại đúng như nghe:',
  signSecond: 'Ký tiếp', signSecondTitle: 'Ký tiếp và ghi vào danh bạ',
  signSecondWhat: 'Gọi cho {name}: họ đọc dấu của đề nghị, bạn gõ đúng như nghe. Dấu khác một chữ số thì không ký gì. Đã ghi vào danh bạ thì không xóa được; chỉ sửa bằng một thay đổi mới.',
  mark: 'Dấu nghe qua điện thoại', markHint: '40 chữ số thập lục phân; khoảng trống và chữ hoa không tính.',
  signedSecond: 'Nếu có người rời hoặc chuyển, người giữ khóa của cơ quan ấy mở thiết bị của mình thì khóa được thay.',
  withdraw: 'Rút đề nghị', refuse: 'Từ chối', withdrawTitle: 'Bỏ đề nghị này',
  withdrawWhat: 'Trạm bỏ đề nghị, không ai ký được nữa. Không lấy lại được: nếu vẫn cần thì đề nghị lại. Thiết bị này nhớ và không ký nó nếu trạm đưa ra lần nữa.',
  withdrawn: 'Đã bỏ đề nghị.',
};
